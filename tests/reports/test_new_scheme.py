"""A month that is read by a new scheme, beside the months before it: each in its own words."""

import pytest

from programmes.actions import add_scheme
from programmes.month import whole_month
from reports import layouts
from tests.factories import person, somerset_scheme
from tests.reports.conftest import figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def june(book):
    """June by a scheme in which red is called critical and amber is gone, and nothing is on hold any more."""
    book.product(book.erp, "P-1", status="on_hold")
    book.rating(book.root, "overall", "A", reason="Late")
    book.rating(book.root, "schedule", "R", reason="Late")
    document = somerset_scheme()
    levels = document["scales"][0]["levels"]
    del levels[1]
    levels[1]["word"] = "Critical"
    statuses = document["scales"][2]["levels"]
    statuses[-1] = statuses[-1] | {"code": "paused", "word": "Paused"}
    add_scheme(book.programme, document | {"not_begun": "paused", "retired": {"status": {"on_hold": "paused"}}})
    book.next_month("2022-06")
    book.rating(book.root, "overall", "R", reason="Later")
    book.rating(book.root, "schedule", "R", reason="Still")
    return book.period


WORDS = {
    "overall_last": "Amber",
    "overall_this": "Critical",
    "schedule_last": "Red",
    "schedule_this": "Critical",
}


def test_ratings_are_shown_in_the_words_of_their_month(read, june):
    (table,) = read("ratings").blocks
    (root,) = (row for _, row in table.lines() if row.key == "ROOT")

    assert {key: root.cells[key].level.word for key in WORDS} == WORDS


def test_what_was_rewritten_is_counted_as_what_it_is_called_now(read, june):
    (table,) = read("products").blocks

    assert figures(table)["paused"]["all"] == 1
    assert figures(table)["total"]["all"] == 1


def test_every_section_can_be_read(june):
    assert layouts.build(whole_month(june)).sections


@pytest.mark.parametrize("path", ["", "ratings/ROOT/overall/", "products/", "milestones/", "findings/", "returns/"])
@pytest.mark.parametrize("label", ["2022-05", "2022-06"])
def test_every_page_can_be_read(client, book, june, label, path):
    client.force_login(person("pmo", book.root))

    assert client.get(f"/programmes/book/{label}/{path}").status_code == 200


def test_the_history_of_a_rating_is_in_the_words_of_each_month(client, book, june):
    client.force_login(person("pmo", book.root))
    page = client.get("/programmes/book/2022-06/ratings/ROOT/overall/")

    (history,) = (block for block in page.context["section"].blocks if block.key == "history")
    ((_, row),) = history.lines()
    assert {key: row.cells[key].level.word for key in ("2022-05", "2022-06")} == {
        "2022-05": "Amber",
        "2022-06": "Critical",
    }


def test_the_form_of_a_rating_says_what_it_was_in_the_words_of_then(client, book, june):
    client.force_login(person("pmo", book.root))

    page = client.get("/programmes/book/2022-06/rows/rating/ROOT/schedule/")

    assert "Last month: Red." in page.content.decode()
