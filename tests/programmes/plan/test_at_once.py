"""Two people change the plan at the same moment: whatever the order, nothing is left standing nowhere."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection

from accounts.models import AuditEntry
from programmes.actions import Refused, Stale, positions, rows, workstreams
from programmes.actions import locking as held
from programmes.actions.plan import merge, split
from programmes.actions.positions import move, restore, withdraw
from programmes.actions.workstreams import withdraw_workstream
from programmes.models import Lineage, Milestone, MilestonePosition, Narrative, Product, ProductPosition, Rating
from programmes.models.named import address
from programmes.months.closing import faults
from tests.saves import save_position, save_row

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "No longer needed since the merger"
ROUNDS = 5
WAIT = 1  # second in which the other could come between, if nothing held it


@pytest.fixture(autouse=True, params=[True, False], ids=["guarded", "unguarded"])
def guarded(request, monkeypatch):
    """The guard of the returns locks them, which may hide a lock that is missing here or fall foul of one."""
    if not request.param:
        monkeypatch.setattr("programmes.editing.guards.guards", [])
    return request.param


@pytest.fixture
def together(book):
    """Return a function that runs acts at once, each in a thread of its own, and says how each ended."""

    def run(*acts):
        start = Barrier(len(acts), timeout=30)

        def one(act):
            try:
                connection.ensure_connection()
                start.wait()
                return "done" if act() else "nothing"
            except (Refused, Stale) as said:
                return type(said).__name__
            finally:
                connection.close()

        with ThreadPoolExecutor(len(acts)) as pool:
            ended = list(pool.map(one, acts))
        assert list(faults(book.period)) == []
        return ended

    return run


def seen(*rows):
    return {address(row): row.version for row in rows}


def test_of_two_merges_into_each_other_one_is_done(book, lead, together):
    for n in range(ROUNDS):
        one, two = (book.product(book.erp, f"P-1{n}{side}") for side in "12")
        one, two = book.thing(one.ref), book.thing(two.ref)
        ended = together(
            lambda one=one, two=two: merge(one, into=two, seen=seen(one), by=lead),
            lambda one=one, two=two: merge(two, into=one, seen=seen(two), by=lead),
        )
        assert sorted(ended) == ["Refused", "done"]


def test_the_same_act_twice_is_done_once(book, lead, together):
    for n in range(ROUNDS):
        row = book.thing(book.product(book.erp, f"P-1{n}").ref)
        ended = together(*[lambda row=row: withdraw(row, seen=seen(row), reason=WHY, by=lead)] * 2)
        assert sorted(ended) == ["done", "nothing"]
        assert Lineage.objects.filter(ref=row.product.ref).count() == 1


def test_a_split_twice_makes_one_of_each(book, lead, together):
    for n in range(ROUNDS):
        row = book.thing(book.product(book.erp, f"P-2{n}0").ref)
        milestone = book.thing(book.milestone(row.product, f"M-2{n}0").ref)
        asked = {"title": "Stays", "titles": [f"New {n}"], "goes": {f"M-2{n}0": 0}, "seen": seen(row, milestone)}
        ended = together(*[lambda row=row, asked=asked: split(row, **asked, by=lead)] * 2)
        assert sorted(ended) == ["done", "nothing"]
        assert ProductPosition.objects.filter(title=f"New {n}").count() == 1


def test_a_milestone_is_not_lost_under_a_product_that_goes(book, lead, together):
    for n in range(ROUNDS):
        place = book.thing(book.product(book.erp, f"P-1{n}").ref)
        row = book.thing(book.milestone(book.erp, f"M-1{n}").ref)
        new = MilestonePosition(
            period=book.period, milestone=Milestone(programme=book.programme, ref=f"M-2{n}"), product=place.product
        )
        added = {"seen": 0, "about": "New", "touches": frozenset({book.erp.pk}), "by": lead}
        ended = together(
            lambda row=row, place=place: move(row, to=place, seen=seen(row), by=lead),
            lambda new=new, added=added: save_position(new, {"title": "New"}, **added),
            lambda place=place: withdraw(place, seen=seen(place), reason=WHY, along=True, by=lead),
        )
        assert (ended[2] == "done") is (ended[:2] == ["Refused", "Refused"])


def test_a_product_is_not_lost_under_a_workstream_that_goes(book, pmo, together):
    for n in range(ROUNDS):
        place = book.workstream(f"X{n}", book.root)
        place, row = book.thing(place.ref), book.thing(book.product(book.erp, f"P-1{n}").ref)
        new = ProductPosition(
            period=book.period,
            product=Product(programme=book.programme, ref=f"P-2{n}"),
            workstream=place.workstream,
        )
        added = {"seen": 0, "about": "New", "touches": frozenset({place.workstream_id}), "by": pmo}
        ended = together(
            lambda row=row, place=place: move(row, to=place, seen=seen(row), by=pmo),
            lambda new=new, added=added: save_position(new, {"title": "New"}, **added),
            lambda place=place: withdraw_workstream(place, seen=seen(place), reason=WHY, by=pmo),
        )
        assert (ended[2] == "done") is (ended[:2] == ["Refused", "Refused"])


def test_nothing_is_said_of_a_workstream_that_goes(book, pmo, together):
    for n in range(ROUNDS):
        place = book.thing(book.workstream(f"X{n}", book.root).ref)
        rating, entry = (
            Rating(period=book.period, workstream=place.workstream, dimension="overall"),
            Narrative(period=book.period, workstream=place.workstream, kind="ask", seq=1),
        )
        added = {"seen": 0, "about": "New", "touches": frozenset({place.workstream_id}), "by": pmo}
        ended = together(
            lambda rating=rating, added=added: save_row(rating, {"level": "G"}, **added),
            lambda entry=entry, added=added: save_row(entry, {"text": "Agree the plan."}, **added),
            lambda place=place: withdraw_workstream(place, seen=seen(place), reason=WHY, by=pmo),
        )
        assert (ended[2] == "done") is (ended[:2] == ["Refused", "Refused"])


def test_numbers_given_out_at_once_differ(book, lead, together):
    rows = [book.thing(book.product(book.erp, ref).ref) for ref in ("P-0101", "P-0102")]

    ended = together(
        *(
            lambda row=row: split(row, title="Stays", titles=["A", "B"], goes={}, seen=seen(row), by=lead)
            for row in rows
        )
    )

    assert ended == ["done", "done"]
    refs = ProductPosition.objects.filter(title__in="AB").values_list("product__ref", flat=True)
    assert sorted(refs) == ["P-0103", "P-0104", "P-0105", "P-0106"]


def test_a_milestone_does_not_come_back_under_a_product_that_goes(book, lead, together):
    for n in range(ROUNDS):
        place = book.product(book.erp, f"P-1{n}")
        row = book.thing(book.milestone(place, f"M-1{n}", withdrawn=True).ref)
        place = book.thing(place.ref)
        ended = together(
            lambda row=row: restore(row, seen=seen(row), by=lead),
            lambda place=place: withdraw(place, seen=seen(place), reason=WHY, by=lead),
        )
        assert ended in (["Refused", "done"], ["done", "Stale"], ["done", "Refused"])


@pytest.fixture
def order(book, lead, pmo, monkeypatch):
    """Return a function that saves a milestone, lets its product leave once the saver has looked, and says what was first.

    The saver waits a moment between looking and writing.
    """

    def run(look=positions.lock_unmoved):
        looked, left = Event(), Event()
        row, product, place = map(book.thing, ("M-0001", "P-0001", "PEO"))

        def pause(*args):
            found = look(*args)
            looked.set()
            left.wait(timeout=WAIT)
            return found

        def leave():
            try:
                looked.wait(timeout=30)
                move(product, to=place, seen=seen(product), by=pmo)
                left.set()
            finally:
                connection.close()

        monkeypatch.setattr(positions, "lock_unmoved", pause)
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(leave)
            saved = {"seen": 1, "about": "It", "touches": frozenset({book.erp.pk}), "by": lead}
            assert save_position(row, {"title": "Saved"}, **saved)
            other.result(timeout=30)
        return list(AuditEntry.objects.order_by("-seq").values_list("what", flat=True)[:2])[::-1]

    return run


def test_a_milestone_is_saved_before_its_product_leaves(order):
    assert order() == ["milestone.change", "product.move"]


@pytest.mark.postgresql("SQLite lets one writer in at a time")
@pytest.mark.parametrize("guarded", [False], indirect=True, ids=["unguarded"])
def test_without_the_lock_a_milestone_would_be_saved_where_its_product_has_gone(order, guarded):
    assert order(look=lambda rows, touches: rows) == ["product.move", "milestone.change"]


@pytest.mark.postgresql("SQLite lets one writer in at a time")
@pytest.mark.parametrize("guarded", [False], indirect=True, ids=["unguarded"])
def test_without_the_lock_a_milestone_would_be_lost(book, lead, guarded, monkeypatch):
    """The proof that the lock is what keeps it: both look before either writes."""
    start, both = Barrier(2, timeout=30), Barrier(2, timeout=5)
    place = book.thing(book.product(book.erp, "P-1").ref)
    row = book.thing(book.milestone(book.erp, "M-1").ref)

    def unlocked(rows):
        found = {(type(each), each.pk): type(each).objects.get(pk=each.pk) for each in rows}
        for each in found.values():
            each.period = book.period
        both.wait()
        return found

    monkeypatch.setattr(held, "locked", unlocked)
    monkeypatch.setattr("programmes.actions.positions.check_same", lambda *_: None)

    def one(act):
        try:
            start.wait()
            return act()
        finally:
            connection.close()

    acts = (
        lambda: move(row, to=place, seen=seen(row), by=lead),
        lambda: withdraw(place, seen=seen(place), reason=WHY, by=lead),
    )
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(one, acts)) == [True, True]

    assert list(faults(book.period)) != []
    MilestonePosition.objects.filter(pk=row.pk).update(product=None, workstream=book.erp)


@pytest.mark.postgresql("SQLite lets one writer in at a time")
@pytest.mark.parametrize("guarded", [False], indirect=True, ids=["unguarded"])
def test_without_the_lock_something_would_be_said_of_a_workstream_that_goes(book, pmo, guarded, monkeypatch):
    """Both look before either writes: then the month cannot close, and nobody can reach what holds it."""
    both = Barrier(2, timeout=5)
    place = book.thing("PEO")
    rating = Rating(period=book.period, workstream=place.workstream, dimension="overall")
    holds = workstreams.holds

    def look(*_):
        held.check_live(book.thing("PEO"))
        both.wait()

    def empty(row):
        said = holds(row)
        both.wait()
        return said

    monkeypatch.setattr(rows, "hold_live", look)
    monkeypatch.setattr(workstreams, "holds", empty)

    def one(act):
        try:
            return act()
        finally:
            connection.close()

    acts = (
        lambda: save_row(rating, {"level": "G"}, seen=0, about="New", touches=frozenset({place.workstream_id}), by=pmo),
        lambda: withdraw_workstream(place, seen=seen(place), reason=WHY, by=pmo),
    )
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(one, acts)) == [True, True]

    (fault,) = faults(book.period)
    assert fault.startswith("A rating stands under workstream PEO, which May 2022 does not hold")
