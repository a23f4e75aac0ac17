"""Who may do what with a return as it stands: asked by the pages, by the actions and, for single rows, by the guard."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import connection
from django.http import Http404

from accounts.models import User
from accounts.roles import Permission, allowed
from core.refusal import Refused
from programmes.access import access_to
from programmes.desk import Desk
from programmes.models import Period, WorkstreamPosition
from programmes.tree import Node, trees
from returns.people import People
from returns.states import State
from returns.status import states, submitter


def reports(desk: Desk, unit: Node) -> bool:
    return unit.pk in desk.reported


def accepts(desk: Desk) -> bool:
    return desk.may_for_all(Permission.ACCEPT)


def reviews(desk: Desk, unit: Node) -> bool:
    """Whether this person reviews a return: by a role above it, or because they accept every return."""
    above = {node.pk for node in desk.tree.path(unit)[:-1]}
    held = {key for key, role in desk.access.held if allowed([role], Permission.REVIEW)}
    return accepts(desk) or (desk.is_given(Permission.REVIEW) and bool(above & held))


def submitted(desk: Desk, unit: Node) -> bool:
    """Whether it was this person who submitted a return last: then it is for others to review."""
    return submitter(desk.period, unit.pk) == desk.user.pk


def may_judge(desk: Desk, unit: Node, state: State, *, is_own: bool) -> bool:
    """Whether a return is not this person's own work, so that they may settle what is asked about it.

    It is theirs once they have submitted it (`is_own`), and before that where it is theirs to make. A second role
    changes nothing.
    """
    if is_own or not state.is_open:
        return not is_own
    return desk.user not in People(desk.access.programme).makers(desk, unit)


def others_who_accept(desk: Desk) -> list[User]:
    """Everybody but this person who may accept returns."""
    return [person for person in People(desk.access.programme).acceptors(desk) if person.pk != desk.user.pk]


def withdraws(desk: Desk, unit: Node) -> bool:
    """Whether this person may take a return back: whose it is, or who submitted it. Others above it send it back."""
    return reports(desk, unit) and (not reviews(desk, unit) or submitted(desk, unit))


def may_write(desk: Desk, unit: Node, state: State) -> bool:
    """Whether this person may change rows of a return that stands so.

    Submitted, it is locked for its lead; those it was submitted to may still put a slip of the pen right.
    """
    if state.is_open or desk.may_for_all(Permission.RUN_MONTHS):
        return True
    return state is State.SUBMITTED and reviews(desk, unit) and not submitted(desk, unit)


def looking_on(desk: Desk) -> Desk:
    """The same desk for somebody who may change nothing at it."""
    return replace(desk, access=replace(desk.access, held=()))


def guard(period: Period, workstreams: frozenset[int], by: User) -> None:
    """Hold back a change to rows of a return that is no longer this person's to change.

    The returns are locked first, so that nobody submits one while a row of it is being saved.
    """
    access = access_to(period.programme, by)
    if not access.held:
        raise Http404(f"{period.programme} is not theirs any more.")
    (tree,) = trees(period)
    desk = Desk(access, period, tree, by)
    units = _units(desk, workstreams)
    lock(period, units)
    if connection.features.has_select_for_update:
        desk = desk.again()  # whomever we waited for may have moved one of them
        if _units(desk, workstreams).keys() != units.keys():
            raise Refused("Workstreams were moved to other returns meanwhile. Nothing was changed. Look again.")
    if sentence := _held(desk, units):
        raise Refused(sentence)


def held(desk: Desk, workstreams: frozenset[int]) -> str:
    """What `guard` would say as things stand, "" for nothing."""
    return _held(desk, _units(desk, workstreams))


def _units(desk: Desk, workstreams: Iterable[int]) -> dict[int, Node]:
    return {unit.pk: unit for key in workstreams if (unit := desk.unit_of(key))}


def _held(desk: Desk, units: Mapping[int, Node]) -> str:
    known = states(desk.period, units)
    return next((locked(desk, units[key], at) for key, at in known.items() if not may_write(desk, units[key], at)), "")


def lock(period: Period, units: Iterable[int]) -> None:
    """Let nobody else change or submit the returns of these workstreams until our transaction ends.

    On SQLite it began with that, and what it has read since stays so. A row of theirs is locked after this, never
    before.
    """
    if not connection.features.has_select_for_update:
        return
    rows = WorkstreamPosition.objects.of(period).filter(workstream__in=units).select_for_update().order_by("pk")
    list(rows.values_list("pk", flat=True))


def locked(desk: Desk, unit: Node, state: State) -> str:
    said = f"The return of {unit.name} is {state.label.lower()}"
    if state is State.ACCEPTED or not withdraws(desk, unit):
        return f"{said}, so only the programme’s PMO can change it."
    return f"{said}. Withdraw it to change something in it."
