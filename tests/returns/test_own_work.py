"""T72: nobody judges what is theirs, whatever other role they have; where nobody else may accept, it takes a reason."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import AuditEntry
from core.refusal import Refused
from programmes.actions import close_period
from programmes.models import Membership, Period
from programmes.month import whole_month
from reports import layouts
from returns import actions, challenges
from returns.gate import remarks
from returns.mine import mine
from tests.factories import person
from tests.returns.cast import address, rows

REASON = "The only other officer left in May"


def also(user, role, workstream):
    Membership.objects.create(user=user, workstream=workstream, role=role)


@pytest.fixture
def own(month):
    """ERP's return, submitted by the programme's one PMO officer."""
    month.rate(month.erp)
    actions.submit(*month.seat(month.pmo), by=month.pmo)
    return month


def settle(month, by, place=None):
    return challenges.settle(*month.seat(by, place), 1, text="", by=by)


def ask(month, by=None):
    by = by or month.pmo
    challenges.ask(*month.seat(by), about="", text="Why amber?", by=by)


def accept(month, by=None, reason=""):
    by = by or month.pmo
    desk, unit = month.seat(by)
    return actions.accept(desk, [unit], by=by, reason=reason)


def refused(act, *parts):
    before = rows()
    with pytest.raises(Refused) as error:
        act()
    assert rows() == before
    assert all(part in str(error.value) for part in parts), str(error.value)


# --- Settling -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "place"), [("workstream_pmo", "finance"), ("lead", "finance"), ("pmo", "root")])
@pytest.mark.parametrize("state", ["started", "sent_back", "submitted", "passed_on", "accepted"])
def test_a_lead_settles_nothing_in_their_own_return_by_a_second_role(month, role, place, state):
    """Neither before it is in nor after, and the open mark stays."""
    month.bring(state)
    ask(month)
    also(month.lead, role, getattr(month, place))

    refused(lambda: settle(month, month.lead), "You report this yourself", "for somebody else to settle")

    assert month.standing().challenges == 1
    assert settle(month, month.reviewer)


def test_a_lead_above_who_makes_it_settles_nothing_in_it(month):
    """Nobody has a role at Payroll: the lead of People makes its return, and is above it too."""
    lead = person("lead", month.people)
    challenges.ask(*month.seat(month.pmo, month.payroll), about="", text="Why?", by=month.pmo)

    refused(lambda: settle(month, lead, month.payroll), "You report this yourself")


def test_whoever_submitted_it_for_the_lead_settles_nothing_in_it(own):
    ask(own)

    refused(lambda: settle(own, own.pmo), "You report this yourself")
    assert settle(own, own.reviewer)


def test_whoever_answered_does_not_settle_their_answer(month):
    month.bring("submitted")
    ask(month)
    deputy = person("lead", month.finance)
    challenges.answer(*month.seat(deputy), 1, text="The supplier", evidence="", by=deputy)

    refused(lambda: settle(month, deputy), "You answered it yourself")
    assert settle(month, month.pmo)


def test_the_page_does_not_offer_it_and_says_why(month, as_):
    month.bring("submitted")
    ask(month)
    also(month.lead, "lead", month.finance)

    page = as_(month.lead).get(address("my_return", "FIN-1")).content.decode()
    assert "It is settled" not in page
    assert "You report this yourself, so it is for somebody else to settle." in page
    assert "It is settled" in as_(month.reviewer).get(address("my_return", "FIN-1")).content.decode()

    answer = as_(month.lead).post(address("challenge", "FIN-1", 1, "settle"), {"settle-1-text": "Well then"})
    assert answer.status_code == 409
    assert "Well then" in answer.content.decode()


# --- Passing on ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["workstream_pmo", "lead"])
def test_nobody_passes_on_what_they_submitted_by_a_second_role(month, role):
    month.bring("submitted")
    also(month.lead, role, month.finance)

    refused(lambda: actions.pass_on(*month.seat(month.lead), by=month.lead), "You submitted", "yourself")


# --- Accepting ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", REASON])
def test_what_an_officer_submitted_is_for_another_officer_to_accept(own, reason):
    other = person("pmo", own.root, name="Second officer")

    refused(lambda: accept(own, reason=reason), "for somebody else to accept: ask Second officer.")
    assert [month.look_at for month in mine(own.pmo)] == [()]
    assert accept(own, other) == 1


def test_an_officer_of_a_part_or_who_left_is_nobody_else(own):
    person("pmo", own.finance)
    left = person("pmo", own.root)
    left.is_active = False
    left.save()

    assert accept(own, reason=REASON) == 1


def test_a_lead_who_is_an_officer_too_is_held_to_the_same(month):
    month.bring("submitted")
    also(month.lead, "pmo", month.root)

    refused(lambda: accept(month, month.lead, REASON), "ask PMO officer.")


def test_passing_on_between_changes_nothing(own):
    actions.pass_on(*own.seat(own.reviewer), by=own.reviewer)

    refused(lambda: accept(own), "characters why you accept it yourself")


@pytest.mark.parametrize("reason", ["", "too short", "\u200b" * 20])
def test_where_nobody_else_may_it_takes_a_reason(own, reason):
    refused(lambda: accept(own, reason=reason), "nobody else may accept returns", "at least 10 characters")

    assert accept(own, reason=f" {REASON} ") == 1
    assert accept(own, reason=REASON) == 0
    entry = AuditEntry.objects.get(what="return.accepted")
    assert (entry.reason, own.standing().last.reason) == (REASON, REASON)


def test_many_ticked_do_not_slip_past_it(own, as_):
    own.bring("submitted", own.payroll)
    page = as_(own.pmo).get(address("returns"), {"tick": 1}).content.decode()
    assert 'value="PEO-1"' in page
    assert 'value="FIN-1"' not in page
    assert "Tick all 1 ready" in as_(own.pmo).get(address("returns")).content.decode()

    before = rows()
    answer = as_(own.pmo).post(address("returns"), {"accept": 1, "unit": ["FIN-1", "PEO-1"]})

    assert answer.status_code == 409
    assert "You submitted ERP system yourself" in answer.content.decode()
    after = rows()
    assert after == before | {"accounts.User": after["accounts.User"]}


def test_the_page_asks_for_the_reason_and_keeps_what_was_typed(own, as_):
    browser, place = as_(own.pmo), address("act", "FIN-1", "accept")
    page = browser.get(address("my_return", "FIN-1")).content.decode()
    assert "Accept it, though you submitted it yourself" in page
    assert browser.post(place, {}).status_code == 409

    short = browser.post(place, {"own-reason": "Because"})
    assert (short.status_code, "Because" in short.content.decode()) == (422, True)
    person("pmo", own.root, name="Second officer")
    late = browser.post(place, {"own-reason": REASON})
    assert (late.status_code, REASON in late.content.decode()) == (409, True)
    page = " ".join(browser.get(address("my_return", "FIN-1")).content.decode().split())
    assert "You submitted this return yourself, so it is for somebody else to accept: Second officer." in page
    assert 'name="own-reason"' not in page


# --- Counted and printed ------------------------------------------------------------------------------------

COUNTED = "1 return was accepted by whoever submitted it: nobody else may accept returns."
NAMED = f"ERP system (FIN-1), accepted by PMO officer because: {REASON}"


def test_it_is_counted_at_the_closing_and_printed_with_the_report(own, as_):
    assert (
        "No return was accepted by whoever submitted it." in as_(own.pmo).get(address("month_close")).content.decode()
    )
    accept(own, reason=REASON)
    page = as_(own.pmo).get(address("month_close")).content.decode()
    assert COUNTED in page
    assert NAMED in page

    close_period(own.period, override="The committee meets tomorrow", by=own.pmo)

    closed = Period.objects.get(pk=own.period.pk)
    assert closed.remarks == [COUNTED, NAMED]
    reading = whole_month(closed)
    assert {COUNTED, NAMED} <= set(layouts.build(reading).notes)
    of_people = layouts.build(reading.within(reading.tree.by_ref["PEO"]))
    assert NAMED not in of_people.notes, "it is for those who may read of Finance"
    client = as_(own.pmo)
    assert NAMED in client.get(address("scorecard")).content.decode()
    assert json.loads(client.get(address("download", "json")).content)["remarks"] == [COUNTED, NAMED]


def test_the_command_says_it(own):
    accept(own, reason=REASON)
    out = StringIO()

    call_command("period", "close", "book", "2022-06", override="The committee meets tomorrow", stdout=out)

    assert out.getvalue().splitlines()[1:] == ["June 2022 of The book programme is closed.", COUNTED, NAMED]


def test_what_was_sent_back_and_accepted_by_another_is_not_counted(own):
    accept(own, reason=REASON)
    actions.send_back(*own.seat(own.pmo), reason="Say more about the schedule", by=own.pmo)
    assert list(remarks(whole_month(own.period))) == []

    actions.submit(*own.seat(own.lead), by=own.lead)
    accept(own)
    assert list(remarks(whole_month(own.period))) == []
