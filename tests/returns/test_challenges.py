"""Challenges: asked, answered with evidence, settled; each said once, and nothing of it ever changed."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from core.refusal import Refused
from jobs.models import Letter
from returns import challenges
from returns.models import ChallengeStep
from tests.returns.cast import STATES

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(month):
    """Return functions that ask, answer and settle, as those whose part it is."""
    month.bring("submitted")

    class Talk:
        def ask(self, text="Why amber?", about="Schedule rating", by=month.reviewer):
            return challenges.ask(*month.seat(by), about=about, text=text, by=by)

        def answer(self, number=1, text="A supplier is late", evidence="Minutes of 3 June", by=month.lead):
            return challenges.answer(*month.seat(by), number, text=text, evidence=evidence, by=by)

        def settle(self, number=1, text="Agreed", by=month.reviewer):
            return challenges.settle(*month.seat(by), number, text=text, by=by)

        def said(self):
            return [
                (each.number, [(step.step, step.text, step.evidence, step.actor) for step in each.steps])
                for each in challenges.challenges(*month.seat(month.pmo))
            ]

    return Talk()


def test_a_challenge_is_asked_answered_and_settled(talk, month):
    assert talk.ask()
    assert talk.answer()
    assert talk.settle()

    assert talk.said() == [
        (
            1,
            [
                ("asked", "Why amber?", "", "PMO of Finance"),
                ("answered", "A supplier is late", "Minutes of 3 June", "Lead of ERP"),
                ("settled", "Agreed", "", "PMO of Finance"),
            ],
        )
    ]
    (found,) = challenges.challenges(*month.seat(month.pmo))
    assert (found.about, found.is_open, found.is_answered) == ("Schedule rating", False, False)


def test_a_second_click_says_nothing_twice(talk):
    known = {model: model.objects.count() for model in (ChallengeStep, AuditEntry, Letter)}

    for say, letters in ((talk.ask, 1), (talk.answer, 1), (talk.settle, 0)):
        assert say()
        assert not say()
        more = {model: model.objects.count() - n for model, n in known.items()}
        assert more == {ChallengeStep: 1, AuditEntry: 1, Letter: letters}
        known = {model: model.objects.count() for model in known}


def test_the_audit_has_what_was_said(talk):
    talk.ask()
    talk.answer()

    entries = AuditEntry.objects.filter(what__startswith="challenge.").order_by("seq")

    assert [(entry.what, entry.subject, entry.after) for entry in entries] == [
        (
            "challenge.asked",
            "Challenge 1 of ERP system (FIN-1), June 2022",
            {"about": "Schedule rating", "text": "Why amber?"},
        ),
        (
            "challenge.answered",
            "Challenge 1 of ERP system (FIN-1), June 2022",
            {"text": "A supplier is late", "evidence": "Minutes of 3 June"},
        ),
    ]


def test_questions_are_numbered_within_their_return(talk, month):
    talk.ask("One?")
    talk.ask("Two?")
    challenges.ask(*month.seat(month.pmo, month.payroll), about="", text="Other?", by=month.pmo)

    assert [number for number, _ in talk.said()] == [1, 2]
    assert [each.number for each in challenges.challenges(*month.seat(month.pmo, month.payroll))] == [1]


def test_the_same_may_be_asked_again_once_it_is_settled(talk):
    talk.ask()
    talk.settle()

    assert talk.ask()
    assert [number for number, _ in talk.said()] == [1, 2]


def test_one_may_answer_again_and_otherwise(talk):
    talk.ask()
    talk.answer()
    assert talk.answer(text="It came on Monday")
    assert talk.answer(), "the first answer again, after another"

    assert [text for _, text, *_ in talk.said()[0][1]] == [
        "Why amber?",
        "A supplier is late",
        "It came on Monday",
        "A supplier is late",
    ]


def test_nothing_is_said_about_what_is_settled(talk):
    talk.ask()
    talk.settle()

    with pytest.raises(Refused, match=r"Challenge 1 of ERP system is settled. Nothing more can be said about it\."):
        talk.answer()


@pytest.mark.parametrize("say", ["answer", "settle"])
def test_a_challenge_that_is_not_there_is_named(talk, say):
    talk.ask()

    with pytest.raises(Refused, match=r"ERP system has no challenge 2\."):
        getattr(talk, say)(2)


@pytest.mark.parametrize("state", STATES)
def test_something_can_be_asked_whatever_the_state(month, state):
    """A return that is in can turn out to be wrong, and one that is not in can be asked after."""
    month.bring(state)

    assert challenges.ask(*month.seat(month.pmo), about="", text="Why amber?", by=month.pmo)
    assert challenges.answer(*month.seat(month.lead), 1, text="So", evidence="", by=month.lead)


@pytest.mark.parametrize(
    "row",
    [
        {"seq": 2, "step": "asked", "text": "Again?"},
        {"seq": 2, "step": "answered", "text": ""},
        {"seq": 1, "number": 2, "step": "answered", "text": "Unasked"},
        {"seq": 2, "step": "shouted", "text": "What"},
        {"seq": 1, "step": "asked", "text": "The same number?"},
    ],
)
def test_the_database_refuses_what_cannot_be_said(talk, month, row):
    talk.ask()
    given = {"period": month.period, "workstream": month.erp, "actor": "Somebody", "number": 1} | row

    with pytest.raises(IntegrityError), transaction.atomic():
        ChallengeStep.objects.create(**given)


def test_what_was_said_never_changes(talk):
    talk.ask()
    for change in (
        lambda: ChallengeStep.objects.update(text="I never said that"),
        lambda: ChallengeStep.objects.filter(seq=1)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="what was said stays said"), transaction.atomic():
            change()
