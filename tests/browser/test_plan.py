"""A lead and a PMO officer shape the plan: menu, acts, confirming, many at once. With script and without."""

import pytest
from playwright.sync_api import expect

from programmes.models import MilestonePosition, ProductPosition
from tests.browser.test_director import NARROW, SCRIPT, go, sign_in
from tests.factories import Book, person

TASK = "/programmes/book/2022-06/returns/FIN/tasks/plan/"
WHY = "No longer needed since the merger"
PEOPLE = pytest.mark.parametrize("who", ["lead", "pmo"])


@pytest.fixture
def book(transactional_db):
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.erp = book.workstream("ERP", book.finance, name="ERP system")
    for ref, title in (("P-0001", "Chart of accounts"), ("P-0002", "Ledger")):
        book.milestone(book.product(book.finance, ref, title=title), f"M-{ref[2:]}", title=f"{title} agreed")
    book.next_month("2022-06")
    book.cast = {"lead": person("lead", book.finance), "pmo": person("pmo", book.root)}
    return book


def line(page, title):
    return page.get_by_role("row", name=title, exact=False).first


def choose(page, title, act):
    """Open the menu of a line and take what it offers."""
    line(page, title).get_by_text("More").click()
    line(page, title).get_by_role("link", name=act).click()


def live(book, model=ProductPosition):
    return list(model.objects.of(book.period).live().order_by("pk").values_list("title", flat=True))


@SCRIPT
@PEOPLE
def test_withdraws_and_takes_back_in(page, book, who):
    sign_in(page, book.cast[who])
    page.goto(TASK)
    choose(page, "Chart of accounts (P-0001)", "Withdraw")
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw: Product “Chart of accounts” (P-0001)")
    expect(page.get_by_text("Milestone “Chart of accounts agreed” (M-0001)")).to_be_visible()
    page.get_by_label("Why").fill(WHY)
    page.get_by_label("Withdraw it as well").check()
    page.get_by_role("button", name="Withdraw").click()

    expect(page.get_by_text("Withdrawn: Product “Chart of accounts” (P-0001).")).to_be_visible()
    assert page.url.endswith(TASK)
    assert live(book) == ["Ledger"]

    choose(page, "Chart of accounts (P-0001)", "Take back in")
    page.get_by_role("button", name="Take back in").click()
    expect(page.get_by_text("Taken back in: Product “Chart of accounts” (P-0001).")).to_be_visible()
    assert live(book, MilestonePosition) == ["Chart of accounts agreed", "Ledger agreed"]


@SCRIPT
@PEOPLE
def test_moves_splits_and_merges(page, book, who):
    sign_in(page, book.cast[who])
    page.goto(TASK)
    choose(page, "Chart of accounts (P-0001)", "Move")
    page.get_by_label("It stands under").select_option(label="\u2003\u2003ERP system")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_text("now stands under ERP system (ERP).")).to_be_visible()
    expect(line(page, "Chart of accounts (P-0001)")).to_have_count(0)

    page.goto(TASK.replace("FIN", "ERP"))
    choose(page, "Chart of accounts (P-0001)", "Split")
    page.get_by_label("Title of new product 1").fill("Schools")
    page.get_by_label("Milestone “Chart of accounts agreed” (M-0001)").select_option("Goes to new product 1")
    page.get_by_role("button", name="Split").click()
    expect(page.get_by_text("New: “Schools” (P-0003).")).to_be_visible()

    choose(page, "Schools (P-0003)", "Merge")
    page.get_by_label("It goes into").select_option(label="Ledger (P-0002)")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Merged: Product “Schools” (P-0003) into “Ledger” (P-0002).")).to_be_visible()

    page.goto("/programmes/book/2022-06/rows/product/P-0003/")
    expect(page.get_by_text("Split off from P-0001")).to_be_visible()
    expect(page.get_by_text("Merged into P-0002")).to_be_visible()
    moved = MilestonePosition.objects.of(book.period).get(milestone__ref="M-0001")
    assert moved.product.ref == "P-0002"


@SCRIPT
@PEOPLE
def test_confirms_a_carried_row(page, book, who, request):
    sign_in(page, book.cast[who])
    page.goto(TASK)
    expect(line(page, "Ledger (P-0002)").get_by_text("As last month")).to_be_visible()

    line(page, "Ledger (P-0002)").get_by_role("button", name="Still right").click()

    expect(line(page, "Ledger (P-0002)").get_by_text("As last month")).to_have_count(0)
    assert page.url.endswith(TASK)
    if "no script" not in request.node.name:
        expect(
            line(page, "Ledger (P-0002)").get_by_role("link", name="Change Product “Ledger” (P-0002)")
        ).to_be_focused()


