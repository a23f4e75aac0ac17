"""Opening a month: what carries forward, what starts afresh, what drops out, and when it is refused."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import PROTECT, F, ForeignKey, GeneratedField, IntegerField, TextField
from django.test.utils import CaptureQueriesContext, isolate_apps

from programmes.actions import Refused, open_period
from programmes.models import (
    MilestonePosition,
    Narrative,
    Period,
    Position,
    ProductPosition,
    Programme,
    Rating,
    SchemeVersion,
    SectionNote,
    Workstream,
    WorkstreamPosition,
)
from programmes.months.copying import copy_forward, detail_models, position_models
from tests.factories import Book, amend, everything
from tests.roles import table
from tests.scenes import scene

POSITIONS = [MilestonePosition, ProductPosition, WorkstreamPosition]
NOT_CARRIED = {"id", "period_id", "version", "carried"}


@scene
def book():
    """May 2022 with a workstream, a product in it and a milestone of that, every column filled."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance", lead="Head of finance")
    erp = book.product(book.finance, "ERP")
    ledger = book.product(
        book.finance,
        "LED",
        title="New ledger",
        parent=erp,
        tranche="2",
        status="at_risk",
        owner="Head of finance",
        critical=True,
        baseline="Autumn 2022",
        due="31 December 2022",
        decision_body="Cabinet",
        decision_on=dt.date(2022, 7, 1),
        legal_advice=False,
    )
    book.milestone(
        ledger,
        status="off_track",
        status_text="Waits for data.",
        baseline_text="2022",
        baseline_earliest=dt.date(2022, 1, 1),
        baseline_latest=dt.date(2022, 12, 31),
        due="December 2022",
        delivered_on=dt.date(2022, 5, 5),
    )
    return book


def carried(model, period):
    """A period's positions without what is not carried."""
    rows = model.objects.of(period).order_by("pk").values()
    return [{column: value for column, value in row.items() if column not in NOT_CARRIED} for row in rows]


# --- What carries forward -----------------------------------------------------------------------------------


def test_positions_are_found_by_subclass():
    assert [model for model in position_models() if model._meta.app_label == "programmes"] == POSITIONS
    assert all(issubclass(model, Position) for model in position_models())


@pytest.mark.parametrize("model", POSITIONS)
def test_next_month_starts_with_what_the_last_one_said(book, model):
    may, june = book.period, book.next_month("2022-06")
    assert carried(model, june) == carried(model, may) != []


@pytest.mark.parametrize("model", POSITIONS)
def test_carried_row_is_marked_and_its_version_starts_again(book, model):
    model.objects.update(version=7, carried=False)
    june = book.next_month("2022-06")
    assert set(model.objects.of(june).values_list("version", "carried")) == {(1, True)}


@pytest.mark.parametrize("model", POSITIONS)
def test_copying_leaves_the_last_month_as_it_was(book, model):
    model.objects.update(version=7)
    may, before = book.period, list(model.objects.order_by("pk").values())
    book.next_month("2022-06")
    assert list(model.objects.of(may).order_by("pk").values()) == before


@pytest.mark.parametrize("model", POSITIONS)
def test_withdrawn_position_drops_out(book, model):
    (key,) = model.natural_key
    before = set(model.objects.values_list(f"{key}__ref", flat=True))
    book.workstream("OLD", book.root, withdrawn=True)
    book.product(book.finance, "OLD", withdrawn=True)
    book.milestone(book.finance, "OLD", withdrawn=True)
    may, june = book.period, book.next_month("2022-06")
    assert set(model.objects.of(may).values_list(f"{key}__ref", flat=True)) == before | {"OLD"}
    assert set(model.objects.of(june).values_list(f"{key}__ref", flat=True)) == before


def test_rating_narrative_and_notes_do_not_carry(book):
    book.rating(book.finance, "overall", "A", reason="Late.")
    book.narrative(book.finance, "ask", "Agree the plan.")
    book.note("time", "Last month's figures.")
    may, june = book.period, book.next_month("2022-06")
    assert [model.objects.of(may).count() for model in (Rating, Narrative, SectionNote)] == [1, 1, 1]
    assert [model.objects.of(june).count() for model in (Rating, Narrative, SectionNote)] == [0, 0, 0]


def test_first_month_opens_empty(book):
    programme = Programme.objects.create(slug="new", name="New", council="Council")
    SchemeVersion.objects.create(programme=programme, number=1, document={})
    first = open_period(programme, "2022-06")
    assert first.previous is None
    assert [model.objects.of(first).count() for model in POSITIONS] == [0, 0, 0]


def test_rows_of_another_programme_stay_there(book):
    other = Book("other", label="2022-05")
    june = other.next_month("2022-06")
    assert [row.workstream for row in WorkstreamPosition.objects.of(june)] == [other.root]
    assert [ProductPosition.objects.of(june).count(), MilestonePosition.objects.of(june).count()] == [0, 0]


