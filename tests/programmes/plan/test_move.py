"""Things that change their place: moved, merged into another, or split into several."""

import datetime as dt

import pytest

from programmes.actions import Refused, Stale
from programmes.actions.plan import merge, split
from programmes.actions.positions import move, withdraw
from programmes.models import MilestonePosition, ProductPosition
from tests.factories import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reconciles")]
WHY = "It belongs there since the merger"


@pytest.fixture
def guarded(monkeypatch):
    """The workstreams of which the guards were asked."""
    asked = []
    monkeypatch.setattr(
        "programmes.actions.locking.guard", lambda period, places, by, writers, before=None: asked.append(places)
    )
    return asked


# --- Moving -------------------------------------------------------------------------------------------------


def test_a_product_moves_with_its_milestones(book, pmo, entries, guarded):
    assert move(book.thing("P-0001"), to=book.thing("PEO"), seen=book.seen("P-0001"), reason=WHY, by=pmo)

    assert book.counts() == {"products": {"PEO": 1}, "milestones": {"PEO": 2}}
    assert book.steps("P-0001") == [("moved", "PEO")]
    assert entries("what", "before", "after", "reason") == [
        ("product.move", {"workstream": "ERP"}, {"workstream": "PEO"}, WHY)
    ]
    assert guarded == [{book.erp.pk, book.people.pk}]


def test_a_milestone_moves_to_a_product_or_a_workstream(book, pmo, entries, guarded):
    book.product(book.people, "P-0002")

    assert move(book.thing("M-0001"), to=book.thing("P-0002"), seen=book.seen("M-0001"), by=pmo)
    assert book.counts()["milestones"] == {"ERP": 1, "PEO": 1}
    assert guarded == [{book.erp.pk, book.people.pk}]

    assert move(book.thing("M-0001"), to=book.thing("FIN"), seen=book.seen("M-0001"), by=pmo)
    assert book.counts()["milestones"] == {"FIN": 1, "ERP": 1}
    assert guarded[1:] == [{book.people.pk, book.finance.pk}]

    assert book.steps("M-0001") == [("moved", "P-0002"), ("moved", "FIN")]
    assert entries("before", "after") == [
        ({"product": "P-0001", "workstream": None}, {"product": "P-0002", "workstream": None}),
        ({"product": "P-0002", "workstream": None}, {"product": None, "workstream": "FIN"}),
    ]


def test_what_stands_there_already_is_left_alone(book, pmo, entries):
    seen = book.seen("P-0001")
    assert move(book.thing("P-0001"), to=book.thing("PEO"), seen=seen, by=pmo)

    assert not move(book.thing("P-0001"), to=book.thing("PEO"), seen=seen, by=pmo)

    assert len(entries()) == len(book.steps("P-0001")) == 1


def test_a_product_stands_under_no_product(book, pmo):
    book.product(book.people, "P-0002")

    with pytest.raises(Refused, match=r"A product stands under a workstream\."):
        move(book.thing("P-0001"), to=book.thing("P-0002"), seen=book.seen("P-0001"), by=pmo)


def test_nothing_moves_under_what_is_withdrawn(book, pmo):
    book.product(book.people, "P-0002")
    place = book.thing("P-0002")
    withdraw(book.thing("P-0002"), seen=book.seen("P-0002"), reason=WHY, by=pmo)
    before = everything()

    with pytest.raises(Refused, match=r"\(P-0002\) is withdrawn"):
        move(book.thing("M-0001"), to=place, seen=book.seen("M-0001"), by=pmo)

    assert everything() == before


def test_who_has_not_seen_the_newest_moves_nothing(book, pmo):
    seen = book.seen("P-0001")
    ProductPosition.objects.update(version=2)
    before = everything()

    with pytest.raises(Stale):
        move(book.thing("P-0001"), to=book.thing("PEO"), seen=seen, by=pmo)

    assert everything() == before


# --- Merging ------------------------------------------------------------------------------------------------


