"""What the models say about themselves, and the questions their querysets answer."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from programmes.models import (
    Membership,
    MilestonePosition,
    Narrative,
    Period,
    ProductPosition,
    Programme,
    Rating,
    SectionNote,
    WorkstreamPosition,
)
from tests.factories import Book, amend, person
from tests.scenes import scene

pytestmark = pytest.mark.django_db


@scene
def book():
    """One open month, May 2022, with a workstream."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    return book


# --- Programmes ---------------------------------------------------------------------------------------------


def test_programme_is_visible_to_those_with_a_role_anywhere_in_it(book):
    Book("another")
    lead, officer = person("lead", book.finance), person("pmo", book.root)
    assert [list(Programme.objects.visible_to(who)) for who in (lead, officer)] == [[book.programme]] * 2


def test_programme_is_visible_once_whatever_the_number_of_roles(book):
    lead = person("lead", book.finance)
    Membership.objects.create(user=lead, workstream=book.finance, role="finance")
    Membership.objects.create(user=lead, workstream=book.root, role="lead")
    assert list(Programme.objects.visible_to(lead)) == [book.programme]


@pytest.mark.parametrize("who", [person, AnonymousUser], ids=["outsider", "nobody"])
def test_programme_is_visible_to_nobody_else(book, who):
    person("lead", book.finance)
    assert list(Programme.objects.visible_to(who())) == []


# --- Periods ------------------------------------------------------------------------------------------------


def test_period_is_called_by_its_month_and_from_the_second_edition_on_by_that_too(book):
    assert (str(book.period), book.period.name, book.period.month) == ("May 2022", "May 2022", "May")
    book.close()
    assert str(amend(book.period)) == "May 2022, edition 2"


def test_period_is_open_until_it_is_closed(book):
    assert book.period.is_open
    assert list(Period.objects.open()) == [book.period]
    assert not book.close().is_open
    assert list(Period.objects.closed()) == [book.period]


@pytest.mark.parametrize(("closed", "editions"), [(False, [1, 2]), (True, [2, 1])], ids=["open", "closed"])
def test_reading_takes_the_newest_closed_edition(book, closed, editions):
    book.close()
    amend(book.period, closed=closed)
    assert [period.edition for period in Period.objects.newest_first()] == editions


def test_newest_month_comes_first_though_it_is_open(book):
    book.next_month("2022-06")
    assert [period.label for period in Period.objects.newest_first()] == ["2022-06", "2022-05"]


@pytest.mark.parametrize("months", [1, 3])
def test_periods_with_their_neighbours_cost_two_queries(book, months, django_assert_num_queries):
    for label in ("2022-06", "2022-07")[: months - 1]:
        book.next_month(label)
    with django_assert_num_queries(2):
        periods = Period.objects.newest_first().with_neighbours()
        befores = [period.previous and period.previous.label for period in periods]
        schemes = {id(period.scheme) for period in periods}
    assert befores == ["2022-06", "2022-05", None][3 - months :]
    assert len(schemes) == 1


def test_neighbour_that_was_not_asked_for_is_still_the_period_before(book):
    book.next_month("2022-06")
    (june,) = Period.objects.open().with_neighbours()
    assert june.previous.label == "2022-05"


def test_rows_of_no_period_are_none(book):
    Book("another")
    assert [str(row) for row in WorkstreamPosition.objects.of(book.period, None)] == ["The book programme", "Finance"]
    assert not WorkstreamPosition.objects.of(None).exists()


def test_withdrawn_position_is_not_live(book):
    book.workstream("OLD", book.root, name="Old", withdrawn=True)
    assert [str(row) for row in WorkstreamPosition.objects.of(book.period).live()] == ["The book programme", "Finance"]


# --- Products and milestones --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "forecast", "due"),
    [
        ("30 June 2022", "", dt.date(2022, 6, 30)),
        ("30 June 2022", "31 July 2022", dt.date(2022, 7, 31)),
        ("30 June 2022", "Spring 2022", dt.date(2022, 5, 31)),  # brought forward
        ("", "Autumn 2022", dt.date(2022, 11, 30)),
        ("", "", None),
    ],
)
def test_due_is_the_last_day_that_the_forecast_can_mean_else_the_baseline(book, baseline, forecast, due):
    book.product(book.finance, baseline=baseline, due=forecast)
    assert ProductPosition.objects.dated().get().due == due


def test_milestone_is_due_like_a_product(book):
    milestone = book.milestone(
        book.finance, due="July 2022", baseline_earliest="2022-06-01", baseline_latest="2022-06-30"
    )
    assert MilestonePosition.objects.dated().get().due == dt.date(2022, 7, 31)
    MilestonePosition.objects.filter(milestone=milestone).update(
        forecast_text="", forecast_earliest=None, forecast_latest=None
    )
    assert MilestonePosition.objects.dated().get().due == dt.date(2022, 6, 30)


def test_milestone_stands_where_its_product_stands_or_in_its_own_workstream(book):
    erp = book.product(book.finance, "ERP", tranche="2", title="New ledger")
    book.milestone(erp, "M-1")
    book.milestone(book.root, "M-2")
    assert placed(book.period) == {"M-1": (book.finance.pk, "2", "New ledger"), "M-2": (book.root.pk, "", None)}


def test_milestone_moves_with_its_product_in_the_month_it_moved(book):
    erp = book.product(book.finance, "ERP", tranche="2", title="New ledger")
    book.milestone(erp, "M-1")
    may, june = book.period, book.next_month("2022-06")
    ProductPosition.objects.of(june).update(workstream=book.root, tranche="3", title="Old ledger")
    assert placed(may) == {"M-1": (book.finance.pk, "2", "New ledger")}
    assert placed(june) == {"M-1": (book.root.pk, "3", "Old ledger")}


def placed(period):
    columns = ("milestone__ref", "in_workstream", "in_tranche", "of_product")
    return {row[0]: row[1:] for row in MilestonePosition.objects.placed(period).values_list(*columns)}


# --- In words -----------------------------------------------------------------------------------------------


def test_rows_are_called_by_what_they_are_about(book):
    erp = book.product(book.finance, "ERP", title="New ledger")
    rows = [
        (book.programme, "The book programme"),
        (book.scheme_version, "Scheme 1"),
        (book.finance, "FIN"),
        (erp, "ERP"),
        (ProductPosition.objects.get(), "New ledger"),
        (book.milestone(erp, "M-1"), "M-1"),
        (MilestonePosition.objects.get(), "Milestone M-1"),
        (Rating(dimension="overall", level="G"), "overall: G"),
        (Narrative(heading="Plan", text="Agree the plan."), "Plan"),
        (Narrative(text="Agree " * 20), ("Agree " * 20)[:60]),
        (SectionNote(section="time", caveat="Late."), "time: Late."),
        (Membership(workstream=book.finance, role="pmo"), "PMO officer, FIN"),
    ]
    assert [str(row) for row, _ in rows] == [words for _, words in rows]
