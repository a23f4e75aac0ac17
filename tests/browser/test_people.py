"""A PMO officer invites a lead, who chooses a password by the link of the mail and signs in. With script and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_director import NARROW, SCRIPT, sign_in
from tests.factories import Book, person
from tests.workers import work_off

PEOPLE = "/programmes/book/people/"
PASSWORD = "three random words"


@pytest.fixture
def book(transactional_db):
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance, audit and the capital programme")
    book.workstream("FIN-1", book.finance, name="ERP system")
    book.officer = person("pmo", book.root, name="Ann Officer")
    return book


def invite(page, email="bob@council.example"):
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Name or post").fill("Bob Lead")
    page.get_by_label("Lead: reports on").check()
    page.get_by_label("Workstream", exact=True).select_option("FIN")
    page.get_by_role("button", name="Send the invitation").click()


@SCRIPT
@pytest.mark.expects("422")
def test_invites_a_lead_who_chooses_a_password_and_signs_in(page, book, mailoutbox):
    sign_in(page, book.officer)
    page.goto("/programmes/book/2022-05/")
    page.get_by_role("link", name="People", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People of The book programme")
    page.get_by_role("link", name="Invite somebody").click()

    invite(page, email="bob at council")
    problem = page.get_by_role("link", name="E-mail address: Enter a valid email address.")
    expect(problem).to_be_visible()
    problem.click()
    expect(page.get_by_label("E-mail address")).to_be_focused()
    expect(page.get_by_label("Name or post")).to_have_value("Bob Lead")
    expect(page.get_by_label("Lead: reports on")).to_be_checked()
    invite(page)
    expect(page.get_by_text("Bob Lead has the role now.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bob Lead")
    work_off()
    page.reload()
    expect(page.get_by_text(re.compile(r"^Has not signed in yet\. E-mail of .*: sent$"))).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    (message,) = mailoutbox
    page.goto(next(line for line in message.body.splitlines() if "/password/reset/" in line))
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Save the new password").click()
    page.goto("/")
    page.get_by_label("E-mail address").fill("bob@council.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="The book programme").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Finance, audit and the capital programme")


@SCRIPT
@pytest.mark.expects("422")
def test_gives_another_role_and_removes_it(page, book):
    lead = person("lead", book.finance, name="Bob Lead")
    sign_in(page, book.officer)
    page.goto(PEOPLE)
    page.get_by_role("link", name="Bob Lead").click()
    page.get_by_label("Finance partner: answers for").check()
    page.get_by_label("Workstream", exact=True).select_option("ROOT")
    page.get_by_role("button", name="Give this role").click()
    expect(page.get_by_text("Finance partner, the whole programme: ")).to_be_visible()

    page.get_by_role("link", name="Remove Lead, Finance").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove this role?")
    page.get_by_role("button", name="Remove the role").click()
    expect(page.get_by_text("Bob Lead is no longer Lead, Finance")).to_be_visible()
    assert list(lead.memberships.values_list("role", flat=True)) == ["finance"]

    page.goto(f"{PEOPLE}{book.officer.pk}/")
    page.get_by_role("link", name="Remove PMO officer").click()
    page.get_by_role("button", name="Remove the role").click()
    expect(page.get_by_role("alert")).to_contain_text("Ann Officer is the last who can give people roles")
    page.get_by_role("link", name="Keep it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ann Officer")


@pytest.mark.parametrize("page", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
@pytest.mark.expects("422")
def test_every_page_and_state_is_accessible_and_fits(page, book, axe):
    lead = person("lead", book.finance, name="Bob Lead with a long name and a post that is longer than most are")

    def check(place):
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} is too wide"

    sign_in(page, book.officer)
    places = {
        "people": PEOPLE,
        "nobody": f"{PEOPLE}?q=nobody",
        "filter error": f"{PEOPLE}?role=god",
        "invite": f"{PEOPLE}invite/",
        "person": f"{PEOPLE}{lead.pk}/",
        "remove": f"{PEOPLE}roles/{lead.memberships.get().pk}/remove/",
        "remove one's own": f"{PEOPLE}roles/{book.officer.memberships.get().pk}/remove/",
    }
    for place, address in places.items():
        page.goto(address)
        check(place)
    page.get_by_role("button", name="Remove the role").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check("refused")

    page.goto(f"{PEOPLE}invite/")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check("invite error")
    page.goto(f"{PEOPLE}{lead.pk}/")
    page.get_by_role("button", name="Give this role").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check("role error")

    page.get_by_role("button", name="Send the invitation again").click()
    expect(page.get_by_text("is on its way.")).to_be_visible()
    check("sent")
    page.get_by_role("button", name="Send the invitation again").click()
    expect(page.get_by_text("Another can be sent from")).to_be_visible()
    check("not again")
