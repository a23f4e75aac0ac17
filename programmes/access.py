"""Who may see what. Every view starts here: fetching is authorising."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.roles import Permission, allowed
from programmes.models import Membership, Period, Programme
from programmes.tree import Node, Tree


@dataclass(frozen=True)
class Access:
    """What one person may do in one programme."""

    programme: Programme
    held: tuple[tuple[int, str], ...]  # (workstream's key, role)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(role for _, role in self.held)

    def may_see(self, period: Period) -> bool:
        return allowed(self.roles, Permission.VIEW_OPEN if period.is_open else Permission.VIEW_CLOSED)

    def tops(self, period: Period, tree: Tree) -> list[Node]:
        """The tops of the subtrees of which this person may see this period, highest first."""
        permission = Permission.VIEW_OPEN if period.is_open else Permission.VIEW_CLOSED
        keys = {key for key, role in self.held if allowed([role], permission)}
        nodes = [tree.by_pk[key] for key in keys if key in tree.by_pk]
        return sorted(nodes, key=lambda node: (node.tier, node.ref))

    def periods(self) -> list[Period]:
        """The edition that reading takes of each month this person may see, oldest first."""
        newest: dict[str, Period] = {}
        for period in self.programme.periods.newest_first().with_neighbours():
            if self.may_see(period):
                newest.setdefault(period.label, period)
        return list(reversed(newest.values()))


def access_or_404(user: User | AnonymousUser, slug: str) -> Access:
    """A programme this person has a role in, with their roles. To anyone else it does not exist."""
    programme = get_object_or_404(Programme.objects.visible_to(user), slug=slug)
    held = Membership.objects.filter(user=user.pk, workstream__programme=programme)
    return Access(programme, tuple(held.values_list("workstream_id", "role").order_by("pk")))


def accesses(user: User | AnonymousUser) -> list[Access]:
    """Every programme this person has a role in, by name."""
    held: dict[Programme, list[tuple[int, str]]] = {}
    memberships = Membership.objects.filter(user=user.pk).select_related("workstream__programme")
    for membership in memberships.order_by("workstream__programme__name", "pk"):
        held.setdefault(membership.workstream.programme, []).append((membership.workstream_id, membership.role))
    return [Access(programme, tuple(roles)) for programme, roles in held.items()]


def scope_or_404(access: Access, period: Period, tree: Tree, ref: str) -> Node:
    """The subtree to read: the one named, or the highest this person may see. Outside their own there is nothing."""
    tops = access.tops(period, tree)
    if not tops:
        raise PermissionDenied(f"{period} holds no workstream of yours.")
    if not ref:
        return tops[0]
    node = tree.by_ref.get(ref)
    mine = {node.pk for top in tops for node in top.walk()}
    if node is None or node.pk not in mine:
        raise Http404(f"No workstream {ref} of yours in {period}.")
    return node
