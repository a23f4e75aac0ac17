"""Who may see what. Every view starts here: fetching is authorising."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404

from accounts.models import User
from accounts.roles import Permission, Role, allowed
from programmes.models import Membership, Period, Programme
from programmes.models.period import PeriodQuerySet
from programmes.tree import Node, Tree, keys

EDITION_DIGITS = 4


class Audience(StrEnum):
    """For whom a month is read."""

    STAFF = "staff"  # those who work on it and see it while it is open
    MEMBERS = "members"  # those to whom it is reported once it is closed


@dataclass(frozen=True)
class Access:
    """What one person may do in one programme; what nobody in particular may, for commands and the worker."""

    programme: Programme
    held: tuple[tuple[int, str], ...]  # (workstream's key, role)
    user: User | None

    @property
    def in_words(self) -> str:
        """Every role this person holds in the programme, as the audit prints it."""
        return ", ".join(role.label for role in Role if role in self.roles)

    @property
    def audience(self) -> Audience:
        return Audience.STAFF if not self.user or allowed(self.roles, Permission.VIEW_OPEN) else Audience.MEMBERS

    def again(self) -> "Access":
        """The same with the roles as they are now: they may have been taken away meanwhile."""
        return replace(self, held=_held(self.user, self.programme))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(role for _, role in self.held)

    def may_see(self, period: Period) -> bool:
        return allowed(self.roles, Permission.VIEW_OPEN if period.is_open else Permission.VIEW_CLOSED)

    def may_for_all(self, permission: Permission, tree: Tree) -> bool:
        """Whether this person has a role with the permission for the whole programme, not for a part of it alone.

        For who has the tree at hand. Others ask the database, as `may_see_history` does: the root never changes.
        """
        return any(tree.root and key == tree.root.pk and allowed([role], permission) for key, role in self.held)

    def reach(self, permission: Permission, tree: Tree) -> frozenset[int]:
        """Keys of the workstreams over which this person has the permission, by a role there or above."""
        return keys(self._tops(permission, tree))

    def tops(self, period: Period, tree: Tree) -> list[Node]:
        """The tops of the subtrees of which this person may see this period, highest first."""
        permission = Permission.VIEW_OPEN if period.is_open else Permission.VIEW_CLOSED
        return sorted(self._tops(permission, tree), key=lambda node: (node.tier, node.ref))

    def _tops(self, permission: Permission, tree: Tree) -> list[Node]:
        held = {key for key, role in self.held if allowed([role], permission)}
        return [tree.by_pk[key] for key in held if key in tree.by_pk]

    @cached_property
    def periods(self) -> list[Period]:
        """The edition that reading takes of each month this person may see, oldest first."""
        newest: dict[str, Period] = {}
        for period in self.programme.periods.newest_first().with_neighbours():
            if self.may_see(period):
                newest.setdefault(period.label, period)
        return list(reversed(newest.values()))

    def edition_or_404(self, label: str, wanted: str = "") -> Period:
        """The edition of a month that reading takes, or the one that is wanted by its number.

        Raise Http404 where there is none, PermissionDenied where this person may not see it.
        """
        for period in self.periods:
            if period.label == label and wanted in ("", str(period.edition)):
                return period
        named = self._editions(label)
        if wanted.isdecimal() and len(wanted) <= EDITION_DIGITS:
            named = named.filter(edition=int(wanted))
        elif wanted:
            raise Http404("An edition is a number.")
        found = named.newest_first().first()
        if found is None:
            raise Http404(f"{self.programme} has no such month.")
        if not self.may_see(found):
            raise PermissionDenied(f"{found.name} is still open: you can read it once it is closed.")
        return found

    def edition_at_work_or_404(self, label: str) -> Period:
        """The open edition of a month, else the newest closed one."""
        found = self._editions(label)
        period = found.open().first() or found.closed().order_by("-edition").first()
        if period is None or not (period.is_open or self.may_see(period)):
            raise Http404(f"{self.programme} has no such month.")
        return period

    def _editions(self, label: str) -> "PeriodQuerySet":
        named: PeriodQuerySet = self.programme.periods.filter(label=label)
        return named.select_related("scheme_version", "previous__scheme_version")


def access_or_404(user: User | AnonymousUser, slug: str) -> Access:
    """A programme this person has a role in, with their roles. To anyone else it does not exist."""
    held = Membership.objects.filter(user=user.pk, workstream__programme__slug=slug).order_by("pk")
    found = list(held.select_related("workstream__programme"))
    if not found:
        raise Http404("There is no such programme of yours.")
    asks = user if isinstance(user, User) else None
    programme = found[0].workstream.programme
    return Access(programme, tuple((each.workstream_id, each.role) for each in found), asks)


def access_to(programme: Programme, user: User | AnonymousUser) -> Access:
    """What somebody may do in this programme now, where it is at hand already."""
    return Access(programme, _held(user, programme), user if isinstance(user, User) else None)


def _held(user: User | AnonymousUser | None, programme: Programme) -> tuple[tuple[int, str], ...]:
    if user is None:
        return ()
    held = Membership.objects.filter(user=user.pk, workstream__programme=programme)
    return tuple(held.values_list("workstream_id", "role").order_by("pk"))


def roles_in_words(user: User | None, programme: Programme) -> str:
    """Every role this person holds in the programme, as the audit prints it."""
    return access_to(programme, user).in_words if user else ""


def over_all(programme: Programme) -> QuerySet[Membership]:
    """Roles over the whole programme, not over a part of it."""
    return Membership.objects.filter(workstream__in=programme.workstreams.roots())


def may_run_months(user: User, programme: Programme) -> bool:
    """Whether this person opens and closes months."""
    return _may_for_all(user, programme, Permission.RUN_MONTHS)


def may_manage_people(user: User, programme: Programme) -> bool:
    """Whether this person gives people roles, and takes them away."""
    return _may_for_all(user, programme, Permission.MANAGE_PEOPLE)


def may_see_history(user: User, programme: Programme) -> bool:
    """Whether this person reads who changed what, which tells of every workstream."""
    return _may_for_all(user, programme, Permission.VIEW_HISTORY)


def _may_for_all(user: User, programme: Programme, permission: Permission) -> bool:
    return allowed(over_all(programme).filter(user=user).values_list("role", flat=True), permission)


def accesses(user: User | AnonymousUser) -> list[Access]:
    """Every programme this person has a role in, by name."""
    held: dict[Programme, list[tuple[int, str]]] = {}
    memberships = Membership.objects.filter(user=user.pk).select_related("workstream__programme")
    for membership in memberships.order_by(Lower("workstream__programme__name"), "pk"):
        held.setdefault(membership.workstream.programme, []).append((membership.workstream_id, membership.role))
    asks = user if isinstance(user, User) else None
    return [Access(programme, tuple(roles), asks) for programme, roles in held.items()]


def scope_or_404(access: Access, period: Period, tree: Tree, ref: str) -> Node:
    """The subtree to read: the one named, or the highest this person may see. Outside their own there is nothing."""
    tops = access.tops(period, tree)
    if not tops:
        raise PermissionDenied(f"{period} holds no workstream of yours.")
    if not ref:
        return tops[0]
    node = tree.by_ref.get(ref)
    if node is None or node.pk not in keys(tops):
        raise Http404(f"No workstream {ref} of yours in {period}.")
    return node
