"""The grid of amounts by keyboard: arrows, Tab, Enter, Escape, and a block from a spreadsheet pasted into a cell."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.browser.test_in_place import MIDDLING, NARROW
from tests.browser.test_typed import BACK, again
from tests.browser.visit import go, sign_in
from tests.finance.grid.conftest import money_month
from tests.finance.grid.test_grid import BUDGET, OTHER, OUTTURN, stated

GRID = "/programmes/book/2022-06/money/edit/"
PAY = "F-0003/2022/23 budget"
PASTE = """([field, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def month(transactional_db):
    return money_month()


def cell(page, name):
    return page.locator(f'[name="cell {name}"]')


def paste(page, name, text):
    page.evaluate(PASTE, [cell(page, name).element_handle(), text])


@pytest.fixture
def grid(page, month):
    sign_in(page, month.partner)
    page.goto(GRID)
    return page


def test_the_grid_is_worked_by_keyboard_alone(grid, month, axe):
    go(grid, cell(grid, BUDGET), key="ArrowDown")
    expect(cell(grid, OTHER)).to_be_focused()
    grid.keyboard.press("ArrowDown")
    expect(cell(grid, PAY)).to_be_focused()
    grid.keyboard.press("ArrowDown")  # there is none below
    expect(cell(grid, PAY)).to_be_focused()
    grid.keyboard.type("7")
    grid.keyboard.press("ArrowUp")
    grid.keyboard.press("ArrowRight")
    expect(cell(grid, "F-0002/2022/23 forecast")).to_be_focused()
    grid.keyboard.press("ArrowLeft")
    grid.keyboard.press("ArrowUp")
    grid.keyboard.type("5,00")
    grid.keyboard.press("ArrowLeft")  # within what is typed
    grid.keyboard.press("End")
    grid.keyboard.type("0")
    expect(cell(grid, BUDGET)).to_have_value("5,000")
    grid.keyboard.press("Tab")
    expect(cell(grid, OUTTURN)).to_be_focused()
    grid.keyboard.type("12")
    grid.keyboard.press("Escape")
    expect(cell(grid, OUTTURN)).to_have_value("4,758")
    axe(grid)

    grid.keyboard.press("Enter")

    expect(grid.get_by_text("Saved: 2 amounts in 2 lines.")).to_be_visible()
    assert (stated(month)[BUDGET], stated(month)[OUTTURN], stated(month)[PAY]) == (5_000_000, 4_758_000, 7_000)


@pytest.mark.expects("422")
def test_what_is_wrong_leads_to_its_cell(grid, month, axe):
    cell(grid, BUDGET).fill("12x")
    cell(grid, OTHER).fill("1280000")
    cell(grid, OTHER).press("Enter")

    summary = grid.get_by_role("alert")
    expect(summary).to_be_focused()
    axe(grid)
    summary.get_by_role("link", name="Staff (F-0001), Budget 2022/23").click()
    expect(cell(grid, BUDGET)).to_be_focused()
    cell(grid, BUDGET).fill("5,000")
    grid.get_by_label("Save it all the same").check()
    cell(grid, BUDGET).press("Enter")

    expect(grid.get_by_text("Saved: 2 amounts in 2 lines.")).to_be_visible()
    assert (stated(month)[BUDGET], stated(month)[OTHER]) == (5_000_000, 1_280_000_000)


def test_a_block_pasted_into_a_cell_is_shown_then_saved(grid, month, axe):
    cell(grid, OUTTURN).fill("4,700")
    paste(grid, OTHER, "1,300\t5\n(7)\t\n")

    expect(grid.get_by_role("heading", name="Nothing is saved yet")).to_be_visible()
    expect(cell(grid, PAY)).to_have_value("(7)")
    expect(cell(grid, OUTTURN)).to_have_value("4,700")
    assert stated(month)[OTHER] == 1_280_000
    axe(grid)
    grid.get_by_role("button", name="Save what is shown").first.click()

    expect(grid.get_by_text("Saved: 4 amounts in 3 lines.")).to_be_visible()
    assert (stated(month)[OTHER], stated(month)[PAY], stated(month)[OUTTURN]) == (1_300_000, -7_000, 4_700_000)


def test_one_amount_pasted_goes_where_the_cursor_is(grid):
    paste(grid, OTHER, "1,300\n")

    expect(grid.get_by_role("heading", name="Nothing is saved yet")).to_have_count(0)
    expect(grid.get_by_role("heading", level=1)).to_have_text("Edit money: Budget and outturn")


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_the_grid_works_without_a_script(grid, month):
    cell(grid, BUDGET).fill("5,000")
    cell(grid, BUDGET).press("Enter")
    expect(grid.get_by_text("Saved: 1 amount in 1 line.")).to_be_visible()

    grid.get_by_text("Paste a block from a spreadsheet").click()
    grid.get_by_label("Cells copied from the spreadsheet").fill("Staff\t5,100")
    grid.get_by_role("button", name="Show what would change").click()
    grid.get_by_role("button", name="Save what is shown").first.click()

    expect(grid.get_by_text("Saved: 1 amount in 1 line.")).to_be_visible()
    assert stated(month)[BUDGET] == 5_100_000


@pytest.mark.parametrize("page", [NARROW, MIDDLING], indirect=True, ids=["320", "768"])
def test_where_it_is_narrow_only_the_grid_scrolls_sideways(grid, axe):
    assert grid.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    axe(grid)


@pytest.mark.expects("401")
def test_what_was_typed_outlives_its_session(grid, month):
    cell(grid, BUDGET).fill("5,000")
    Session.objects.all().delete()
    cell(grid, BUDGET).press("Enter")
    again(grid, month.partner)

    expect(grid.get_by_text(BACK)).to_be_visible()
    expect(cell(grid, BUDGET)).to_have_value("5,000")
    cell(grid, BUDGET).press("Enter")
    expect(grid.get_by_text("Saved: 1 amount in 1 line.")).to_be_visible()
    assert stated(month)[BUDGET] == 5_000_000
