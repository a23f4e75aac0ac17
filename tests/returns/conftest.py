import pytest

from returns import challenges
from tests.returns.cast import Month
from tests.scenes import scene


@scene
def month():
    return Month()


@pytest.fixture
def as_(client):
    """Return a function that signs this person in and hands over their browser."""

    def as_(user):
        client.force_login(user)
        return client

    return as_


@pytest.fixture
def asked(month):
    """The month with ERP's return submitted and one thing asked about it."""
    month.bring("submitted")
    challenges.ask(*month.seat(month.pmo), about="", text="Why?", by=month.pmo)
    return month
