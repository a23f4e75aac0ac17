"""Before a month closes: what the checks of its scheme find, whether they hold it or not."""

import pytest

from assurance.gate import gate
from assurance.running import checks, counts, findings
from programmes.checks import CHECKS, Check, Finding, Severity
from programmes.month import whole_month
from programmes.months.closing import notices_on
from programmes.scheme import Scheme
from tests.factories import Book, somerset_scheme

pytestmark = pytest.mark.django_db


def month(**keys):
    """A month with two milestones without a status, one of them past its date."""
    book = Book(label="2022-05", document=somerset_scheme() | keys)
    book.milestone(book.root, "M-1", status="", due="2022-05-01")
    book.milestone(book.root, "M-2", status="")
    return book.period


def said(period):
    return [notice.sentence for notice in notices_on(whole_month(period))]


def test_what_is_found_is_said_with_what_is_serious_and_where_to_read_it():
    period = month()
    (notice,) = notices_on(whole_month(period))

    assert notice.sentence == "The checks find 3 things in May 2022, 1 of high severity."
    assert (notice.title, notice.href) == (
        "What the checks find",
        f"/programmes/{period.programme.slug}/2022-05/findings/",
    )
    assert list(gate(whole_month(period))) == [], "it holds nothing"


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        (["milestone_without_status"], "The checks find 2 things in May 2022, none of high severity."),
        (["product_without_milestone"], "The checks find nothing in May 2022."),
        ([], "No check looks at May 2022: its scheme names none."),
    ],
)
def test_only_the_checks_of_the_scheme_look(codes, sentence):
    period = month(checks=codes)

    assert said(period) == [sentence]
    assert {found.code for found in findings(whole_month(period))} <= {*codes}
    assert counts(whole_month(period)).keys() <= {*codes}


def test_checks_of_a_scheme_are_in_order_of_how_serious_they_are():
    codes = ["milestone_without_status", "milestone_past_its_date", "a_check_of_tomorrow"]
    scheme = Scheme.parse(somerset_scheme() | {"checks": codes})

    assert [check.code for check in checks(scheme)] == ["milestone_past_its_date", "milestone_without_status"]


def test_a_month_is_not_held_by_nothing_where_a_check_is_to_hold_it_that_does_not_look():
    period = month(checks=[], holds_closing=["milestone_without_status"])

    assert list(gate(whole_month(period))) == [
        "May 2022 is to be held back by the check “milestone_without_status”, which its scheme does not have look."
    ]


@pytest.fixture
def later():
    """A check that a later release brings, and that finds something everywhere."""

    def run(month, among=None):
        tree = month.tree
        yield Finding("later", Severity.HIGH, "X-1", "Later", "risk", "It is found.", (), tree.root.pk)

    check = Check("later", "Later", Severity.HIGH, "Nothing is found.", run)
    CHECKS.append(check)
    yield check
    CHECKS.remove(check)


def test_a_check_of_a_later_release_finds_nothing_until_a_scheme_names_it(later):
    old, new = month(), month(checks=["later"])

    assert said(old) == ["The checks find 3 things in May 2022, 1 of high severity."]
    assert "later" not in {check.code for check in checks(old.scheme)}
    assert [found.code for found in findings(whole_month(new))] == ["later"]
