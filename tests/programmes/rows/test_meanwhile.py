"""What somebody saves after another person has changed where it stands, or has taken its number."""

import pytest

from accounts.models import AuditEntry
from core.refusal import Refused
from programmes.actions import reopen_period
from programmes.actions.positions import move
from programmes.actions.workstreams import withdraw_workstream
from programmes.models import MilestonePosition, ProductPosition, WorkstreamPosition
from programmes.month import open_month_or_404
from programmes.rows import KINDS
from programmes.views.rows import save
from tests.factories import everything

WHY = "No longer needed since the merger"


@pytest.fixture
def typed(book):
    """Return a function that reads a row as its page does, and gives the form with this typed over it."""

    def fill(user, kind, key, label="2022-06", **said):
        target = KINDS[kind].find(month := open_month_or_404(user, "book", label), key)
        as_it_is = KINDS[kind].form(month=month, target=target).as_data()
        form = KINDS[kind].form(as_it_is | target.seen | said, month=month, target=target)
        assert form.is_valid(), form.errors
        return form

    return fill


def position(book, ref):
    row = WorkstreamPosition.objects.select_related("workstream").get(period=book.period, workstream__ref=ref)
    row.period = book.period
    return row


@pytest.mark.parametrize(
    ("kind", "key", "said"),
    [
        ("rating", "FIN-2/schedule", {"level": "G"}),
        ("narrative", "FIN-2/ask/new", {"text": "Agree the plan."}),
        ("product", "FIN-2/new", {"title": "Added"}),
        ("milestone", "workstream/FIN-2/new", {"title": "Added"}),
        ("workstream", "FIN-2", {"name": "Renamed"}),
    ],
)
def test_nothing_is_saved_under_a_workstream_that_was_withdrawn(typed, lead, pmo, book, kind, key, said):
    """Nobody could reach it there, and the month could not close over it."""
    form = typed((pmo if kind == "workstream" else lead).user, kind, key, **said)
    withdraw_workstream(position(book, "FIN-2"), seen={"workstream/FIN-2": 1}, reason=WHY, by=pmo.user)
    before = everything()

    with pytest.raises(Refused, match=r"^Workstream “Audit” \(FIN-2\) is withdrawn: take it back in first"):
        save(form)

    assert everything() == before


@pytest.fixture
def leave(book, pmo):
    """Return a function that puts the product of finance, with its milestones, under people."""

    def leave(to="PEO-1"):
        product = ProductPosition.objects.select_related("product").get(period=book.period, product__ref="P-0001")
        product.period = book.period
        move(product, to=position(book, to), seen={"product/P-0001": product.version}, by=pmo.user)

    return leave


@pytest.mark.parametrize(
    ("kind", "key", "named"),
    [
        ("milestone", "M-0001", r"Milestone “Design agreed” \(M-0001\)"),
        ("milestone", "product/P-0001/new", r"Product “Chart of accounts” \(P-0001\)"),
        ("product", "P-0001", r"Product “Chart of accounts” \(P-0001\)"),
    ],
)
def test_nothing_is_saved_in_a_return_into_which_a_product_was_moved(typed, lead, leave, kind, key, named):
    """It is another's, and may have been accepted. The version of a milestone does not tell that its product left."""
    form = typed(lead.user, kind, key, title="Changed")
    leave()
    before = everything()

    with pytest.raises(Refused, match=rf"^{named} was moved to another workstream meanwhile"):
        save(form)

    assert everything() == before


def test_a_milestone_is_saved_once_its_writer_has_looked_again(typed, lead, leave, book):
    form = typed(lead.user, "milestone", "M-0001", title="Changed")
    leave("FIN-2")
    with pytest.raises(Refused, match="Look again"):
        save(form)

    save(typed(lead.user, "milestone", "M-0001", title="Changed"))

    assert MilestonePosition.objects.get(period=book.period).title == "Changed"


@pytest.mark.parametrize(
    ("kind", "under", "first", "second"),
    [
        ("product", "FIN", "P-0002", "P-0003"),
        ("milestone", "workstream/FIN", "M-0002", "M-0003"),
        ("workstream", "FIN", "FIN-01", "FIN-02"),
    ],
)
def test_a_number_taken_in_an_amendment_gives_way_in_the_month_after_it(typed, pmo, book, kind, under, first, second):
    """Both pages were offered it. Numbers are given once in a programme, not once in a month."""
    reopen_period(book.period.previous, reason="A rating was mistyped")
    said = {"name" if kind == "workstream" else "title": "Added"}
    may, june = (typed(pmo.user, kind, f"{under}/new", label, **said) for label in ("2022-05", "2022-06"))
    assert save(may) == first
    assert save(june) == second
    before, entries = everything(), AuditEntry.objects.count()

    again = typed(pmo.user, kind, f"{under}/{first}", **june.data)

    assert save(again) == second, "a second click"
    assert (everything(), AuditEntry.objects.count()) == (before, entries)
    assert KINDS[kind].find(open_month_or_404(pmo.user, "book", "2022-06"), second).row.pk
