import pytest

from core.dates import PublishedDate
from programmes.models.stated_dates import date_columns
from programmes.month import whole_month
from reports.evidence import evidence_section
from tests.factories import person
from tests.reports.conftest import figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def find(book):
    """Return a function that reads the evidence under a rating of the open month, its blocks by key."""

    def blocks(ref, code):
        whole = whole_month(book.period)
        month = whole.within(whole.tree.by_ref[ref])
        scale = month.scheme.scale(code, month.scope.tier)
        periods = list(book.programme.periods.order_by("label"))
        section = evidence_section(month, month.scheme.dimensions[code], scale, periods)
        return section.title, {block.key: block for block in section.blocks}

    return blocks


def test_says_the_rating_its_meaning_and_its_reasons(book, find):
    book.rating(book.finance, "schedule", "G", reason="All set")
    book.next_month("2022-06")
    book.rating(book.finance, "schedule", "A", reason="Base budgets are late", direction="worsening")

    title, blocks = find("FIN", "schedule")

    assert title == "Finance, schedule: amber"
    facts = {fact.label: (fact.cell.value, fact.note) for fact in blocks["rating"].facts}
    assert facts == {
        "June 2022": ("A", "Problems that the workstream can put right itself."),
        "May 2022": ("G", ""),
        "Direction of travel": ("Worsening", ""),
        "Findings": (0, "what the checks find here and below"),
    }
    assert [(entry.heading, entry.text) for entry in blocks["reason"].entries] == [
        ("Reason given in June 2022", "Base budgets are late"),
        ("Reason given in May 2022", "All set"),
    ]


def test_says_so_when_nothing_was_said(book, find):
    title, blocks = find("FIN", "schedule")

    assert title == "Finance, schedule: not stated"
    assert blocks["reason"].empty == "No reason was given."
    assert figures(blocks["history"]) == {"level": {"2022-05": None}}


def test_says_what_is_done_about_it_by_whom_and_by_when(book, find):
    path = {"path_to_green": "A second tender", "path_owner": "Head of ICT"}
    path |= date_columns("green_by", PublishedDate.parse("Autumn 2022"))
    book.rating(book.finance, "schedule", "A", reason="One bid", **path)

    block = find("FIN", "schedule")[1]["path"]

    assert [(entry.text, entry.second, entry.on) for entry in block.entries] == [
        ("A second tender", "Head of ICT", "By Autumn 2022")
    ]
    assert block.second_label == "Who sees to it"


def test_a_part_of_the_path_says_what_is_missing(book, find):
    book.rating(book.finance, "schedule", "R", reason="One bid", path_owner="Head of ICT")

    (entry,) = find("FIN", "schedule")[1]["path"].entries

    assert (entry.text, entry.second, entry.on) == ("What will be done is not stated.", "Head of ICT", "No date stated")


def test_only_the_best_level_needs_no_path(book, find):
    book.rating(book.finance, "schedule", "R", reason="One bid")
    book.rating(book.people, "schedule", "G")

    assert find("FIN", "schedule")[1]["path"].empty == "No path to green was given."
    assert "path" not in find("PEO", "schedule")[1]


def test_a_reader_sees_the_path_on_the_page_and_in_place(client, book):
    path = {"path_to_green": "A <b>second</b> tender", "path_owner": "Head of ICT"}
    path |= date_columns("green_by", PublishedDate.parse("30 September 2022"))
    book.rating(book.root, "overall", "A", reason="One bid", **path)
    client.force_login(person("director", book.root))

    for headers in ({}, {"HX-Request": "true"}):
        html = client.get("/programmes/book/2022-05/ratings/ROOT/overall/", headers=headers).content.decode()

        for words in ("Path to green", "A &lt;b&gt;second&lt;/b&gt; tender", "Head of ICT", "By 30 September 2022"):
            assert words in html


def test_shows_the_history_up_to_the_month_read(book, find):
    for label, level in [("2022-06", "G"), ("2022-07", "A")]:
        book.rating(book.root, "overall", level)
        book.next_month(label)

    assert figures(find("ROOT", "overall")[1]["history"]) == {
        "level": {"2022-05": "G", "2022-06": "A", "2022-07": None}
    }


def test_shows_twelve_months_at_most(book, find):
    for n in range(13):
        book.next_month(f"20{23 + n // 12}-{n % 12 + 1:02}")

    (row,) = figures(find("ROOT", "overall")[1]["history"]).values()
    assert list(row) == [*(f"2023-{n:02}" for n in range(2, 13)), "2024-01"]


def test_puts_the_most_serious_workstream_below_first(book, find):
    """A green that is red inside."""
    book.rating(book.root, "schedule", "G")
    book.rating(book.finance, "schedule", "G")
    book.rating(book.people, "schedule", "R")

    below = find("ROOT", "schedule")[1]["below"]

    assert [row.key for _, row in below.lines()] == ["PEO", "FIN"]


def test_counts_what_stands_under_the_rating(book, find):
    book.product(book.erp, status="off_track")
    book.product(book.payroll, status="off_track")

    blocks = find("FIN", "overall")[1]

    assert figures(blocks["under_products"])["off_track"]["all"] == 1
    assert figures(blocks["under_milestones"])["total"]["all"] == 0
