"""A director's visit: sign in, portfolio, scorecard, another month, evidence, downloads. With script and without."""

import pytest
from playwright.sync_api import expect

from jobs.models import Heartbeat
from tests.factories import Book, person
from tests.workers import work_off

SCRIPT = pytest.mark.parametrize(
    "page", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "no script"]
)
NARROW = {"viewport": {"width": 320, "height": 700}}


@pytest.fixture
def book(transactional_db):
    book = Book("book", label="2022-05")
    finance = book.workstream("FIN", book.root, name="Finance, audit and the capital programme")
    erp = book.workstream("FIN-1", finance, name="ERP system")
    for label, level in (("2022-05", "G"), ("2022-06", "A")):
        for dimension in ("overall", "resources", "schedule"):
            book.rating(book.root, dimension, level, reason=f"The reason of {label}")
            book.rating(finance, dimension, level, reason="Budgets are late")
        book.rating(erp, "resources", "I", reason="Two posts are empty")
        book.narrative(book.root, "key_point", "The programme is **amber**")
        book.narrative(finance, "awareness", "Baseline by the end of July", heading="Capital programme")
        if label == "2022-05":
            book.milestone(
                book.product(erp, due="2022-10-01", title="Chart of accounts"), status="", title="Design agreed"
            )
            book.note("products", "Using available data")
            book.next_month("2022-06")
    book.director = person("director", book.root, name="Programme director")
    return book


