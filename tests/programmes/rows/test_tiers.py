"""A workstream goes to another tier only with ratings that are given there: no other could be seen or taken away."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from programmes.actions import Refused, rows
from programmes.actions.workstreams import restore_workstream
from programmes.models import Rating, WorkstreamPosition
from programmes.months.closing import faults
from tests.factories import Book, everything, person, somerset_scheme
from tests.programmes.rows.forms import form_of, place
from tests.saves import save_rating, save_row, save_workstream

OTHERWISE = "The tier at which it would stand is rated otherwise: "
WAIT = 1  # second in which the other could come between, if nothing held it


@pytest.fixture
def deep(db):
    """Two workstreams, one with a sub-workstream, and a tier below those that is not rated at all."""
    document = somerset_scheme()
    document["tiers"].append({"word": "strand", "plural": "strands"})
    deep = Book("deep", document=document)
    deep.finance = deep.workstream("FIN", deep.root, name="Finance")
    deep.people = deep.workstream("PEO", deep.root, name="People")
    deep.payroll = deep.workstream("PEO-1", deep.people, name="Payroll")
    deep.pmo = person("pmo", deep.root)
    return deep


def position(book, ref):
    row = WorkstreamPosition.objects.select_related("workstream").get(period=book.period, workstream__ref=ref)
    row.period = book.period
    return row


def move(book, ref, to, by):
    row = position(book, ref)
    return save_workstream(row, {"parent": to}, seen=row.version, about=ref, touches=frozenset(), by=by)


def test_what_its_new_tier_is_not_rated_on_is_taken_away_first(pmo, book):
    pmo.save("workstream", "PEO-1", parent="FIN")
    for dimension in ("overall", "resources", "schedule"):
        book.rating(book.people, dimension, "A", reason="Late")
    before = everything()

    answer = pmo.save("workstream", "PEO", parent="FIN")

    assert answer.status_code == 409
    wanting = "Overall rating of People (PEO), Resources rating of People (PEO). Take that away first, then move it."
    assert OTHERWISE + wanting in answer.content.decode()
    assert everything() == before
    for dimension in ("overall", "resources"):
        away = place(book, "rating", f"PEO/{dimension}", "remove")
        assert pmo.client.post(away, form_of(pmo.client.get(away))).status_code == 302
    assert pmo.save("workstream", "PEO", parent="FIN").status_code == 302
    assert list(faults(book.period)) == []


def test_what_is_rated_on_another_scale_does_not_go_up(pmo, book):
    book.rating(book.payroll, "resources", "S")

    assert "Resources rating of Payroll" in pmo.save("workstream", "PEO-1", parent="ROOT").content.decode()


def test_it_is_renamed_and_moved_within_its_tier_with_whatever_it_is_rated(pmo, book):
    book.rating(book.payroll, "overall", "A")  # as a move may have left one before this was looked at

    assert pmo.save("workstream", "PEO-1", name="Wages").status_code == 302
    assert pmo.save("rating", "PEO-1/resources", level="S").status_code == 302
    assert pmo.save("workstream", "PEO", name="Staff").status_code == 302


def test_what_is_below_it_goes_to_another_tier_too(deep):
    deep.rating(deep.payroll, "schedule", "G")

    with pytest.raises(Refused, match=r"otherwise: Schedule rating of Payroll \(PEO-1\)\. Take that away first"):
        move(deep, "PEO", deep.finance, deep.pmo)

    assert position(deep, "PEO").version == 1


def test_none_comes_back_at_a_tier_that_is_rated_otherwise(deep):
    """It may have been rated at the moment at which it went, before that was looked at."""
    WorkstreamPosition.objects.filter(workstream=deep.payroll).update(withdrawn=True)
    deep.rating(deep.payroll, "schedule", "G")
    assert move(deep, "PEO", deep.finance, deep.pmo)
    before = everything()

    with pytest.raises(Refused, match=r"Payroll \(PEO-1\)\. Move what it stands under back to its tier first"):
        restore_workstream(position(deep, "PEO-1"), seen={"workstream/PEO-1": 1}, by=deep.pmo)

    assert everything() == before
    assert move(deep, "PEO", deep.root, deep.pmo)
    assert restore_workstream(position(deep, "PEO-1"), seen={"workstream/PEO-1": 1}, by=deep.pmo)


# --- At the same moment -------------------------------------------------------------------------------------


@pytest.fixture
def at_once(deep, monkeypatch):
    """Return a function that rates a workstream while the one above it is moved, and says how each ended.

    Whoever rates it waits a moment before the audit, so that the move is there first, unless it has to wait.
    """

    def run(save):
        written, moved = Event(), Event()
        record_all = rows.record_all

        def pause(entries, **kwargs):
            if any(isinstance(entry.row, Rating) for entry in entries):
                written.set()
                moved.wait(timeout=WAIT)
            record_all(entries, **kwargs)

        monkeypatch.setattr(rows, "record_all", pause)

        def ended(act):
            try:
                return act()
            except Refused as refused:
                return str(refused)

        def other():
            try:
                written.wait(timeout=30)
                return ended(lambda: move(deep, "PEO", deep.finance, deep.pmo))
            finally:
                moved.set()
                connection.close()

        rating = Rating(period=deep.period, workstream=deep.payroll, dimension="schedule")
        added = {"seen": 0, "about": "It", "touches": frozenset({deep.payroll.pk}), "by": deep.pmo}
        with ThreadPoolExecutor(1) as pool:
            moving = pool.submit(other)
            return ended(lambda: save(rating, {"level": "G"}, **added)), moving.result(timeout=30)

    return run


@pytest.mark.django_db(transaction=True)
def test_rated_at_once_with_a_move_one_of_both_is_refused(at_once, deep):
    rated, moved = at_once(save_rating)

    assert (rated, moved) in (
        ("Payroll (PEO-1) was moved meanwhile to a tier that is rated otherwise. Look again.", True),
        (True, f"{OTHERWISE}Schedule rating of Payroll (PEO-1). Take that away first, then move it."),
    )
    assert list(faults(deep.period)) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql("SQLite lets one writer in at a time")
def test_without_looking_again_the_month_could_not_close_after_both_at_once(at_once, deep):
    assert at_once(save_row) == (True, True)

    (fault,) = faults(deep.period)
    assert fault == "The rating “G” for “schedule” (PEO-1) is not in the scheme of May 2022."
