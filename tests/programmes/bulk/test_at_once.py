"""Two people change the same rows at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from programmes.actions import Stale
from programmes.bulk import NotSaved, chosen, save_all
from programmes.desk import desk_or_404
from programmes.listing import LISTINGS
from programmes.models import ProductPosition
from programmes.views.rows import save

pytestmark = pytest.mark.django_db(transaction=True)
REFS = ["P-1", "P-2"]


def test_of_two_changes_of_the_same_rows_one_is_written(book, lead):
    """In either order of the rows, and with somebody saving a single one: nobody waits for good, nothing is mixed."""
    for n in range(5):
        ended = together(*(lambda user=lead, owner=f"{n}{side}": many(user, owner) for side in "ab"))
        assert sorted(ended) == ["done", "stale"]
        assert len(set(owners(book))) == 1


def test_a_single_save_amid_them_is_not_overwritten(book, lead):
    for n in range(5):
        ended = together(lambda n=n: many(lead, f"{n} many"), lambda n=n: single(lead, f"{n} single"))
        assert sorted(ended) == ["done", "stale"]
        assert (f"{n} single" in owners(book)) is (ended[1] == "done")


def owners(book):
    rows = ProductPosition.objects.of(book.period).filter(product__ref__in=REFS)
    return list(rows.values_list("owner", flat=True))


def many(user, owner):
    desk = desk_or_404(user, "book", "2022-06")
    rows = chosen(desk, LISTINGS["products"], REFS)
    seen = {row.address: row.row.version for row in rows}
    return lambda: save_all(rows, {"owner": owner}, desk=desk, seen=seen)


def single(user, owner):
    desk = desk_or_404(user, "book", "2022-06")
    (row,) = chosen(desk, LISTINGS["products"], ["P-2"])
    form = row.kind.form(row.kind.form(desk=desk, target=row).as_data() | {"owner": owner}, desk=desk, target=row)
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
