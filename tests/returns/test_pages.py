"""The pages of returns, for every kind of person, with whatever address or form they make up."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from returns import actions, challenges
from returns.models import ChallengeStep, ReturnStep
from tests.factories import person
from tests.returns.cast import PLACE, Month, address, posts, rows

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


# --- Whose they are -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize("ref", ["PEO-1", "PEO", "ROOT", "FIN", "NONE", "FIN-1 ", "%00", "book-P1"])
def test_another_s_return_is_not_there(as_, month, headers, ref):
    """T28: not to be read, asked about or acted on by any address that somebody makes up."""
    month.bring("submitted", month.payroll)
    month.narrative(month.payroll, "awareness", "Canary narrative")
    challenges.ask(*month.seat(month.pmo, month.payroll), about="Canary", text="Why?", by=month.pmo)
    browser, before = as_(month.lead), rows()

    for name, more in (("my_return", ()), *(("task", (code,)) for code in ("ratings", "plan", "narrative"))):
        response = browser.get(address(name, ref, *more), headers=headers)
        assert response.status_code == 404
        assert b"Canary" not in response.content
    for path, data in posts(ref):
        response = browser.post(path, data, headers=headers)
        assert response.status_code == 404
        assert b"Canary" not in response.content
    assert rows() == before


def test_a_list_holds_the_returns_one_may_see(as_, month):
    month.bring("submitted", month.payroll)

    def listed(user):
        return re.findall(r'returns/([\w-]+)/"', as_(user).get(address("returns")).content.decode())

    assert listed(month.lead) == ["FIN-1"]
    assert listed(month.reviewer) == ["FIN", "FIN-1"]
    assert listed(month.pmo) == listed(person("director", month.root)) == ["ROOT", "FIN", "FIN-1", "PEO", "PEO-1"]


class TestForeignIdsInABody:
    """T29: what the address names is what is changed, whatever the form says besides."""

    def test_a_lead_accepts_nothing(self, as_, month):
        month.bring("submitted")
        browser, before = as_(month.lead), rows()

        for data in ({"unit": "FIN-1", "accept": "1"}, {"unit": "PEO-1"}, {"remind": "1"}):
            assert browser.post(address("returns"), data).status_code == 403
        assert rows() == before

    @pytest.mark.parametrize("foreign", ["OTHER", "FIN-1~", "", "\0", "1"])
    def test_a_tick_that_is_no_return_of_this_month_accepts_nothing(self, as_, month, foreign):
        other = Month("other")
        other.workstream("OTHER", other.root)
        month.bring("submitted")
        browser, before = as_(month.pmo), rows()

        response = browser.post(address("returns"), {"unit": ["FIN-1", foreign]})

        assert response.status_code == 409
        assert "Some of what was ticked is no return of this month any more." in response.content.decode()
        assert rows() == before

    def test_fields_nobody_asked_for_are_ignored(self, as_, month):
        other = Month("other")
        month.bring("submitted")
        foreign = {
            "period": other.period.pk,
            "workstream": other.erp.pk,
            "unit": "PEO-1",
            "ref": "PEO-1",
            "step": "accepted",
            "actor": "Somebody else",
            "role": "Director",
            "seq": 9,
            "number": 7,
            "ask-number": 7,
            "ask-actor": "Somebody else",
        }

        as_(month.reviewer).post(address("ask", "FIN-1"), {"ask-text": "Why?"} | foreign)
        as_(month.lead).post(address("challenge", "FIN-1", 1, "answer"), {"answer-1-text": "So"} | foreign)
        as_(month.reviewer).post(address("challenge", "FIN-1", 1, "settle"), foreign)
        as_(month.reviewer).post(address("act", "FIN-1", "pass-on"), foreign)

        said = ChallengeStep.objects.order_by("seq").values_list("period", "workstream", "number", "step", "actor")
        here = (month.period.pk, month.erp.pk)
        assert list(said) == [
            (*here, 1, "asked", "PMO of Finance"),
            (*here, 1, "answered", "Lead of ERP"),
            (*here, 1, "settled", "PMO of Finance"),
        ]
        last = ReturnStep.objects.latest("seq")
        assert (last.period_id, last.workstream_id) == here
        assert (last.step, last.actor, last.seq) == ("passed_on", "PMO of Finance", 2)


# --- What they may ------------------------------------------------------------------------------------------


@pytest.mark.dealt
@pytest.mark.parametrize("role", [*Role.values, "outsider", "nobody"])
@pytest.mark.parametrize("name", ["month_open", "month_close", "month_reopen"])
def test_months_are_run_by_the_pmo(client, month, name, role):
    if name != "month_close":
        month.close()
    if role != "nobody":
        client.force_login(person() if role == "outsider" else person(role, month.root))
    path = reverse(name, args=["book"] if name == "month_open" else PLACE)
    refused = {"outsider": 404, "nobody": 302}.get(role, 403)
    before = rows()

    expected = 200 if role in {"pmo", "administrator"} else refused
    assert client.get(path).status_code == expected
    if expected != 200:
        assert client.post(path, {"label": "2022-07", "due_on": "1/1/2099"}).status_code == refused
    assert rows() == before


@pytest.mark.dealt
@pytest.mark.parametrize("role", ["director", "finance", "assurance", "committee", "legal", "administrator"])
def test_those_who_look_on_are_offered_nothing_and_refused_what_they_try(as_, month, role):
    month.bring("submitted")
    challenges.ask(*month.seat(month.reviewer), about="", text="Why?", by=month.reviewer)
    browser, before = as_(person(role, month.root)), rows()

    page = browser.get(address("my_return", "FIN-1")).content.decode()
    task = browser.get(address("task", "FIN-1", "plan")).content.decode()

    main = page.split("<main")[1]
    assert "<form" not in main
    assert "data-edits" not in task
    assert "Add a" not in task
    for path, data in posts("FIN-1"):
        assert browser.post(path, data).status_code == 409
    assert rows() == before


# who: what the page offers in each state
OFFERED = {
    "lead": {
        "started": {"submit"},
        "submitted": {"withdraw"},
        "passed_on": {"withdraw"},
        "sent_back": {"submit"},
        "accepted": set(),
    },
    "reviewer": {
        "started": {"submit", "ask"},
        "submitted": {"pass-on", "send-back", "ask"},
        "passed_on": {"ask"},
        "sent_back": {"submit", "ask"},
        "accepted": {"ask"},
    },
    "pmo": {
        "started": {"submit", "ask"},
        "submitted": {"accept", "send-back", "ask"},
        "passed_on": {"accept", "send-back", "ask"},
        "sent_back": {"submit", "ask"},
        "accepted": {"send-back", "ask"},
    },
}


@pytest.mark.dealt
@pytest.mark.parametrize("state", OFFERED["lead"])
@pytest.mark.parametrize("who", OFFERED)
def test_a_return_offers_what_can_be_done_with_it(as_, month, who, state):
    month.bring(state)

    page = as_(getattr(month, who)).get(address("my_return", "FIN-1")).content.decode()

    found = re.findall(r'action="/programmes/book/2022-06/returns/FIN-1/([\w-]+)/"', page)
    assert {"ask" if act == "challenges" else act for act in found} == OFFERED[who][state]


def test_whoever_submitted_a_return_withdraws_it_and_does_not_review_it(as_, month):
    """The lead of Finance reports for ERP, which is below: that is submitted to the PMO, not to themselves."""
    month.bring("started")
    actions.submit(*month.seat(month.reviewer), by=month.reviewer)
    browser = as_(month.reviewer)

    page = browser.get(address("my_return", "FIN-1")).content.decode()
    assert "It lies with the programme’s PMO." in page
    assert "Withdraw it, to change it" in page
    assert "Pass on to the programme’s PMO" not in page
    task = browser.get(address("task", "FIN-1", "plan")).content.decode()
    assert "The return of ERP system is submitted. Withdraw it to change something in it." in task
    assert browser.post(address("act", "FIN-1", "pass-on")).status_code == 409

    assert browser.post(address("act", "FIN-1", "withdraw")).status_code == 302
    assert "Withdrawn by PMO of Finance, " in browser.get(address("my_return", "FIN-1")).content.decode()


def test_a_return_passed_on_is_locked_for_those_who_passed_it_on(as_, month):
    month.bring("passed_on")

    page = as_(month.reviewer).get(address("task", "FIN-1", "plan")).content.decode()

    assert "The return of ERP system is passed on, so only the programme’s PMO can change it." in page


def test_a_locked_return_offers_no_row_to_change(as_, month):
    month.narrative(month.erp, "awareness", "Something")
    month.bring("submitted")
    for code in ("ratings", "plan", "narrative"):
        page = as_(month.lead).get(address("task", "FIN-1", code)).content.decode()
        assert "The return of ERP system is submitted. Withdraw it to change something in it." in page
        assert "data-edits" not in page
        assert "/rows/" not in page

        assert "data-edits" in as_(month.reviewer).get(address("task", "FIN-1", code)).content.decode()


def test_the_plan_leads_whoever_may_change_it_to_changing_many_at_once(as_, month):
    back = address("task", "FIN-1", "plan")
    places = [f"/programmes/book/2022-06/bulk/{what}/" for what in ("products", "milestones")]
    links = [f"{place}?workstream=FIN-1&next={back}" for place in places]

    def offered(user, code="plan"):
        browser = as_(user)
        page = browser.get(address("task", "FIN-1", code)).content.decode()
        found = [html.unescape(link) for link in re.findall(r'href="([^"]*/bulk/[^"]*)"', page)]
        assert all(f'<a href="{back}">Back to' in browser.get(link).content.decode() for link in found)
        return found

    assert offered(month.lead) == links
    assert offered(month.lead, "narrative") == []
    assert offered(person("director", month.root)) == []
    month.bring("submitted")
    assert offered(month.lead) == []


def test_every_part_of_a_page_has_a_name_of_its_own(as_, asked):
    """Tables are named by their captions: two with one id would be called by the name of the first."""
    asked.narrative(asked.erp, "risk", "A risk")
    browser = as_(asked.pmo)
    pages = [address("my_return", "FIN-1"), address("returns")]
    pages += [address("task", "FIN-1", code) for code in ("ratings", "resources", "plan", "narrative")]

    for path in pages:
        page = browser.get(path).content.decode()
        ids = re.findall(r'\sid="([^"]*)"', page)
        assert len(ids) == len(set(ids)), path
        assert set(re.findall(r'aria-labelledby="([^"]*)"', page)) <= set(ids), path


# --- Words that are typed -----------------------------------------------------------------------------------

BAD = {
    "nothing": "",
    "blanks": " \t\n ",
    "a nul": "Say \0 more about it",
    "too much": "x" * 5_001,
}
GOOD = {
    "right to left": "Say \u202emore\u202c about it",
    "emoji": "Say more \U0001f6a7 about it",
    "marks": "Say more of it" + "\u0301" * 2_000,
    "as much as fits": "x" * 5_000,
    "lines": "Say\r\nmore\rabout it",
}
# form: (address, field, who, whether it may be left empty)
TYPED = {
    "send back": (("act", "FIN-1", "send-back"), "back-reason", "pmo", False),
    "ask": (("ask", "FIN-1"), "ask-text", "pmo", False),
    "answer": (("challenge", "FIN-1", 1, "answer"), "answer-1-text", "lead", False),
    "evidence": (("challenge", "FIN-1", 1, "answer"), "answer-1-evidence", "lead", True),
    "settle": (("challenge", "FIN-1", 1, "settle"), "settle-1-text", "pmo", True),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
@pytest.mark.parametrize("form", TYPED)
def test_bad_words_get_a_sentence_and_change_nothing(as_, asked, form, text):
    place, field, who, may_be_empty = TYPED[form]
    if may_be_empty and not text.strip():
        return
    browser, before = as_(getattr(asked, who)), rows()
    whole = {"answer-1-text": "Because"} if form == "evidence" else {}

    response = browser.post(address(*place), whole | {field: text})

    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>\n      Error: " in page or "<title>Error: " in page
    assert f'href="#id_{field}"' in page
    assert '<details class="filter" open>' in re.sub(r"\s+", " ", page)
    if len(text) > 5_000:
        assert "This is 5001 characters long. At most 5000 fit." in page
        assert text in page, "what was typed is kept"
    assert rows() == before


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
@pytest.mark.parametrize("form", TYPED)
def test_whatever_can_be_written_is_kept(as_, asked, form, text):
    place, field, who, _ = TYPED[form]
    whole = {"answer-1-text": "Because"} if form == "evidence" else {}

    assert as_(getattr(asked, who)).post(address(*place), whole | {field: text}).status_code == 302

    kept = "\n".join(text.splitlines())
    said = ReturnStep.objects.latest("seq").reason if form == "send back" else ChallengeStep.objects.latest("pk")
    assert (said if form == "send back" else said.evidence if form == "evidence" else said.text) == kept
    assert kept in as_(asked.lead).get(address("my_return", "FIN-1")).content.decode().replace("<br>", "\n").replace(
        "</p>\n\n<p>", "\n\n"
    )


def test_a_lone_surrogate_becomes_the_mark_of_something_unreadable(as_, asked):
    browser = as_(asked.pmo)
    response = browser.post(
        address("ask", "FIN-1"), b"ask-text=Why%20%ED%A0%80?", content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 302
    assert ChallengeStep.objects.latest("pk").text == "Why \ufffd\ufffd\ufffd?"


def test_three_megabytes_are_turned_away_whole(as_, asked):
    browser, before = as_(asked.lead), rows()

    response = browser.post(address("challenge", "FIN-1", 1, "answer"), {"answer-1-text": "x" * 3_000_000})

    assert response.status_code == 413
    assert b"<h1>" in response.content
    assert rows() == before


def test_a_thousand_fields_are_read(as_, asked):
    extra = {f"field-{n}": "x" for n in range(1_001)}

    assert as_(asked.pmo).post(address("ask", "FIN-1"), {"ask-text": "Why not?"} | extra).status_code == 302


MARKUP = '<script>alert(1)</script><img src=x onerror=alert(1)><a hx-get="/" data-hx-post="/">{{ 7|add:"1" }}'


def test_stored_markup_is_inert(as_, db):
    """T42, in every text that a page of returns shows."""
    month = Month()
    month.erp.positions.filter(period=month.period).update(name=f"ERP {MARKUP}"[:200])
    for user in (month.lead, month.reviewer, month.pmo):
        user.name = MARKUP
        user.save()
    month.narrative(month.erp, "risk", MARKUP, heading=MARKUP, second=MARKUP, area=MARKUP)
    month.product(month.erp, "P-X", title=MARKUP, owner=MARKUP)
    month.rating(month.erp, "resources", "I", reason=MARKUP, path_to_green=MARKUP, path_owner=MARKUP)
    month.rating(month.erp, "schedule", "R", reason=MARKUP)
    month.due("2022-07-01")
    actions.submit(*month.seat(month.lead), by=month.lead)
    challenges.ask(*month.seat(month.pmo), about=MARKUP[:200], text=MARKUP, by=month.pmo)
    challenges.answer(*month.seat(month.lead), 1, text=MARKUP, evidence=MARKUP, by=month.lead)
    actions.send_back(*month.seat(month.pmo), reason=MARKUP, by=month.pmo)
    browser = as_(month.pmo)

    pages = [address("returns"), address("my_return", "FIN-1"), address("month_close"), reverse("my_returns")]
    pages += [address("task", "FIN-1", code) for code in ("ratings", "resources", "plan", "narrative")]
    for path in pages:
        page = browser.get(path).content.decode()
        assert "<script>alert" not in page, path
        assert "<img" not in page, path
        assert 'hx-get="/"' not in page, path
    assert "&lt;script&gt;alert(1)" in browser.get(address("my_return", "FIN-1")).content.decode()


# --- Reading and writing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_reading_changes_nothing(as_, asked, headers):
    """T41: not even the addresses of acts, which lead back to the return (somebody signed in again on one)."""
    asked.due("2022-07-01")
    browser, before = as_(asked.pmo), rows()

    for path, _ in posts("FIN-1"):
        response = browser.get(path, headers=headers)
        assert (response.status_code, response["Location"]) == (302, address("my_return", "FIN-1"))
    pages = [address("returns"), address("my_return", "FIN-1"), address("month_close"), reverse("my_returns")]
    pages += [address("task", "FIN-1", code) for code in ("ratings", "resources", "plan", "narrative")]
    pages += [reverse("month_open", args=["book"]), address("month_reopen")]
    for path in pages:
        assert browser.get(path, headers=headers).status_code == 200
    assert rows() == before


def test_every_act_wants_a_token_of_our_own_page(asked):
    """T40"""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(asked.pmo)
    paths = [path for path, _ in posts("FIN-1")]
    paths += [address("returns"), address("month_close"), address("month_reopen"), reverse("month_open", args=["book"])]
    before = rows()

    for path in paths:
        for headers in ({}, HTMX, {"Origin": "https://evil.example"}):
            assert browser.post(path, headers=headers).status_code == 403, path
    assert rows() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_known(as_, asked, method):
    browser = as_(asked.pmo)
    for path in (*(path for path, _ in posts("FIN-1")), address("returns"), address("month_close")):
        assert getattr(browser, method)(path).status_code == 405


@pytest.mark.parametrize(
    "path", ["burn", "SUBMIT", "challenges/1/burn", "challenges/0/answer", f"challenges/{9**30}/answer"]
)
def test_acts_that_there_are_not_change_nothing(as_, asked, path):
    browser, before = as_(asked.pmo), rows()
    number = path.split("/")[1] if "/" in path else ""

    response = browser.post(f"{address('my_return', 'FIN-1')}{path}/", {f"answer-{number}-text": "Because"})

    assert response.status_code == (409 if "answer" in path else 404)
    assert rows() == before
