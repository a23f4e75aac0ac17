"""The page of a row costs the same few queries for a programme with one of everything and with three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import Book, person
from tests.programmes.rows.forms import Clerk
from tests.programmes.rows.test_saving import SAVES

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
# kind: queries of the page of one, of saving it, of the page to add one, of adding it; session and user among them
COSTS = {
    "rating": [9, 29, 9, 31],
    "product": [11, 26, 11, 31],  # with the products it may be a part of
    "milestone": [10, 27, 10, 31],
    "narrative": [10, 27, 10, 29],
    "note": [9, 28, 9, 29],
    "workstream": [10, 28, 10, 30],
}
# A save locks the returns, and then looks again how they stand. SQLite began with a lock of everything.
LOCKING = [0, 2, 0, 2]


def filled(slug, size):
    book = Book(slug, label="2022-05")
    for n in range(size):
        finance = book.workstream(f"FIN{n}" if n else "FIN", book.root)
        book.workstream(f"SUB{n}", finance)
        for ref in range(size):
            product = book.product(finance, f"P-{n}{ref}1" if n or ref else "P-0001")
            book.milestone(product, f"M-{n}{ref}1" if n or ref else "M-0001")
            book.narrative(finance, "ask", "Agree", seq=ref + 1)
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

    locking = LOCKING if connection.features.has_select_for_update else [0] * 4
    assert costs == [n + more for n, more in zip(COSTS[kind], locking, strict=True)]
