"""Rows changed in place in a return: opened, left, saved, and refused where it was submitted meanwhile."""

import pytest
from playwright.sync_api import expect

from programmes.models import Narrative, ProductPosition
from returns import actions
from tests.browser.visit import sign_in
from tests.returns.cast import Month

RETURN = "/programmes/book/2022-06/returns/FIN-1/"
PLAN = f"{RETURN}tasks/plan/"
NARROW, MIDDLING = {"viewport": {"width": 320, "height": 700}}, {"viewport": {"width": 768, "height": 700}}


@pytest.fixture
def month(transactional_db):
    return Month()


@pytest.fixture
def plan(page, month):
    """The products of ERP, as its lead sees them."""
    sign_in(page, month.lead)
    page.goto(PLAN)
    return page


def link(page, title="Chart of accounts"):
    return page.get_by_role("link", name=f"Change Product “{title}”")


def test_a_click_on_a_row_opens_it_and_saving_closes_it(plan):
    plan.get_by_role("cell", name="Tranche 1").click()
    title = plan.get_by_label("Title")
    expect(title).to_be_focused()
    expect(plan.get_by_role("heading", name="Product “Chart of accounts”")).to_be_visible()

    title.fill("Chart of accounts, agreed")
    plan.get_by_role("button", name="Save").click()

    expect(plan.locator("#announce")).to_have_text("Saved.")
    expect(link(plan, "Chart of accounts, agreed")).to_be_focused()
    expect(plan.get_by_label("Title")).to_have_count(0)
    expect(plan.get_by_role("row", name="Chart of accounts, agreed")).to_be_visible()


@pytest.mark.parametrize("page", [NARROW, MIDDLING], indirect=True, ids=["320", "768"])
def test_a_return_is_worked_where_it_is_narrow_without_scrolling_sideways(page, month, axe):
    long = "Statement of accounts for the demised authorities, with group boundaries"
    month.product(month.erp, "P-0009", title=long)
    month.rating(month.erp, "schedule", "A", reason="Two posts are empty, and nobody has applied for either of them")
    sign_in(page, month.lead)
    for address, row in ((f"{RETURN}tasks/ratings/", "Schedule rating"), (PLAN, "Statement of accounts")):
        page.goto(address)
        assert_fits(page)
        line = page.get_by_role("row", name=row)
        for act in line.get_by_role("cell").last.locator("a, button, summary").all():
            assert_in_view(page, act)
        axe(page)
        line.get_by_role("link", name="Change").click()
        for field in page.locator(".editing :is(input:not([type=hidden]), select, textarea, .acts > *)").all():
            assert_in_view(page, field)
        assert_fits(page)
    page.goto(RETURN)
    assert_fits(page)


def assert_fits(page):
    """Neither the page nor a region of it scrolls sideways."""
    wide = "[...document.querySelectorAll('html, .wide')].every(each => each.scrollWidth <= each.clientWidth)"
    assert page.evaluate(wide)


def assert_in_view(page, target):
    box = target.bounding_box()
    if box is not None:  # it has a place on the page
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]


def test_enter_in_a_field_saves(plan):
    link(plan).press("Enter")
    plan.get_by_label("Title").press("End")
    plan.keyboard.type(", agreed")
    plan.keyboard.press("Enter")

    expect(link(plan, "Chart of accounts, agreed")).to_be_focused()


@pytest.mark.parametrize("how", ["Escape", "Cancel"])
def test_leaving_the_form_changes_nothing(plan, how):
    link(plan).click()
    plan.get_by_label("Title").fill("Something else")
    if how == "Escape":
        plan.keyboard.press("Escape")
    else:
        plan.get_by_role("link", name="Cancel").click()

    expect(link(plan)).to_be_focused()
    assert ProductPosition.objects.filter(title="Something else").count() == 0


def test_a_row_begun_and_left_can_be_begun_again(plan):
    add = plan.get_by_role("link", name="Add a product to ERP system")
    add.click()
    expect(plan.get_by_label("Title")).to_be_focused()
    plan.keyboard.press("Escape")
    expect(add).to_be_focused()
    expect(plan.get_by_label("Title")).to_have_count(0)

    add.click()
    plan.get_by_label("Title").fill("Coding manual")
    plan.get_by_role("button", name="Save").click()

    expect(link(plan, "Coding manual")).to_be_visible()
    expect(add).to_be_visible()