@pytest.fixture
def amount(transactional_db):
    """A position that a higher app declares: with a column that the database works out and a reason given afresh."""
    with isolate_apps():

        class Amount(Position):
            workstream = ForeignKey(Workstream, on_delete=PROTECT, related_name="+")
            pence = IntegerField()
            twice = GeneratedField(expression=F("pence") * 2, output_field=IntegerField(), db_persist=True)
            reason = TextField()
            natural_key = ("workstream",)
            starts_afresh = Position.starts_afresh | {"reason": ""}

            class Meta:
                app_label = "reports"

    with table(Amount):
        yield Amount


def test_position_of_a_higher_app_is_copied_too_and_says_itself_what_starts_afresh(amount, monkeypatch):
    book = Book("book", label="2022-05")
    kept, gone = book.workstream("KEPT", book.root), book.workstream("GONE", book.root)
    amount.objects.create(period=book.period, workstream=kept, pence=250, reason="Prices rose.", version=3)
    amount.objects.create(period=book.period, workstream=gone, pence=100, withdrawn=True)
    book.close()
    monkeypatch.setattr(apps, "get_models", lambda known=apps.get_models, **how: [*known(**how), amount])
    june = open_period(book.programme, "2022-06")
    rows = amount.objects.filter(period=june).values_list(
        "workstream", "pence", "twice", "reason", "version", "carried"
    )
    assert list(rows) == [(kept.pk, 250, 500, "", 1, True)]


def test_copying_says_how_many_rows_it_wrote(book):
    book.close()
    june = Period.objects.create(
        programme=book.programme, scheme_version=book.scheme_version, label="2022-06", as_at=dt.date(2022, 6, 30)
    )
    assert copy_forward(book.period, june) == 2 + 2 + 1  # workstreams, products, milestones


@pytest.mark.parametrize("rows", [1, 3])
def test_opening_costs_the_same_whatever_the_rows(book, rows):
    for n in range(rows):
        book.milestone(book.product(book.workstream(f"MORE-{n}", book.root)))
    book.close()
    with CaptureQueriesContext(connection) as queries:
        open_period(book.programme, "2022-06")
    copies = [query["sql"] for query in queries if "SELECT" in query["sql"] and query["sql"].startswith("INSERT")]
    assert len(copies) == len([*position_models(), *detail_models()])
    # The scheme and the last month are read, the new one and its audit entry written, in savepoints.
    assert len(queries) - len(copies) == 10


# --- The month itself ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "as_at"),
    [("2022-06", dt.date(2022, 6, 30)), ("2023-02", dt.date(2023, 2, 28)), ("2023-05", dt.date(2023, 5, 31))],
)
def test_month_is_open_as_at_its_last_day(book, label, as_at):
    may, opened = book.period, book.next_month(label)
    assert Period.objects.open().get() == opened
    assert (opened.label, opened.edition, opened.as_at, opened.previous) == (label, 1, as_at, may)
    assert (opened.state, opened.closed_at) == ("open", None)


def test_month_is_read_by_the_newest_scheme_and_the_last_one_keeps_its_own(book):
    SchemeVersion.objects.create(programme=book.programme, number=2, document=book.scheme_version.document)
    may, june = book.period, book.next_month("2022-06")
    may.refresh_from_db()
    assert (may.scheme_version.number, june.scheme_version.number) == (1, 2)


def test_month_before_is_fixed_at_opening(book):
    may, june = book.period, book.next_month("2022-06")
    amend(may)
    july = book.next_month("2022-07")
    june.refresh_from_db()
    assert (june.previous, july.previous) == (may, june)


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "in progress"])
def test_month_follows_the_edition_that_reading_takes(book, closed):
    first = book.close()
    second = amend(first, closed=closed)
    assert open_period(book.programme, "2022-06").previous == (second if closed else first)


# --- When it is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("June 2022", "“June 2022” is not a month. Write it as 2022-06."),
        ("2022-13", "“2022-13” is not a month. Write it as 2022-06."),
        ("", "“” is not a month. Write it as 2022-06."),
        ("2022-05", "May 2022 has been opened already."),
        ("2022-04", "April 2022 is before May 2022, the last month opened."),
        ("2023-06", "June 2023 is more than 12 months after May 2022, the last month opened."),
        ("2092-05", "May 2092 is more than 12 months after May 2022, the last month opened."),
        ("2022-06", "May 2022 is still open. Close it before opening June 2022."),
    ],
)
def test_month_that_cannot_be_opened_is_refused_in_a_sentence(book, label, sentence):
    refuses(book.programme, label, sentence)


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("2022-05", "May 2022 has been opened already."),
        ("2021-12", "December 2021 is before May 2022, the last month opened."),
    ],
)
def test_closed_month_is_never_opened_again(book, label, sentence):
    book.close()
    refuses(book.programme, label, sentence)


def test_programme_without_a_scheme_opens_no_month(db):
    programme = Programme.objects.create(slug="new", name="New council", council="Council")
    refuses(programme, "2022-06", "New council has no scheme yet, so there is nothing to report by.")


def refuses(programme, label, sentence):
    before = everything()
    with pytest.raises(Refused) as refused:
        open_period(programme, label)
    assert str(refused.value) == sentence
    assert everything() == before
