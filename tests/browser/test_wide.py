"""Tables on a screen of ordinary width: the columns that matter are in sight."""

import pytest
from playwright.sync_api import expect

from core.dates import PublishedDate
from programmes.models import MilestonePosition, ProductPosition
from programmes.models.stated_dates import date_columns
from tests.browser.visit import sign_in
from tests.factories import Book, person

DAY = PublishedDate.parse("23 September 2022")


@pytest.fixture
def book(transactional_db):
    """A month that is closed and one whose product and milestone say everything that they can."""
    book = Book("book", label="2022-05")
    estates = book.workstream("EST", book.root, name="Accommodation and estates")
    product = book.product(estates, title="Vesting-day accommodation plan", status="on_hold")
    book.milestone(product, title="Accommodation plan approved by Executive", status="on_hold")
    book.next_month("2022-06")
    ProductPosition.objects.of(book.period).update(
        owner="Head of accommodation",
        critical=True,
        decision_body="Executive",
        decision_on=DAY.latest,
        **date_columns("due_baseline", DAY),
        **date_columns("due_forecast", DAY),
    )
    MilestonePosition.objects.of(book.period).update(
        delivered_on=DAY.latest,
        status_text="Follows the new workplan",
        **date_columns("baseline", DAY),
        **date_columns("forecast", DAY),
    )
    book.officer = person("pmo", book.root, name="Programme management officer")
    return book


@pytest.mark.parametrize("address", ["2022-06/products/", "2022-06/milestones/", "history/"])
def test_every_column_is_in_sight(page, book, address):
    sign_in(page, book.officer)
    page.goto(f"/programmes/book/{address}")

    hidden = page.locator(".wide").evaluate("it => it.scrollWidth - it.clientWidth")
    assert hidden == 0


def test_a_filter_that_stands_open_leaves_the_rows_in_sight(page, book):
    sign_in(page, book.officer)
    page.goto("/programmes/book/2022-06/milestones/?status=on_hold")

    expect(page.get_by_role("rowheader", name="Accommodation plan approved by Executive")).to_be_in_viewport()