def test_an_empty_list_gets_its_heads_with_its_first_row(plan):
    plan.goto(PLAN.replace("plan", "narrative"))
    said = plan.get_by_role("region", name="What is said this month")
    heads = said.locator("thead")
    expect(heads).to_be_hidden()

    said.get_by_role("link", name="Add: risk").click()
    said.get_by_label("Risk", exact=True).fill("The data is not clean")
    said.get_by_role("button", name="Save").click()

    expect(said.get_by_role("row", name="The data is not clean")).to_be_visible()
    expect(heads).to_be_visible()


@pytest.mark.expects("409")
def test_a_return_submitted_meanwhile_keeps_what_was_typed(plan, month):
    """By somebody else, while the form was open: the sentence stands above it, and the text stays."""
    month.bring("started")
    link(plan).click()
    plan.get_by_label("Title").fill("Too late")
    actions.submit(*month.seat(month.reviewer), by=month.reviewer)

    plan.get_by_role("button", name="Save").click()

    expect(plan.get_by_role("alert")).to_be_focused()
    expect(plan.get_by_role("alert")).to_contain_text(
        "The return of ERP system is submitted. Withdraw it to change something in it."
    )
    expect(plan.get_by_label("Title")).to_have_value("Too late")
    assert not ProductPosition.objects.filter(title="Too late").exists()


@pytest.mark.parametrize(
    "page", [{}, {"viewport": {"width": 320, "height": 700}}], indirect=True, ids=["wide", "narrow"]
)
@pytest.mark.expects("422")
def test_open_forms_are_accessible_and_fit(plan, month, axe):
    place = PLAN.rpartition("plan/")[0]
    month.rating(month.erp, "schedule", "A", reason="The supplier is late")
    Narrative.objects.create(period=month.period, workstream=month.erp, kind="risk", seq=1, text="A risk")
    for part, opener in (
        ("plan", "Change Product"),
        ("plan", "Change Milestone"),
        ("plan", "Add a milestone to book-P1"),
        ("ratings", "Change Schedule rating"),
        ("resources", "Give Resources rating"),
        ("narrative", "Change Risk 1"),
        ("narrative", "Add: achievement"),
    ):
        plan.goto(f"{place}{part}/")
        plan.get_by_role("link", name=opener).click()
        expect(plan.get_by_role("button", name="Save")).to_be_visible()
        axe(plan)
        assert plan.evaluate("document.documentElement.scrollWidth <= innerWidth"), opener
        if opener in {"Give Resources rating", "Add: achievement"}:
            plan.get_by_role("button", name="Save").click()
            expect(plan.get_by_role("alert")).to_be_visible()
            axe(plan)


# --- What is said and shown ---------------------------------------------------------------------------------


def test_a_rating_opens_on_the_choice_that_is_made(page, month):
    """A press of Space on the first would change it."""
    month.rating(month.erp, "schedule", "A", reason="Two posts are empty")
    sign_in(page, month.lead)
    page.goto(f"{RETURN}tasks/ratings/")
    page.get_by_role("link", name="Change Schedule rating").click()
    expect(page.get_by_label("Amber")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_label("Amber")).to_be_checked()


def test_saved_is_said_for_a_while_unless_somebody_is_at_it(page, month):
    page.clock.install()
    sign_in(page, month.lead)
    page.goto(PLAN)
    link(page).click()
    page.get_by_role("button", name="Save").click()
    said = page.locator("#announce")
    expect(said).to_have_text("Saved.")

    said.hover()
    page.clock.run_for(10_000)
    expect(said).to_have_text("Saved.")
    page.mouse.move(0, 0)
    page.clock.run_for(10_000)
    expect(said).to_have_text("")


def test_what_went_wrong_stays_to_be_read(page, month):
    page.clock.install()
    sign_in(page, month.lead)
    page.goto(PLAN)
    said = page.locator("#announce")
    page.evaluate("document.dispatchEvent(new CustomEvent('announce', {detail: {value: 'Saved.'}}))")
    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:sendError'))")
    page.clock.run_for(10_000)
    expect(said).to_have_text("The server cannot be reached. Try again in a moment.")


def test_a_withdrawn_row_can_be_read(plan, month):
    """Struck through are its words, not its status and not what can be done with it."""
    ProductPosition.objects.filter(period=month.period).update(withdrawn=True)
    plan.reload()
    row = plan.get_by_role("row", name="Chart of accounts").first
    drawn = "it => [getComputedStyle(it).textDecorationLine, getComputedStyle(it).color]"

    crossed, status = row.get_by_role("rowheader").evaluate(drawn), row.locator(".rating").evaluate(drawn)
    assert crossed[0] == "line-through"
    assert status[0] == "none"
    assert status[1] != crossed[1]
    assert row.locator(".line-acts").evaluate(drawn)[0] == "none"
