"""Forms that are sent after the session has ended: what was typed is back once the same person has signed in again."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from programmes.actions import close_period
from programmes.models import Programme
from returns.models import ChallengeStep, ReturnStep
from tests.browser.visit import PASSWORD, sign_in, sign_out
from tests.factories import founder, person
from tests.returns.cast import Month

pytestmark = pytest.mark.expects("401")  # the answer to what is sent after the session has ended

RETURN = "/programmes/book/2022-06/returns/FIN-1/"
BACK = "You were signed out, so this was not sent. What you typed is back in the form."


@pytest.fixture
def month(transactional_db):
    month = Month()
    month.bring("submitted")
    return month


def again(page, user):
    """Sign in from the page that stands where the answer should, or from the one it leads to."""
    address, way = page.get_by_label("E-mail address"), page.get_by_role("link", name="Sign in again")
    expect(address.or_(way)).to_be_visible()
    if way.is_visible():
        way.click()
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def ask(page, text):
    page.get_by_text("Ask something").click()
    page.get_by_label("What it is about").fill("Schedule")
    page.get_by_label("What you ask").fill(text)
    page.get_by_role("button", name="Ask", exact=True).click()


def test_a_question_outlives_its_session(page, month, axe):
    sign_in(page, month.pmo)
    page.goto(RETURN)
    Session.objects.all().delete()
    ask(page, "Why is this green?\nNothing has moved.")
    expect(page.get_by_role("heading", level=1)).to_have_text("You have been signed out")
    axe(page)
    again(page, month.pmo)

    expect(page.get_by_text(BACK)).to_be_visible()
    expect(page.get_by_label("What you ask")).to_have_value("Why is this green?\nNothing has moved.")
    expect(page.get_by_label("What it is about")).to_be_focused()
    assert not ChallengeStep.objects.exists()
    axe(page)

    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", name="Challenge 1: Schedule")).to_be_visible()
    expect(page.get_by_label("What you ask")).to_have_value("")
    assert ChallengeStep.objects.get().text == "Why is this green?\nNothing has moved."


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_the_answer_gives_back_what_was_written(page, month):
    sign_in(page, month.pmo)
    page.goto(RETURN)
    Session.objects.all().delete()
    ask(page, "Why is this green?\nNothing has moved.")

    expect(page.get_by_role("heading", level=1)).to_have_text("You have been signed out")
    expect(page.locator("blockquote")).to_have_text("Why is this green?\nNothing has moved.")
    again(page, month.pmo)
    expect(page.get_by_role("heading", level=1)).to_have_text("ERP system: return for June 2022")
    assert not ChallengeStep.objects.exists()


@pytest.mark.expects("409")
def test_a_month_that_closes_meanwhile_gives_back_what_was_written(page, month, axe):
    sign_in(page, month.pmo)
    page.goto(RETURN)
    close_period(month.period, override="The committee's day cannot move", by=month.pmo)
    ask(page, "Why is this green?\nNothing has moved.")

    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing was changed")
    expect(page.locator("blockquote")).to_have_text("Why is this green?\nNothing has moved.")
    axe(page)


def test_what_has_arrived_does_not_come_back(page, month):
    sign_in(page, month.pmo)
    page.goto(RETURN)
    ask(page, "Why is this green?")
    expect(page.get_by_role("heading", name="Challenge 1: Schedule")).to_be_visible()
    Session.objects.all().delete()
    page.reload()
    again(page, month.pmo)

    expect(page.get_by_role("heading", name="Challenge 1: Schedule")).to_be_visible()
    expect(page.get_by_label("What you ask")).to_have_value("")
    assert page.evaluate("sessionStorage.getItem('typed')") is None


def test_who_signs_out_is_not_told_that_something_was_lost(page, month):
    sign_in(page, month.pmo)
    sign_out(page)
    again(page, month.pmo)

    expect(page.get_by_role("heading", level=1)).to_have_text("Portfolio")
    expect(page.get_by_text(BACK)).to_have_count(0)


def test_somebody_else_who_signs_in_is_not_given_it(page, month):
    sign_in(page, month.pmo)
    page.goto(RETURN)
    Session.objects.all().delete()
    ask(page, "Between us: why is this green?")
    again(page, person("pmo", month.root))

    expect(page.get_by_role("heading", level=1)).to_have_text("ERP system: return for June 2022")
    expect(page.get_by_label("What you ask")).to_have_value("")


def test_ticks_outlive_their_session(page, month):
    month.bring("accepted", month.payroll)
    sign_in(page, month.pmo)
    page.goto("/programmes/book/2022-06/returns/")
    page.get_by_label("ERP system").check()
    Session.objects.all().delete()
    page.get_by_role("button", name="Accept those ticked").click()
    again(page, month.pmo)

    expect(page.get_by_label("ERP system")).to_be_checked()
    page.get_by_role("button", name="Accept those ticked").click()
    expect(page.get_by_text("1 return accepted.")).to_be_visible()
    assert ReturnStep.objects.latest("pk").step == "accepted"


def test_an_outline_pasted_for_a_new_programme_outlives_its_session(page, transactional_db):
    user = founder()
    sign_in(page, user)
    page.goto("/programmes/new/")
    page.get_by_label("Name of the programme").fill("Reorganisation")
    page.get_by_label("Workstreams, one a line").fill("Finance\n  Payroll")
    Session.objects.all().delete()
    page.get_by_role("button", name="Set up the programme").click()
    again(page, user)

    expect(page.get_by_label("Name of the programme")).to_have_value("Reorganisation")
    expect(page.get_by_label("Workstreams, one a line")).to_have_value("Finance\n  Payroll")
    assert not Programme.objects.exists()
