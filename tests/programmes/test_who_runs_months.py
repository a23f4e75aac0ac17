"""Opening, closing and reopening a month are for those who run the months of the whole programme, and nobody else."""

import pytest

from accounts.roles import Role
from programmes.actions import Refused, close_period, open_period, reopen_period
from tests.factories import Book, everything, person

pytestmark = [pytest.mark.django_db, pytest.mark.dealt]

DO = {
    "open": lambda book, by: open_period(book.programme, "2022-06", by=by),
    "close": lambda book, by: close_period(book.period, by=by),
    "reopen": lambda book, by: reopen_period(book.period, reason="A rating was mistyped", by=by),
}


@pytest.fixture(params=DO)
def do(request):
    return request.param


@pytest.fixture
def book(do):
    """May, in the state that what is to be done asks for, and a workstream in it."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root)
    if do != "close":
        book.close()
    return book


def refused(do, book, by):
    before = everything()
    with pytest.raises(Refused) as said:
        DO[do](book, by)
    assert str(said.value) == f"{by} may not open, close or reopen a month of The book programme: that is for its PMO."
    return everything() == before


@pytest.mark.parametrize("role", [Role.PMO, Role.ADMINISTRATOR])
def test_those_who_run_months_may(do, book, role):
    assert DO[do](book, person(role, book.root)).state == ("closed" if do == "close" else "open")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PMO, Role.ADMINISTRATOR}))
def test_everybody_else_is_refused_and_nothing_changes(do, book, role):
    assert refused(do, book, person(role, book.root))


def test_so_is_who_runs_the_months_of_a_part_or_of_another_programme(do, book):
    other = Book("other")

    assert refused(do, book, person("pmo", book.finance))
    assert refused(do, book, person("pmo", other.root))
    assert refused(do, book, person())
