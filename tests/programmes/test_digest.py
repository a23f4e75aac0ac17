"""The digest of a closed month: the same wherever and whenever it is taken, and another for any other month."""

import hashlib
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditEntry, AuditHead
from core import triggers
from programmes.models import MilestonePosition, Period, ProductPosition, Rating
from programmes.months import digest as digests
from programmes.months.digest import canonical, digest, take, take_again
from programmes.months.reported import in_period_models
from programmes.months.verification import Differs, verified
from tests.factories import Book
from tests.roles import owner, unguarded
from tests.scenes import scene

pytestmark = pytest.mark.django_db
UNRECORDED = "May 2022 is closed, and no entry of the audit says that it was."


@scene
def book():
    book = Book("book", label="2022-05")
    book.milestone(book.product(book.root, "P-1", due="Autumn 2022", title="Café menu £"), "M-1", due="2022-10-01")
    book.rating(book.root, "overall", "A", reason="Late")
    book.narrative(book.root, "awareness", "Line one\nline two")
    book.note("products", "Using available data")
    return book


@pytest.fixture
def closed(book):
    return book.close()


def differing():
    """What verification complains of; a report still to be kept is no complaint."""
    return [each.sentence for each in verified() if isinstance(each, Differs)]


def tampered(closed, change):
    with unguarded():
        change()
    return differing()


def test_is_what_it_was_when_first_written_down(closed):
    """Taken once; every database, version and day since gives it again."""
    columns = ["product", "workstream", "title", "tranche", "critical", "due_forecast_text", "due_forecast_latest"]
    taken = take_again(closed, {"programmes.ProductPosition": {"columns": columns, "rows": 0, "sha256": ""}})

    line = '["P-1","ROOT","Café menu £","1",false,"Autumn 2022","2022-11-30"]'
    assert taken["programmes.ProductPosition"] == {
        "columns": columns,
        "rows": 1,
        "sha256": hashlib.sha256(line.encode()).hexdigest(),
    }


def test_is_recorded_at_closing_and_verifies(closed):
    assert closed.digested.keys() == {model._meta.label for model in in_period_models()}
    assert closed.digest == digest(closed, take_again(closed, closed.digested))
    assert differing() == []


def test_knows_no_key_of_the_database(book):
    """The same month in another place among others has the same lines."""
    elsewhere = Book("elsewhere", label="2022-01")
    elsewhere.one_of_each()
    elsewhere.close()
    twin = Book("twin", label="2022-05")
    twin.milestone(twin.product(twin.root, "P-1", due="Autumn 2022", title="Café menu £"), "M-1", due="2022-10-01")
    twin.rating(twin.root, "overall", "A", reason="Late")
    twin.narrative(twin.root, "awareness", "Line one\nline two")
    twin.note("products", "Using available data")

    named = {"programmes.WorkstreamPosition", "programmes.Particulars"}  # after the programme, which is another

    def without_the_names(period):
        return {label: taken for label, taken in take(period).items() if label not in named}

    assert without_the_names(twin.period) == without_the_names(book.period)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda p: ProductPosition.objects.of(p).update(title="Cafe menu £"),
            "A row of programmes.ProductPosition in May 2022 is not what it was when it closed.",
        ),
        (
            lambda p: Rating.objects.of(p).delete(),
            "May 2022 held 1 rows of programmes.Rating when it closed and holds 0.",
        ),
        (
            lambda p: MilestonePosition.objects.of(p).update(version=2),
            "A row of programmes.MilestonePosition in May 2022 is not what it was when it closed.",
        ),
        (
            lambda p: Period.objects.filter(pk=p.pk).update(as_at="2022-05-30"),
            "The closing record of May 2022 does not fit its digest.",
        ),
        (
            lambda p: type(p.scheme_version).objects.update(document={**p.scheme_version.document, "return_tier": 1}),
            "The closing record of May 2022 does not fit its digest.",
        ),
    ],
)
def test_tells_what_was_changed_behind_the_triggers(closed, change, sentence):
    assert tampered(closed, lambda: change(closed)) == [sentence]


def test_an_audit_cut_back_behind_a_closing_is_told_with_its_month(closed):
    with unguarded():  # the head with it, so that what is left fits together
        AuditEntry.objects.all().delete()
        AuditHead.objects.all().delete()

    assert differing() == [
        UNRECORDED,
        "Entry 2 of the audit, which the closing of May 2022 of The book programme recorded, is missing.",
    ]


def test_an_audit_that_lost_just_the_entry_of_the_closing_is_told(closed):
    last = AuditEntry.objects.latest("seq")
    with unguarded():
        AuditEntry.objects.filter(seq=last.seq).delete()
        AuditHead.objects.update(seq=last.seq - 1, hash=last.previous)

    assert last.what == "period.close"
    assert differing() == [
        UNRECORDED,
        f"Entry {last.seq} of the audit, which the closing of May 2022 of The book programme recorded, is missing.",
    ]


def test_a_missing_trigger_is_told_too(closed):
    name = f"{triggers.PREFIX}delete_{Rating._meta.db_table}"
    with owner(), connection.cursor() as cursor:
        on = f" ON {Rating._meta.db_table}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {name}{on}")

    assert differing() == [f"The database lacks the trigger {name}. Run: manage.py migrate"]


def test_a_column_added_later_changes_nothing(closed, monkeypatch):
    """The columns recorded at closing are the ones taken again."""
    digested = {label: {**taken, "columns": list(taken["columns"])} for label, taken in closed.digested.items()}
    digested["programmes.Rating"]["columns"].remove("direction")

    again = take_again(closed, digested)

    assert again["programmes.Rating"]["columns"] == digested["programmes.Rating"]["columns"]


def test_a_column_renamed_later_is_found_by_its_mapping(closed, monkeypatch):
    monkeypatch.setitem(digests.RENAMED, "programmes.Rating.grade", "level")
    was = closed.digested["programmes.Rating"]
    renamed = ["grade" if name == "level" else name for name in was["columns"]]

    again = take_again(closed, {"programmes.Rating": {**was, "columns": renamed}})

    assert again["programmes.Rating"]["sha256"] == was["sha256"]


def test_canonical_json_has_one_way_to_write_each_value():
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
    with pytest.raises(TypeError):
        canonical(object())


def test_the_command_says_all_is_well_or_names_what_differs(closed, capsys):
    call_command("verify")
    assert capsys.readouterr().out.endswith("Every closed month is as it was closed.\n")

    tampered(closed, lambda: Rating.objects.of(closed).delete())
    with pytest.raises(CommandError, match=r"1 closed things are not as they were\. The first: May 2022 held 1 rows"):
        call_command("verify", "--format", "json")
    written = json.loads(capsys.readouterr().out)
    assert written["verified"] is False
    assert written["found"][0] == {
        "state": "differs",
        "subject": "book 2022-05 edition 1",
        "sentence": "May 2022 held 1 rows of programmes.Rating when it closed and holds 0.",
    }