@SCRIPT
@pytest.mark.expects("422")
def test_what_cannot_be_confirmed_opens_its_form(page, book, request):
    MilestonePosition.objects.of(book.period).filter(milestone__ref="M-0001").update(status="delivered")
    sign_in(page, book.cast["lead"])
    page.goto(TASK)

    line(page, "Chart of accounts agreed (M-0001)").get_by_role("button", name="Still right").click()

    expect(page.get_by_role("link", name="Delivered on: Say on which day it was delivered.")).to_be_visible()
    assert page.url.endswith(TASK) is ("no script" not in request.node.name)


@SCRIPT
@PEOPLE
@pytest.mark.expects("422")
def test_changes_many_at_once(page, book, who):
    sign_in(page, book.cast[who])
    page.goto("/programmes/book/2022-06/milestones/")
    page.get_by_role("link", name="Change many milestones at once").click()
    for ref in ("M-0001", "M-0002"):
        page.get_by_role("row", name=ref).get_by_role("checkbox").check()
    change = page.locator("form[method=post]").filter(has=page.get_by_role("button", name="Change them"))
    change.get_by_label("Status").select_option(label="Delivered")
    page.get_by_role("button", name="Change them").click()

    expect(page.get_by_role("link", name="Delivered on: Say on which day it was delivered.")).to_be_visible()
    expect(page.get_by_role("row", name="M-0001").get_by_role("checkbox")).to_be_checked()
    change.get_by_label("Delivered on").fill("14 June 2022")
    page.get_by_role("button", name="Change them").click()

    expect(page.get_by_text("Changed: 2 milestones.")).to_be_visible()
    assert {row.status for row in MilestonePosition.objects.of(book.period)} == {"delivered"}


def test_the_menu_by_keyboard(page, book):
    sign_in(page, book.cast["lead"])
    page.goto(TASK)
    more = line(page, "Chart of accounts (P-0001)").locator("summary")
    menu = line(page, "Chart of accounts (P-0001)").locator("details")

    go(page, more)
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Move")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(more).to_be_focused()

    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw: Product “Chart of accounts” (P-0001)")
    go(page, page.get_by_label("Why"), "End")
    page.keyboard.type(WHY)
    go(page, page.get_by_label("Withdraw it as well"), "Space")
    go(page, page.get_by_role("button", name="Withdraw"))
    expect(page.get_by_text("Withdrawn: Product “Chart of accounts” (P-0001).")).to_be_visible()


def act(kind, ref, what):
    return f"/programmes/book/2022-06/plan/{kind}/{ref}/{what}/"


PLACES = {
    "task": TASK,
    **{
        f"{kind} {what}": act(kind, ref, what)
        for kind, ref in (("product", "P-0001"), ("milestone", "M-0001"))
        for what in ("move", "split", "merge", "withdraw")
    },
    "withdrawn": "/programmes/book/2022-06/rows/milestone/M-0009/",
    "restore": act("milestone", "M-0009", "restore"),
    "hindered": act("workstream", "FIN", "withdraw"),
    "empty workstream": act("workstream", "ERP", "withdraw"),
    "row": "/programmes/book/2022-06/rows/product/P-0001/",
    "above": "/programmes/book/2022-06/rows/workstream/ROOT/",
    "bulk products": "/programmes/book/2022-06/bulk/products/",
    "bulk milestones": "/programmes/book/2022-06/bulk/milestones/?sort=-due",
    "filter error": "/programmes/book/2022-06/bulk/products/?due=soon",
    "nothing found": "/programmes/book/2022-06/bulk/products/?q=nothing",
}
# Sent as they are, these pages come back with what is wrong: the page, and its button.
ERRORS = {
    act("product", "P-0001", "withdraw"): "Withdraw",
    act("product", "P-0001", "split"): "Split",
    act("milestone", "M-0001", "merge"): "Merge",
    "/programmes/book/2022-06/bulk/products/": "Change them",
}


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
@pytest.mark.expects("422")
def test_every_page_is_accessible_and_fits(page, book, axe):
    book.milestone(book.finance, "M-0009", withdrawn=True)
    book.workstream("GONE", book.root, withdrawn=True)
    sign_in(page, book.cast["pmo"])
    for place, address in PLACES.items():
        page.goto(address)
        for summary in page.locator(".menu summary").all():
            summary.click()
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} is too wide"
    for address, button in ERRORS.items():
        page.goto(address)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("alert")).to_be_focused()
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} is too wide"


@pytest.mark.expects("409")
def test_who_was_overtaken_is_told_on_an_accessible_page(page, book, axe):
    sign_in(page, book.cast["lead"])
    page.goto(act("product", "P-0001", "withdraw"))
    ProductPosition.objects.of(book.period).update(version=2, title="Chart of all accounts")
    page.get_by_label("Why").fill(WHY)
    page.get_by_label("Withdraw it as well").check()
    page.get_by_role("button", name="Withdraw").click()

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Why")).to_have_value(WHY)
    axe(page)
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Withdrawn: Product “Chart of all accounts” (P-0001).")).to_be_visible()
