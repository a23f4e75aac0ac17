"""The open month as one person may change it: the first line of every view that changes what is reported."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import User
from accounts.roles import Permission
from core.refusal import Refused
from programmes.access import Access, access_or_404
from programmes.models import Period
from programmes.scheme import Scheme
from programmes.tree import Node, Tree, trees


@dataclass(frozen=True)
class Desk:
    access: Access
    period: Period
    tree: Tree
    past_tree: Tree
    user: User

    @property
    def scheme(self) -> Scheme:
        return self.period.scheme

    def reach(self, permission: Permission) -> frozenset[int]:
        """As `Access.reach`: asked for each row of a page, and worked out once."""
        if permission not in self._reaches:
            self._reaches[permission] = self.access.reach(permission, self.tree)
        return self._reaches[permission]

    @cached_property
    def _reaches(self) -> dict[Permission, frozenset[int]]:
        return {}

    @property
    def reported(self) -> frozenset[int]:
        """Keys of the workstreams this person reports on."""
        return self.reach(Permission.REPORT)

    @property
    def seen(self) -> frozenset[int]:
        """Keys of the workstreams this person may read."""
        return self.reach(Permission.VIEW_OPEN)

    def again(self) -> "Desk":
        """The same with the workstreams as they stand now: what was saved may have been one of them."""
        (tree,) = trees(self.period)
        return replace(self, tree=tree)

    def may_for_all(self, permission: Permission) -> bool:
        return self.access.may_for_all(permission, self.tree)

    def unit(self, node: Node) -> Node:
        """The workstream in whose return this one is reported: itself, or the one above it at the return tier."""
        return next(each for each in reversed(self.tree.path(node)) if each.tier <= self.scheme.return_tier)

    def unit_of(self, key: int) -> Node | None:
        node = self.tree.by_pk.get(key)
        return self.unit(node) if node else None

    def within(self, unit: Node) -> list[Node]:
        """The workstreams whose rows are in this unit's return: it alone, or at the return tier all below it too."""
        return list(unit.walk()) if unit.tier == self.scheme.return_tier else [unit]

    def node_or_404(self, ref: str, among: Iterable[int]) -> Node:
        """The workstream of this ref, if it is one of these."""
        node = self.tree.by_ref.get(ref)
        if node is None or node.pk not in among:
            raise Http404(f"No workstream {ref} of yours in {self.period}.")
        return node


def desk_or_404(user: User, slug: str, label: str) -> Desk:
    """The open edition of a month, for a person who may see it.

    Raise Http404 for an outsider or a month that is not there, PermissionDenied for a role that does not see open
    months, Refused for a month that is closed.
    """
    access = access_or_404(user, slug)
    found = access.programme.periods.filter(label=label).select_related("scheme_version", "previous__scheme_version")
    period = found.open().first()
    if period is None:
        closed = found.closed().order_by("-edition").first()
        if closed is None or not access.may_see(closed):
            raise Http404(f"{access.programme} has no such month.")
        raise Refused(f"{closed.name} is closed, so nothing in it can change.")
    if not access.may_see(period):
        raise PermissionDenied(f"{period.name} is still open: you can read it once it is closed.")
    tree, past_tree = trees(period, period.previous)
    if tree.root is None:
        raise Refused(f"{period.name} holds no workstream yet.")
    return Desk(access, period, tree, past_tree, user)
