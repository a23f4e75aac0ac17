"""Who makes a return and who it goes to next: those with a role at the workstream, else at the nearest one above."""

from collections.abc import Iterable

from accounts.models import User
from accounts.roles import Role
from programmes.desk import Desk
from programmes.models import Membership
from programmes.tree import Node
from returns.standing import SUBMITTED_FROM_TIER, State


def reporters(desk: Desk, unit: Node) -> list[User]:
    """Whose the return is: its leads, else those of the nearest workstream above; at last the programme's PMO."""
    return _nearest(desk, reversed(desk.tree.path(unit)), [Role.LEAD, Role.WORKSTREAM_PMO])


def reviewers(desk: Desk, unit: Node, state: State) -> list[User]:
    """With whom a return lies that stands so: those right above it, or the programme's PMO."""
    above = desk.tree.path(unit)[1:-1] if state is State.SUBMITTED and unit.tier >= SUBMITTED_FROM_TIER else []
    return _nearest(desk, reversed(above), [Role.WORKSTREAM_PMO, Role.LEAD])


def _nearest(desk: Desk, nodes: Iterable[Node], roles: list[Role]) -> list[User]:
    for node in nodes:
        if node.parent is not None and (people := _with_role(node.pk, roles)):
            return people
    return _with_role(desk.tree.root.pk, [Role.PMO]) if desk.tree.root else []


def _with_role(workstream: int, roles: list[Role]) -> list[User]:
    held = Membership.objects.filter(workstream=workstream, role__in=roles, user__is_active=True)
    return list(User.objects.filter(pk__in=held.values("user")).order_by("pk"))
