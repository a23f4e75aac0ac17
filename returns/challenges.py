"""Challenges: a question about a return, its answer with the evidence, and that it is settled."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.refusal import Refused
from programmes.access import roles_in_words
from programmes.editing.guards import closed_is_refused
from programmes.month import Month
from programmes.tree import Node
from returns import letters, rights
from returns.models import ChallengeStep
from returns.record import Challenge, challenges, last_step

Step = ChallengeStep.Step


@transaction.atomic
def ask(month: Month, unit: Node, *, about: str, text: str, by: User) -> bool:
    """Ask something about a return; False where this very question is open already, as after a second click."""
    if not rights.reviews(month, unit):
        raise Refused(f"The return of {unit.name} is for those above it to challenge.")
    rights.lock(month.period, [unit.pk])
    known = challenges(month, unit)
    if any(c.is_open and (c.about, c.steps[0].text) == (about, text) for c in known):
        return False
    _say(month, unit, Challenge(len(known) + 1, ()), Step.ASKED, by=by, about=about, text=text)
    return True


@transaction.atomic
def answer(month: Month, unit: Node, number: int, *, text: str, evidence: str, by: User) -> bool:
    """Answer a challenge; False where the last word was this very answer."""
    if not rights.reports(month, unit):
        raise Refused(f"What is asked about {unit.name} is for its lead to answer.")
    found = _open(month, unit, number)
    if (found.steps[-1].step, found.steps[-1].text, found.steps[-1].evidence) == (Step.ANSWERED, text, evidence):
        return False
    _say(month, unit, found, Step.ANSWERED, by=by, text=text, evidence=evidence)
    return True


@transaction.atomic
def settle(month: Month, unit: Node, number: int, *, text: str, by: User) -> bool:
    """Say that a challenge is settled; False where it is already, unless another word was to be said with it."""
    if not rights.reviews(month, unit):
        raise Refused(f"What is asked about {unit.name} is for those who asked to settle.")
    rights.lock(month.period, [unit.pk])
    found = _known(month, unit, number)
    if not found.is_open:
        last = found.steps[-1]
        if text and (last.actor, last.text) != (by.name, text):
            raise Refused(f"{last.actor} has settled challenge {number} already, so what you wrote has not been kept.")
        return False
    if found.is_answered_by(by) or not rights.may_judge(month, unit, last_step(month, unit)):
        whose = "answered it" if found.is_answered_by(by) else "report this"
        raise Refused(f"You {whose} yourself, so challenge {number} of {unit.name} is for somebody else to settle.")
    _say(month, unit, found, Step.SETTLED, by=by, text=text)
    return True


def _open(month: Month, unit: Node, number: int) -> Challenge:
    rights.lock(month.period, [unit.pk])
    found = _known(month, unit, number)
    if not found.is_open:
        raise Refused(f"Challenge {number} of {unit.name} is settled. Nothing more can be said about it.")
    return found


def _known(month: Month, unit: Node, number: int) -> Challenge:
    found = next((c for c in challenges(month, unit) if c.number == number), None)
    if found is None:
        raise Refused(f"{unit.name} has no challenge {number}.")
    return found


def _say(
    month: Month,
    unit: Node,
    challenge: Challenge,
    step: Step,
    *,
    by: User,
    about: str = "",
    text: str = "",
    evidence: str = "",
) -> None:
    role = roles_in_words(by, month.programme)
    with closed_is_refused(month.period):
        made = ChallengeStep.objects.create(
            period=month.period,
            workstream_id=unit.pk,
            number=challenge.number,
            seq=len(challenge.steps) + 1,
            step=step,
            about=about,
            text=text,
            evidence=evidence,
            actor=by.name,
            actor_key=by.pk,
            role=role,
        )
    asked_by = challenge.steps[0].actor if challenge.steps else by.name
    letters.about_challenge(month, unit, made, asked_by=asked_by, by=by)
    audit.record(
        what=f"challenge.{step}",
        subject=f"Challenge {made.number} of {unit.name} ({unit.ref}), {month.period}",
        subject_key=f"challenge:{month.period.pk}:{unit.ref}:{made.number}",
        programme=month.programme.slug,
        period=month.period.pk,
        after={key: value for key, value in (("about", about), ("text", text), ("evidence", evidence)) if value},
        role=role,
        by=by,
    )
