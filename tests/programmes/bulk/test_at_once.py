"""Two people change the same rows at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection

from core.refusal import Refused
from programmes.actions import Stale, positions, rows
from programmes.actions.positions import move
from programmes.editing.bulk import NotSaved, chosen, save_all
from programmes.models import ProductPosition, WorkstreamPosition
from programmes.models.named import address
from programmes.month import open_month_or_404
from programmes.rows import listed_kinds
from programmes.views.rows import save
from tests.factories import everything, person

pytestmark = pytest.mark.django_db(transaction=True)
REFS = ["P-1", "P-2"]


@pytest.fixture(autouse=True)
def unguarded(monkeypatch):
    """The returns are locked by their guard, which would hide what is tested here."""
    monkeypatch.setattr("programmes.editing.guards.guards", [])


def test_of_two_changes_of_the_same_rows_one_is_written(book, lead):
    for n in range(5):
        ended = together(*(lambda user=lead, owner=f"{n}{side}": many(user, owner) for side in "ab"))
        assert sorted(ended) == ["done", "stale"]
        assert len(set(owners(book))) == 1


@pytest.fixture
def meeting(monkeypatch):
    """Hold whoever has written a row, and not yet its audit entry, until the other has too, or cannot because it waits."""
    barrier, record_all = Barrier(2), rows.record_all

    def meet(*args, **kwargs):
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=1)
        record_all(*args, **kwargs)

    monkeypatch.setattr(rows, "record_all", meet)
    monkeypatch.setattr(positions, "record_all", meet)


def test_a_single_save_amid_them_is_not_overwritten(book, lead, meeting):
    ended = together(lambda: many(lead, "many"), lambda: single(lead, "single"))

    assert sorted(ended) == ["done", "stale"]
    assert ("single" in owners(book)) is (ended[1] == "done")


@pytest.mark.postgresql("SQLite lets one writer in at a time")
def test_without_holding_them_first_one_would_be_overwritten(book, lead, meeting, monkeypatch):
    """The proof that the test above bites: each goes by what it read before the other wrote."""
    monkeypatch.setattr(positions, "lock_unmoved", lambda rows, touches: list(rows))

    assert together(lambda: many(lead, "many"), lambda: single(lead, "single")) == ["done", "done"]


@pytest.mark.parametrize(("what", "refs", "gone"), [("milestones", ["M-2", "M-1"], "M-1"), ("products", REFS, "P-1")])
def test_of_rows_of_which_one_has_left_none_is_changed(book, lead, what, refs, gone):
    """A milestone has left with its product, and its own version says nothing of that."""
    write = many(lead, "Late", what=what, refs=refs)
    product = ProductPosition.objects.of(book.period).select_related("product").get(product__ref="P-1")
    place = WorkstreamPosition.objects.of(book.period).select_related("workstream").get(workstream=book.people)
    product.period = place.period = book.period
    move(product, to=place, seen={"product/P-1": 1}, by=person("pmo", book.root))
    before = everything()

    with pytest.raises(Refused, match=rf"\({gone}\) was moved to another workstream meanwhile\. Nothing was changed\."):
        write()

    assert everything() == before


def owners(book):
    found = ProductPosition.objects.of(book.period).filter(product__ref__in=REFS)
    return list(found.values_list("owner", flat=True))


def many(user, said, *, what="products", refs=REFS):
    month = open_month_or_404(user, "book", "2022-06")
    targets = chosen(month, listed_kinds()[what], refs)
    seen = {address(row.row): row.row.version for row in targets}
    changes = {"owner": said} if what == "products" else {"status": "at_risk"}
    return lambda: save_all(targets, changes, month=month, seen=seen)


def single(user, owner):
    month = open_month_or_404(user, "book", "2022-06")
    (row,) = chosen(month, listed_kinds()["products"], ["P-2"])
    form = row.kind.form(row.kind.form(month=month, target=row).as_data() | {"owner": owner}, month=month, target=row)
    assert form.is_valid()
    return lambda: save(form)


def together(*people):
    """Let each read, then write at once; say how each ended."""
    start = Barrier(len(people), timeout=30)

    def one(reads):
        try:
            write = reads()
            start.wait()
            write()
        except (NotSaved, Stale):
            return "stale"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))
