"""Two people open a month at the same moment: one month is opened, and the other person is told in a sentence."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from programmes.actions import Refused, months, open_period
from programmes.models import Particulars, Period, WorkstreamPosition
from tests.at_once import meeting_at
from tests.factories import Book
from tests.roles import owner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book():
    book = Book("book", label="2022-05")
    book.close()
    return book


@pytest.fixture
def together():
    with meeting_at(Period):
        yield


def race(book, labels, opening):
    """Open these months, each in a thread with a connection of its own; return "opened" or the refusal of each."""

    start = Barrier(2, timeout=30)

    def run(label):
        try:
            connection.ensure_connection()
            start.wait()
            opening(book.programme, label)
        except Refused as refused:
            return str(refused)
        else:
            return "opened"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, labels))


@pytest.mark.parametrize("labels", [("2022-06", "2022-06"), ("2022-06", "2022-07")], ids=["same month", "two months"])
def test_one_month_is_opened_and_the_other_person_is_refused(book, together, labels):
    said = race(book, labels, open_period)
    (opened,) = Period.objects.open()
    assert said.count("opened") == 1
    assert said[1 - said.index("opened")] in {
        "Another month of The book programme was opened at the same moment.",  # both had looked
        f"{opened.name} has been opened already.",  # SQLite lets the second look when the first has done
        f"{opened.name} is still open. Close it before opening July 2022.",
        f"June 2022 is before {opened.name}, the last month opened.",
    }
    assert WorkstreamPosition.objects.of(opened).count() == 1


@pytest.fixture
def unguarded(monkeypatch):
    """Take away what guards a programme against two open months: the constraint, and here also the transaction."""
    guard = next(constraint for constraint in Period._meta.constraints if constraint.name == "one_open_period")
    with owner(), connection.schema_editor() as editor:
        editor.remove_constraint(Period, guard)
    monkeypatch.setattr(months, "_record", lambda *_, **__: None)  # the audit refuses to be without a transaction
    yield open_period.__wrapped__
    for model in (WorkstreamPosition, Particulars):
        model.objects.of(*Period.objects.open()).delete()  # with two open months it could not come back
    Period.objects.open().delete()
    with owner(), connection.schema_editor() as editor:
        editor.add_constraint(Period, guard)


def test_without_the_guard_both_would_be_opened(book, together, unguarded):
    assert race(book, ("2022-06", "2022-07"), unguarded) == ["opened", "opened"]
    assert Period.objects.open().count() == 2
