"""A save that races the closing of its month is wholly in it or refused, on both databases."""

import os
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from core import triggers
from programmes.actions import close_period, months
from programmes.models import Period, ProductPosition
from programmes.months import freeze
from programmes.months.verification import Differs, verified
from tests.factories import Book
from tests.programmes.race import race
from tests.roles import owner

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("ROUNDS", "24"))  # `make soak` asks for a thousand


def test_no_save_is_in_the_month_and_not_in_its_digest():
    saves = 0
    for n in range(ROUNDS):
        saved, differing = race(Book(f"book-{n}"))
        saves += saved
        assert differing == []

    assert [each.sentence for each in verified() if isinstance(each, Differs)] == []
    print(f"{ROUNDS} months closed during {saves} saves: none holds what its digest does not")  # noqa: T201 - for `make soak`


class Meeting:
    """A save that has been let through by the trigger and is not committed yet, when the closing begins."""

    def __init__(self, close):
        self.book = Book("book")
        self.product = self.book.product(self.book.root)
        self.close = close
        self.saving, self.outcome = threading.Event(), ""

    def run(self):
        closer = threading.Thread(target=self._closing)
        closer.start()
        try:
            with transaction.atomic():
                ProductPosition.objects.filter(product=self.product).update(title="Saved at the last moment")
                self.saving.set()
                closer.join(timeout=1)  # it waits for us, or it is done
            self.outcome = "saved"
        except IntegrityError:
            self.outcome = "refused"
        closer.join(timeout=30)
        return self.outcome, [each.sentence for each in verified() if isinstance(each, Differs)]

    def _closing(self):
        try:
            self.saving.wait(timeout=30)
            self.close(self.book.period)
        finally:
            connection.close()


def test_a_closing_waits_for_a_save_that_was_let_through():
    outcome, differing = Meeting(close_period).run()

    assert (outcome, differing) == ("saved", [])
    assert not Period.objects.get().is_open


def test_without_the_lock_the_month_would_differ_from_its_digest(monkeypatch):
    """The proof that the tests above bite: what they guard against, made to happen."""
    close = close_period
    if connection.vendor == "postgresql":
        monkeypatch.setattr(freeze, "FREEZE", freeze.FREEZE.replace(" FOR SHARE", ""))
        with owner():
            triggers.install(connection)
    else:  # SQLite has one writer at a time; outside a transaction the closing reads without being one
        close = close_period.__wrapped__
        monkeypatch.setattr(months, "_record", transaction.atomic(months._record))  # that alone has one of its own

    outcome, differing = Meeting(close).run()

    assert outcome == "saved"
    assert differing == ["A row of programmes.ProductPosition in May 2022 is not what it was when it closed."]
