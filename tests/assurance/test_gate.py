"""The checks that a scheme names hold a month back; those it does not name hold nothing."""

import pytest

from assurance.gate import gate
from programmes.actions import Refused, close_period
from programmes.month import whole_month
from tests.factories import Book, somerset_scheme

pytestmark = pytest.mark.django_db


def held(*codes):
    """A month with five milestones without a status and a product without a milestone, held by these checks."""
    book = Book(document=somerset_scheme() | {"holds_closing": list(codes)})
    for n in range(5):
        book.milestone(book.root, f"M-{n}", status="")
    book.product(book.root, "P-1", due="2022-09-01")
    return book


def test_a_check_that_the_scheme_names_holds_the_month_with_what_it_finds():
    book = held("milestone_without_status", "product_without_milestone", "milestone_past_its_date")

    assert list(gate(whole_month(book.period))) == [
        "Milestone without a status: 5 findings (M-0, M-1, M-2 and 2 more).",
        "Product without a milestone: 1 finding (P-1).",
    ]


@pytest.mark.parametrize("codes", [[], ["milestone_past_its_date"]])
def test_a_check_that_is_not_named_or_finds_nothing_holds_no_month(codes):
    book = held(*codes)

    assert list(gate(whole_month(book.period))) == []
    assert not close_period(book.period).is_open


def test_a_check_that_there_is_not_holds_the_month_rather_than_nothing():
    book = held("milestone_without_a_smile")

    assert list(gate(whole_month(book.period))) == [
        "The scheme of May 2022 names a check “milestone_without_a_smile”, which there is not."
    ]


def test_closing_is_held_and_a_reason_overrides_it():
    book = held("product_without_milestone")

    with pytest.raises(Refused, match=r"Product without a milestone: 1 finding \(P-1\)\."):
        close_period(book.period)
    closed = close_period(book.period, override="The product is agreed without one")

    assert not closed.is_open
