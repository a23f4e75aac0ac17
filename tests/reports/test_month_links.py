"""From a scorecard to what can be done about its month."""

import pytest

from accounts.roles import Role
from programmes.actions import open_period, reopen_period
from tests.factories import person

pytestmark = [pytest.mark.django_db, pytest.mark.dealt]

RUNS = {"pmo", "administrator"}


@pytest.fixture
def read(client, book):
    """Return a function that reads a scorecard as a person with this role and says what it leads to."""

    def read(role, label="2022-05", query="", workstream=None):
        client.force_login(person(role, workstream or book.root))
        return client.get(f"/programmes/book/{label}/{query}").context["month_links"]

    return read


@pytest.mark.parametrize("role", [role.value for role in Role if role != Role.COUNCILLOR])
def test_an_open_month_leads_to_its_returns(read, role):
    assert read(role) == [("Returns", "/programmes/book/2022-05/returns/")]


def test_for_a_lead_as_well(read, book):
    assert read("lead", workstream=book.erp) == [("Returns", "/programmes/book/2022-05/returns/")]


@pytest.mark.parametrize("role", Role.values)
def test_a_closed_month_leads_those_who_run_months_to_the_next(read, book, role):
    book.close()
    returns = [("Returns", "/programmes/book/2022-05/returns/")] if role != "councillor" else []
    amend = [("Amend this month", "/programmes/book/2022-05/reopen/")] if role in RUNS else []
    following = [("Open the next month", "/programmes/book/open/")] if role in RUNS else []

    assert read(role) == returns + amend + following

    open_period(book.programme, "2022-06")
    assert read(role) == returns + amend, "the next is open"


def test_not_whoever_runs_them_of_a_part_alone(read, book):
    book.close()

    assert read("pmo", workstream=book.finance) == [("Returns", "/programmes/book/2022-05/returns/")]


def test_an_amendment_that_is_open_leads_to_its_returns(read, book):
    reopen_period(book.close(), reason="A rating was mistyped")

    assert read("pmo", query="?edition=2") == [("Returns", "/programmes/book/2022-05/returns/")]


@pytest.mark.parametrize("role", [role.value for role in Role if role != Role.COUNCILLOR])
def test_a_closed_edition_leads_to_the_amendment_in_progress(client, read, book, role):
    reopen_period(book.close(), reason="A rating was mistyped")

    (_, returns), (words, href), *more = read(role)

    assert (words, href) == ("Edition 2 is open", "/programmes/book/2022-05/?edition=2")
    assert more == ([("Open the next month", "/programmes/book/open/")] if role in RUNS else [])
    assert client.get(href).context["month"].period.edition == 2
    assert client.get(returns).context["month"].period.edition == 2


def test_it_leads_to_the_amendment_of_the_workstream_that_is_read(read, book):
    reopen_period(book.close(), reason="A rating was mistyped")

    links = read("lead", workstream=book.finance)

    assert links[1] == ("Edition 2 is open", "/programmes/book/2022-05/?edition=2&workstream=FIN")


def test_not_whoever_reads_closed_months_alone(read, book):
    reopen_period(book.close(), reason="A rating was mistyped")

    assert read("councillor") == []


def test_every_act_is_a_page(client, read, book):
    open_month = read("pmo")
    assert client.get(open_month[0][1]).status_code == 200

    book.close()
    for _, href in read("pmo"):
        assert client.get(href).status_code == 200
