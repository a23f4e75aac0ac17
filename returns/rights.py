"""Who may do what with a return as it stands: asked by the pages, by the actions and, for single rows, by the guard."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import connection
from django.http import Http404

from accounts.models import User
from accounts.roles import Permission, allowed
from core.refusal import Refused
from programmes.access import access_to
from programmes.editing.guards import Guarded, Writers
from programmes.models import Period, Until, WorkstreamPosition
from programmes.month import Month, seen_through
from programmes.tree import Node
from returns.models import ReturnStep
from returns.people import people
from returns.record import is_own, last_steps
from returns.states import ReturnState, after


def reports(month: Month, unit: Node) -> bool:
    return unit.pk in month.reported


def accepts(month: Month) -> bool:
    return month.may_for_all(Permission.ACCEPT)


def reviews(month: Month, unit: Node) -> bool:
    """Whether this person reviews a return: by a role above it, or because they accept every return."""
    above = {node.pk for node in month.tree.path(unit)[:-1]}
    held = {key for key, role in month.access.held if allowed([role], Permission.REVIEW)}
    return accepts(month) or (month.is_given(Permission.REVIEW) and bool(above & held))


def may_judge(month: Month, unit: Node, last: ReturnStep | None) -> bool:
    """Whether a return is not this person's own work, so that they may settle what is asked about it.

    It is theirs once they have submitted it, and before that where it is theirs to make. A second role changes nothing.
    """
    if is_own(month, last):
        return False
    return not after(last).is_open or month.user not in people(month).makers(month, unit)


def others_who_accept(month: Month) -> list[User]:
    """Everybody but this person who may accept returns."""
    return [person for person in people(month).acceptors(month) if person.pk != month.user.pk]


def withdraws(month: Month, unit: Node, last: ReturnStep | None) -> bool:
    """Whether this person may take a return back: whose it is, or who submitted it. Others above it send it back."""
    return reports(month, unit) and (not reviews(month, unit) or is_own(month, last))


def may_write(month: Month, unit: Node, last: ReturnStep | None) -> bool:
    """Whether this person may change rows of a return with which this was done last.

    Submitted, it is locked for its lead; those it was submitted to may still put a slip of the pen right.
    """
    state = after(last)
    if state.is_open or month.may_for_all(Permission.RUN_MONTHS):
        return True
    return state is ReturnState.SUBMITTED and reviews(month, unit) and not is_own(month, last)


def looking_on(month: Month) -> Month:
    """The same month for somebody who may change nothing at it."""
    return replace(month, access=replace(month.access, held=()))


def guard(
    period: Period, workstreams: frozenset[int], by: User, writers: Writers, before: Month | None = None
) -> Guarded:
    """Hold back a change to rows of a return that is no longer this person's to change.

    The returns are locked first, so that nobody submits one while a row of it is being saved. Which they are is told
    from the month as it was `before`, and again from the month behind the locks.
    """
    if not connection.features.has_select_for_update:  # SQLite began with a lock of everything
        month = _now(period, by)
        locked = workstreams
    else:
        seen = before or _now(period, by)
        units = _units(seen, workstreams)
        lock(period, units)
        month = _now(period, by)  # whomever we waited for may have moved one of them
        if not _units(month, workstreams).keys() <= units.keys():
            raise Refused("Workstreams were moved to other returns meanwhile. Nothing was changed. Look again.")
        locked = frozenset(units)
    for sentence in hindered(month, workstreams, writers).values():
        raise Refused(sentence)
    return Guarded(month, locked)


def _now(period: Period, by: User) -> Month:
    """The month as it is for this person. Raise Http404 where they have no role in its programme any more."""
    access = access_to(period.programme, by)
    if not access.held:
        raise Http404(f"{period.programme} is not theirs any more.")
    return seen_through(access, period)


def hindered(month: Month, workstreams: frozenset[int], writers: Writers) -> dict[int, str]:
    """What `guard` would say as things stand, by the key of each workstream whose rows are not this person's to change.

    Some may write some rows until the month closes, whatever becomes of the return that they are reported in.
    """
    lasting = [permission for permission, until in writers.items() if until is Until.CLOSED]
    if any(map(month.may_for_all, lasting)):
        return {}
    rest = workstreams - month.reach_of_any(lasting)
    said = _hindered(month, _units(month, rest))
    return {key: said[unit.pk] for key in rest if (unit := month.unit_of(key)) and unit.pk in said}


def handed_in(month: Month, workstreams: frozenset[int]) -> dict[int, str]:
    """How the return stands that each of these workstreams is reported in, where its lead has submitted it."""
    last = last_steps(month.period, _units(month, workstreams))
    known = {key: after(step).label for key, step in last.items() if not after(step).is_open}
    return {key: known[unit.pk] for key in workstreams if (unit := month.unit_of(key)) and unit.pk in known}


def _units(month: Month, workstreams: Iterable[int]) -> dict[int, Node]:
    return {unit.pk: unit for key in workstreams if (unit := month.unit_of(key))}


def _hindered(month: Month, units: Mapping[int, Node]) -> dict[int, str]:
    last = last_steps(month.period, units) if units else {}
    shut = {key: step for key, step in last.items() if not may_write(month, units[key], step)}
    return {key: locked(month, units[key], step) for key, step in shut.items()}


def lock(period: Period, units: Iterable[int]) -> None:
    """Let nobody else change or submit the returns of these workstreams until our transaction ends.

    On SQLite it began with that, and what it has read since stays so. A row of theirs is locked after this, never
    before.
    """
    if not connection.features.has_select_for_update:
        return
    rows = WorkstreamPosition.objects.of(period).filter(workstream__in=units).select_for_update().order_by("pk")
    list(rows.values_list("pk", flat=True))


def locked(month: Month, unit: Node, last: ReturnStep | None) -> str:
    state = after(last)
    said = f"The return of {unit.name} is {state.label.lower()}"
    if state is ReturnState.ACCEPTED or not withdraws(month, unit, last):
        return f"{said}, so only the programme’s PMO can change it."
    return f"{said}. Withdraw it to change something in it."
