"""A closing that was forged together with its own record: the audit has what the month's row no longer says."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, AuditHead
from programmes.actions import close_period, reopen_period
from programmes.models import Period, Rating
from programmes.months.digest import digest, take
from programmes.months.reported import in_period_models
from programmes.months.verification import Differs, verified
from tests.factories import Book
from tests.roles import unguarded

pytestmark = pytest.mark.django_db
HELD = "Two returns are missing."
EARLIER = dt.datetime(2022, 5, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def closed(monkeypatch):
    """May 2022, held back and closed all the same."""
    monkeypatch.setattr("programmes.months.closing.gates", [lambda _period: [HELD]])
    book = Book("book", label="2022-05")
    book.rating(book.root, "overall", "A", reason="Late")
    return close_period(book.period, override="The committee meets tomorrow")


def differing():
    return [(each.subject, each.sentence) for each in verified() if isinstance(each, Differs)]


def sentences():
    return [sentence for _, sentence in differing()]


def change(period, **columns):
    Period.objects.filter(pk=period.pk).update(**columns)


def digested_again(period):
    """As a closing would take it today."""
    period.refresh_from_db()
    period.digested = take(period)
    change(period, digested=period.digested, digest=digest(period, period.digested))


def test_a_closing_keeps_in_the_audit_what_its_month_is_held_to(closed):
    entry = AuditEntry.objects.get(what="period.close")

    assert (entry.subject_key, entry.reason) == (str(closed.pk), "The committee meets tomorrow")
    closed.refresh_from_db()
    assert entry.after == {
        "state": "closed",
        "digest": closed.digest,
        "held_by": [HELD],
        "previous": None,
        "opened_at": closed.opened_at.isoformat(),
        "closed_at": closed.closed_at.isoformat(),
    }
    assert differing() == []


def rating_and_digest(period):
    Rating.objects.of(period).update(level="G", reason="")
    digested_again(period)


def label_and_digest(period):
    change(period, label="2022-04", as_at="2022-04-30")
    digested_again(period)


DIGEST = "The digest of May 2022 is not the one that the audit has of its closing."
STOOD = "May 2022 does not say any more where the audit stood when it closed."
OPEN = "May 2022 was closed and is open now."


@pytest.mark.parametrize(
    ("forge", "sentence"),
    [
        pytest.param(rating_and_digest, DIGEST, id="a rating"),
        pytest.param(label_and_digest, DIGEST, id="the month that it is"),
        pytest.param(lambda p: change(p, state="open", closed_at=None), OPEN, id="thawed"),
        pytest.param(
            lambda p: change(p, state="open", closed_at=None, edition=2, reason="It was wrong"),
            OPEN,
            id="thawed, moved",
        ),
        pytest.param(
            lambda p: change(p, override="Nobody minded"),
            "The reason why May 2022 was closed all the same is not the one that the audit has.",
            id="override",
        ),
        pytest.param(
            lambda p: change(p, held_by=[]),
            "What held May 2022 back is not what the audit has of its closing.",
            id="what held it",
        ),
        pytest.param(
            lambda p: change(p, previous=p),
            "The month that May 2022 is set beside is not the one that the audit has.",
            id="the month beside it",
        ),
        pytest.param(
            lambda p: change(p, opened_at=EARLIER),
            "When May 2022 was opened is not what the audit has.",
            id="when it was opened",
        ),
        pytest.param(
            lambda p: change(p, closed_at=EARLIER),
            "When May 2022 was closed is not what the audit has.",
            id="when it was closed",
        ),
        pytest.param(
            lambda p: change(p, audit_head=""),
            STOOD,
            id="where the audit stood, gone",
        ),
        pytest.param(
            lambda p: change(p, audit_head=AuditEntry.objects.get(seq=1).head),
            STOOD,
            id="where the audit stood, earlier",
        ),
    ],
)
def test_what_was_forged_with_its_record_differs_from_the_audit(closed, forge, sentence):
    with unguarded():
        forge(closed)

    assert sentences() == [sentence]
    assert audit.verify() == ""


def test_a_month_that_was_deleted_with_its_rows_is_gone(closed):
    with unguarded():
        for model in in_period_models():
            model.objects.of(closed).delete()
        Period.objects.filter(pk=closed.pk).delete()

    assert differing() == [("book May 2022", "May 2022 of book was closed and is gone.")]


def test_a_month_that_was_thawed_and_closed_again_differs_from_its_first_closing(closed):
    with unguarded():
        change(closed, state="open", closed_at=None)
        Rating.objects.of(closed).update(level="G")
        close_period(closed, override="The committee meets tomorrow")

    assert sentences() == [DIGEST, STOOD]


def test_an_edition_that_was_written_closed_has_no_entry(closed):
    with unguarded():
        forged = Period.objects.get(pk=closed.pk)
        forged.pk, forged.edition, forged.reason, forged.closed_at = None, 2, "It was wrong", timezone.now()
        forged.save(force_insert=True)
        digested_again(forged)

    sentence = "May 2022, edition 2 is closed, and no entry of the audit says that it was."
    assert differing() == [("book 2022-05 edition 2", sentence)]


def test_an_entry_that_is_older_than_what_it_is_asked_for_says_nothing_against_its_month(closed):
    """Closings of before the audit kept what held a month back: the chain as it was written then."""
    with unguarded():
        entry = AuditEntry.objects.get(what="period.close")
        del entry.after["held_by"]
        entry.hash = audit.digest(entry)
        entry.save()
        AuditHead.objects.update(hash=entry.hash)
        change(closed, audit_head=audit.head())

    assert differing() == []


@pytest.mark.parametrize("after", [None, [], "closed", {}])
def test_an_entry_that_says_nothing_of_a_closing_is_told_and_breaks_nothing(closed, after):
    with unguarded():
        AuditEntry.objects.filter(what="period.close").update(after=after)

    assert sentences() == [DIGEST, "Entry 2 of the audit is not as it was written."]


def test_what_is_not_closed_is_not_asked_for(closed):
    again = reopen_period(closed, reason="A rating was mistyped")
    Rating.objects.of(again).update(level="G")

    assert differing() == []


def test_the_audit_costs_the_same_however_many_months_are_closed(closed):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert differing() == []
        return sum("accounts_audit" in query["sql"] for query in captured)

    before = queries()
    for n in range(3):
        book = Book(f"more-{n}")
        close_period(book.period, override="The committee meets tomorrow")

    assert queries() == before
