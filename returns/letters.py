"""The letters about returns: what has come in, what was sent back, what is asked, what is due and by when."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from core.dates import long_date
from core.links import public
from core.words import how_many
from jobs.letters import post, told
from jobs.models import Letter
from programmes.month import Month
from programmes.report import proof_of
from programmes.tree import Node
from returns.models import ChallengeStep, ReturnStep
from returns.people import People
from returns.states import ReturnState, after
from returns.status import Standing, standings, units

SIGN_IN = "Sign in to Plumbline."

type Due = dict[str, Standing]  # returns that somebody makes, each by the key of telling them of it


def about(month: Month, unit: Node) -> str:
    """By what the letters about a return are found."""
    return f"returns/{month.period.pk}/{unit.ref}"


def sent(month: Month, unit: Node) -> QuerySet[Letter]:
    return Letter.objects.about(about(month, unit))


def about_step(month: Month, unit: Node, step: ReturnStep, *, by: User) -> None:
    """Tell whoever has to do something now; nobody is told of what they did themselves."""
    state = after(step)
    if state in {ReturnState.STARTED, ReturnState.ACCEPTED}:  # taken back or done with: nobody has to do anything
        return
    name, known = f"{unit.name}, {month.period.name}", People(month.programme)
    if state.is_with_reviewers:
        subject = f"{name}: return {state.label.lower()}"
        people = known.reviewers(month, unit, state, submitter=by.pk)
        did = "submitted" if state is ReturnState.SUBMITTED else "passed on"
        said = f"{step.actor} has {did} the return of {name}."
    else:
        subject, people = f"{name}: return sent back", known.reporters(month, unit)
        said = f"{step.actor} has sent the return of {name} back to you:\n\n{step.reason}"
    _post(month, unit, f"step/{step.seq}", people, subject=subject, said=said, by=by)


def about_challenge(month: Month, unit: Node, step: ChallengeStep, *, asked_by: str, by: User) -> None:
    """Tell the lead what is asked, and whoever asked what the answer is."""
    name, known = f"{unit.name}, {month.period.name}", People(month.programme)
    if step.step == ChallengeStep.Step.ASKED:
        about = f" about {step.about}" if step.about else ""
        said, people = f"{step.actor} asks{about} in the return of {name}:\n\n{step.text}", known.reporters(month, unit)
    elif step.step == ChallengeStep.Step.ANSWERED:
        said = f"{step.actor} has answered in the return of {name}:\n\n{step.text}\n\n{step.evidence}".rstrip()
        askers = [person for person in known.askers(month, unit) if person.name == asked_by]
        people = askers or known.reviewers(month, unit, ReturnState.SUBMITTED, submitter=by.pk)
    else:
        return
    subject = f"{name}: challenge {step.number} {step.get_step_display().lower()}"
    _post(month, unit, f"challenge/{step.number}/{step.seq}", people, subject=subject, said=said, by=by)


def about_opening(month: Month, due: dt.date, *, by: User) -> None:
    """Tell whoever makes returns of a month that it is open, and by when they are due."""
    theirs = by_maker(month, standings(month, units(month)), "open", by=by)
    said = f"{month.period.name} is open. Due by the end of {long_date(due)}"
    _tell(month, theirs, when=f"due {long_date(due)}", said=said)


def about_closing(month: Month, *, by: User) -> None:
    """Tell whoever makes or accepts returns of a month that it is closed, with what the database can be held to.

    What stands in their mail, nobody forges who forges the database.
    """
    known, name = People(month.programme), month.particulars.name
    makers = [person for unit in units(month) for person in known.reporters(month, unit)]
    proof = proof_of(month.period)
    place = public(reverse("scorecard", args=[month.programme.slug, month.period.label]))
    said = (
        f"{by} has closed {month.period} of {name}. It will never change.",
        "\n".join(proof.sentences if proof else ()),
        f"It is here: {place}" if settings.PUBLIC_URL else SIGN_IN,
        name,
    )
    for person in dict.fromkeys([*known.acceptors(month), *makers]):
        if person.pk != by.pk:
            key = f"months/{month.period.pk}/closed/{person.pk}"
            subject = f"{name}: {month.period} is closed"
            post(of={key: f"months/{month.period.pk}"}, to=person, subject=subject, body="\n\n".join(said))


def by_maker(month: Month, found: Iterable[Standing], key: str, *, by: User) -> dict[User, Due]:
    """What everybody else who makes some of these returns is to be told of."""
    known = People(month.programme)
    theirs: dict[User, Due] = defaultdict(dict)
    for each in found:
        for person in known.reporters(month, each.unit):
            if person.pk != by.pk:
                theirs[person][_key(month, each.unit, key, person)] = each
    return theirs


def _tell(month: Month, theirs: Mapping[User, Due], *, when: str, said: str) -> None:
    """Write one letter to each of them, about what they have not been told."""
    known = told(key for mine in theirs.values() for key in mine)
    for person, mine in theirs.items():
        if new := {key: each for key, each in mine.items() if key not in known}:
            write(month, person, new, **text(month, new.values(), when=when, said=said))


def write(month: Month, person: User, due: Due, *, subject: str, body: str) -> bool:
    """Write a letter about these returns; False where something that it would tell has been told."""
    of = {key: about(month, each.unit) for key, each in due.items()}
    return post(of=of, to=person, subject=subject, body=body) is not None


def text(month: Month, found: Collection[Standing], *, when: str, said: str) -> dict[str, str]:
    """The subject and the body of a letter that lists returns."""
    return {"subject": _subject(month, [each.unit for each in found], when), "body": _list(month, found, said)}


def _subject(month: Month, found: Sequence[Node], when: str) -> str:
    if len(found) == 1:
        return f"{found[0].name}, {month.period.name}: return {when}"
    return f"{month.period.name}: {how_many(len(found), 'return')} {when}"


def _list(month: Month, found: Iterable[Standing], said: str) -> str:
    lines = [f"- {each.unit.name}: {each.state.label.lower()}\n  {_place(month, each.unit)}".rstrip() for each in found]
    sign_in = "" if settings.PUBLIC_URL else f"\n\n{SIGN_IN}"
    return f"{said}:\n\n{'\n'.join(lines)}{sign_in}\n\n{month.particulars.name}"


def _key(month: Month, unit: Node, key: str, person: User) -> str:
    """What tells this person of this once."""
    return f"{about(month, unit)}/{key}/{person.pk}"


def _post(month: Month, unit: Node, key: str, people: Iterable[User], *, subject: str, said: str, by: User) -> None:
    place = _place(month, unit)
    body = f"{said}\n\n{f'It is here: {place}' if place else SIGN_IN}\n\n{month.particulars.name}"
    for person in people:
        if person.pk != by.pk:
            post(of={_key(month, unit, key, person): about(month, unit)}, to=person, subject=subject, body=body)


def _place(month: Month, unit: Node) -> str:
    """Where a return is to be found, "" where we do not know what we are called."""
    place = reverse("my_return", args=[month.programme.slug, month.period.label, unit.ref])
    return public(place) if settings.PUBLIC_URL else ""
