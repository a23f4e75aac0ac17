import pytest

from tests.factories import Book, somerset_scheme


@pytest.fixture
def book(db):
    """May 2022: a workstream with two products, of which one is on hold, and a milestone that is on hold as well."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.ledger = book.product(book.finance, "LED", due="2022-09-01")
    book.payments = book.product(book.finance, "PAY", status="on_hold", tranche="3")
    book.milestone(book.ledger, "M-1", status="on_hold")
    book.milestone(book.ledger, "M-2", status="")
    return book


def level(code, word, severity=1):
    return {"code": code, "letter": "X", "word": word, "glyph": word[0], "token": "amber", "severity": severity} | {
        "meaning": f"{word}."
    }


@pytest.fixture
def paused():
    """Somerset's scheme where nothing is "on hold" any more but "paused" or "waiting", and says what becomes of it."""
    return without_hold() | {"retired": {"status": {"on_hold": "paused"}}}


def without_hold():
    document = somerset_scheme()
    statuses = document["scales"][2]["levels"]
    statuses[-1:] = [level("paused", "Paused", 0), level("waiting", "Waiting")]
    document["not_begun"] = "waiting"
    return document
