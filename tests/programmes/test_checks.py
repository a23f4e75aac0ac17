"""Each of the first five checks: what it finds, and the neighbour it does not."""

import pytest

from programmes.checks import CHECKS, Severity
from programmes.models import MilestonePosition, ProductPosition
from programmes.month import whole_month
from programmes.scheme import FIRST_CHECKS
from tests.factories import Book, somerset_scheme
from tests.scenes import scene

pytestmark = pytest.mark.django_db
BY_CODE = {check.code: check for check in CHECKS}


@scene
def book():
    """May 2022, as at 31 May, with one workstream."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    return book


@pytest.fixture
def find(book):
    """Return a function that runs one check over the open month."""

    def run(code):
        return sorted(BY_CODE[code].run(whole_month(book.period)), key=lambda found: found.subject)

    return run


@pytest.fixture
def refs(find):
    return lambda code: [found.subject for found in find(code)]


def test_the_first_five_checks_and_how_serious_they_are():
    assert {code: BY_CODE[code].severity for code in FIRST_CHECKS} == {
        "product_without_milestone": Severity.MEDIUM,
        "first_tranche_without_due_date": Severity.HIGH,
        "milestone_past_its_date": Severity.HIGH,
        "milestone_without_status": Severity.MEDIUM,
        "delivered_before_work_began": Severity.MEDIUM,
    }


def test_a_finding_carries_what_it_is_about_and_the_facts_it_rests_on(book, find):
    product = book.product(book.finance, "P-1", title="Chart of accounts", due="Autumn 2022", tranche="2")

    (found,) = find("product_without_milestone")

    assert (found.code, found.severity) == ("product_without_milestone", "medium")
    assert (found.subject, found.label, found.kind) == (product.ref, "Chart of accounts", "product")
    assert found.workstream == book.finance.pk
    assert found.sentence == "“Chart of accounts” (P-1) has no milestone, so nothing shows how far it has come."
    assert found.evidence == (
        "Tranche 2",
        "Due, forecast: Autumn 2022",
        "Status: On track",
    )


# --- Product without a milestone ----------------------------------------------------------------------------


def test_a_product_of_any_tranche_needs_a_live_milestone_of_its_own(book, refs):
    for tranche in ("1", "3", ""):
        book.product(book.finance, f"P-{tranche or 'none'}", tranche=tranche)
    book.milestone(book.product(book.finance, "P-has"))
    book.milestone(book.product(book.finance, "P-lost"), withdrawn=True)
    book.milestone(book.finance)
    book.product(book.finance, "P-gone", withdrawn=True)

    assert refs("product_without_milestone") == ["P-1", "P-3", "P-lost", "P-none"]


def test_a_milestone_of_last_month_is_none_of_this_month(book, refs):
    milestone = book.milestone(book.product(book.finance, "P-1"))
    book.next_month("2022-06")
    MilestonePosition.objects.of(book.period).filter(milestone=milestone).update(withdrawn=True)

    assert refs("product_without_milestone") == ["P-1"]


# --- Product of the first tranche without a due date --------------------------------------------------------


def test_a_product_of_the_first_tranche_needs_a_forecast_or_a_baseline(book, find, refs):
    book.product(book.finance, "P-1", title="Cut-over", status="")
    book.product(book.finance, "P-2", tranche="2")
    book.product(book.finance, "P-3", due="Autumn 2022")
    book.product(book.finance, "P-4", baseline="2022-10-01")
    book.product(book.finance, "P-5", withdrawn=True)

    assert refs("first_tranche_without_due_date") == ["P-1"]
    (found,) = find("first_tranche_without_due_date")
    assert found.sentence == "“Cut-over” (P-1) is in tranche 1 and has no due date."
    assert found.evidence == ("No date stated", "No status given")


@pytest.mark.parametrize(("counted", "expected"), [(("2", "3"), ["P-2"]), ((), [])])
def test_the_first_tranche_is_the_first_that_the_scheme_counts(counted, expected):
    document = somerset_scheme()
    for tranche in document["tranches"]:
        tranche["counted"] = tranche["code"] in counted
    book = Book(document=document)
    for tranche in ("1", "2", "3"):
        book.product(book.root, f"P-{tranche}", tranche=tranche)

    found = BY_CODE["first_tranche_without_due_date"].run(whole_month(book.period))

    assert [each.subject for each in found] == expected


# --- Milestone past its date --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "status", "is_found"),
    [
        ("2022-05-30", "on_track", True),
        ("2022-05-30", "", True),
        ("2022-05-30", "on_hold", True),
        ("2022-05-30", "delivered", False),
        ("2022-05-30", "at_risk", False),
        ("2022-05-30", "off_track", False),
        ("2022-05-31", "on_track", False),  # its day is the as-at date
        ("April 2022", "on_track", True),
        ("Spring 2022", "on_track", False),  # can mean the last of May
        ("", "on_track", False),
        ("July 2018 ongoing", "on_track", False),  # nobody says until when
        ("TBC", "on_track", False),
    ],
)
def test_a_milestone_whose_date_has_passed_is_delivered_or_said_to_be_late(book, refs, due, status, is_found):
    book.milestone(book.finance, "M-1", due=due, status=status)

    assert refs("milestone_past_its_date") == ["M-1"] * is_found


def test_a_forecast_goes_before_a_baseline(book, find, refs):
    past = {"baseline_earliest": "2022-04-01", "baseline_latest": "2022-04-30", "baseline_text": "April 2022"}
    book.milestone(book.finance, "M-1", title="Ledger live", **past)
    book.milestone(book.finance, "M-2", due="2022-07-01", **past)
    book.milestone(book.finance, "M-3", withdrawn=True, **past)

    assert refs("milestone_past_its_date") == ["M-1"]
    (found,) = find("milestone_past_its_date")
    assert found.sentence == "“Ledger live” (M-1) was due by 30 April 2022 and is neither delivered nor reported late."
    assert found.evidence == (
        "Baseline: April 2022",
        "Status: On track",
        "As at 31 May 2022",
    )


def test_a_forecast_without_a_day_is_not_late_by_its_baseline(book, refs):
    past = {"baseline_earliest": "2022-04-01", "baseline_latest": "2022-04-30", "baseline_text": "April 2022"}
    book.milestone(book.finance, "M-1", due="TBC", **past)
    book.milestone(book.finance, "M-2", due="July 2018 ongoing", **past)

    assert refs("milestone_past_its_date") == []


# --- Milestone without a status -----------------------------------------------------------------------------


def test_every_milestone_needs_a_status_whatever_its_tranche(book, find, refs):
    book.milestone(book.product(book.finance, tranche="1"), "M-1", status="", due="2022-10-03", title="Signed")
    book.milestone(book.product(book.finance, tranche="3"), "M-2", status="")
    book.milestone(book.finance, "M-3", status="")
    book.milestone(book.finance, "M-4", status="on_hold")
    book.milestone(book.finance, "M-5", status="", withdrawn=True)

    assert refs("milestone_without_status") == ["M-1", "M-2", "M-3"]
    found = find("milestone_without_status")[0]
    assert found.sentence == "“Signed” (M-1) has no status."
    assert found.evidence == ("Tranche 1", "Forecast: 3 October 2022")


# --- Delivered before its work began ------------------------------------------------------------------------


def test_nothing_is_delivered_of_a_product_whose_work_has_not_begun(book, find, refs):
    held = book.product(book.finance, "P-1", title="Pay policy", status="on_hold")
    book.milestone(held, "M-1", title="Agreed", status="delivered", delivered_on="2022-04-21")
    book.milestone(held, "M-2", status="on_track")
    book.milestone(held, "M-3", status="delivered", withdrawn=True)
    book.milestone(book.product(book.finance, status="off_track"), "M-4", status="delivered")
    book.milestone(book.product(book.finance, status="on_hold", withdrawn=True), "M-5", status="delivered")
    book.milestone(book.finance, "M-6", status="delivered")

    assert refs("delivered_before_work_began") == ["M-1"]
    (found,) = find("delivered_before_work_began")
    assert found.sentence == (
        "“Agreed” (M-1) is delivered, but the work on its product “Pay policy” (P-1) has not begun."
    )
    assert found.evidence == (
        "Delivered on 21 April 2022",
        "The product’s status: On hold or not yet started",
    )


def test_a_scheme_that_names_no_such_status_has_no_such_finding():
    document = somerset_scheme()
    del document["not_begun"]
    book = Book(document=document)
    book.milestone(book.product(book.root, status="on_hold"), status="delivered")

    assert list(BY_CODE["delivered_before_work_began"].run(whole_month(book.period))) == []


# --- All of them --------------------------------------------------------------------------------------------


def spoil(book, n):
    """So many findings of every check."""
    for _ in range(n):
        product = book.product(book.finance, status="on_hold")
        book.product(book.finance)
        book.milestone(product, due="2022-04-01", status="")
        book.milestone(product, status="delivered")


@pytest.mark.parametrize("code", FIRST_CHECKS)
@pytest.mark.parametrize("n", [1, 3])
def test_a_check_is_one_query_for_any_number_of_rows(book, django_assert_num_queries, code, n):
    spoil(book, n)
    month = whole_month(book.period)

    with django_assert_num_queries(1):
        found = list(BY_CODE[code].run(month))

    assert len(found) in (n, 2 * n)


def test_another_month_and_another_programme_are_not_looked_at(book, find):
    spoil(book, 2)
    may = book.period
    book.next_month("2022-06")
    ProductPosition.objects.of(book.period).update(withdrawn=True)
    MilestonePosition.objects.of(book.period).update(withdrawn=True)
    other = Book("other")
    other.finance = other.workstream("FIN", other.root)
    spoil(other, 1)

    assert may.pk != book.period.pk
    assert {code: find(code) for code in BY_CODE} == {code: [] for code in BY_CODE}