def sign_in(page, user):
    page.goto("/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()


@SCRIPT
def test_reads_the_scorecard_and_its_evidence(page, book, axe, request):
    has_script = "no script" not in request.node.name
    sign_in(page, book.director)
    expect(page.get_by_role("heading", level=1)).to_have_text("Portfolio")

    page.get_by_role("link", name="The book programme").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The book programme: scorecard")
    expect(page.get_by_text("Position as at 30 June 2022, beside 31 May 2022.")).to_be_visible()

    ratings = page.get_by_role("region", name="Ratings in May 2022 and in June 2022")
    ratings.get_by_role("row", name="Overall programme").get_by_role("link", name="A Amber").first.click()
    expect(page.get_by_role("heading", name="Overall programme, overall: amber")).to_be_visible()
    expect(page.get_by_text("The reason of 2022-06")).to_be_visible()
    assert page.url.endswith("/2022-06/") is has_script  # opened in place, or on its own page

    page.goto("/programmes/book/2022-06/")
    page.get_by_role("navigation", name="Reporting periods").get_by_role("link", name="May 22").click()
    expect(page.get_by_text("Position as at 31 May 2022. This month is closed.")).to_be_visible()
    if has_script:
        axe(page)


@SCRIPT
def test_opens_the_rows_under_a_count_and_narrows_them(page, book):
    sign_in(page, book.director)
    page.goto("/programmes/book/2022-06/")

    page.get_by_role("region", name="Milestones by status").get_by_role("row", name="No status given").get_by_role(
        "link"
    ).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Milestones: The book programme")
    expect(page.get_by_role("row", name="Design agreed")).to_be_visible()

    page.get_by_label("Words in the title, or a ref").fill("nothing like it")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Nothing matches. Widen the filter.")).to_be_visible()


@SCRIPT
@pytest.mark.parametrize(
    "label", ["Download the page as XLSX", "Download the page as CSV", "Download the page as JSON"]
)
def test_downloads_the_page(page, book, label):
    sign_in(page, book.director)
    page.goto("/programmes/book/2022-06/")

    with page.expect_download() as started:
        page.get_by_role("link", name=label).click()

    assert started.value.suggested_filename.startswith("book-2022-06-scorecard.")
    assert started.value.path().stat().st_size > 500


@SCRIPT
@pytest.mark.pdf
def test_has_the_pdf_made_and_downloads_it(page, book, axe, request):
    """The page of the job follows the work by itself, with script and without; the second time the file is there."""
    scripted = "no script" not in request.node.name
    sign_in(page, book.director)
    page.goto("/programmes/book/2022-06/")
    page.get_by_role("link", name="Download PDF").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The book programme: scorecard, June 2022 (PDF)")
    expect(page.get_by_role("progressbar", name="Waiting")).to_be_visible()
    expect(page.get_by_text("the worker is not running")).to_be_visible()
    if scripted:
        axe(page)
    expect(page).to_have_title("Waiting: The book programme: scorecard, June 2022 (PDF) – Plumbline")

    back = page.get_by_role("link", name="Back to the page it belongs to")
    Heartbeat.objects.create(worker="w")
    if scripted:
        back.focus()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    if scripted:
        expect(back).to_be_focused()
    work_off()

    expect(page.get_by_role("heading", name="It is ready")).to_be_visible()
    expect(page).to_have_title("Done: The book programme: scorecard, June 2022 (PDF) – Plumbline")
    if scripted:
        expect(page.get_by_role("heading", name="It is ready")).to_be_focused()
        axe(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Download book-2022-06-scorecard.pdf").click()
    assert started.value.path().read_bytes().startswith(b"%PDF-1.7")

    back.click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download PDF").click()
    assert started.value.suggested_filename == "book-2022-06-scorecard.pdf"


def go(page, target, key="Enter"):
    """Reach something with the Tab key alone, and press a key on it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if target.count() and target.evaluate("it => it === document.activeElement"):
            break
    expect(target).to_be_focused()
    page.keyboard.press(key)


def test_the_whole_visit_needs_no_mouse(page, book):
    page.goto("/")
    go(page, page.get_by_label("E-mail address"), "End")
    page.keyboard.type(book.director.email)
    go(page, page.get_by_label("Password"), "End")
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Portfolio")

    go(page, page.get_by_role("link", name="The book programme"))
    expect(page.get_by_text("Position as at 30 June 2022, beside 31 May 2022.")).to_be_visible()
    go(page, page.get_by_role("navigation", name="Reporting periods").get_by_role("link", name="May 22"))
    expect(page.get_by_text("Position as at 31 May 2022. This month is closed.")).to_be_visible()

    with page.expect_download() as started:
        go(page, page.get_by_role("link", name="Download the page as XLSX"))
    assert started.value.suggested_filename == "book-2022-05-scorecard.xlsx"

    go(page, page.get_by_role("region", name="Products by status").get_by_role("link").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Products: The book programme")
    go(page, page.get_by_label("Words in the title"), "End")
    page.keyboard.type("nothing like it")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing matches. Widen the filter.")).to_be_visible()


def test_works_by_keyboard_alone(page, book):
    sign_in(page, book.director)
    page.goto("/programmes/book/2022-06/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    link = page.get_by_role("region", name="Ratings in").get_by_role("link", name="A Amber").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    expect(link).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overall programme, overall: amber")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Overall programme, overall: amber")).to_have_count(0)
    expect(link).to_be_focused()


PLACES = {
    "portfolio": "/",
    "scorecard": "/programmes/book/2022-06/",
    "workstream": "/programmes/book/2022-06/?workstream=FIN",
    "closed": "/programmes/book/2022-05/",
    "evidence": "/programmes/book/2022-06/ratings/FIN/schedule/",
    "products": "/programmes/book/2022-06/products/",
    "milestones": "/programmes/book/2022-06/milestones/?status=none",
    "filter-error": "/programmes/book/2022-06/products/?due=soon",
    "nothing-found": "/programmes/book/2022-06/products/?q=nothing",
    "history": "/programmes/book/history/",
    "history-error": "/programmes/book/history/?since=soon",
    "findings": "/programmes/book/2022-06/findings/",
    "editions": "/programmes/book/2022-06/editions/",
    "table": "/programmes/book/2022-06/tables/ratings/",
    "about": "/programmes/book/2022-06/about/",
    "glossary": "/glossary/",
    "password": "/accounts/password/",
    "sign-out": "/accounts/sign-out/",
    "not-found": "/programmes/other/2022-06/",
}


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
@pytest.mark.expects("404", "422")
def test_every_page_is_accessible_and_fits(page, book, axe):
    """WCAG 2.2 AA as far as a machine can tell; at 320 pixels nothing but a table scrolls sideways."""
    sign_in(page, book.director)
    for place, address in PLACES.items():
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} is too wide"


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
def test_signed_out_pages_are_accessible(page, book, axe):
    for address in ("/accounts/sign-in/", "/accounts/password/reset/", "/accounts/password/reset/sent/"):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_opened_evidence_is_accessible(page, book, axe):
    sign_in(page, book.director)
    page.goto("/programmes/book/2022-06/")
    page.get_by_role("region", name="Ratings in").get_by_role("link", name="A Amber").first.click()
    expect(page.get_by_role("button", name="Close")).to_be_visible()

    axe(page)
