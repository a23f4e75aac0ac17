"""The page of a row costs the same few queries for a programme with one of everything and with three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import Book, person
from tests.programmes.rows.forms import Clerk
from tests.programmes.rows.test_saving import SAVES
from tests.trials import by_kind, call

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
COSTS = by_kind("COSTS")  # session and user among them
# A save locks the returns, and then looks again how they stand. SQLite began with a lock of everything.
LOCKING = {"rating": [0, 2, 0, 2]}


def filled(slug, size):
    book = Book(slug, label="2022-05")
    for n in range(size):
        finance = book.workstream(f"FIN{n}" if n else "FIN", book.root)
        book.workstream(f"SUB{n}", finance)
        for ref in range(size):
            call("filled", book, finance, f"{n}{ref}1" if n or ref else "0001")
        book.rating(finance, "overall", "A", reason="Late")
    book.note("products", "Using available data")
    return book


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("kind", SAVES)
def test_page_and_save_cost_the_same_however_much_there_is(client, kind, size):
    changed, typed, added, more, _ = SAVES[kind]
    book = filled("book", size)
    pmo = Clerk(client, book, person("pmo", book.root))
    costs = []
    for key, said in ((changed, typed), (added, more)):
        with CaptureQueriesContext(connection) as month:
            page = pmo.open(kind, key)
        with CaptureQueriesContext(connection) as saving:
            assert pmo.send(page, headers=HX, **said).status_code == 200
        costs += [len(month), len(saving)]

    locking = LOCKING.get(kind, [0, 1, 0, 1]) if connection.features.has_select_for_update else [0] * 4
    assert costs == [n + more for n, more in zip(COSTS[kind], locking, strict=True)]
