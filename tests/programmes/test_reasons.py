"""T71: a reason says something, whether a page, a command or other code gives it."""

import pytest
from django.core.management import CommandError, call_command

from core.refusal import Refused
from programmes.actions import checked_reason, close_period
from programmes.models import Period
from programmes.months.closing import gates
from tests.factories import Book

SAID = "An error was found"
NOTHING = [
    "",
    "too short",
    " " * 20,
    "\u200b" * 20,
    "\u00ad" * 20,
    "\u3000" * 20,
    "Because\u200b\u200b\u200b",
    "\u0301" * 20,
]


@pytest.mark.parametrize("reason", NOTHING)
def test_a_reason_of_which_nothing_is_seen_is_none(reason):
    with pytest.raises(Refused, match=r"^Say in at least 10 characters why it is so\.$"):
        checked_reason(reason, "it is so")


def test_a_reason_is_kept_as_it_was_given_but_for_the_ends():
    assert checked_reason(f" {SAID}\u200b for\u00a0once \n", "it is so") == f"{SAID}\u200b for\u00a0once"


def test_a_reason_holds_no_control_character():
    with pytest.raises(Refused, match="This holds a character that cannot be kept"):
        checked_reason(f"{SAID}\x07", "it is so")


@pytest.mark.django_db
def test_the_command_opens_no_edition_without_one():
    Book("book", label="2022-05").close()

    for reason in ("\u200b" * 20, f"{SAID}\x0b"):
        with pytest.raises(CommandError):
            call_command("period", "reopen", "book", "2022-05", reason=reason)
    assert Period.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_overridden_without_one(monkeypatch):
    monkeypatch.setattr("programmes.months.closing.gates", [*gates, lambda _period: ["Two returns are missing."]])
    book = Book("book", label="2022-05")

    with pytest.raises(Refused, match="Say in at least 10 characters"):
        close_period(book.period, override="\u2060" * 20)
    assert Period.objects.get().is_open
