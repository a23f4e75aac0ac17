import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

PASSWORD = "plumb line straight"


@pytest.fixture
def person(db):
    return User.objects.create_user("lead@council.example", name="Head of revenues", password=PASSWORD)


@pytest.fixture
def sign_in():
    """POST the sign-in form, as a browser of its own unless one is given."""

    def post(login, password=PASSWORD, *, client=None, ip="192.0.2.1", **extra):
        data = {"login": login, "password": password} | extra.pop("data", {})
        return (client or Client()).post(reverse("account_login"), data, REMOTE_ADDR=ip, **extra)

    return post


@pytest.fixture
def who():
    """Say who is signed in in this browser: the key of a person, or None."""

    def read(client):
        client.get(reverse("account_inactive"))  # any page: one request that looks the person up
        user = client.get(reverse("account_inactive")).context["user"]
        return user.pk

    return read
