"""Nothing is wider than the screen or the box it scrolls in, however long or glued together the names are."""

import pytest

from programmes.month import whole_month
from reports import layouts, printed
from tests.browser.visit import sign_in
from tests.factories import Book, person
from tests.reports.pdf.extremes import GLUED, LONG

FITS = "document.documentElement.scrollWidth <= innerWidth"
# Boxes whose sideways scrolling is covered by the names that stay beside the rows.
COVERED = """() => [...document.querySelectorAll(".wide")].filter(box => box.scrollWidth > box.clientWidth &&
  [...box.querySelectorAll("tbody th[scope=row]")].some(it => it.offsetWidth > .75 * box.clientWidth)).map(box => box.id)"""
WIDTHS = {str(width): {"viewport": {"width": width, "height": 800}} for width in (320, 768, 1280)}
PAGES = ["", "2022-05/", "2022-05/products/", "2022-05/milestones/"]


@pytest.fixture(params=[LONG, GLUED], ids=["long", "glued"])
def book(request, transactional_db):
    book = Book("book", label="2022-05")
    name = request.param[:200]
    book.programme.name = name
    book.programme.save()
    top = book.workstream("TOP", book.root, name=name)
    below = book.workstream("SUB", top, name=name)
    for dimension in ("overall", "resources", "schedule"):
        book.rating(top, dimension, "R", reason=name, path_to_green=name)
        book.rating(below, dimension, "A", reason=name)
    product = book.product(below, title=name)
    book.milestone(product, title=name)
    book.narrative(book.root, "achievement", name)
    book.officer = person("pmo", book.root, name="Programme management officer")
    return book


@pytest.mark.parametrize("page", WIDTHS.values(), indirect=True, ids=WIDTHS)
def test_nothing_is_wider_than_the_screen_or_the_box_it_scrolls_in(page, book):
    sign_in(page, book.officer)
    for place in PAGES:
        page.goto(f"/programmes/book/{place}")
        assert page.evaluate(FITS), place
        assert page.evaluate(COVERED) == [], place


@pytest.mark.parametrize("page", WIDTHS.values(), indirect=True, ids=WIDTHS)
def test_nor_is_anything_in_the_report_as_a_file(page, book, tmp_path):
    report = tmp_path / "report.html"
    report.write_text(printed.html(layouts.build(whole_month(book.period))))
    page.goto(report.as_uri())

    assert page.evaluate(FITS)
