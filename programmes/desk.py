"""A month as one person may change it, or look back at it: the first line of every view about its returns and rows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import User
from accounts.roles import Permission, allowed
from core.refusal import Refused
from programmes.access import Access, access_or_404
from programmes.models import Draft, Period, ProductPosition, Rating
from programmes.scheme import Scheme
from programmes.tree import Node, Tree, trees

READING = {Permission.VIEW_OPEN, Permission.VIEW_CLOSED, Permission.VIEW_HISTORY}  # all that is left at a closed month


class Planned(NamedTuple):
    """A product of the month, to be named beside another."""

    ref: str
    title: str
    parent: int | None
    workstream: int
    withdrawn: bool

    def __str__(self) -> str:
        return f"{self.title} ({self.ref})"


@dataclass(frozen=True)
class Desk:
    access: Access
    period: Period
    tree: Tree
    user: User

    @property
    def scheme(self) -> Scheme:
        return self.period.scheme

    def reach(self, permission: Permission) -> frozenset[int]:
        """As `Access.reach`: asked for each row of a page, and worked out once."""
        if permission not in self._reaches:
            given = self.is_given(permission)
            self._reaches[permission] = self.access.reach(permission, self.tree) if given else frozenset()
        return self._reaches[permission]

    @cached_property
    def _reaches(self) -> dict[Permission, frozenset[int]]:
        return {}

    @cached_property
    def typed(self) -> dict[str, Draft]:
        """What this person keeps as drafts in this month, by the kind and key of the row."""
        return {draft.row: draft for draft in Draft.objects.filter(user=self.user, period=self.period)}

    @cached_property
    def past_levels(self) -> dict[tuple[int, str], str]:
        """How everything was rated last period, by workstream's key and dimension."""
        rows = Rating.objects.of(self.period.previous).values_list("workstream", "dimension", "level")
        return {(key, code): level for key, code, level in rows}

    @cached_property
    def products(self) -> dict[int, Planned]:
        """Every product of the month by its key, in the order of their refs."""
        rows = ProductPosition.objects.of(self.period).order_by("product__ref")
        columns = ("product", "product__ref", "title", "parent", "workstream", "withdrawn")
        return {key: Planned(*said) for key, *said in rows.values_list(*columns)}

    def products_under(self, key: int | None) -> set[int]:
        """The keys of a product and of all that are a part of it, or of a part of it."""
        found = {key} if key else set[int]()
        while more := {each for each, of in self.products.items() if of.parent in found} - found:
            found |= more
        return found

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
        desk = replace(self, tree=tree)
        if "past_levels" in self.__dict__:  # asked for already, of a month that is closed
            desk.__dict__["past_levels"] = self.past_levels
        return desk

    def may_for_all(self, permission: Permission) -> bool:
        return self.is_given(permission) and self.access.may_for_all(permission, self.tree)

    def is_given(self, permission: Permission) -> bool:
        """Whether the month lets anybody have it: a closed one is there to be read."""
        return self.period.is_open or permission in READING

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
    access, period = _fetch(user, slug, label)
    if not period.is_open:
        raise Refused(f"{period.name} is closed, so nothing in it can change.")
    if not access.may_see(period):
        raise PermissionDenied(f"{period.name} is still open: you can read it once it is closed.")
    return _desk(access, period, user)


def reading_desk_or_404(user: User, slug: str, label: str) -> Desk:
    """The same to look at: where no edition is open, the newest closed one, at which nobody may change anything.

    What went on while the month was open is for those who could see it then: raise PermissionDenied for others.
    """
    access, period = _fetch(user, slug, label)
    if not allowed(access.roles, Permission.VIEW_OPEN):
        raise PermissionDenied(f"How {period.name} came about is for those who work on it.")
    return _desk(access, period, user)


def _fetch(user: User, slug: str, label: str) -> tuple[Access, Period]:
    """The open edition of a month, else the newest closed one."""
    access = access_or_404(user, slug)
    found = access.programme.periods.filter(label=label).select_related("scheme_version", "previous__scheme_version")
    period = found.open().first() or found.closed().order_by("-edition").first()
    if period is None or not (period.is_open or access.may_see(period)):
        raise Http404(f"{access.programme} has no such month.")
    return access, period


def _desk(access: Access, period: Period, user: User) -> Desk:
    (tree,) = trees(period)
    if tree.root is None:
        raise Refused(f"{period.name} holds no workstream yet.")
    return Desk(access, period, tree, user)
