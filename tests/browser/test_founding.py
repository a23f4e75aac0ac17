"""From an empty database to a first scorecard, with every click and key counted; with script and without."""

import pytest
from playwright.sync_api import expect

from programmes.models import Programme
from tests.factories import founder

NARROW = {"viewport": {"width": 320, "height": 700}}
SCRIPT = pytest.mark.parametrize(
    "page", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "no script"]
)
WORKSTREAMS = "Finance | Director of finance\n- ERP system\n- Base budget\nPeople\n- Payroll"


@pytest.fixture
def officer(transactional_db):
    return founder(name="Programme manager")


class Hand:
    """A hand at the page that counts what it does: a click to reach a field is one, as it is for a person."""

    def __init__(self, page):
        self.page, self.clicks, self.keys = page, 0, 0

    def click(self, target):
        target.click()
        self.clicks += 1

    def write(self, label, text):
        field = self.page.get_by_label(label, exact=True)
        if not field.evaluate("field => field === document.activeElement"):
            self.click(field)
        field.press_sequentially(text)
        self.keys += len(text)


@SCRIPT
def test_from_an_empty_database_to_a_first_scorecard(page, officer):
    hand = Hand(page)
    page.goto("/")
    hand.write("E-mail address", officer.email)
    hand.write("Password", "correct horse battery")
    hand.click(page.get_by_role("button", name="Sign in", exact=True))

    hand.click(page.get_by_role("link", name="Set up a programme"))
    hand.write("Name of the programme", "Kent LGR")
    hand.write("Council", "Kent County Council")
    hand.write("Starts on", "1/4/2026")
    hand.write("Vesting day", "1/4/2028")
    hand.write("Workstreams, one a line", WORKSTREAMS)
    hand.click(page.get_by_role("button", name="Set up the programme"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up: what next")
    hand.click(page.get_by_role("link", name="Open the scorecard of"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Kent LGR: scorecard")
    ratings = page.get_by_role("region", name="Ratings in")
    expect(ratings.get_by_role("row")).to_have_count(5)  # two of heads, the programme, two workstreams
    assert hand.clicks <= 10  # three of them to sign in
    assert hand.keys - len(WORKSTREAMS) <= 100
    assert len(Programme.objects.get().periods.all()) == 1


@SCRIPT
@pytest.mark.expects("422")
def test_a_mistake_keeps_what_was_typed_and_leads_to_its_field(page, officer, request):
    opened(page, officer)
    page.get_by_label("Name of the programme").fill("Kent LGR")
    page.get_by_label("Starts on").fill("Autumn 2026")
    page.get_by_label("Workstreams, one a line").fill("Finance\n-- ERP")
    page.get_by_label("Council", exact=True).press("Enter")

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_title("Error: Set up a programme – Plumbline")
    page.get_by_role("link", name="Workstreams, one a line: Line 2: “ERP” stands too deep").click()
    expect(page.get_by_label("Workstreams, one a line")).to_be_focused()
    expect(page.get_by_label("Workstreams, one a line")).to_have_value("Finance\n-- ERP")
    expect(page.get_by_label("Name of the programme")).to_have_value("Kent LGR")
    expect(page.get_by_label("Starts on")).to_have_value("Autumn 2026")


@SCRIPT
def test_the_back_button_and_a_second_sending_make_no_second_programme(page, officer):
    opened(page, officer)
    filled(page)
    page.get_by_role("button", name="Set up the programme").click()
    expect(page.get_by_text("Kent LGR is set up.")).to_be_visible()

    page.go_back()
    filled(page)
    page.get_by_role("button", name="Set up the programme").click()

    expect(page.get_by_text("Kent LGR was set up already")).to_be_visible()
    assert Programme.objects.count() == 1


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
@pytest.mark.expects("422")
def test_every_state_is_accessible_and_fits(page, officer, axe):
    def fits(state):
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{state} is too wide"

    opened(page, officer)
    fits("the empty form")
    page.get_by_role("button", name="Set up the programme").click()
    expect(page.get_by_role("alert")).to_be_focused()
    fits("the form with errors")
    page.get_by_text("What its tiers are called").click()
    page.get_by_label("First tier: one is called").fill("area")
    filled(page)
    page.get_by_role("button", name="Set up the programme").click()
    expect(page.get_by_label("First tier: several are called")).to_be_visible()
    fits("the tiers with an error")
    page.get_by_label("First tier: one is called").fill("")
    page.get_by_role("button", name="Check it first").click()
    expect(page.get_by_role("heading", name="Nothing is wrong")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Nothing is wrong")).to_be_focused()
    fits("the form that was checked")
    page.get_by_role("button", name="Set it up like this").click()
    expect(page.get_by_text("Kent LGR is set up.")).to_be_visible()
    fits("what next")
    page.get_by_role("link", name="Open the scorecard of").click()
    expect(page.get_by_text("No product is reported here yet")).to_be_visible()
    fits("the first scorecard")
    page.goto("/")
    fits("the portfolio")


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
def test_the_empty_portfolio_is_accessible_and_leads_here(page, officer, axe):
    opened(page, officer, at="/")

    expect(page.get_by_text("You have no role in a programme yet. Set one up")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Set up a programme").click()
    expect(page.get_by_label("Name of the programme")).to_be_focused()


def opened(page, officer, at="/programmes/new/"):
    page.goto(at)
    page.get_by_label("E-mail address").fill(officer.email)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()


def filled(page):
    page.get_by_label("Name of the programme").fill("Kent LGR")
    page.get_by_label("Council", exact=True).fill("Kent County Council")
    page.get_by_label("Starts on").fill("1/4/2026")
    page.get_by_label("Vesting day", exact=True).fill("1/4/2028")
    page.get_by_label("Workstreams, one a line").fill(WORKSTREAMS)
