"""What is done with a return: each step locks it and leaves one row that never changes, an audit entry and letters."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.refusal import Refused
from core.words import how_many
from programmes.access import roles_in_words
from programmes.actions.reasons import REASON_LENGTH, checked_reason, says_why
from programmes.editing.guards import closed_is_refused
from programmes.month import Month
from programmes.tree import Node
from returns import letters, rights
from returns.models import ReturnStep
from returns.people import between
from returns.record import is_own, last_step, last_steps, open_challenges
from returns.states import ReturnState, Step, after
from returns.tasks import missing

SHOWN = 5  # sentences of what is missing
NAMED = 3  # people in a sentence


@transaction.atomic
def submit(month: Month, unit: Node, *, by: User) -> bool:
    """Submit a return; False where it has been already. Raise Refused with what is missing in it."""
    if not rights.reports(month, unit):
        raise Refused(f"The return of {unit.name} is for its lead to submit.")
    last = _locked(month, unit)
    if not after(last).is_open:
        return False
    if wanting := missing(month, unit):
        more = f" And {len(wanting) - SHOWN} more." if len(wanting) > SHOWN else ""
        raise Refused(f"{unit.name} cannot be submitted yet. {' '.join(wanting[:SHOWN])}{more}")
    _take(month, unit, Step.SUBMITTED, last, by=by)
    return True


@transaction.atomic
def withdraw(month: Month, unit: Node, *, by: User) -> bool:
    """Take a return back that is not accepted yet; False where it has been already."""
    last = _locked(month, unit)
    if not rights.withdraws(month, unit, last):
        raise Refused(f"The return of {unit.name} is for its lead, or whoever submitted it, to withdraw.")
    state = after(last)
    if state is ReturnState.ACCEPTED:
        raise Refused(f"The return of {unit.name} has been accepted. Ask the programme’s PMO to send it back.")
    if state.is_open:
        return False
    _take(month, unit, Step.WITHDRAWN, last, by=by)
    return True


@transaction.atomic
def pass_on(month: Month, unit: Node, *, by: User) -> bool:
    """Pass a submitted return on to the programme's PMO; False where that has been done already."""
    if not rights.reviews(month, unit):
        raise Refused(f"The return of {unit.name} is for those above it to pass on.")
    if not between(month, unit):
        raise Refused(f"{unit.name} submits to the programme’s PMO itself, so there is nothing to pass on.")
    last = _locked(month, unit)
    state = after(last)
    if state in {ReturnState.PASSED_ON, ReturnState.ACCEPTED}:
        return False
    if state.is_open:
        raise Refused(f"{unit.name} has not been submitted, so there is nothing to pass on.")
    if is_own(month, last):
        raise Refused(f"You submitted the return of {unit.name} yourself, so it is for somebody else to pass on.")
    _refuse_challenged(month, [unit])
    _take(month, unit, Step.PASSED_ON, last, by=by)
    return True


@transaction.atomic
def send_back(month: Month, unit: Node, *, reason: str, by: User) -> bool:
    """Give a return back to its lead with a reason; False where this very person did so, for this very reason."""
    if not rights.reviews(month, unit):
        raise Refused(f"The return of {unit.name} is for those above it to send back.")
    reason = checked_reason(reason, f"{unit.name} is sent back")
    last = _locked(month, unit)
    state = after(last)
    if state.is_open:
        if last and (last.step, last.actor, last.reason) == (Step.SENT_BACK, by.name, reason):
            return False
        raise Refused(f"{unit.name} lies with its lead already, so what you wrote has not been sent.")
    if state is not ReturnState.SUBMITTED and not rights.accepts(month):
        raise Refused(f"{unit.name} lies with the programme’s PMO now, who alone can send it back.")
    _take(month, unit, Step.SENT_BACK, last, by=by, reason=reason)
    return True


@transaction.atomic
def accept(month: Month, units: Iterable[Node], *, by: User, reason: str = "") -> int:
    """Accept these returns, all or none of them; return how many were not accepted yet.

    One that this person submitted is for somebody else; where nobody else may accept any, it takes a reason.
    """
    if not rights.accepts(month):
        raise Refused("Returns are for the programme’s PMO to accept.")
    chosen = {unit.pk: unit for unit in units}
    rights.lock(month.period, chosen)
    last = last_steps(month.period, chosen)
    if early := [unit.name for key, unit in chosen.items() if after(last.get(key)).is_open]:
        raise Refused(f"Not submitted yet, so not to be accepted: {', '.join(early)}. Nothing was accepted.")
    waiting = [unit for key, unit in chosen.items() if after(last[key]) is not ReturnState.ACCEPTED]
    _refuse_challenged(month, waiting)
    own = [unit for unit in waiting if is_own(month, last[unit.pk])]
    if own:
        _check_own(month, own, reason)
    role = roles_in_words(by, month.programme)
    for unit in waiting:
        why = reason.strip() if unit in own else ""
        _take(month, unit, Step.ACCEPTED, last[unit.pk], by=by, role=role, reason=why)
    return len(waiting)


def _check_own(month: Month, own: Sequence[Node], reason: str) -> None:
    """Raise Refused where others could accept what this person submitted, or no reason is given."""
    names, it_is = ", ".join(unit.name for unit in own), "it is" if len(own) == 1 else "they are"
    said = f"You submitted {names} yourself"
    if others := rights.others_who_accept(month):
        whom = " or ".join(person.name for person in others[:NAMED])
        raise Refused(f"{said}, so {it_is} for somebody else to accept: ask {whom}. Nothing was accepted.")
    if not says_why(reason):
        raise Refused(
            f"{said}, and nobody else may accept returns. On the page of the return, say in at least {REASON_LENGTH} "
            "characters why you accept it yourself. Nothing was accepted."
        )
    checked_reason(reason, "you accept it yourself")


def _locked(month: Month, unit: Node) -> ReturnStep | None:
    """What was done with the return last; nobody else does anything with it until our transaction ends."""
    rights.lock(month.period, [unit.pk])
    return last_step(month, unit)


def _refuse_challenged(month: Month, units: Iterable[Node]) -> None:
    challenges = open_challenges(month.period)
    asked = [(unit.name, each) for unit in units if (each := challenges.get((month.period.pk, unit.pk)))]
    if held := [f"{name} ({how_many(len(each), 'challenge')})" for name, each in asked]:
        raise Refused(f"Settle what is asked first: {', '.join(held)}. Nothing was changed.")


def _take(
    month: Month, unit: Node, step: Step, last: ReturnStep | None, *, by: User, reason: str = "", role: str = ""
) -> None:
    role = role or roles_in_words(by, month.programme)
    with closed_is_refused(month.period):
        made = ReturnStep.objects.create(
            period=month.period,
            workstream_id=unit.pk,
            seq=last.seq + 1 if last else 1,
            step=step,
            reason=reason,
            actor=by.name,
            actor_key=by.pk,
            role=role,
        )
    letters.about_step(month, unit, made, by=by)
    audit.record(
        what=f"return.{step}",
        subject=f"Return of {unit.name} ({unit.ref}), {month.period}",
        subject_key=f"return:{month.period.pk}:{unit.ref}",
        programme=month.programme.slug,
        period=month.period.pk,
        before={"state": after(last).label},
        after={"state": after(made).label},
        reason=reason,
        role=role,
        by=by,
    )
