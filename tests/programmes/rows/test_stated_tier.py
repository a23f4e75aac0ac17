"""A workstream may state its tier and skip one: a project right below a portfolio, with no programme between."""

import pytest

from core.refusal import Refused
from programmes.models import WorkstreamPosition
from programmes.month import whole_month
from programmes.months.closing import faults
from programmes.tree import trees
from reports import layouts
from returns.status import units
from tests.factories import Book, person, somerset_scheme
from tests.programmes.rows.forms import Clerk, problems
from tests.saves import save_workstream

TIERS = ["council", "portfolio", "programme", "project", "task"]


@pytest.fixture
def book(db):
    """May: a portfolio with a programme and its project, and beside it a project and a task that skip tiers."""
    document = somerset_scheme()
    document |= {"tiers": [{"word": word, "plural": f"{word}s"} for word in TIERS], "return_tier": 2}
    document["dimensions"][2]["scales"] = dict.fromkeys("01234", "rag")
    document["layouts"]["scorecard"] += [{"section": "spread", "key": "by_3", "title": "T", "options": {"tier": 3}}]
    book = Book("book", label="2022-05", document=document)
    book.homes = book.workstream("HOM", book.root, name="Homes")
    book.build = book.workstream("BUI", book.homes, name="Building")
    book.site = book.workstream("SIT", book.build, name="Site")
    book.roofs = book.workstream("ROO", book.homes, name="Roofs", tier=3)
    book.tiles = book.workstream("TIL", book.homes, name="Tiles", tier=4)
    return book


@pytest.fixture
def pmo(client, book):
    return Clerk(client, book, person("pmo", book.root))


def tier(book, ref):
    return trees(book.period)[0].by_ref[ref].tier


def stated(book, ref):
    return WorkstreamPosition.objects.get(period=book.period, workstream__ref=ref).tier


def test_it_is_added_at_a_tier_that_skips_one(pmo, book):
    page = pmo.open("workstream", "HOM/new")

    assert pmo.send(page, name="Doors", tier="4").status_code == 302

    added = WorkstreamPosition.objects.get(period=book.period, name="Doors")
    assert (added.parent, added.tier, tier(book, added.workstream.ref)) == (book.homes, 4, 4)


def test_left_as_it_is_it_stands_one_below(pmo, book):
    pmo.send(pmo.open("workstream", "BUI/new"), name="Yard")

    added = WorkstreamPosition.objects.get(period=book.period, name="Yard")
    assert (added.tier, tier(book, added.workstream.ref)) == (None, 3)


def test_it_is_moved_and_its_tier_goes_with_it_or_is_left_to_where_it_stands(pmo, book):
    assert pmo.save("workstream", "ROO", parent="BUI").status_code == 302
    assert tier(book, "ROO") == 3

    assert pmo.save("workstream", "ROO", parent="ROOT", tier="").status_code == 302
    assert (stated(book, "ROO"), tier(book, "ROO")) == (None, 1)


@pytest.mark.parametrize(
    ("ref", "typed", "field", "said"),
    [
        ("ROO", {"tier": "1"}, "tier", "Homes is a portfolio: choose a tier below that, or leave it as one below."),
        ("ROO", {"tier": "5"}, "tier", "Select a valid choice. 5 is not one of the available choices."),
        ("ROO", {"parent": "TIL", "tier": ""}, "parent", None),
        ("HOM", {"tier": "3"}, "tier", "Roofs, which stands below it, is of that tier or a higher one."),
        ("BUI", {"tier": "4"}, "parent", "What stands below it would stand deeper than this programme’s tiers."),
    ],
)
def test_a_tier_that_is_not_below_what_it_stands_under_is_sent_back(pmo, book, ref, typed, field, said):
    answer = pmo.save("workstream", ref, **typed)

    assert field in problems(answer)
    assert said is None or said in problems(answer)[field]
    assert list(faults(book.period)) == []


def test_the_database_itself_keeps_the_tree(book):
    pmo = person("pmo", book.root)
    row = WorkstreamPosition.objects.select_related("workstream").get(period=book.period, workstream=book.homes)
    row.period = book.period

    with pytest.raises(Refused, match="no longer fits"):
        save_workstream(row, {"tier": 3}, seen=1, about="Homes", touches=frozenset(), by=pmo)


def test_a_month_does_not_close_on_a_tier_that_is_not_below(book):
    WorkstreamPosition.objects.filter(workstream=book.roofs).update(tier=1)

    (fault,) = faults(book.period)
    assert fault == "Roofs (ROO) is of tier 1: that is not below what it stands under, or no tier at all."


def test_a_rating_that_its_new_tier_does_not_give_is_taken_away_first(pmo, book):
    book.rating(book.build, "resources", "S")

    assert "is rated otherwise" in pmo.save("workstream", "BUI", tier="3").content.decode()


def test_it_carries_forward(book):
    book.next_month("2022-06")

    assert (stated(book, "ROO"), tier(book, "ROO"), stated(book, "SIT")) == (3, 3, None)


def test_it_is_reported_in_the_return_of_the_nearest_above_that_makes_one(book):
    month = whole_month(book.period)
    by_ref = month.tree.by_ref

    assert [node.ref for node in units(month)] == ["ROOT", "HOM", "BUI"]
    assert {ref: month.unit(node).ref for ref, node in by_ref.items()} == {
        "ROOT": "ROOT",
        "HOM": "HOM",
        "BUI": "BUI",
        "SIT": "BUI",
        "ROO": "HOM",
        "TIL": "HOM",
    }
    assert {unit.ref: [node.ref for node in month.in_return(unit)] for unit in units(month)} == {
        "ROOT": ["ROOT"],
        "HOM": ["HOM", "ROO", "TIL"],
        "BUI": ["BUI", "SIT"],
    }


def test_a_tier_is_counted_wherever_it_stands_and_adds_up(book):
    month = whole_month(book.period)
    section = layouts.build(month.within(month.tree.by_ref["HOM"]), section="by_3").sections[0]

    (table,) = section.tables()

    assert {row.cells["workstream"].value: row.cells["all"].value for _, row in table.lines()} == {
        "Building": 1,
        "Right below": 1,
        "All": 2,
    }
