import pytest

from core.blocks import Cell
from programmes.models import Membership
from reports.portfolio import portfolio_table
from returns.models import ReturnStep
from tests.factories import Book, founder, person
from tests.reports.conftest import figures

pytestmark = pytest.mark.django_db


def test_shows_each_programme_with_its_ratings_last_month_and_this(book):
    book.rating(book.root, "overall", "G")
    book.next_month("2022-06")
    book.rating(book.root, "overall", "A")

    row = figures(portfolio_table(person("director", book.root)))["book"]

    assert (row["overall_last"], row["overall_this"], row["days"]) == ("G", "A", 275)
    assert row["period"] == "June 2022, open"


def test_shows_a_councillor_the_last_closed_month(book):
    book.rating(book.root, "overall", "G")
    book.next_month("2022-06")
    book.rating(book.root, "overall", "A")

    row = figures(portfolio_table(person("councillor", book.root)))["book"]

    assert (row["period"], row["overall_last"], row["overall_this"]) == ("May 2022, closed", None, "G")


def test_shows_a_lead_their_own_workstream(book):
    book.rating(book.root, "overall", "R")
    book.rating(book.finance, "overall", "A")

    table = portfolio_table(person("lead", book.finance))

    assert table.groups[0].rows[0].cells["programme"].value == "The book programme: Finance"
    assert figures(table)["book"]["overall_this"] == "A"


def test_leaves_out_programmes_without_a_role(book):
    Book("other")

    assert list(figures(portfolio_table(person("director", book.root)))) == ["book"]


def test_says_what_to_do_without_any_role():
    table = portfolio_table(person())

    assert table.is_empty
    assert table.empty == "You have no role in a programme yet. A PMO officer of the programme can give you one."


def test_has_no_column_for_last_month_while_no_programme_has_one(book):
    director = person("director", book.root)
    other = Book("other", label="2022-05")
    Membership.objects.create(user=director, workstream=other.root, role="director")
    assert [column.key for column in portfolio_table(director).columns if column.is_past] == []

    other.next_month("2022-06")
    assert [column.key for column in portfolio_table(director).columns if column.is_past] == [
        "overall_last",
        "resources_last",
        "schedule_last",
    ]


def test_leads_whoever_may_to_setting_up_a_programme(client, book):
    user = founder()
    client.force_login(user)
    assert portfolio_table(user).empty == (
        "You have no role in a programme yet. Set one up, or ask a PMO officer to give you a role in theirs."
    )
    assert 'href="/programmes/new/"' in client.get("/").content.decode()

    Membership.objects.create(user=user, workstream=book.root, role="director")
    assert 'href="/programmes/new/"' in client.get("/").content.decode()


def test_offers_nobody_else_to_set_one_up(client, book):
    client.force_login(person("administrator", book.root))

    assert "/programmes/new/" not in client.get("/").content.decode()


def test_says_how_many_returns_are_in_and_leads_to_them(book):
    """Those this person may see: a lead's own and those below."""
    for seq, (workstream, step) in enumerate(
        [(book.erp, "submitted"), (book.people, "accepted"), (book.payroll, "sent_back")], 1
    ):
        said = {"period": book.period, "workstream": workstream, "actor": "Somebody", "reason": "Why"}
        ReturnStep.objects.create(**said, seq=seq, step=step)

    (row,) = portfolio_table(person("director", book.root)).groups[0].rows
    assert row.cells["returns"] == Cell("2 of 5 in", href="/programmes/book/2022-05/returns/")
    assert figures(portfolio_table(person("lead", book.finance)))["book"]["returns"] == "1 of 2 in"


def test_names_no_returns_where_no_month_is_open(book):
    book.close()

    assert "returns" not in [column.key for column in portfolio_table(person("director", book.root)).columns]
