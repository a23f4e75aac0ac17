import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path, reverse

from config import urls


@login_not_required
def broken(request, what):
    raise {
        "400": SuspiciousOperation("secret"),
        "403": PermissionDenied,
        "403-why": PermissionDenied("June 2022 holds no workstream of yours."),
        "404": Http404("secret"),
        "500": RuntimeError("secret"),
    }[what]


urlpatterns = [path("broken/<what>/", broken), *urls.urlpatterns]


@pytest.fixture
def visit(db, settings):
    settings.ROOT_URLCONF = __name__
    return lambda what: Client(raise_request_exception=False).get(f"/broken/{what}/")


@pytest.mark.parametrize(
    ("what", "status", "heading", "next_step"),
    [
        ("400", 400, "This request could not be read", "Go back and try again."),
        ("403", 403, "Your role does not cover this", "ask your programme office for the role"),
        ("403-why", 403, "Your role does not cover this", "June 2022 holds no workstream of yours."),
        ("404", 404, "Page not found", "Go to the portfolio"),
        ("500", 500, "Something went wrong", "Go back and try again in a minute."),
    ],
)
def test_page_says_what_happened_and_what_to_do(visit, what, status, heading, next_step):
    answer = visit(what)
    page = answer.content.decode()
    assert answer.status_code == status
    assert re.findall(r"<h1>(.*?)</h1>", page) == [heading]
    assert next_step in page
    assert "secret" not in page
    assert "css/plumbline.css" in page


def test_page_that_does_not_exist_is_said_so_to_strangers_too(client, db):
    assert client.get("/no/such/page/").status_code == 404


def test_form_without_a_token_is_told_that_nothing_was_saved(db):
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert answer.status_code == 403
    assert re.findall(r"<h1>(.*?)</h1>", answer.content.decode()) == ["Nothing was saved"]


@pytest.mark.parametrize("name", ["500.html", "503.html", "400.html"])
def test_page_of_last_resort_needs_no_context_no_database_and_no_list_of_files(name, settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    page = render_to_string(name)
    assert page.strip().lower().startswith("<!doctype html>")
    assert 'href="/static/css/plumbline.css"' in page


def test_unknown_host_gets_the_page_of_last_resort(client):
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
    assert re.findall(r"<h1>(.*?)</h1>", answer.content.decode()) == ["This request could not be read"]