def test_a_product_merges_into_another(book, pmo, entries, guarded):
    book.product(book.people, "P-0002", title="Ledger")
    book.product(book.finance, "P-0003", parent=book.thing("P-0001").product)
    ProductPosition.objects.update(carried=True)
    MilestonePosition.objects.update(carried=True)
    seen = book.seen("P-0001", "P-0003", "M-0001", "M-0002")

    assert merge(book.thing("P-0001"), into=book.thing("P-0002"), seen=seen, reason=WHY, by=pmo)

    assert book.counts() == {"products": {"PEO": 1, "FIN": 1}, "milestones": {"PEO": 2}}
    assert book.thing("P-0003").parent.ref == "P-0002"
    assert book.steps("P-0001") == [("merged", "P-0002")]
    assert book.steps("M-0001") == [("moved", "P-0002")]
    assert book.thing("M-0001").carried  # nobody has looked at what it says
    assert entries("what", "after", "reason") == [
        ("product.merge", {"withdrawn": True, "into": "P-0002"}, WHY),
        ("product.move", {"parent": "P-0002"}, WHY),
        ("milestone.move", {"product": "P-0002"}, WHY),
        ("milestone.move", {"product": "P-0002"}, WHY),
    ]
    assert guarded == [{book.erp.pk, book.people.pk, book.finance.pk}]

    assert not merge(book.thing("P-0001"), into=book.thing("P-0002"), seen=seen, reason=WHY, by=pmo)
    assert len(entries()) == 4


def test_a_milestone_merges_into_another(book, lead):
    assert merge(book.thing("M-0001"), into=book.thing("M-0002"), seen=book.seen("M-0001"), by=lead)

    assert book.counts()["milestones"] == {"ERP": 1}
    assert book.steps("M-0001") == [("merged", "M-0002")]


def test_nothing_merges_into_itself_or_what_stands_under_it(book, lead):
    book.product(book.erp, "P-0002", parent=book.thing("P-0001").product)
    book.product(book.erp, "P-0003", parent=book.thing("P-0002").product)
    seen = book.seen("P-0001", "P-0002", "M-0001", "M-0002")
    before = everything()

    for ref in ("P-0001", "P-0003", "M-0001"):
        with pytest.raises(Refused, match="cannot be merged into itself or into what stands under it"):
            merge(book.thing("P-0001"), into=book.thing(ref), seen=seen, by=lead)

    assert everything() == before


def test_nothing_merges_into_what_is_withdrawn(book, lead):
    withdraw(book.thing("M-0002"), seen=book.seen("M-0002"), reason=WHY, by=lead)

    with pytest.raises(Refused, match=r"\(M-0002\) is withdrawn"):
        merge(book.thing("M-0001"), into=book.thing("M-0002"), seen=book.seen("M-0001"), by=lead)
    with pytest.raises(Refused, match=r"\(M-0002\) is withdrawn"):
        merge(book.thing("M-0002"), into=book.thing("M-0001"), seen=book.seen("M-0002"), by=lead)


def test_who_has_not_seen_every_milestone_merges_nothing(book, lead):
    book.product(book.erp, "P-0002")
    before = everything()

    with pytest.raises(Stale):
        merge(book.thing("P-0001"), into=book.thing("P-0002"), seen=book.seen("P-0001", "M-0001"), by=lead)

    assert everything() == before


# --- Splitting ----------------------------------------------------------------------------------------------


def test_a_product_splits_into_several(book, lead, entries):
    book.milestone(book.thing("P-0001").product, "M-0003")

    made = split(
        book.thing("P-0001"),
        title="Chart of accounts: the core",
        titles=["Chart of accounts: schools", "Chart of accounts: care"],
        goes={"M-0002": 0, "M-0003": 1},
        seen=book.seen("P-0001", "M-0001", "M-0002", "M-0003"),
        reason=WHY,
        by=lead,
    )

    assert [(new.product.ref, new.title, new.owner, new.workstream, new.carried) for new in made] == [
        ("P-0002", "Chart of accounts: schools", "Head of finance", book.erp, False),
        ("P-0003", "Chart of accounts: care", "Head of finance", book.erp, False),
    ]
    due = [book.thing(f"P-{n:04}").due_forecast_latest for n in (1, 2, 3)]
    assert due == [dt.date(2022, 10, 1)] * 3, "each is due when the whole was"
    assert book.thing("P-0001").title == "Chart of accounts: the core"
    assert [book.thing(ref).product.ref for ref in ("M-0001", "M-0002", "M-0003")] == ["P-0001", "P-0002", "P-0003"]
    assert book.steps("P-0002") == [("split", "P-0001")]
    assert book.steps("M-0003") == [("moved", "P-0003")]
    assert book.counts() == {"products": {"ERP": 3}, "milestones": {"ERP": 3}}
    assert entries() == [
        ("product.split", WHY),
        ("product.add", WHY),
        ("milestone.move", WHY),
        ("product.add", WHY),
        ("milestone.move", WHY),
    ]
    told = entries("after")
    assert told[0] == ({"title": "Chart of accounts: the core", "into": ["P-0002", "P-0003"]},)
    assert (told[1][0]["split_off"], told[1][0]["product"], told[1][0]["owner"]) == (
        "P-0001",
        "P-0002",
        "Head of finance",
    )


