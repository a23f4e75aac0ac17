"""Who may do what with a return: every act, by role, place and state, in tables; and the guard of every single row."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.roles import Role
from core.refusal import Refused
from programmes.editing.guards import guard
from programmes.models import Membership, Rating
from returns import actions, challenges, reminders, rights
from returns.models import ChallengeStep, ReturnStep
from returns.record import last_step
from tests.factories import Book, person
from tests.returns.cast import STATES

pytestmark = [pytest.mark.django_db, pytest.mark.dealt]

READERS = ["director", "finance", "assurance", "committee", "legal", "administrator"]
# Who: (role, at which workstream)
WHO = {
    "lead": ("lead", "erp"),
    "workstream PMO of the return itself": ("workstream_pmo", "erp"),
    "lead above": ("lead", "finance"),
    "workstream PMO above": ("workstream_pmo", "finance"),
    "PMO": ("pmo", "root"),
    "PMO of a part": ("pmo", "finance"),
    "lead of the programme": ("lead", "root"),
    **{role: (role, "root") for role in READERS},
    "lead beside": ("lead", "payroll"),
    "lead above that": ("lead", "people"),
}
MAKES = {"lead", "workstream PMO of the return itself", "lead above", "workstream PMO above", "PMO", "PMO of a part"}
MAKES |= {"lead of the programme"}
REVIEWS = {"lead above", "workstream PMO above", "PMO", "lead of the programme"}
BESIDE = {"lead beside", "lead above that"}  # they do not see this return


def somebody(month, who):
    role, place = WHO[who]
    return person(role, getattr(month, place), name=who)


def seat(month, user):
    """The desk of this person and ERP's return, as if they had found it by an address made up."""
    desk = month.desk(user)
    return desk, desk.tree.by_pk[month.erp.pk]


def submit(month, user):
    actions.submit(*seat(month, user), by=user)


def withdraw(month, user):
    actions.withdraw(*seat(month, user), by=user)


def pass_on(month, user):
    actions.pass_on(*seat(month, user), by=user)


def send_back(month, user):
    actions.send_back(*seat(month, user), reason="Say more about this", by=user)


def accept(month, user):
    desk, unit = seat(month, user)
    actions.accept(desk, [unit], by=user)


def ask(month, user):
    challenges.ask(*seat(month, user), about="", text="Why is this so?", by=user)


def answer(month, user):
    challenges.answer(*seat(month, user), 1, text="Because", evidence="", by=user)


def settle(month, user):
    challenges.settle(*seat(month, user), 1, text="", by=user)


def remind(month, user):
    reminders.remind(month.desk(user), [], by=user)


