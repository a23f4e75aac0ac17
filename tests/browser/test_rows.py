"""Changing rows: on a page of their own and in place, by keyboard, with a second writer and without a session."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from programmes.models import Draft, Narrative, Rating
from tests.factories import Book, person

SCRIPT = pytest.mark.parametrize(
    "page", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "no script"]
)
WIDTHS = pytest.mark.parametrize(
    "page", [{}, {"viewport": {"width": 320, "height": 700}}], indirect=True, ids=["1280", "320"]
)
ROWS = "/programmes/book/2022-05/rows"
RATING, ASK, RETURN = (
    f"{ROWS}/rating/FIN/overall/",
    f"{ROWS}/narrative/FIN/ask/1/",
    "/programmes/book/2022-05/returns/FIN/",
)


@pytest.fixture
def book(transactional_db):
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.rating(book.finance, "overall", "A", reason="Two posts are empty")
    book.narrative(book.finance, "ask", "Agree the plan.")
    book.product(book.finance, "P-0001", title="Chart of accounts", due="1 October 2022")
    book.lead = person("lead", book.finance, name="Lead of finance")
    return book


def sign_in(page, user):
    page.goto("/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Portfolio")


@pytest.fixture
def lead(page, book):
    sign_in(page, book.lead)
    return page


def somebody_else_saves(book, **values):
    """As an action would: the version is one more."""
    Rating.objects.filter(period=book.period).update(version=2, **values)


@SCRIPT
def test_rating_is_changed_by_keyboard_alone(lead, book):
    lead.goto(RATING)
    lead.get_by_label("Amber").focus()
    lead.keyboard.press("ArrowDown")
    expect(lead.get_by_label("Red")).to_be_checked()
    lead.keyboard.press("Tab")
    expect(lead.get_by_label("Reason")).to_be_focused()
    lead.keyboard.press("Control+A")
    lead.keyboard.type("Worse")
    for _ in range(20):
        if lead.evaluate("document.activeElement.textContent.trim()") == "Save":
            break
        lead.keyboard.press("Tab")
    lead.keyboard.press("Enter")

    expect(lead.get_by_role("status").first).to_have_text("Saved: Overall rating of Finance (FIN).")
    assert Rating.objects.values_list("level", "reason").get() == ("R", "Worse")


@SCRIPT
@pytest.mark.expects("422")
def test_summary_leads_to_what_has_to_be_put_right(lead):
    lead.goto(RATING)
    lead.get_by_label("Reason").fill("")
    lead.get_by_label("Green by").fill("soon")
    lead.get_by_role("button", name="Save").click()

    expect(lead).to_have_title("Error: Overall rating of Finance (FIN), May 2022 – Plumbline")
    expect(lead.get_by_role("alert")).to_be_focused()
    lead.get_by_role("link", name="Reason: Say why it is amber.").click()
    expect(lead.get_by_label("Reason")).to_be_focused()
    expect(lead.get_by_label("Green by")).to_have_value("soon")


@SCRIPT
@pytest.mark.expects("409")
def test_second_writer_sees_both_texts_and_saves_over_the_first(lead, book):
    lead.goto(RATING)
    lead.get_by_label("Reason").fill("Mine")
    somebody_else_saves(book, reason="Theirs")
    lead.get_by_role("button", name="Save").click()

    expect(lead.get_by_role("heading", name="Somebody else saved this while you were writing")).to_be_visible()
    row = lead.get_by_role("region", name="Yours and theirs").get_by_role("row", name="Reason")
    expect(row.get_by_role("cell")).to_have_text(["Mine", "Theirs"])
    expect(lead.get_by_label("Reason")).to_have_value("Mine")

    lead.get_by_role("button", name="Save mine over theirs").click()
    expect(lead.get_by_role("status").first).to_have_text("Saved: Overall rating of Finance (FIN).")
    assert Rating.objects.values_list("reason", "version").get() == ("Mine", 3)


@WIDTHS
@pytest.mark.expects("409", "422")
def test_form_with_its_draft_its_errors_and_its_conflict_can_be_read_by_all(lead, book, axe):
    for address in (RATING, ASK, f"{ROWS}/product/P-0001/", f"{ROWS}/milestone/product/P-0001/new/"):
        lead.goto(address)
        axe(lead)
        assert lead.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lead.goto(RATING)
    lead.get_by_label("Reason").fill("")
    lead.get_by_role("button", name="Save").click()
    expect(lead.get_by_role("alert")).to_be_visible()
    axe(lead)
    somebody_else_saves(book, reason="Theirs, and a long text without any end to it at all")
    lead.get_by_label("Reason").fill("Mine")
    lead.get_by_role("button", name="Save").click()
    expect(lead.get_by_role("heading", name="Somebody else saved this")).to_be_visible()
    axe(lead)
    assert lead.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lead.goto(f"{ASK}remove/")
    axe(lead)


# --- Drafts -------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_offered_and_can_be_discarded(lead, axe):
    lead.goto(ASK)
    lead.get_by_label("Ask", exact=True).fill("Half a sen")
    expect(lead.get_by_text("Draft kept at")).to_be_visible()

    lead.goto(ASK)
    expect(lead.get_by_text("This is what you had typed and not saved")).to_be_visible()
    expect(lead.get_by_label("Ask", exact=True)).to_have_value("Half a sen")
    axe(lead)

    lead.get_by_role("button", name="Discard what I typed").click()
    expect(lead.get_by_label("Ask", exact=True)).to_have_value("Agree the plan.")
    assert not Draft.objects.exists()
    assert Narrative.objects.get().version == 1


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_draft_is_discarded_without_a_script_too(lead, book):
    Draft.objects.create(
        user=book.lead, period=book.period, row="narrative/FIN/ask/1", values={"seen": "1", "text": "Typed"}
    )
    lead.goto(f"{ASK}?next=/programmes/book/2022-05/")
    lead.get_by_role("button", name="Discard what I typed").click()

    expect(lead.get_by_role("heading", level=1)).to_have_text("Finance: scorecard, The book programme")
    assert not Draft.objects.exists()


@pytest.mark.expects("401")
def test_who_was_signed_out_signs_in_beside_and_saves_what_they_typed(lead, book):
    """The text stays where it is, and the form goes on with the session that was begun in another tab."""
    lead.goto(ASK)
    Session.objects.all().delete()
    lead.get_by_label("Ask", exact=True).fill("Typed after the session had ended")
    expect(lead.get_by_text("You have been signed out, so this was not done.")).to_be_visible()
    expect(lead.get_by_label("Ask", exact=True)).to_have_value("Typed after the session had ended")

    beside = lead.context.new_page()
    sign_in(beside, book.lead)
    beside.close()
    lead.get_by_label("Ask", exact=True).press_sequentially(", and more")
    expect(lead.get_by_text("Draft kept at")).to_be_visible()
    lead.get_by_role("button", name="Save").click()

    expect(lead.get_by_role("status").first).to_have_text("Saved: Ask 1 of Finance (FIN).")
    assert Narrative.objects.get().text == "Typed after the session had ended, and more"


# --- In place -----------------------------------------------------------------------------------------------


@pytest.mark.expects("409", "422")
def test_row_is_changed_in_place_through_error_and_conflict(lead, book, axe):
    lead.goto(f"{RETURN}tasks/ratings/")
    lead.get_by_role("link", name="Change Overall rating of Finance (FIN)").press("Enter")
    expect(lead.get_by_label("Amber", exact=False).first).to_be_focused()
    lead.get_by_label("Reason").fill("")
    lead.get_by_role("button", name="Save").click()
    expect(lead.get_by_role("alert")).to_be_focused()
    axe(lead)

    somebody_else_saves(book, reason="Theirs")
    lead.get_by_label("Reason").fill("Mine")
    lead.get_by_role("button", name="Save").click()
    expect(lead.get_by_role("alert")).to_be_focused()
    expect(lead.get_by_role("region", name="Yours and theirs")).to_contain_text("Theirs")
    axe(lead)

    lead.get_by_role("button", name="Save mine over theirs").click()
    expect(lead.locator("#announce")).to_have_text("Saved.")
    expect(lead.get_by_role("link", name="Change Overall rating of Finance (FIN)")).to_be_focused()
    expect(lead.get_by_role("row", name="Overall, Finance")).to_contain_text("Mine")
    assert lead.url.endswith(f"{RETURN}tasks/ratings/")


def test_draft_is_discarded_in_place(lead):
    lead.goto(f"{RETURN}tasks/narrative/")
    change = lead.get_by_role("link", name="Change Ask 1 of Finance (FIN)")
    change.click()
    lead.get_by_label("Ask", exact=True).fill("Half a sen")
    expect(lead.get_by_text("Draft kept at")).to_be_visible()
    lead.keyboard.press("Escape")
    expect(change).to_be_focused()

    change.click()
    expect(lead.get_by_label("Ask", exact=True)).to_have_value("Half a sen")
    lead.get_by_role("button", name="Discard what I typed").click()

    expect(lead.get_by_label("Ask", exact=True)).to_have_value("Agree the plan.")
    expect(lead.locator("h1")).to_have_count(1)


# Types into the form within the task that swaps it in, before a timer can run: as fast as it can be.
AT_ONCE = """() => new MutationObserver((_, observer) => {
  const field = document.querySelector(".row-form textarea");
  if (!field) return;
  observer.disconnect();
  field.value = "At once";
  field.dispatchEvent(new Event("input", {bubbles: true}));
}).observe(document.body, {childList: true, subtree: true})"""


def test_draft_hears_what_is_typed_the_moment_a_form_opens(lead):
    lead.goto(f"{RETURN}tasks/narrative/")
    lead.evaluate(AT_ONCE)
    lead.get_by_role("link", name="Change Ask 1 of Finance (FIN)").click()

    expect(lead.get_by_text("Draft kept at")).to_be_visible()
    lead.reload()
    lead.get_by_role("link", name="Change Ask 1 of Finance (FIN)").click()
    expect(lead.get_by_label("Ask", exact=True)).to_have_value("At once")


@pytest.mark.expects("409")
def test_sentence_of_a_month_that_closed_is_announced_and_the_text_stays(lead, book):
    lead.goto(f"{RETURN}tasks/narrative/")
    lead.get_by_role("link", name="Change Ask 1 of Finance (FIN)").click()
    book.close()
    lead.get_by_label("Ask", exact=True).fill("Too late")
    lead.get_by_role("button", name="Save").click()

    expect(lead.locator("#announce")).to_have_text("May 2022 is closed, so nothing in it can change.")
    expect(lead.get_by_label("Ask", exact=True)).to_have_value("Too late")
