"""What is done with a return: each step once however often it is clicked, with one audit entry and its letters."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import audit
from accounts.models import AuditEntry
from core.refusal import Refused
from jobs.models import Letter
from programmes.actions import close_period
from returns import actions, challenges
from returns.models import ReturnStep
from tests.returns.cast import STATES

pytestmark = pytest.mark.django_db

REASON = "Say more about the schedule"


def accept(month):
    desk, unit = month.seat(month.pmo)
    return actions.accept(desk, [unit], by=month.pmo)


# step: (the state before, how it is done, its name in the audit, its subject's state before and after, letters)
TAKEN = {
    "submitted": ("started", lambda m: actions.submit(*m.seat(m.lead), by=m.lead), "Started", "Submitted", 1),
    "withdrawn": ("submitted", lambda m: actions.withdraw(*m.seat(m.lead), by=m.lead), "Submitted", "Started", 0),
    "passed_on": (
        "submitted",
        lambda m: actions.pass_on(*m.seat(m.reviewer), by=m.reviewer),
        "Submitted",
        "Passed on",
        1,
    ),
    "sent_back": (
        "passed_on",
        lambda m: actions.send_back(*m.seat(m.pmo), reason=f"  {REASON} ", by=m.pmo),
        "Passed on",
        "Sent back",
        1,
    ),
    "accepted": ("passed_on", accept, "Passed on", "Accepted", 0),
}


@pytest.mark.parametrize("step", TAKEN)
def test_a_second_click_is_no_second_step(month, step):
    before, act, was, became, letters = TAKEN[step]
    month.bring(before)
    known = {model: model.objects.count() for model in (ReturnStep, AuditEntry, Letter)}

    assert act(month)
    assert not act(month)

    more = {model: model.objects.count() - n for model, n in known.items()}
    assert more == {ReturnStep: 1, AuditEntry: 1, Letter: letters}
    made = ReturnStep.objects.order_by("seq").last()
    entry = AuditEntry.objects.latest("seq")
    assert (made.step, made.reason) == (step, REASON if step == "sent_back" else "")
    assert (entry.what, entry.reason) == (f"return.{step}", made.reason)
    assert (entry.actor, entry.role) == (made.actor, made.role)
    assert (entry.before, entry.after) == ({"state": was}, {"state": became})
    assert entry.subject == "Return of ERP system (FIN-1), June 2022"
    assert entry.programme == "book"
    assert audit.verify() == ""


def test_steps_are_numbered_in_one_row(month):
    month.bring("sent_back")
    actions.submit(*month.seat(month.lead), by=month.lead)
    accept(month)

    steps = ReturnStep.objects.order_by("seq").values_list("seq", "step", "actor", "role")

    assert list(steps) == [
        (1, "submitted", "Lead of ERP", "Lead"),
        (2, "sent_back", "PMO officer", "PMO officer"),
        (3, "submitted", "Lead of ERP", "Lead"),
        (4, "accepted", "PMO officer", "PMO officer"),
    ]


def test_a_submission_says_what_is_missing(month):
    with pytest.raises(Refused) as refused:
        actions.submit(*month.seat(month.lead), by=month.lead)

    assert str(refused.value) == (
        "ERP system cannot be submitted yet. Ratings: Schedule rating of ERP system (FIN-1) is not given. "
        "Resources: Resources rating of ERP system (FIN-1) is not given."
    )
    assert not ReturnStep.objects.exists()


def test_a_submission_with_much_missing_says_how_much(month, monkeypatch):
    monkeypatch.setattr(actions, "missing", lambda *_: [f"Thing {n} is missing." for n in range(7)])

    with pytest.raises(Refused, match=r"Thing 4 is missing\. And 2 more\.$"):
        actions.submit(*month.seat(month.lead), by=month.lead)


@pytest.mark.parametrize("reason", ["", "   ", "Too short", " " * 40 + "short"])
def test_sending_back_needs_a_reason(month, reason):
    month.bring("submitted")

    with pytest.raises(Refused, match="Say in at least 10 characters why ERP system is sent back"):
        actions.send_back(*month.seat(month.pmo), reason=reason, by=month.pmo)
    assert month.state() == "submitted"


def test_a_first_tier_workstream_submits_to_the_pmo_and_is_passed_on_by_nobody(month):
    month.bring("submitted", month.finance)

    with pytest.raises(Refused, match="Finance submits to the programme’s PMO itself"):
        actions.pass_on(*month.seat(month.pmo, month.finance), by=month.pmo)


EACH = 4  # queries for one more return to accept


class TestAcceptingMany:
    def test_accepts_all(self, month):
        for place in (month.erp, month.payroll, month.finance):
            month.bring("submitted", place)
        desk = month.desk(month.pmo)
        chosen = [desk.tree.by_pk[each.pk] for each in (month.erp, month.payroll, month.finance)]
        known = AuditEntry.objects.count()

        assert actions.accept(desk, [*chosen, *chosen], by=month.pmo) == 3
        assert actions.accept(desk, chosen, by=month.pmo) == 0
        assert AuditEntry.objects.count() - known == 3
        assert {month.state(place) for place in (month.erp, month.payroll, month.finance)} == {"accepted"}

    @pytest.mark.parametrize("state", ["not_started", "started", "sent_back"])
    def test_or_none_where_one_is_not_submitted(self, month, state):
        month.bring("submitted", month.payroll)
        month.bring(state)
        desk = month.desk(month.pmo)
        chosen = [desk.tree.by_ref["PEO-1"], desk.tree.by_ref["FIN-1"]]

        with pytest.raises(Refused) as refused:
            actions.accept(desk, chosen, by=month.pmo)
        assert str(refused.value) == "Not submitted yet, so not to be accepted: ERP system. Nothing was accepted."
        assert month.state(month.payroll) == "submitted"

    def test_or_none_where_something_is_asked(self, month):
        month.bring("submitted", month.payroll)
        month.bring("submitted")
        challenges.ask(*month.seat(month.pmo), about="", text="Why is this so?", by=month.pmo)
        desk = month.desk(month.pmo)
        chosen = [desk.tree.by_ref["PEO-1"], desk.tree.by_ref["FIN-1"]]

        with pytest.raises(Refused) as refused:
            actions.accept(desk, chosen, by=month.pmo)
        assert str(refused.value) == "Settle what is asked first: ERP system (1 challenge). Nothing was changed."
        assert month.state(month.payroll) == "submitted"
        with pytest.raises(Refused, match="Settle what is asked first"):
            actions.pass_on(*month.seat(month.reviewer), by=month.reviewer)

        challenges.settle(*month.seat(month.pmo), 1, text="", by=month.pmo)
        assert actions.accept(desk, chosen, by=month.pmo) == 2

    def test_costs_little_for_each(self, month):
        """What is asked once is asked once: the audit is held for everybody until the last is accepted."""
        places = (month.finance, month.erp, month.people, month.payroll)
        for place in places:
            month.bring("submitted", place)
        desk = month.desk(month.pmo)
        first, *others = (month.seat(month.pmo, place)[1] for place in places)

        with CaptureQueriesContext(connection) as one:
            actions.accept(desk, [first], by=month.pmo)
        with CaptureQueriesContext(connection) as three:
            actions.accept(desk, others, by=month.pmo)

        assert len(three) - len(one) == 2 * EACH

    def test_of_nothing_accepts_nothing(self, month):
        assert actions.accept(month.desk(month.pmo), [], by=month.pmo) == 0


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_done_in_a_month_that_has_closed_meanwhile(month, state):
    """Somebody's page was open while the month closed."""
    month.bring(state)
    lead, pmo = month.seat(month.lead), month.seat(month.pmo)
    close_period(month.period, override="Closed all the same, for the test")
    acts = {
        "not_started": lambda: actions.submit(*lead, by=month.lead),
        "started": lambda: actions.submit(*lead, by=month.lead),
        "sent_back": lambda: actions.submit(*lead, by=month.lead),
        "submitted": lambda: actions.withdraw(*lead, by=month.lead),
        "passed_on": lambda: actions.accept(pmo[0], [pmo[1]], by=month.pmo),
        "accepted": lambda: actions.send_back(*pmo, reason=REASON, by=month.pmo),
    }
    known = (ReturnStep.objects.count(), AuditEntry.objects.count(), Letter.objects.count())

    sentence = "cannot be submitted yet" if state == "not_started" else "June 2022 has been closed meanwhile"
    with pytest.raises(Refused, match=sentence):
        acts[state]()
    assert (ReturnStep.objects.count(), AuditEntry.objects.count(), Letter.objects.count()) == known


@pytest.mark.parametrize(
    "row",
    [{"step": "burnt"}, {"step": "sent_back", "reason": ""}, {"step": "accepted", "seq": 1}],
    ids=["no such step", "sent back without a reason", "the same number"],
)
def test_the_database_refuses_a_step_that_cannot_be(month, row):
    month.bring("submitted")
    given = {"period": month.period, "workstream": month.erp, "actor": "Somebody", "seq": 2} | row

    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnStep.objects.create(**given)


def test_a_step_never_changes(month):
    month.bring("submitted")
    for change in (
        lambda: ReturnStep.objects.update(actor="Somebody else"),
        lambda: ReturnStep.objects.filter(seq=1)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="what was said stays said"), transaction.atomic():
            change()