def test_a_milestone_splits(book, lead):
    (made,) = split(
        book.thing("M-0001"),
        title="Draft agreed",
        titles=["Final version agreed"],
        goes={},
        seen=book.seen("M-0001"),
        by=lead,
    )

    assert (made.milestone.ref, made.title, made.product.ref) == ("M-0003", "Final version agreed", "P-0001")
    assert book.thing("M-0001").title == "Draft agreed"
    assert book.steps("M-0003") == [("split", "M-0001")]


@pytest.fixture
def halved(book, lead):
    """What was asked of a product that has been split into two since its page was read."""
    asked = {"title": "Chart of accounts", "goes": {}, "seen": book.seen("P-0001"), "by": lead}
    split(book.thing("P-0001"), titles=["Another", "A third"], **asked)
    return asked


@pytest.mark.parametrize("titles", [["Another", "A third"], ["A third", "Another"], ["Another"]])
def test_what_is_split_twice_is_split_once(book, halved, titles):
    """The first leaves a mark on what was split, by which the second, sent from the same page, is known."""
    before = everything()

    assert split(book.thing("P-0001"), titles=titles, **halved) == []

    assert everything() == before


@pytest.mark.parametrize("titles", [["A fourth"], ["Another", "A fourth"], ["Another", "Another"]])
def test_who_asks_for_others_after_a_split_is_shown_it_first(book, halved, titles):
    before = everything()

    with pytest.raises(Stale):
        split(book.thing("P-0001"), titles=titles, **halved)

    assert everything() == before


def test_who_has_seen_a_split_may_ask_for_the_same_again(book, halved):
    (made,) = split(book.thing("P-0001"), titles=["Another"], **halved | {"seen": book.seen("P-0001")})

    assert made.product.ref == "P-0004"


def test_what_was_split_off_something_else_or_last_month_is_none_of_it(book, lead, halved):
    book.next_month("2022-06")
    seen = book.seen("P-0001")
    book.product(book.erp, "P-0010", title="Other")
    split(book.thing("P-0010"), titles=["Another"], **halved | {"seen": book.seen("P-0010")})
    move(book.thing("P-0001"), to=book.thing("FIN"), seen=seen, by=lead)

    with pytest.raises(Stale):
        split(book.thing("P-0001"), titles=["Another"], **halved | {"seen": seen})


@pytest.mark.parametrize("ref", ["M-0009", "M-0003"])
def test_a_milestone_of_another_product_does_not_go_along(book, lead, ref):
    book.milestone(book.product(book.people, "P-0009"), "M-0003")
    before = everything()

    with pytest.raises(Stale):
        split(
            book.thing("P-0001"),
            title="One",
            titles=["Two"],
            goes={ref: 0},
            seen=book.seen("P-0001", "M-0003"),
            by=lead,
        )

    assert everything() == before


def test_a_closed_month_splits_merges_and_moves_nothing(book, lead):
    product, milestone, other, place = map(book.thing, ("P-0001", "M-0001", "M-0002", "FIN"))
    seen = book.seen("P-0001", "M-0001", "M-0002")
    book.close()
    before = everything()

    for act in (
        lambda: move(product, to=place, seen=seen, by=lead),
        lambda: merge(milestone, into=other, seen=seen, by=lead),
        lambda: split(product, title="One", titles=["Two"], goes={}, seen=seen, by=lead),
    ):
        with pytest.raises(Refused, match="May 2022 has been closed meanwhile"):
            act()

    assert everything() == before
