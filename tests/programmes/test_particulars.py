"""A programme's name, council and provenance: an open month says what they are, a closed one what they were."""

import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts import audit
from accounts.models import AuditEntry, AuditHead
from programmes.actions import open_period, reopen_period
from programmes.models import Particulars, Period, Programme
from programmes.months.digest import digest
from programmes.months.verification import Differs, verified
from tests.factories import Book
from tests.roles import unguarded
from tests.scenes import scene

pytestmark = pytest.mark.django_db
WAS = ("The book programme", "Example Council", "")
NOW = ("Another name", "Another council", "Taken over from a spreadsheet.")
KEYS = ("name", "council", "provenance")


@scene
def months():
    """May closed; June open."""
    book = Book("book", label="2022-05")
    book.one_of_each()
    book.may = book.period
    book.june = book.next_month("2022-06")
    return book


def said(period):
    return Particulars.objects.values_list(*KEYS).get(period=period)


def describe(programme):
    Programme.objects.filter(pk=programme.pk).update(**dict(zip(KEYS, NOW, strict=True)))


def differing():
    return [each.sentence for each in verified() if isinstance(each, Differs)]


def test_a_change_reaches_the_open_month_and_those_after_and_never_a_closed_one(months):
    other = Book("other")

    describe(months.programme)

    july = months.next_month("2022-07")
    assert [said(period) for period in (months.may, months.june, july)] == [WAS, NOW, NOW]
    assert said(other.period) == ("The other programme", *WAS[1:])
    assert differing() == []


def test_another_edition_says_what_they_are_now(months):
    describe(months.programme)

    again = reopen_period(months.may, reason="A rating was mistyped")

    assert [said(period) for period in (months.may, again)] == [WAS, NOW]


def test_what_a_closed_month_says_of_them_is_refused_to_change_and_found_where_it_did(months):
    rows = Particulars.objects.of(months.may)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(council="Another council")
    with unguarded():
        rows.update(council="Another council")

    assert differing() == ["A row of programmes.Particulars in May 2022 is not what it was when it closed."]


@pytest.mark.postgresql("SQLite lets in one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_month_that_opens_while_they_change_says_what_they_became():
    book = Book("book", label="2022-05")
    book.close()
    changed, opening = threading.Event(), threading.Event()

    def change():
        try:
            with transaction.atomic():
                describe(book.programme)
                changed.set()
                opening.wait(timeout=1)  # it cannot come to its end: it waits for us
        finally:
            connection.close()

    def open_june():
        try:
            changed.wait(timeout=10)
            period = open_period(book.programme, "2022-06")
            opening.set()
            return period
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        changing, opened = pool.submit(change), pool.submit(open_june)
        changing.result()
        assert said(opened.result()) == NOW


# --- Months of before ---------------------------------------------------------------------------------------


def as_before(*periods):
    """Have these months as they were closed before they kept their programme's particulars."""
    entries = list(AuditEntry.objects.order_by("seq"))
    for period in periods:
        period.refresh_from_db()
        period.digested.pop("programmes.Particulars", None)
        period.digest = digest(period, period.digested)
    previous = ""
    for entry in entries:
        period = next((each for each in periods if str(each.pk) == entry.subject_key), None)
        if entry.what == "period.close":
            entry.after = {"state": "closed", "digest": period.digest, "held_by": period.held_by}
        entry.period_key, entry.previous = None, previous
        entry.hash = previous = audit.digest(entry)
        entry.save()
        if entry.what == "period.close":
            Period.objects.filter(pk=period.pk).update(
                digested=period.digested, digest=period.digest, audit_head=entry.head
            )
    AuditHead.objects.update(hash=previous)
    Particulars.objects.all().delete()


@pytest.fixture
def upgraded(months):
    """The months of a database that was made before, after its upgrade."""
    with unguarded():
        as_before(months.may)
        with transaction.atomic():
            import_module("programmes.migrations.0010_seal_months_of_before").seal(apps, None)
    return months


def test_a_month_that_was_closed_before_is_sealed_at_the_upgrade_by_an_entry_that_says_so(upgraded):
    may, june = AuditEntry.objects.filter(what="period.seal").order_by("seq")

    assert (may.subject, may.period_key, may.actor) == ("May 2022", upgraded.may.pk, "command line")
    assert may.after == dict(zip(KEYS, WAS, strict=True)) | {
        "previous": None,
        "opened_at": upgraded.may.opened_at.isoformat(timespec="microseconds"),
        "closed_at": upgraded.may.closed_at.isoformat(timespec="microseconds"),
    }
    assert may.reason.startswith("It was closed before a month kept the name, the council and the provenance")
    assert (june.subject, june.after) == ("June 2022", dict(zip(KEYS, WAS, strict=True)))
    assert [said(period) for period in (upgraded.may, upgraded.june)] == [WAS, WAS]
    assert differing() == []


def test_a_month_of_before_that_closes_after_the_upgrade_is_held_to_its_closing(upgraded):
    describe(upgraded.programme)

    upgraded.close()

    assert [said(period) for period in (upgraded.may, upgraded.june)] == [WAS, NOW]
    assert differing() == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": "Another"}, "The name of the programme in May 2022 is not the one that the audit has."),
        ({"council": "Another"}, "The council in May 2022 is not the one that the audit has."),
        ({"provenance": "Another"}, "Where the rows of May 2022 come from is not what the audit has."),
    ],
)
def test_what_was_sealed_is_held_to_its_seal(upgraded, changed, sentence):
    with unguarded():
        Particulars.objects.of(upgraded.may).update(**changed)

    assert differing() == [sentence]


def test_the_period_itself_is_held_to_its_seal_too(upgraded):
    with unguarded():
        Period.objects.filter(pk=upgraded.may.pk).update(previous=upgraded.june)

    assert differing() == ["The month that May 2022 is set beside is not the one that the audit has."]


def test_a_later_seal_is_none(upgraded):
    """Whoever may write rows may add an entry, and no seal is ever taken but the first."""
    with unguarded():
        Particulars.objects.of(upgraded.may).update(name="Forged")
    seal = AuditEntry.objects.get(what="period.seal", subject="May 2022")
    with transaction.atomic():
        audit.record(
            what=seal.what,
            subject=seal.subject,
            subject_key=seal.subject_key,
            after=seal.after | {"name": "Forged"},
            by=None,
        )

    assert differing() == ["The name of the programme in May 2022 is not the one that the audit has."]


def test_a_month_of_before_without_a_seal_is_told(months):
    with unguarded():
        as_before(months.may)

    assert differing() == ["No entry of the audit says when May 2022 was opened and closed."]
