"""Workstreams are named, added and moved, and remain one tree of the programme's tiers."""

import pytest

from core.refusal import Refused
from programmes.models import Rating, Workstream, WorkstreamPosition
from programmes.tree import trees
from tests.programmes.rows.forms import form_of, place, problems
from tests.saves import save_workstream


def position(book, ref):
    return WorkstreamPosition.objects.get(period=book.period, workstream__ref=ref)


def test_workstream_is_renamed(pmo, book):
    assert (
        pmo.save("workstream", "FIN", name="Finance and audit", lead="Director of finance", sort="3").status_code == 302
    )

    row = position(book, "FIN")
    assert (row.name, row.lead, row.sort, row.parent, row.version, row.carried) == (
        *("Finance and audit", "Director of finance", 3, book.root, 2, False),
    )


@pytest.mark.parametrize(("under", "ref"), [("ROOT", "W-02"), ("FIN", "FIN-02"), ("PEO", "PEO-01")])
def test_workstream_is_added_with_the_first_number_that_is_free(pmo, book, under, ref):
    for taken in ("W-01", "FIN-01"):
        Workstream.objects.create(programme=book.programme, ref=taken)
    page = pmo.open("workstream", f"{under}/new")

    answer = pmo.send(page, name="Added", lead="Somebody")

    added = WorkstreamPosition.objects.get(period=book.period, name="Added")
    assert answer["Location"] == place(book, "workstream", ref)
    assert (added.parent.ref, added.carried, added.version) == (under, False, 1)
    assert pmo.client.get(answer["Location"]).status_code == 200


def test_line_of_an_added_workstream_comes_back_in_place(pmo, book):
    page = pmo.open("workstream", "FIN/new")

    answer = pmo.send(page, name="Added", headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert "Added" in answer.content.decode()
    assert "hx-get" in answer.content.decode()  # they may change it again


def test_programme_itself_stands_under_nothing_and_is_not_moved(pmo, book):
    assert "parent" not in form_of(pmo.open("workstream", "ROOT"))

    assert pmo.save("workstream", "ROOT", parent="FIN", name="All of it").status_code == 302
    assert (position(book, "ROOT").parent, position(book, "ROOT").name) == (None, "All of it")


def test_workstream_is_moved_with_all_below_it(pmo, book):
    assert pmo.save("workstream", "FIN-1", parent="PEO").status_code == 302

    assert position(book, "FIN-1").parent == book.people


@pytest.mark.parametrize("below", ["FIN", "FIN-1", "FIN-2"])
def test_workstream_does_not_stand_under_itself(pmo, book, below):
    answer = pmo.save("workstream", "FIN", parent=below)

    assert problems(answer) == {"parent": [f"Select a valid choice. {below} is not one of the available choices."]}


def test_workstream_stands_no_deeper_than_the_tiers(pmo, book):
    assert problems(pmo.save("workstream", "FIN", parent="PEO")) == {
        "parent": ["What stands below it would stand deeper than this programme’s tiers."]
    }
    assert problems(pmo.save("workstream", "PEO-1", parent="FIN-1")) == {
        "parent": ["Select a valid choice. FIN-1 is not one of the available choices."]
    }
    assert pmo.open("workstream", "FIN-1/new").status_code == 404


def test_workstream_without_any_below_it_goes_one_tier_down(pmo, book):
    pmo.save("workstream", "PEO-1", parent="FIN")
    assert pmo.save("workstream", "PEO", parent="FIN").status_code == 302


@pytest.mark.parametrize("role", ["pmo", "administrator"])
def test_who_shapes_a_part_neither_moves_its_top_nor_sees_beyond_it(clerk, book, role):
    part = clerk(role, book.finance)
    page = part.open("workstream", "FIN-1")
    assert "parent" not in form_of(part.open("workstream", "FIN"))
    assert "People" not in page.content.decode()

    assert problems(part.send(page, parent="PEO")) == {
        "parent": ["Select a valid choice. PEO is not one of the available choices."]
    }
    assert part.save("workstream", "FIN-1", parent="FIN").status_code == 302


def test_two_who_move_two_under_each_other_at_once_do_not_lose_both(pmo, book):
    """Both forms were right when they were checked: the action looks again once it holds the tree."""
    finance, people = position(book, "FIN"), position(book, "PEO")
    WorkstreamPosition.objects.filter(period=book.period, workstream__ref__in=["FIN-1", "FIN-2", "PEO-1"]).update(
        withdrawn=True
    )
    Rating.objects.filter(period=book.period).delete()
    saving = {"seen": 1, "about": "it", "touches": frozenset(), "by": pmo.user}
    save_workstream(finance, {"parent": book.people}, **saving)

    with pytest.raises(Refused, match="moved meanwhile"):
        save_workstream(people, {"parent": book.finance}, **saving)

    assert position(book, "PEO").parent == book.root
    assert {node.ref for node in trees(book.period)[0].root.walk()} == {"ROOT", "FIN", "PEO"}


def test_move_that_has_become_too_deep_meanwhile_is_refused(pmo, book):
    with pytest.raises(Refused, match="moved meanwhile"):
        save_workstream(
            position(book, "PEO"), {"parent": book.finance}, seen=1, about="it", touches=frozenset(), by=pmo.user
        )

    assert position(book, "PEO").version == 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"name": ""}, {"name": ["Write something here."]}),
        ({"name": "x" * 201}, {"name": ["This is 201 characters long. At most 200 fit."]}),
        ({"sort": "-1"}, {"sort": ["Ensure this value is greater than or equal to 0."]}),
        ({"sort": "first"}, {"sort": ["Enter a whole number."]}),
        ({"sort": ""}, {"sort": ["Write a whole number."]}),
        ({"parent": "NONE"}, {"parent": ["Select a valid choice. NONE is not one of the available choices."]}),
    ],
)
def test_what_a_workstream_cannot_say_is_sent_back(pmo, book, typed, expected):
    assert problems(pmo.save("workstream", "FIN", **typed)) == expected


def test_order_beyond_what_every_database_holds_is_sent_back(pmo, book):
    assert list(problems(pmo.save("workstream", "FIN", sort="9" * 30))) == ["sort"]
    assert list(problems(pmo.save("workstream", "FIN", sort="3000000000"))) == ["sort"]


def test_ref_of_an_added_one_fits_however_long_the_one_above_is(pmo, book):
    book.workstream("X" * 40, book.root, name="Long")

    assert pmo.save("workstream", f"{'X' * 40}/new", name="Below").status_code == 302

    assert len(WorkstreamPosition.objects.get(name="Below").workstream.ref) <= 40


def test_withdrawn_workstream_takes_nothing(pmo, book):
    page = pmo.open("workstream", "FIN-2")
    WorkstreamPosition.objects.filter(period=book.period, workstream__ref="FIN-2").update(withdrawn=True)

    assert pmo.send(page, name="Changed").status_code == 409
    assert position(book, "FIN-2").name == "Audit"
    assert pmo.open("workstream", "FIN-2/new").status_code == 404
