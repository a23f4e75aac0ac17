"""What the checks find in money, each with the neighbour that it does not find."""

import datetime as dt

import pytest

from assurance.running import findings
from programmes.month import whole_month
from tests.factories import Book
from tests.finance.conftest import TABLE, YEAR, document, stated
from tests.finance.trials import control_total, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    """Return a function that begins a programme whose scheme has one check look, with these rules."""

    def begun(check, **money):
        return Book("book", label="2022-05", document=document(TABLE, checks=[check], **money))

    return begun


def found(book):
    """The refs that are found, with the sentences."""
    return {each.subject: each.sentence for each in findings(whole_month(book.period))}


def test_a_total_that_differs_from_what_was_published(book):
    book = book("control_total_differs")
    line(book, book.root, amounts=stated(15_981_000))
    control_total(book, column="budget", pounds=15_982_000, source="the paper")
    control_total(book, row="F-0001", column="budget", pounds=15_981_000)

    assert found(book) == {
        "position/total/budget": "Total, Budget: the paper has £15,982k; the rows add up to £15,981k, £1k less."
    }


@pytest.mark.parametrize(
    ("budget", "forecast", "comment", "is_found"),
    [
        (1_000_000, 1_060_000, "", True),
        (1_000_000, 940_000, "", True),
        (1_000_000, 1_060_000, "Agency staff until September.", False),
        (1_000_000, 1_040_000, "", False),  # four percent
        (100_000, 140_000, "", False),  # less than £50,000
        (0, 60_000, "", True),
        (1_000_000, None, "", False),
    ],
)
def test_a_variance_beyond_tolerance_without_a_comment(book, budget, forecast, comment, is_found):
    book = book("variance_without_comment", tolerance={"percent": 5, "pounds": 50_000})
    line(book, book.root, amounts=stated(budget, forecast), comment=comment)

    assert bool(found(book)) is is_found


def test_a_variance_is_said_in_words(book):
    book = book("variance_without_comment", tolerance={"percent": 5, "pounds": 50_000})
    line(book, book.root, title="Posts", kind="saving", amounts=stated(2_246_000, 1_452_000))

    assert found(book) == {"F-0001": f"“Posts” (F-0001) is £794k short: adverse in {YEAR}, and no comment says why."}


def test_a_forecast_that_stands_for_longer_than_the_scheme_allows(book):
    book = book("forecast_unchanged", unchanged_for=2)
    for ref in ("F-1", "F-2"):
        line(book, book.root, ref, title=ref, amounts=stated(5_000, 4_000))
    book.next_month("2022-06")
    assert found(book) == {}  # it has stood for one period before this one
    moved = book.period.pk
    _forecast(moved, "F-2", 4_500)
    book.next_month("2022-07")

    assert found(book) == {"F-1": "“F-1” (F-1) has had the same forecast for 2 periods before this one."}


def _forecast(period, ref, pounds):
    from finance.models import Amount

    Amount.objects.filter(period=period, line__ref=ref, measure="forecast").update(pounds=pounds)


def test_a_saving_at_risk_where_all_is_reported_well(book):
    book = book("saving_at_risk_on_course", on_course=["G"])
    for ref, level in (("A", "G"), ("B", "R")):
        stream = book.workstream(ref, book.root, name=f"Stream {ref}")
        book.rating(stream, "overall", level, reason="Late")
        line(book, stream, f"F-{ref}1", title="Care", kind="saving", amounts=stated(at_risk=160_000))
        line(book, stream, f"F-{ref}2", kind="saving", amounts=stated(over_achieved=160_000))

    assert found(book) == {"F-A1": "“Care” (F-A1) has £160k at risk, and Stream A is reported green."}


def test_money_of_an_earlier_day(book):
    book = book("money_is_stale")
    note = book.note("position", "Last period figures, updated figures to follow")
    assert found(book) == {}
    type(note).objects.filter(pk=note.pk).update(as_at=dt.date(2022, 4, 30))

    assert found(book) == {"position": "“Budget and outturn” shows figures as at 30 April 2022, not 31 May 2022."}


def test_a_scheme_without_money_has_nothing_to_find():
    checks = ["control_total_differs", "variance_without_comment", "forecast_unchanged", "money_is_stale"]
    made = document(checks=checks)
    del made["money"]
    made["layouts"] = {"scorecard": []}
    book = Book("book", document=made)
    line(book, book.root, amounts=stated(1_000, 900_000))
    control_total(book)

    assert found(book) == {}
