"""What a new programme still lacks is told from its rows, and the first thing that is missing is next."""

import re

import pytest

from accounts.roles import Role
from programmes.founding.to_do import to_dos
from programmes.models import Membership, Rating
from programmes.tree import trees
from tests.factories import Book, person
from tests.scenes import scene

pytestmark = pytest.mark.django_db


@scene
def book():
    """A programme with a lone workstream and one that has a sub-workstream."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root)
    book.erp = book.workstream("FIN-01", book.finance)
    book.people = book.workstream("PEO", book.root)
    return book


def told(book):
    """Each task's words, whether it is done, and whether it is next."""
    (tree,) = trees(book.period)
    return {task.title: (task.said, task.is_done, task.is_next) for task in to_dos(book.period, tree)}


def test_a_fresh_programme_has_its_workstreams_and_wants_people_next(book):
    assert told(book) == {
        "Lay out the workstreams": ("3 workstreams below the programme.", True, False),
        "Invite the people who report": (
            "0 of the 2 lowest workstreams have somebody who reports on them.",
            False,
            True,
        ),
        "Add products and milestones": ("0 products and 0 milestones.", False, False),
        "Rate May 2022": ("0 of 11 ratings given.", False, False),
        "Close May 2022": ("It is still open: its figures can change.", False, False),
    }


def test_without_a_workstream_that_comes_first():
    said = told(Book("bare"))

    assert said["Lay out the workstreams"] == ("None below the programme yet.", False, True)
    assert not said["Invite the people who report"][1]


def test_a_lead_above_reports_on_all_below_and_a_pmo_officer_is_not_who_should(book):
    person("pmo", book.root)
    person("director", book.people)
    person("lead", book.finance)
    assert told(book)["Invite the people who report"][0].startswith("1 of the 2 ")

    person("workstream_pmo", book.people)
    assert told(book)["Invite the people who report"][1]


def test_products_and_milestones_are_both_wanted_and_withdrawn_ones_do_not_count(book):
    product = book.product(book.erp)
    book.product(book.erp, withdrawn=True)
    assert told(book)["Add products and milestones"][:2] == ("1 product and 0 milestones.", False)

    book.milestone(product)
    assert told(book)["Add products and milestones"][:2] == ("1 product and 1 milestone.", True)


def test_every_rating_that_the_scheme_asks_for_is_wanted(book):
    for workstream in (book.root, book.finance, book.people):
        for dimension in ("overall", "resources", "schedule"):
            book.rating(workstream, dimension, "G")
    book.rating(book.erp, "resources", "S")
    book.rating(book.erp, "overall", "G")  # which the scheme does not ask of a sub-workstream
    assert told(book)["Rate May 2022"][:2] == ("10 of 11 ratings given.", False)

    book.rating(book.erp, "schedule", "G")
    assert told(book)["Rate May 2022"][1]


def test_a_closed_month_is_done(book):
    Rating.objects.all().delete()
    book.close()

    assert told(book)["Close May 2022"] == ("It is closed for good.", True, False)


def test_the_page_says_so_with_the_refs_that_never_change(client, book):
    client.force_login(person("pmo", book.root))

    page = client.get("/programmes/book/setting-up/").content.decode()

    assert page.count("To do") == 3
    assert "<b>FIN-01</b>" in page
    back = "?next=/programmes/book/setting-up/"
    assert f'<a href="/programmes/book/2022-05/rows/workstream/FIN-01/{back}">Workstream FIN-01</a>' in page
    assert f'href="/programmes/book/2022-05/rows/workstream/ROOT/new/{back}"' in page
    for title, address in {
        "Invite the people who report": "people/",
        "Add products and milestones": "2022-05/returns/",
        "Rate May 2022": "2022-05/returns/",
        "Close May 2022": "2022-05/close/",
    }.items():
        assert f'<a href="/programmes/book/{address}">{title}</a>' in page


def test_what_is_changed_from_the_page_leads_back_to_it(client, book):
    client.force_login(person("pmo", book.root))
    page = client.get("/programmes/book/setting-up/").content.decode()
    rows = re.findall(r'href="([^"]*/rows/[^"]*)"', page)

    assert rows
    assert all(href.endswith("?next=/programmes/book/setting-up/") for href in rows)


def test_a_closed_month_offers_nothing_to_change(client, book):
    book.close()
    client.force_login(person("pmo", book.root))

    page = client.get("/programmes/book/setting-up/").content.decode()

    assert "<b>FIN-01</b>" in page
    assert "/rows/" not in page


def test_the_scorecard_leads_there_until_there_is_a_month_before(client, book):
    client.force_login(person("pmo", book.root))
    assert "/programmes/book/setting-up/" in client.get("/programmes/book/2022-05/").content.decode()
    client.force_login(person("director", book.root))
    assert "/programmes/book/setting-up/" not in client.get("/programmes/book/2022-05/").content.decode()

    book.next_month("2022-06")
    client.force_login(person("pmo", book.root))
    assert "/programmes/book/setting-up/" not in client.get("/programmes/book/2022-06/").content.decode()


def test_a_pmo_officer_of_a_part_is_refused(client, book):
    client.force_login(person("pmo", book.finance))

    assert client.get("/programmes/book/setting-up/").status_code == 403


@pytest.mark.parametrize("n", [1, 3])
def test_it_costs_the_same_whatever_there_is(client, django_assert_num_queries, n):
    book = Book("book")
    officer = person("pmo", book.root)
    for x in range(n):
        workstream = book.workstream(f"W{x}", book.root)
        book.milestone(book.product(workstream))
        book.rating(workstream, "overall", "G")
        Membership.objects.create(user=officer, workstream=workstream, role=Role.LEAD)
    client.force_login(officer)

    with django_assert_num_queries(9):
        assert client.get("/programmes/book/setting-up/").status_code == 200
