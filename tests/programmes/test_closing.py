"""A month closes when its rows hold together, and says in sentences why it does not."""

import pytest

from programmes.actions import Refused, close_period
from programmes.models import MilestonePosition, Period, ProductPosition, WorkstreamPosition
from programmes.months.closing import faults
from tests.factories import Book, everything
from tests.scenes import scene

pytestmark = pytest.mark.django_db


@scene
def book():
    """May 2022: a workstream with a sub-workstream, products and milestones in both, ratings and narrative."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.erp = book.workstream("ERP", book.finance, name="Resource planning")
    book.ledger = book.product(book.erp, "LED")
    book.payments = book.product(book.erp, "PAY", parent=book.ledger, tranche="", status="")
    book.milestone(book.ledger, "M-LED", status="delivered")
    book.milestone(book.finance, "M-FIN", status="")
    book.rating(book.finance, "overall", "R")
    book.rating(book.erp, "resources", "I")
    book.narrative(book.erp, "ask", "Agree the plan.")
    return book


def withdraw(book, model, *refs):
    (key,) = model.natural_key
    found = model.objects.of(book.period).filter(**{f"{key}__ref__in": refs})
    assert found.update(withdrawn=True) == len(refs)


def forget(book, model, *refs):
    """As if the month had never held it."""
    (key,) = model.natural_key
    model.objects.of(book.period).filter(**{f"{key}__ref__in": refs}).delete()


# --- A month that holds together ----------------------------------------------------------------------------


def test_clean_month_closes_at_a_moment(book):
    assert list(faults(book.period)) == []
    closed = close_period(book.period)
    assert (closed.state, closed.closed_at is None) == ("closed", False)
    assert Period.objects.get() == closed
    assert not Period.objects.get().is_open


def test_closing_writes_nothing_but_the_period(book):
    before = everything()
    close_period(book.period)
    after = everything()
    (closed,) = after.pop("programmes.Period")
    (was,) = before.pop("programmes.Period")
    assert after == before
    assert {column for column in closed if closed[column] != was[column]} == {
        "state",
        "closed_at",
        "digest",
        "digested",
        "audit_head",
    }


def test_closed_month_cannot_close_again(book):
    book.close()
    refuses(book, "May 2022 is closed already.")


def test_month_that_looked_open_a_moment_ago_cannot_close_again(book):
    stale = Period.objects.get()
    book.close()
    with pytest.raises(Refused, match=r"^May 2022 is closed already\.$"):
        close_period(stale)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda book: withdraw(book, ProductPosition, "PAY"), id="a withdrawn product"),
        pytest.param(
            lambda book: (withdraw(book, MilestonePosition, "M-LED"), withdraw(book, ProductPosition, "LED", "PAY")),
            id="a withdrawn product and all that stands under it",
        ),
        pytest.param(
            lambda book: book.product(book.workstream("OLD", book.root, withdrawn=True), withdrawn=True),
            id="a withdrawn workstream and all that stands under it",
        ),
        pytest.param(
            lambda book: book.workstream("O2", book.workstream("O1", book.root, withdrawn=True), withdrawn=True),
            id="a withdrawn workstream under a withdrawn one",
        ),
    ],
)
def test_what_is_withdrawn_keeps_no_month_open(book, change):
    change(book)
    assert list(faults(book.period)) == []


def test_faults_of_another_period_keep_no_month_open(book):
    other = Book("other")
    old = other.workstream("OLD", other.root, withdrawn=True)
    gone = other.product(other.root, "GONE", withdrawn=True)
    other.workstream("NEW", old)
    other.product(old, status="?", tranche="?", parent=gone)
    other.milestone(gone, status="?")
    other.milestone(old)
    other.rating(old, "overall", "G")
    other.rating(other.root, "overall", "?")
    other.narrative(old, "?", "They say.")
    assert list(faults(book.period)) == []
    assert len(list(faults(other.period))) == 5 + 2 + 5  # lost workstreams, lost products, unknown codes


def test_rating_of_another_month_keeps_no_month_open(book):
    may = book.period
    book.next_month("2022-06")
    book.rating(book.root, "overall", "?")
    assert list(faults(may)) == []


# --- Why it does not close ----------------------------------------------------------------------------------


def lost(what, where, ref):
    return f"A {what} stands under {where} {ref}, which May 2022 does not hold: move it or withdraw it."


LOST_WORKSTREAM = {
    "workstream": lambda book, old: book.workstream("NEW", old),
    "product": lambda book, old: book.product(old),
    "milestone": lambda book, old: book.milestone(old),
    "rating": lambda book, old: book.rating(old, "overall", "G"),
    "narrative entry": lambda book, old: book.narrative(old, "ask", "Agree the plan."),
}


@pytest.mark.parametrize("is_held", [True, False], ids=["withdrawn", "never held"])
@pytest.mark.parametrize("what", LOST_WORKSTREAM)
def test_row_may_not_stand_under_a_workstream_that_the_month_does_not_hold(book, what, is_held):
    old = book.workstream("OLD", book.root, withdrawn=True)
    LOST_WORKSTREAM[what](book, old)
    if not is_held:
        forget(book, WorkstreamPosition, "OLD")
    assert list(faults(book.period)) == [lost(what, "workstream", "OLD")]


LOST_PRODUCT = {
    "product": lambda book, old: book.product(book.erp, parent=old),
    "milestone": lambda book, old: book.milestone(old),
}


@pytest.mark.parametrize("is_held", [True, False], ids=["withdrawn", "never held"])
@pytest.mark.parametrize("what", LOST_PRODUCT)
def test_row_may_not_stand_under_a_product_that_the_month_does_not_hold(book, what, is_held):
    old = book.product(book.erp, "OLD", withdrawn=True)
    LOST_PRODUCT[what](book, old)
    if not is_held:
        forget(book, ProductPosition, "OLD")
    assert list(faults(book.period)) == [lost(what, "product", "OLD")]


def test_workstreams_must_hang_from_the_root(book):
    WorkstreamPosition.objects.filter(workstream=book.finance).update(parent=book.erp)
    sentences = list(faults(book.period))
    assert sentences[:2] == [lost("workstream", "workstream", "ERP"), lost("workstream", "workstream", "FIN")]


def test_workstream_is_named_once_however_many_rows_stand_under_it(book):
    old = book.workstream("OLD", book.root, withdrawn=True)
    for _ in range(3):
        book.product(old)
    assert list(faults(book.period)) == [lost("product", "workstream", "OLD")]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda book: book.product(book.erp, "P-1", tranche="9"),
            "The tranche “9” (P-1) is not in the scheme of May 2022.",
        ),
        (
            lambda book: book.product(book.erp, "P-1", status="G"),
            "The product status “G” (P-1) is not in the scheme of May 2022.",
        ),
        (
            lambda book: book.milestone(book.erp, "M-1", status="late"),
            "The milestone status “late” (M-1) is not in the scheme of May 2022.",
        ),
        (
            lambda book: book.narrative(book.erp, "gossip", "They say."),
            "The kind of narrative “gossip” (ERP, gossip, 1) is not in the scheme of May 2022.",
        ),
        (
            lambda book: book.rating(book.root, "overall", "P"),
            "The rating “P” for “overall” (ROOT) is not in the scheme of May 2022.",
        ),
        (
            lambda book: book.rating(book.erp, "schedule", "I"),  # a level, but of another scale
            "The rating “I” for “schedule” (ERP) is not in the scheme of May 2022.",
        ),
        (
            lambda book: book.rating(book.erp, "overall", "G"),  # a dimension, but not of this tier
            "The rating “G” for “overall” (ERP) is not in the scheme of May 2022.",
        ),
        (
            lambda book: book.rating(book.finance, "mood", "G"),
            "The rating “G” for “mood” (FIN) is not in the scheme of May 2022.",
        ),
    ],
    ids=["tranche", "product", "milestone", "narrative", "level", "scale", "tier", "dimension"],
)
def test_code_must_be_in_the_scheme_of_the_month(book, change, sentence):
    change(book)
    assert list(faults(book.period)) == [sentence]


@pytest.mark.parametrize("rows", [1, 3])
def test_looking_for_faults_costs_the_same_whatever_the_rows(book, rows, django_assert_num_queries):
    for n in range(rows):
        workstream = book.workstream(f"MORE-{n}", book.root)
        book.milestone(book.product(workstream))
        book.rating(workstream, "overall", "G")
    with django_assert_num_queries(4):
        assert list(faults(book.period)) == []


# --- How it is refused --------------------------------------------------------------------------------------


def refuses(book, sentence):
    before = everything()
    with pytest.raises(Refused) as refused:
        close_period(book.period)
    assert str(refused.value) == sentence
    assert everything() == before


def test_refusal_gives_every_reason(book):
    book.product(book.erp, "P-1", status="G", tranche="9")
    refuses(
        book,
        "May 2022 cannot close. The tranche “9” (P-1) is not in the scheme of May 2022. "
        "The product status “G” (P-1) is not in the scheme of May 2022.",
    )


@pytest.mark.parametrize(("found", "more"), [(5, ""), (6, " (and 1 more)"), (8, " (and 3 more)")])
def test_refusal_gives_five_reasons_and_the_number_of_the_others(book, found, more):
    for n in range(1, found + 1):
        book.milestone(book.erp, f"M-{n}", status=f"late-{n}")
    reasons = [f"The milestone status “late-{n}” (M-{n}) is not in the scheme of May 2022." for n in range(1, 6)]
    refuses(book, f"May 2022 cannot close. {' '.join(reasons)}{more}")


class TestGates:
    @pytest.fixture(autouse=True)
    def _gate(self, monkeypatch):
        monkeypatch.setattr("programmes.months.closing.gates", [lambda _period: ["Two returns are missing."]])

    def test_hold_a_month_back(self, book):
        with pytest.raises(Refused) as refused:
            close_period(book.period)

        assert str(refused.value) == (
            "May 2022 is held back. Two returns are missing. Give a reason to close it all the same."
        )
        book.period.refresh_from_db()
        assert book.period.is_open

    def test_are_overridden_with_a_reason_that_is_recorded(self, book):
        period = close_period(book.period, override="The committee meets tomorrow")

        assert (period.override, period.held_by) == ("The committee meets tomorrow", ["Two returns are missing."])

    def test_are_not_overridden_with_a_word(self, book):
        with pytest.raises(Refused, match="Say in at least 10 characters why May 2022 is closed all the same"):
            close_period(book.period, override="because")

    def test_that_hold_nothing_leave_no_override(self, book, monkeypatch):
        monkeypatch.setattr("programmes.months.closing.gates", [lambda _period: []])

        assert close_period(book.period, override="Nothing to override here").override == ""
