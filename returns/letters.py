"""The letters about returns: what has come in, what was sent back, what is asked, what is due."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts import audit
from accounts.models import User
from core.dates import long_date
from core.refusal import Refused
from core.words import how_many
from jobs.letters import post
from jobs.models import Letter
from programmes.access import roles_in_words
from programmes.desk import Desk
from programmes.tree import Node
from returns import rights
from returns.models import ChallengeStep, ReturnStep
from returns.people import People
from returns.standing import Standing, due_on, today
from returns.states import AFTER, State, Step


def about(desk: Desk, unit: Node) -> str:
    """By what the letters about a return are found."""
    return f"returns/{desk.period.pk}/{unit.ref}"


def sent(desk: Desk, unit: Node) -> QuerySet[Letter]:
    return Letter.objects.about(about(desk, unit))


def about_step(desk: Desk, unit: Node, step: ReturnStep, *, by: User) -> None:
    """Tell whoever has to do something now; nobody is told of what they did themselves."""
    state = AFTER[Step(step.step)]
    name, known = f"{unit.name}, {desk.period.name}", People(desk.access.programme)
    if state.is_with_reviewers:
        subject = f"{name}: return {state.label.lower()}"
        people = known.reviewers(desk, unit, state, submitter=by.pk)
        said = f"{step.actor} has {'submitted' if state is State.SUBMITTED else 'passed on'} the return of {name}."
    elif state is State.SENT_BACK:
        subject, people = f"{name}: return sent back", known.reporters(desk, unit)
        said = f"{step.actor} has sent the return of {name} back to you:\n\n{step.reason}"
    else:
        return
    _post(desk, unit, f"step/{step.seq}", people, subject=subject, said=said, by=by)


def about_challenge(desk: Desk, unit: Node, step: ChallengeStep, *, asked_by: str, by: User) -> None:
    """Tell the lead what is asked, and whoever asked what the answer is."""
    name, known = f"{unit.name}, {desk.period.name}", People(desk.access.programme)
    if step.step == ChallengeStep.Step.ASKED:
        about = f" about {step.about}" if step.about else ""
        said, people = f"{step.actor} asks{about} in the return of {name}:\n\n{step.text}", known.reporters(desk, unit)
    elif step.step == ChallengeStep.Step.ANSWERED:
        said = f"{step.actor} has answered in the return of {name}:\n\n{step.text}\n\n{step.evidence}".rstrip()
        layers = (State.SUBMITTED, State.PASSED_ON)
        above, pmo = (known.reviewers(desk, unit, layer, submitter=by.pk) for layer in layers)
        people = [person for person in dict.fromkeys([*above, *pmo]) if person.name == asked_by] or above
    else:
        return
    subject = f"{name}: challenge {step.number} {step.get_step_display().lower()}"
    _post(desk, unit, f"challenge/{step.number}/{step.seq}", people, subject=subject, said=said, by=by)


@transaction.atomic
def remind(desk: Desk, standings: Iterable[Standing], *, by: User) -> int:
    """Remind whose returns are not in. Nobody hears twice of the same deadline, before it and after it once each.

    Return how many letters were written. Raise Refused where the month has no deadline to remind of.
    """
    if not rights.accepts(desk):
        raise Refused("Reminders are for the programme’s PMO to send.")
    due = due_on(desk.period)
    if due is None:
        raise Refused("Set a deadline first: there is nothing to remind of yet.")
    is_past = today() > due
    when = f"was due by the end of {long_date(due)}" if is_past else f"is due by the end of {long_date(due)}"
    known = People(desk.access.programme)
    written = 0
    for each in standings:
        if not each.state.is_open:
            continue
        name = f"{each.unit.name}, {desk.period.name}"
        subject = f"{name}: return {'late' if is_past else f'due {long_date(due)}'}"
        key = f"due/{due}/{'late' if is_past else 'ahead'}"
        said = f"The return of {name} {when}. It is {each.state.label.lower()}."
        written += _post(desk, each.unit, key, known.reporters(desk, each.unit), subject=subject, said=said, by=by)
    if written:
        audit.record(
            what="return.remind",
            subject=f"Returns of {desk.period}",
            subject_key=f"returns:{desk.period.pk}",
            programme=desk.access.programme.slug,
            after={"letters": how_many(written, "letter"), "deadline": due},
            role=roles_in_words(by, desk.access.programme),
            by=by,
        )
    return written


def _post(desk: Desk, unit: Node, key: str, people: Iterable[User], *, subject: str, said: str, by: User) -> int:
    place = reverse("my_return", args=[desk.access.programme.slug, desk.period.label, unit.ref])
    where = f"\n\nIt is here: {settings.PUBLIC_URL}{place}" if settings.PUBLIC_URL else "\n\nSign in to Plumbline."
    body = f"{said}{where}\n\n{desk.access.programme.name}"
    thing = about(desk, unit)
    letters = [
        post(key=f"{thing}/{key}/{person.pk}", to=person, subject=subject, body=body, about=thing)
        for person in people
        if person.pk != by.pk
    ]
    return sum(letter is not None for letter in letters)
