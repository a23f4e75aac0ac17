"""What is done with a return: each step locks it and leaves one row that never changes, an audit entry and letters."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Max

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
from returns.states import AFTER, ReturnState, Step
from returns.status import open_challenges, states, submitters
from returns.tasks import missing

SHOWN = 5  # sentences of what is missing
NAMED = 3  # people in a sentence


@transaction.atomic
def submit(month: Month, unit: Node, *, by: User) -> bool:
    """Submit a return; False where it has been already. Raise Refused with what is missing in it."""
    if not rights.reports(month, unit):
        raise Refused(f"The return of {unit.name} is for its lead to submit.")
    state = _locked_state(month, unit)
    if not state.is_open:
        return False
    if wanting := missing(month, unit):
        more = f" And {len(wanting) - SHOWN} more." if len(wanting) > SHOWN else ""
        raise Refused(f"{unit.name} cannot be submitted yet. {' '.join(wanting[:SHOWN])}{more}")
    _take(month, unit, Step.SUBMITTED, state, by=by)
    return True


@transaction.atomic
def withdraw(month: Month, unit: Node, *, by: User) -> bool:
    """Take a return back that is not accepted yet; False where it has been already."""
    if not rights.withdraws(month, unit):
        raise Refused(f"The return of {unit.name} is for its lead, or whoever submitted it, to withdraw.")
    state = _locked_state(month, unit)
    if state is ReturnState.ACCEPTED:
        raise Refused(f"The return of {unit.name} has been accepted. Ask the programme’s PMO to send it back.")
    if state.is_open:
        return False
    _take(month, unit, Step.WITHDRAWN, state, by=by)
    return True


@transaction.atomic
def pass_on(month: Month, unit: Node, *, by: User) -> bool:
    """Pass a submitted return on to the programme's PMO; False where that has been done already."""
    if not rights.reviews(month, unit):
        raise Refused(f"The return of {unit.name} is for those above it to pass on.")
    if not between(month, unit):
        raise Refused(f"{unit.name} submits to the programme’s PMO itself, so there is nothing to pass on.")
    state = _locked_state(month, unit)
    if state in {ReturnState.PASSED_ON, ReturnState.ACCEPTED}:
        return False
    if state.is_open:
        raise Refused(f"{unit.name} has not been submitted, so there is nothing to pass on.")
    if rights.submitted(month, unit):
        raise Refused(f"You submitted the return of {unit.name} yourself, so it is for somebody else to pass on.")
    _refuse_challenged(month, [unit])
    _take(month, unit, Step.PASSED_ON, state, by=by)
    return True


@transaction.atomic
def send_back(month: Month, unit: Node, *, reason: str, by: User) -> bool:
    """Give a return back to its lead with a reason; False where this very person did so, for this very reason."""
    if not rights.reviews(month, unit):
        raise Refused(f"The return of {unit.name} is for those above it to send back.")
    reason = checked_reason(reason, f"{unit.name} is sent back")
    state = _locked_state(month, unit)
    if state.is_open:
        last = ReturnStep.objects.of(month.period).filter(workstream=unit.pk).order_by("-seq").first()
        if last and (last.step, last.actor, last.reason) == (Step.SENT_BACK, by.name, reason):
            return False
        raise Refused(f"{unit.name} lies with its lead already, so what you wrote has not been sent.")
    if state is not ReturnState.SUBMITTED and not rights.accepts(month):
        raise Refused(f"{unit.name} lies with the programme’s PMO now, who alone can send it back.")
    _take(month, unit, Step.SENT_BACK, state, by=by, reason=reason)
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
    known = states(month.period, chosen)
    if early := [unit.name for key, unit in chosen.items() if known.get(key, ReturnState.NOT_STARTED).is_open]:
        raise Refused(f"Not submitted yet, so not to be accepted: {', '.join(early)}. Nothing was accepted.")
    waiting = {key: unit for key, unit in chosen.items() if known[key] is not ReturnState.ACCEPTED}
    _refuse_challenged(month, waiting.values())
    own = _own(month, waiting, reason)
    role = roles_in_words(by, month.programme)
    for key, unit in waiting.items():
        _take(month, unit, Step.ACCEPTED, known[key], by=by, role=role, reason=reason.strip() if key in own else "")
    return len(waiting)


def _own(month: Month, waiting: Mapping[int, Node], reason: str) -> set[int]:
    """Those that this person submitted. Raise Refused where others could accept them, or no reason is given."""
    own = {key for key, by in submitters(month.period, waiting).items() if by == month.user.pk}
    if not own:
        return own
    names, it_is = ", ".join(waiting[key].name for key in own), "it is" if len(own) == 1 else "they are"
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
    return own


def _locked_state(month: Month, unit: Node) -> ReturnState:
    """Where the return stands, which nobody else can change until our transaction ends."""
    rights.lock(month.period, [unit.pk])
    return states(month.period, [unit.pk]).get(unit.pk, ReturnState.NOT_STARTED)


def _refuse_challenged(month: Month, units: Iterable[Node]) -> None:
    challenges = open_challenges(month.period)
    asked = [(unit.name, n) for unit in units if (n := challenges[month.period.pk, unit.pk])]
    if held := [f"{name} ({how_many(n, 'challenge')})" for name, n in asked]:
        raise Refused(f"Settle what is asked first: {', '.join(held)}. Nothing was changed.")


def _take(
    month: Month, unit: Node, step: Step, was: ReturnState, *, by: User, reason: str = "", role: str = ""
) -> None:
    seq = (ReturnStep.objects.of(month.period).filter(workstream=unit.pk).aggregate(n=Max("seq"))["n"] or 0) + 1
    role = role or roles_in_words(by, month.programme)
    with closed_is_refused(month.period):
        made = ReturnStep.objects.create(
            period=month.period,
            workstream_id=unit.pk,
            seq=seq,
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
        before={"state": was.label if was is not ReturnState.NOT_STARTED else ReturnState.STARTED.label},
        after={"state": AFTER[step].label},
        reason=reason,
        role=role,
        by=by,
    )
