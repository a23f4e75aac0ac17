"""Everybody's month: a lead makes the return, it is challenged and passed on, accepted, closed and read."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from core.dates import long_date
from jobs.models import Letter
from programmes.actions import close_period
from returns import actions, challenges
from returns.models import ReturnStep
from tests.browser.visit import go, sign_in, sign_out
from tests.factories import person
from tests.returns.cast import Month

pytestmark = pytest.mark.expects("422")  # a form that is not filled in well, on purpose
SCRIPT = pytest.mark.parametrize(
    "page", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "no script"]
)
NARROW = {"viewport": {"width": 320, "height": 700}}
RETURNS = "/programmes/book/2022-06/returns/"


@pytest.fixture
def month(transactional_db):
    return Month()


def in_days(days):
    return timezone.localdate() + dt.timedelta(days=days)


def title(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def said(page, text):
    expect(page.locator("p.message")).to_have_text(text)


def line(page, name):
    return page.get_by_role("row", name=name)


@SCRIPT
def test_a_lead_makes_the_return(page, month):
    month.due(f"{in_days(3)}")
    sign_in(page, month.lead)
    page.get_by_role("link", name="My returns").click()
    expect(page.get_by_text(f"due by the end of {long_date(in_days(3))}")).to_be_visible()
    page.get_by_role("link", name="ERP system").click()
    title(page, "ERP system: return for June 2022")
    expect(page.get_by_text("Schedule rating of ERP system (FIN-1) is not given.")).to_be_visible()
    expect(page.get_by_text("It can be submitted once nothing is missing: 2 things to give.")).to_be_visible()
    expect(page.get_by_role("button", name="Submit this return")).to_have_count(0)

    page.get_by_role("link", name="Ratings", exact=True).click()
    page.get_by_role("link", name="Give Schedule rating of ERP system (FIN-1)").click()
    page.get_by_label("Amber").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Say why it is amber.").first).to_be_visible()
    page.get_by_label("Reason").fill("The supplier is late")
    page.get_by_role("button", name="Save").click()
    expect(line(page, "Schedule, ERP system").get_by_text("The supplier is late")).to_be_visible()

    page.get_by_role("link", name="Next: Resources").click()
    page.get_by_role("link", name="Give Resources rating of ERP system (FIN-1)").click()
    page.get_by_label("Sufficiently resourced").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Change Resources rating of ERP system (FIN-1)")).to_be_visible()

    page.get_by_role("link", name="Next: Products and milestones").click()
    expect(line(page, "Chart of accounts").get_by_text("As last month")).to_be_visible()
    page.get_by_role("link", name="Change Product “Chart of accounts”").click()
    page.get_by_label("Due, forecast").fill("1 November 2022")
    page.get_by_role("button", name="Save").click()
    expect(line(page, "Chart of accounts").get_by_text("1 November 2022")).to_be_visible()
    expect(line(page, "Chart of accounts").get_by_text("As last month")).to_have_count(0)

    page.get_by_role("link", name="Next: Narrative").click()
    page.get_by_role("link", name="Add: risk").click()
    page.get_by_label("Risk", exact=True).fill("The data is not clean")
    page.get_by_role("button", name="Save").click()
    expect(line(page, "Risk, ERP system").get_by_text("The data is not clean")).to_be_visible()

    page.get_by_role("link", name="Back to the return").click()
    expect(page.get_by_text("1 row will go in as last month.")).to_be_visible()
    page.get_by_role("button", name="Submit this return").click()
    said(page, "Submitted.")
    expect(page.get_by_text("It lies with the workstream’s review.")).to_be_visible()
    expect(page.get_by_text("return submitted, to")).to_be_visible()

    page.get_by_role("link", name="Ratings", exact=True).click()
    expect(page.get_by_text("Withdraw it to change something in it.")).to_be_visible()
    expect(page.get_by_role("link", name="Change Schedule rating")).to_have_count(0)
    page.get_by_role("link", name="Back to the return").click()
    page.get_by_role("button", name="Withdraw it, to change it").click()
    said(page, "Withdrawn: you can change it again.")


def test_a_lead_needs_no_mouse(page, month):
    sign_in(page, month.lead)
    go(page, page.get_by_role("link", name="My returns"))
    go(page, page.get_by_role("link", name="ERP system"))
    go(page, page.get_by_role("link", name="Ratings", exact=True))

    go(page, page.get_by_role("link", name="Give Schedule rating"))
    expect(page.get_by_role("radio", name="Green")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#announce")).to_have_text("Saved.")
    expect(page.get_by_role("link", name="Change Schedule rating")).to_be_focused()

    go(page, page.get_by_role("link", name="Next: Resources"))
    go(page, page.get_by_role("link", name="Give Resources rating"))
    expect(page.get_by_label("Sufficiently resourced")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#announce")).to_have_text("Saved.")

    go(page, page.get_by_role("link", name="Next: Products and milestones"))
    go(page, page.get_by_role("link", name="Change Product “Chart of accounts”"))
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(", revised")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Change Product “Chart of accounts, revised”")).to_be_focused()

    go(page, page.get_by_role("link", name="Next: Narrative"))
    go(page, page.get_by_role("link", name="Add: achievement"))
    expect(page.get_by_label("Achievement", exact=True)).to_be_focused()
    page.keyboard.type("The chart is agreed")
    go(page, page.get_by_role("button", name="Save"))
    expect(line(page, "Achievement, ERP system").get_by_text("The chart is agreed")).to_be_visible()

    go(page, page.get_by_role("link", name="Back to the return"))
    go(page, page.get_by_role("button", name="Submit this return"))
    said(page, "Submitted.")


@SCRIPT
def test_a_workstream_pmo_challenges_and_passes_on(page, month):
    month.bring("submitted")
    sign_in(page, month.reviewer)
    page.get_by_role("link", name="My returns").click()
    expect(page.get_by_role("heading", name="Waiting for you to look at")).to_be_visible()
    page.get_by_role("link", name="ERP system").click()

    page.get_by_text("Ask something").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("link", name="Write what you ask.")).to_be_visible()
    page.get_by_label("What it is about").fill("Schedule rating")
    page.get_by_label("What you ask").fill("What does it rest on?")
    page.get_by_role("button", name="Ask", exact=True).click()
    said(page, "Asked.")
    expect(page.get_by_text("It can be passed on once what is asked about it is settled.")).to_be_visible()
    expect(page.get_by_role("button", name="Pass on to the programme’s PMO")).to_have_count(0)

    sign_out(page)
    sign_in(page, month.lead)
    page.goto(f"{RETURNS}FIN-1/")
    page.get_by_text("Answer challenge 1").click()
    page.get_by_label("Your answer").fill("On the plan of 3 June")
    page.get_by_label("Evidence").fill("Minutes, item 4")
    page.get_by_role("button", name="Send the answer").click()
    said(page, "Kept with the return.")

    sign_out(page)
    sign_in(page, month.reviewer)
    page.goto(f"{RETURNS}FIN-1/")
    expect(page.get_by_text("Minutes, item 4")).to_be_visible()
    page.get_by_text("Settle challenge 1").click()
    page.get_by_role("button", name="It is settled").click()
    page.get_by_role("button", name="Pass on to the programme’s PMO").click()
    said(page, "Passed on to the programme’s PMO.")
    expect(page.get_by_text("It lies with the programme’s PMO.")).to_be_visible()


@SCRIPT
def test_a_pmo_officer_runs_the_month(page, month):
    close_period(month.period, override="Closed all the same, for the test", by=month.pmo)
    sign_in(page, month.pmo)
    page.get_by_role("link", name="The book programme").click()
    page.get_by_role("link", name="Open the next month").click()
    page.get_by_label("Returns are due by the end of").fill("yesterday")
    page.get_by_role("button", name="Open the month").click()
    expect(page.get_by_text("“yesterday” is not a date.").first).to_be_visible()
    page.get_by_label("Returns are due by the end of").fill(long_date(in_days(2)))
    page.get_by_role("button", name="Open the month").click()
    title(page, "Returns for July 2022")
    month.period = month.programme.periods.get(label="2022-07")

    alone = "3 returns have nobody but you who signs in for them."
    page.get_by_role("link", name="Remind those whose return is not in").click()
    expect(page.get_by_text("Not reminded yet.").first).to_be_visible()
    page.get_by_role("button", name="Send to those ticked").click()
    said(page, f"2 reminders sent to 2 people, about 2 returns. {alone}")
    page.get_by_role("link", name="Remind those whose return is not in").click()
    page.get_by_role("button", name="Send to those ticked").click()
    expect(page.get_by_text("Tick whom to remind first.")).to_be_visible()
    page.get_by_role("link", name="Send nothing").click()
    page.get_by_role("link", name="Change the deadline").click()
    page.get_by_label("Returns are due by the end of").fill(long_date(in_days(5)))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Due by the end of {long_date(in_days(5))}.")).to_be_visible()
    page.get_by_role("link", name="Remind those whose return is not in").click()
    page.get_by_role("button", name="Send to those ticked").click()
    said(page, f"2 reminders sent to 2 people, about 2 returns. {alone}")
    assert Letter.objects.count() == 6  # with those that told of the month

    month.bring("passed_on")
    for place in (month.payroll, month.people):
        month.bring("submitted", place)
    page.goto("/returns/")
    page.get_by_role("link", name="ERP system").click()
    page.get_by_text("Send it back to its lead").click()
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_role("link", name="Say what is to be put right.")).to_be_visible()
    page.get_by_label("Why it is sent back").fill("Say what the schedule rests on")
    page.get_by_role("button", name="Send back").click()
    said(page, "Sent back, with your reason.")
    expect(page.locator(".note").get_by_text("Say what the schedule rests on")).to_be_visible()

    page.get_by_role("link", name="Returns", exact=True).click()
    page.get_by_role("link", name="Submitted (2)").click()
    page.get_by_role("link", name="Tick all 2 ready to be accepted").click()
    expect(page.get_by_label("Payroll")).to_be_checked()
    page.get_by_role("button", name="Accept those ticked").click()
    said(page, "2 returns accepted.")
    expect(page.get_by_role("link", name="Accepted (2)")).to_be_visible()

    page.get_by_role("link", name="Close July 2022").click()
    expect(page.get_by_text("3 returns not accepted: ROOT, FIN, FIN-1.")).to_be_visible()
    page.get_by_role("button", name="Close July 2022 for good").click()
    expect(page.get_by_text("Give a reason to close it all the same.").first).to_be_visible()
    page.get_by_label("Why it is closed all the same").fill("The committee meets tomorrow")
    page.get_by_role("button", name="Close July 2022 for good").click()
    said(page, "July 2022 is closed. It will never change.")


@SCRIPT
@pytest.mark.parametrize("role", ["finance", "director", "assurance", "committee"])
def test_others_read_while_it_is_open(page, month, role):
    month.bring("passed_on")
    challenges.ask(*month.seat(month.pmo), about="Schedule rating", text="What does it rest on?", by=month.pmo)
    sign_in(page, person(role, month.root))
    page.get_by_role("link", name="1 of 5 in").click()
    title(page, "Returns for June 2022")
    expect(page.get_by_role("button", name="Accept those ticked")).to_have_count(0)
    page.get_by_role("link", name="ERP system").click()
    expect(page.get_by_text("What does it rest on?")).to_be_visible()
    expect(page.locator("main form")).to_have_count(0)
    page.get_by_role("link", name="Ratings", exact=True).click()
    expect(line(page, "Schedule, ERP system")).to_be_visible()
    expect(page.get_by_role("link", name="Change Schedule rating")).to_have_count(0)


@SCRIPT
@pytest.mark.expects("403")
def test_a_councillor_reads_once_it_is_closed(page, month):
    month.rating(month.root, "overall", "A", reason="The supplier is late")
    sign_in(page, person("councillor", month.root))
    assert page.goto(RETURNS).status == 403
    page.goto("/")
    expect(page.get_by_text("May 2022, closed")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Returns")).to_have_count(0)

    month.bring("accepted")
    close_period(month.period, override="The committee meets tomorrow", by=month.pmo)
    page.goto("/")
    expect(page.get_by_text("June 2022, closed")).to_be_visible()
    page.get_by_role("link", name="The book programme").click()
    expect(page.get_by_text("This month is closed.")).to_be_visible()
    expect(page.get_by_role("link", name="Amend this month")).to_have_count(0)


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
@pytest.mark.expects("409")
def test_every_page_is_accessible_and_fits(page, month, axe):
    """WCAG 2.2 AA as far as a machine can tell; at 320 pixels nothing but a table scrolls sideways."""
    month.due("2022-07-05")
    month.narrative(month.erp, "risk", "The data is not clean", second="Clean it")
    month.rating(month.payroll, "schedule", "R", reason="The supplier of the payroll is late")

    def check(who, *addresses):
        sign_in(page, who)
        for address in addresses:
            page.goto(address)
            fits(address)
        sign_out(page)

    def fits(what):
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{what} is too wide"

    parts = [f"{RETURNS}FIN-1/tasks/{code}/" for code in ("ratings", "resources", "plan", "narrative")]
    check(month.lead, "/returns/", RETURNS, f"{RETURNS}FIN-1/", *parts)
    month.bring("submitted")
    challenges.ask(*month.seat(month.reviewer), about="Schedule rating", text="Why green?", by=month.reviewer)
    challenges.answer(*month.seat(month.lead), 1, text="So", evidence="Minutes", by=month.lead)
    check(month.lead, f"{RETURNS}FIN-1/", *parts[:1])
    check(month.reviewer, "/returns/", f"{RETURNS}FIN-1/")
    actions.send_back(*month.seat(month.pmo), reason="Say what it rests on", by=month.pmo)
    check(month.lead, "/returns/", f"{RETURNS}FIN-1/")
    place = "/programmes/book/2022-06/"
    months = [f"{place}close/", "/programmes/book/open/", f"{place}rows/deadline/returns/"]
    check(month.pmo, "/returns/", RETURNS, f"{RETURNS}?state=late&tick=1", f"{RETURNS}?state=accepted", *months)
    check(person("director", month.root), "/returns/", RETURNS, *parts[2:])
    close_period(month.period, override="The committee meets tomorrow", by=month.pmo)
    check(month.pmo, "/programmes/book/open/", f"{place}reopen/", RETURNS)


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
def test_every_form_with_a_mistake_is_accessible_and_fits(page, month, axe):
    month.bring("submitted")
    challenges.ask(*month.seat(month.reviewer), about="", text="Why green?", by=month.reviewer)
    sign_in(page, month.pmo)
    for summary, button in (
        ("Send it back to its lead", "Send back"),
        ("Ask something", "Ask"),
        ("Answer challenge 1", "Send the answer"),
    ):
        page.goto(f"{RETURNS}FIN-1/")
        page.get_by_text(summary).click()
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), button
    assert ReturnStep.objects.count() == 1
