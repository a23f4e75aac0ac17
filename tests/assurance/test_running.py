"""Running the checks: the order of what is found, the subtree, and counting without reading the rows."""

from collections import Counter

import pytest

from assurance.running import counts, findings
from programmes.checks import CHECKS, Check, Finding, Severity
from programmes.month import whole_month
from programmes.scheme import FIRST_CHECKS
from programmes.tree import trees
from tests.factories import Book, somerset_scheme
from tests.scenes import scene

pytestmark = pytest.mark.django_db


@scene
def book():
    """Two workstreams, the second by ref first in order, each with findings."""
    document = somerset_scheme() | {"checks": [*FIRST_CHECKS, "odd"]}
    book = Book("book", label="2022-05", document=document)
    book.people = book.workstream("PEO", book.root, name="People")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.erp = book.workstream("FIN-1", book.finance, name="ERP system")
    book.product(book.erp, "P-2", status="on_hold")
    book.milestone(book.erp, "M-1", status="", due="2022-05-01")
    book.product(book.people, "P-1", due="2022-09-01")
    book.milestone(book.people, "M-9", status="")
    book.milestone(book.root, "M-5", status="")
    return book


@pytest.fixture
def tree(book):
    return trees(book.period)[0]


@pytest.fixture
def low(book):
    """A check of an app above, which is no query: one finding under the programme, one under nothing."""

    def run(month, among=None):
        for place in (month.tree.root.pk, None):
            yield Finding("odd", Severity.LOW, f"X-{place or 0}", "Odd", "risk", "It is odd.", (), place)

    check = Check("odd", "Odd", Severity.LOW, "Nothing is odd.", run)
    CHECKS.append(check)
    yield check
    CHECKS.remove(check)


def test_the_most_serious_first_then_the_workstreams_order_then_ref(book, tree, low):
    found = [(each.severity, each.subject, each.code) for each in findings(whole_month(book.period))]

    assert found == [
        ("high", "M-1", "milestone_past_its_date"),
        ("high", "P-2", "first_tranche_without_due_date"),
        ("medium", "M-5", "milestone_without_status"),
        ("medium", "M-9", "milestone_without_status"),
        ("medium", "P-1", "product_without_milestone"),
        ("medium", "M-1", "milestone_without_status"),
        ("medium", "P-2", "product_without_milestone"),
        ("low", f"X-{book.root.pk}", "odd"),
        ("low", "X-0", "odd"),
    ]


def test_a_workstream_answers_for_itself_and_all_below(book, tree, low):
    def refs(ref):
        return [each.subject for each in findings(whole_month(book.period).within(tree.by_ref[ref]))]

    assert refs("FIN") == refs("FIN-1") == ["M-1", "P-2", "M-1", "P-2"]
    assert refs("PEO") == ["M-9", "P-1"]
    assert len(refs("ROOT")) == 9


@pytest.mark.parametrize("ref", ["ROOT", "PEO", "FIN", "FIN-1"])
def test_counts_are_those_of_the_findings(book, tree, low, ref):
    scope = tree.by_ref[ref]
    expected = Counter(each.code for each in findings(whole_month(book.period).within(scope)))

    assert +counts(whole_month(book.period).within(scope)) == expected


def test_a_milestone_whose_product_the_month_does_not_hold_is_found_all_the_same(book, tree):
    other = Book("other")
    lost = other.product(other.root)
    book.milestone(lost, "M-7", status="")

    assert "M-7" in [each.subject for each in findings(whole_month(book.period))]
    assert counts(whole_month(book.period))["milestone_without_status"] == 4
    assert counts(whole_month(book.period).within(tree.by_ref["PEO"]))["milestone_without_status"] == 1


def test_counting_is_one_query(book, tree, django_assert_num_queries):
    month = whole_month(book.period)
    assert month.scheme

    with django_assert_num_queries(1):
        counts(month)
    with django_assert_num_queries(1):
        counts(month.within(tree.by_ref["FIN"]))
    with django_assert_num_queries(0):
        counts(month)


def test_nothing_to_count_counts_nothing(db):
    book = Book()

    assert counts(whole_month(book.period)).total() == 0
