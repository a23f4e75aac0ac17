"""A risk owner's month, by keyboard alone and without script: look, re-score, act, close; and the pages at any width."""

import pytest
from playwright.sync_api import expect

from risks.models import IssuePosition, MitigationPosition, RiskPosition
from tests.browser.test_director import NARROW, SCRIPT, go, sign_in
from tests.factories import person
from tests.returns.cast import Month
from tests.risks.documents import document
from tests.risks.trials import mitigation, risk

MONTH = "/programmes/book/2022-06/"
OVERVIEW, CARD = f"{MONTH}risk-overview/", f"{MONTH}risk/R-0001/"


@pytest.fixture
def month(transactional_db):
    month = Month(document=document())
    fire = risk(
        *(month, month.erp, "R-0001"),
        title="Fire",
        original="4x4",
        current="3x4",
        prospects="amber",
        owner="Head of systems",
    )
    mitigation(month, fire, "A-0001", title="Buy hoses")
    month.reader = person("pmo", month.root)
    return month


@SCRIPT
def test_a_risk_owners_month_by_keyboard(page, month):
    sign_in(page, month.lead)
    page.goto(OVERVIEW)
    go(page, page.get_by_role("link", name="The register"))
    go(page, page.get_by_role("link", name="Fire", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fire")

    go(page, page.get_by_role("link", name="Change this risk"))
    page.get_by_label("Current likelihood").focus()
    page.keyboard.press("ArrowUp")  # from 3 to 2
    go(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fire")
    assert RiskPosition.objects.get(period=month.period).current_score == 8

    go(page, page.get_by_role("link", name="Add an action"))
    page.get_by_label("What is to be done").focus()
    page.keyboard.type("Hold a drill")
    go(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Hold a drill").first).to_be_visible()
    assert MitigationPosition.objects.of(month.period).count() == 2


@SCRIPT
def test_a_risk_that_comes_true(page, month):
    sign_in(page, month.lead)
    page.goto(f"{MONTH}plan/risk/R-0001/occur/?next={CARD}")
    page.get_by_label("Since which day").fill("20 June 2022")
    page.get_by_label("What happened").fill("The machine room burnt down")
    page.get_by_role("button", name="Make it an issue").click()

    expect(page.get_by_text("It is issue I-0001 now.")).to_be_visible()
    expect(page.get_by_text("What became of R-0001").first).to_be_visible()
    assert IssuePosition.objects.get(period=month.period).risk.ref == "R-0001"


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
@pytest.mark.parametrize("address", [OVERVIEW, CARD, f"{MONTH}risks/", f"{MONTH}rows/risk/R-0001/"])
def test_pages_are_accessible_and_do_not_scroll_sideways(page, axe, month, address):
    sign_in(page, month.reader)
    page.goto(address)

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_heat_map_is_read_in_the_order_of_its_rows(page, month):
    """What a screen reader says: each row by its likelihood, each field by its score and the risks that stand there."""
    sign_in(page, month.reader)
    page.goto(OVERVIEW)
    rows = page.locator("#t-risk_heat_map tbody tr").all_inner_texts()

    assert [" ".join(row.split()) for row in rows] == [
        "5 Almost certain 5 (G) 10 (A) 15 (A) 20 (R) 25 (R)",
        "4 Likely 4 (G) 8 (A) 12 (A) 16 (R) 20 (R)",
        "3 Possible 3 (G) 6 (A) 9 (A) 12 (A) 1 risk R-0001, new 15 (A)",
        "2 Unlikely 2 (G) 4 (G) 6 (A) 8 (A) 10 (A)",
        "1 Rare 1 (G) 2 (G) 3 (G) 4 (G) 5 (G)",
    ]
