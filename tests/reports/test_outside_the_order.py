"""A level without a severity stands outside the order of its scale: it is neither better nor worse than any other."""

import pytest

from assurance.running import findings
from programmes.month import whole_month
from reports.evidence import evidence_section
from tests.factories import Book, person, somerset_scheme
from tests.programmes.rows.forms import Clerk, problems
from tests.reports.conftest import figures

pytestmark = pytest.mark.django_db

CLOSED = {"code": "C", "letter": "C", "word": "Closed", "glyph": "●", "token": "none", "meaning": "Not rated any more."}


@pytest.fixture
def book():
    """May under a scheme in which anything rated, resourced or delivered may be closed instead."""
    document = somerset_scheme()
    for scale in document["scales"]:
        scale["levels"].insert(0, CLOSED)
    book = Book("book", label="2022-05", document=document)
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.people = book.workstream("PEO", book.root, name="People")
    book.estates = book.workstream("EST", book.root, name="Estates")
    return book


def evidence(book, ref, code="overall"):
    month = whole_month(book.period)
    month = month.within(month.tree.by_ref[ref])
    dimension = month.scheme.dimensions[code]
    return {block.key: block for block in evidence_section(month, dimension, dimension.scales[0], [book.period]).blocks}


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("G", "C", "◇ Changed: overall"),
        ("R", "C", "◇ Changed: overall"),
        ("C", "R", "◇ Changed: overall"),
        ("C", "G", "◇ Changed: overall"),
        ("C", "C", "Same"),
        ("G", "R", "▼ Worse: overall"),
    ],
)
def test_a_move_to_it_or_from_it_is_a_change_and_no_more(book, read, was, now, said):
    book.rating(book.root, "overall", was)
    book.next_month("2022-06")
    book.rating(book.root, "overall", now)

    (table,) = read("ratings").tables()

    assert figures(table)["ROOT"]["movement"] == said


def test_it_asks_for_a_reason_only_where_it_has_moved(client, book):
    book.rating(book.finance, "overall", "G")
    book.rating(book.people, "overall", "C")
    book.next_month("2022-06")
    pmo = Clerk(client, book, person("pmo", book.root))

    answer = pmo.save("rating", "FIN/overall", level="C", reason="")

    assert problems(answer) == {"reason": ["Say why it has moved: last month it was green."]}
    assert pmo.save("rating", "PEO/overall", level="C", reason="").status_code == 302
    assert pmo.save("rating", "EST/overall", level="C", reason="").status_code == 302


def test_it_lacks_no_path_to_green(book):
    book.rating(book.finance, "overall", "C")

    assert "path" not in evidence(book, "FIN")


def test_it_stands_last_among_those_most_serious_first(book):
    for workstream, level in ((book.finance, "C"), (book.people, "G"), (book.estates, "R")):
        book.rating(workstream, "overall", level)

    assert [row.key for _, row in evidence(book, "ROOT")["below"].lines()] == ["EST", "PEO", "FIN"]


def test_the_worst_of_a_scale_is_never_outside_its_order(book, read):
    payroll = book.workstream("PEO-1", book.people)
    book.rating(payroll, "resources", "I")
    book.rating(book.workstream("PEO-2", book.people), "resources", "C")
    book.product(payroll, status="C")

    (table,) = read("resources").tables()

    counts = {key: cells["this"] for key, cells in figures(table).items()}
    assert counts == {"C": 1, "S": 0, "B": 0, "I": 1, "total": 2, "products": 1, "tranche_products": 1}


def test_a_milestone_with_such_a_status_is_not_past_its_date(book):
    book.milestone(book.finance, "M-1", status="C", due="1 May 2022")
    book.milestone(book.finance, "M-2", status="on_track", due="1 May 2022")

    found = findings(whole_month(book.period))

    assert [each.subject for each in found if each.code == "milestone_past_its_date"] == ["M-2"]
