"""What somebody wrote while somebody else was quicker: refused with its text kept, and never dropped."""

import pytest

from returns import actions, challenges
from tests.returns.cast import address, rows

pytestmark = pytest.mark.django_db

TEXT = "Two pages that took an hour to write"


def settle(month):
    challenges.settle(*month.seat(month.pmo), 1, text="Agreed", by=month.pmo)


def send_back(month):
    actions.send_back(*month.seat(month.pmo), reason="Say more of the schedule", by=month.pmo)


def pass_on(month):
    challenges.settle(*month.seat(month.pmo), 1, text="", by=month.pmo)
    actions.pass_on(*month.seat(month.reviewer), by=month.reviewer)


# who wrote what, what happened before they sent it, and what they are told
LATE = {
    "an answer to what is settled": (
        "lead",
        ("challenge", "FIN-1", 1, "answer"),
        "answer-1-text",
        settle,
        "Challenge 1 of ERP system is settled. Nothing more can be said about it.",
    ),
    "a second settling word": (
        "reviewer",
        ("challenge", "FIN-1", 1, "settle"),
        "settle-1-text",
        settle,
        "PMO officer has settled challenge 1 already, so what you wrote has not been kept.",
    ),
    "a second reason to send it back": (
        "reviewer",
        ("act", "FIN-1", "send-back"),
        "back-reason",
        send_back,
        "ERP system lies with its lead already, so what you wrote has not been sent.",
    ),
    "a reason after it was passed on": (
        "reviewer",
        ("act", "FIN-1", "send-back"),
        "back-reason",
        pass_on,
        "ERP system lies with the programme’s PMO now, who alone can send it back.",
    ),
    "a question of somebody who reviews nothing": (
        "lead",
        ("ask", "FIN-1"),
        "ask-text",
        lambda _: None,
        "The return of ERP system is for those above it to challenge.",
    ),
}


@pytest.mark.parametrize("late", LATE)
def test_is_refused_on_the_page_of_the_return_with_the_text_in_its_form(as_, asked, late):
    who, place, field, meanwhile, sentence = LATE[late]
    meanwhile(asked)
    browser, before = as_(getattr(asked, who)), rows()

    response = browser.post(address(*place), {field: TEXT})

    page = response.content.decode()
    assert response.status_code == 409
    assert sentence in page.split('class="summary"')[1]
    form = page.split(f'action="{address(*place)}"')
    assert TEXT in form[1].split("</form>")[0]
    assert form[0].rpartition("<details")[2].startswith(' class="filter" open>')
    assert rows() == before


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("act", "FIN-1", "send-back"), {"back-reason": TEXT}),
        (("challenge", "FIN-1", 1, "settle"), {"settle-1-text": TEXT}),
        (("challenge", "FIN-1", 1, "settle"), {}),
    ],
)
def test_the_same_again_is_a_double_click(as_, asked, place, said):
    browser = as_(asked.pmo)
    assert browser.post(address(*place), said).status_code == 302
    before = rows()

    assert browser.post(address(*place), said).status_code == 302
    assert rows() == before