# act: (the state it is done in, who may)
ACTS = {
    submit: ("started", MAKES),
    withdraw: ("submitted", MAKES - REVIEWS),  # a reviewer sends it back; whoever submitted it, in test_pages
    pass_on: ("submitted", REVIEWS),
    send_back: ("submitted", REVIEWS),
    accept: ("submitted", {"PMO"}),
    ask: ("submitted", REVIEWS),
    answer: ("submitted", MAKES),
    settle: ("submitted", REVIEWS),
    remind: ("started", {"PMO"}),
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_every_act_by_role(month, act, who):
    state, may = ACTS[act]
    month.bring(state)
    month.due("2022-07-05")
    if act in {answer, settle}:
        challenges.ask(*month.seat(month.reviewer), about="", text="Is it?", by=month.reviewer)
    user = somebody(month, who)
    before = (ReturnStep.objects.count(), ChallengeStep.objects.count())

    if who in may:
        act(month, user)
        assert (ReturnStep.objects.count(), ChallengeStep.objects.count()) != before or act is remind
    else:
        with pytest.raises(Refused):
            act(month, user)
        assert (ReturnStep.objects.count(), ChallengeStep.objects.count()) == before


def test_a_councillor_and_an_outsider_get_no_desk(month):
    with pytest.raises(PermissionDenied):
        month.desk(person("councillor", month.root))
    for outsider in (person(), person("pmo", Book("other").root)):
        with pytest.raises(Http404):
            month.desk(outsider)


# What can be done in a state, by whom it is for: True done, False done already, a word of the refusal
STEPS = {
    #           submit     withdraw   pass_on        send_back (workstream, PMO)   accept
    "not_started": ("cannot", False, "nothing to", "lies with", "lies with", "Not submitted"),
    "started": (True, False, "nothing to", "lies with", "lies with", "Not submitted"),
    "sent_back": (True, False, "nothing to", "lies with", "lies with", "Not submitted"),
    "submitted": (False, True, True, True, True, True),
    "passed_on": (False, True, False, "lies with", True, True),
    "accepted": (False, "has been accepted", False, "lies with", True, False),
}


@pytest.mark.parametrize("n", range(6), ids=["submit", "withdraw", "pass on", "send back", "PMO sends back", "accept"])
@pytest.mark.parametrize("state", STEPS)
def test_every_step_in_every_state(month, state, n):
    month.bring(state)
    lead, reviewer, pmo = month.lead, month.reviewer, month.pmo
    desk, unit = month.seat(pmo)
    steps = [
        lambda: actions.submit(*month.seat(lead), by=lead),
        lambda: actions.withdraw(*month.seat(lead), by=lead),
        lambda: actions.pass_on(*month.seat(reviewer), by=reviewer),
        lambda: actions.send_back(*month.seat(reviewer), reason="Say more of it", by=reviewer),
        lambda: actions.send_back(*month.seat(pmo), reason="Say more of it", by=pmo),
        lambda: bool(actions.accept(desk, [unit], by=pmo)),
    ]
    expected, before = STEPS[state][n], month.state()

    if isinstance(expected, str):
        with pytest.raises(Refused, match=expected):
            steps[n]()
    else:
        assert steps[n]() is expected
    assert (month.state() == before) is (expected is not True)


class TestTheGuard:
    """Of every single row: `programmes` asks it before each save."""

    # who -> the states in which they may still change a row of ERP's return
    MAY = {
        "lead": {"not_started", "started", "sent_back"},
        "workstream PMO above": {"not_started", "started", "sent_back", "submitted"},
        "lead above": {"not_started", "started", "sent_back", "submitted"},
        "PMO": set(STATES),
    }

    @pytest.mark.parametrize("who", MAY)
    @pytest.mark.parametrize("state", STATES)
    def test_by_state_and_role(self, month, state, who):
        month.bring(state)
        user = somebody(month, who)

        if state in self.MAY[who]:
            guard(month.period, frozenset({month.erp.pk}), user, Rating.writers)
        else:
            with pytest.raises(Refused, match=r"The return of ERP system is"):
                guard(month.period, frozenset({month.erp.pk}), user, Rating.writers)

    def test_says_what_to_do(self, month):
        month.bring("submitted")
        with pytest.raises(Refused) as refused:
            guard(month.period, frozenset({month.erp.pk}), month.lead, Rating.writers)
        assert str(refused.value) == "The return of ERP system is submitted. Withdraw it to change something in it."

        actions.accept(month.desk(month.pmo), [month.seat(month.pmo)[1]], by=month.pmo)
        with pytest.raises(Refused) as refused:
            guard(month.period, frozenset({month.erp.pk}), month.lead, Rating.writers)
        assert str(refused.value) == "The return of ERP system is accepted, so only the programme’s PMO can change it."

    def test_holds_a_move_out_of_a_locked_return_and_into_one(self, month):
        month.bring("submitted")
        user = person("lead", month.root)
        Membership.objects.filter(user=user).delete()
        for place in (month.erp, month.payroll):
            Membership.objects.create(user=user, workstream=place, role="lead")

        guard(month.period, frozenset({month.payroll.pk}), user, Rating.writers)
        for both in ({month.erp.pk, month.payroll.pk}, {month.erp.pk}):
            with pytest.raises(Refused):
                guard(month.period, frozenset(both), user, Rating.writers)

    def test_leaves_a_workstream_alone_that_the_month_does_not_hold(self, month):
        guard(month.period, frozenset({0}), month.lead, Rating.writers)

    def test_is_asked_when_a_row_is_saved_and_taken_away(self, client, month):
        note = month.narrative(month.erp, "awareness", "As it was")
        client.force_login(month.lead)
        address = "/programmes/book/2022-06/rows/narrative/FIN-1/awareness/1/"
        pages = {path: client.get(path).content.decode() for path in (address, f"{address}remove/")}
        month.bring("submitted")

        for path, page in pages.items():
            hidden = re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page)
            response = client.post(path, dict(hidden) | {"text": "Changed", "level": 1})

            assert response.status_code == 409, path
            assert "The return of ERP system is submitted." in response.content.decode()
        note.refresh_from_db()
        assert note.text == "As it was"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COUNCILLOR])
def test_looking_on_takes_every_right_away(month, role):
    month.bring("submitted")
    desk = rights.looking_on(month.desk(person(role, month.root)))
    unit = desk.tree.by_pk[month.erp.pk]

    may = [rights.reports(desk, unit), rights.reviews(desk, unit), rights.accepts(desk)]
    assert not any([*may, rights.may_write(desk, unit, last_step(desk, unit))])
