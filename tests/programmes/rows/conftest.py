import pytest
from django.test import Client

from tests.factories import Book, person, somerset_scheme
from tests.programmes.rows.forms import Clerk
from tests.scenes import scene
from tests.trials import by_kind, call


@scene
def book():
    """June open after May, with two workstreams that have two sub-workstreams each, and a row of every kind."""
    book = Book("book", label="2022-05", document=somerset_scheme() | by_kind("SCHEME"))
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.people = book.workstream("PEO", book.root, name="People")
    book.erp = book.workstream("FIN-1", book.finance, name="ERP system")
    book.audit = book.workstream("FIN-2", book.finance, name="Audit")
    book.payroll = book.workstream("PEO-1", book.people, name="Payroll")
    book.product_ = book.product(book.erp, "P-0001", title="Chart of accounts", due="1 October 2022")
    book.milestone(book.product_, "M-0001", title="Design agreed", due="1 July 2022")
    book.rating(book.finance, "overall", "G")
    book.next_month("2022-06")
    call("clerks_rows", book)
    book.rating(book.finance, "overall", "A", reason="Two posts are empty")
    book.narrative(book.finance, "ask", "Agree the plan.")
    book.note("products", "Using available data")
    return book


@pytest.fixture
def clerk(book):
    """Return a function that sits somebody down before the book: a new person of this role, or this person."""

    def sit(role="pmo", workstream=None, *, user=None):
        return Clerk(Client(), book, user or person(role, workstream or book.root, name=f"The {role}"))

    return sit


@pytest.fixture
def lead(clerk, book):
    return clerk("lead", book.finance)


@pytest.fixture
def pmo(clerk):
    return clerk("pmo")
