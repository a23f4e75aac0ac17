"""Who reports on which workstream: those with a role there, else at the nearest one above."""

from collections import defaultdict
from collections.abc import Iterable

from accounts.models import User
from accounts.roles import ROLES_WITH, Permission, Role
from programmes.models import Membership, Programme
from programmes.tree import Node


class Leads:
    """Everybody who reports on something in these programmes, in one query."""

    def __init__(self, *programmes: Programme) -> None:
        self._with: dict[tuple[int, str], list[User]] = defaultdict(list)
        held = Membership.objects.filter(
            workstream__programme__in=programmes,
            role__in=ROLES_WITH[Permission.REPORT],
            user__is_active=True,
        )
        for each in held.select_related("user").order_by("user"):
            self._with[each.workstream_id, each.role].append(each.user)

    def at(self, node: Node, but: int | None = None) -> list[User]:
        """Those who report on this workstream, all but the person of this key."""
        both = [*self._with[node.pk, Role.LEAD], *self._with[node.pk, Role.WORKSTREAM_PMO]]
        return [person for person in dict.fromkeys(both) if person.pk != but]

    def nearest(self, nodes: Iterable[Node], but: int | None = None) -> list[User]:
        """Those at the first of these workstreams that anybody has a role at, nobody where none has."""
        return next(filter(None, (self.at(node, but) for node in nodes)), [])
