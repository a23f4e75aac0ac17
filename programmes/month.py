"""A month as somebody sees it: what pages, downloads, forms, actions, guards and letters all begin with.

A view fetches one and hands it on. So who asks, what they may read and change, which edition it is and which
workstreams there are is found out once, and every rule about that is asked of one type.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from accounts.roles import Permission
from core.refusal import Refused
from programmes.access import Access, Audience, access_or_404, scope_or_404
from programmes.models import Particulars, Period, Programme
from programmes.scheme import Scheme
from programmes.tree import Node, Tree, keys, trees

READING = {Permission.VIEW_OPEN, Permission.VIEW_CLOSED, Permission.VIEW_HISTORY}  # all that is left at a closed month


@dataclass(frozen=True)
class Month:
    """One edition of a month beside the month before it, as one person sees it, for `scope` and all below.

    `period` is the edition, `tree` are its workstreams, `scope` is the workstream that is read: the programme itself,
    unless `within` narrowed it.
    Keys of workstreams are those of `Workstream`, never of a position.

        month = month_or_404(user, "somerset", "2022-06", ref="FIN")
        month.scheme.delivered, month.link("scorecard"), month.reach(Permission.REPORT)
    """

    access: Access
    period: Period
    tree: Tree
    scope: Node
    _answers: dict[Callable[..., Any], Any] = field(default_factory=dict, compare=False, repr=False)

    # --- What is read ---------------------------------------------------------------------------------------

    @property
    def programme(self) -> Programme:
        return self.access.programme

    @property
    def particulars(self) -> "Programme | Particulars":
        """What the programme is called in this month, whose it is, and where its rows come from."""
        return self.answer(_particulars)

    @property
    def scheme(self) -> Scheme:
        return self.period.scheme

    @property
    def past(self) -> Period | None:
        """The month before, as it was fixed at opening."""
        return self.period.previous

    @property
    def headings(self) -> tuple[str, str]:
        """What columns of the month before and of this one are headed: May and June, June 2021 and June 2022."""
        if self.past is None or self.past.month != self.period.month:
            return self.past.month if self.past else "", self.period.month
        return self.past.name, self.period.name

    @property
    def is_whole(self) -> bool:
        return self.scope.parent is None

    @property
    def audience(self) -> Audience:
        """For whom it is read: what they may not see is never loaded."""
        return self.access.audience

    @property
    def past_tree(self) -> Tree:
        """The workstreams of the month before; an empty tree where there was none."""
        return self.answer(_past_tree)

    @cached_property
    def keys(self) -> frozenset[int]:
        """Keys of the workstreams read, in this month or the last."""
        past = self.past_tree.by_ref.get(self.scope.ref)
        return keys(top for top in (self.scope, past) if top)

    def within(self, scope: Node) -> "Month":
        """The same for this workstream and all below it."""
        return replace(self, scope=scope, _answers=self._kept())

    def again(self) -> "Month":
        """The same as it stands now: roles and workstreams are read anew, which counts once a change holds its locks.

        The scope stays what it is called; where it is gone, the programme itself is read.
        """
        (tree,) = trees(self.period)
        assert tree.root is not None  # the root is never withdrawn
        scope = tree.by_ref.get(self.scope.ref, tree.root)
        return replace(self, access=self.access.again(), tree=tree, scope=scope, _answers=self._kept())

    def anew(self) -> "Month":
        """The same, asking again for what rows say: some were saved."""
        return self.within(self.scope)

    def _kept(self) -> dict[Callable[..., Any], Any]:
        """The answers that hold whatever is read, and whichever rows are saved."""
        return {question: answer for question, answer in self._answers.items() if question in KEPT}

    def link(self, view: str, *args: str, **query: Any) -> str:
        """The address of a page about this month, which keeps the edition and the workstream unless told others."""
        if self.period.edition > 1:
            query.setdefault("edition", self.period.edition)
        if not self.is_whole:
            query.setdefault("workstream", self.scope.ref)
        address = reverse(view, args=[self.programme.slug, self.period.label, *args])
        asked = {key: value for key, value in query.items() if value not in ("", None)}
        return f"{address}?{urlencode(asked, doseq=True)}" if asked else address

    # --- Who sees it, and what they may do --------------------------------------------------------------------

    @property
    def user(self) -> User:
        """Whoever asks. Only for what nobody does who is not signed in."""
        return cast("User", self.access.user)

    def reach(self, permission: Permission) -> frozenset[int]:
        """Keys of the workstreams over which this person has the permission: none that the month gives to nobody."""
        if permission not in self._reaches:
            given = self.is_given(permission)
            self._reaches[permission] = self.access.reach(permission, self.tree) if given else frozenset()
        return self._reaches[permission]

    @cached_property
    def _reaches(self) -> dict[Permission, frozenset[int]]:
        return {}

    def reach_of_any(self, permissions: Iterable[Permission]) -> frozenset[int]:
        """The same of any of these: `month.reach_of_any(model.writers)` is where this person writes such rows."""
        return frozenset[int]().union(*map(self.reach, permissions))

    def may_for_all(self, permission: Permission) -> bool:
        return self.is_given(permission) and self.access.may_for_all(permission, self.tree)

    def is_given(self, permission: Permission) -> bool:
        """Whether the month lets anybody have it: a closed one is there to be read."""
        return self.period.is_open or permission in READING

    @property
    def reported(self) -> frozenset[int]:
        """Keys of the workstreams this person reports on."""
        return self.reach(Permission.REPORT)

    @property
    def seen(self) -> frozenset[int]:
        """Keys of the workstreams that this person may read while the month is worked on."""
        return self.reach(Permission.VIEW_OPEN)

    @cached_property
    def tops(self) -> list[Node]:
        """The highest workstreams that this person may see in this month."""
        return self.access.tops(self.period, self.tree)

    @cached_property
    def visible(self) -> frozenset[int]:
        """Keys of every workstream this person may see in this month."""
        return keys(self.tops)

    # --- Returns ------------------------------------------------------------------------------------------------

    def unit(self, node: Node) -> Node:
        """The workstream in whose return this one is reported: itself, or the nearest above that makes one."""
        return next(each for each in reversed(self.tree.path(node)) if each.tier <= self.scheme.return_tier)

    def unit_of(self, key: int) -> Node | None:
        node = self.tree.by_pk.get(key)
        return self.unit(node) if node else None

    def in_return(self, unit: Node) -> list[Node]:
        """The workstreams whose rows are in this unit's return: it, and below it whatever makes no return itself."""
        found, ahead = list[Node](), [unit]
        while ahead:
            found.append(ahead.pop())
            ahead += [node for node in reversed(found[-1].children) if node.tier > self.scheme.return_tier]
        return found

    def node_or_404(self, ref: str, among: Iterable[int]) -> Node:
        """The workstream of this ref, if it is one of these."""
        node = self.tree.by_ref.get(ref)
        if node is None or node.pk not in among:
            raise Http404(f"No workstream {ref} of yours in {self.period}.")
        return node

    def answer[T](self, question: "Callable[[Month], T]") -> T:
        if question not in self._answers:
            self._answers[question] = question(self)
        return cast("T", self._answers[question])


KEPT: set[Callable[..., Any]] = set()  # questions whose answers outlast a saved row and another scope


def once[T](question: Callable[[Month], T]) -> Callable[[Month], T]:
    """Make a function of a month ask the database once, whichever sections, checks or pages put the question.

    @once
    def risks(month: Month) -> list[RiskPosition]: ...
    """

    @wraps(question)
    def answered(month: Month) -> T:
        return month.answer(question)

    return answered


def once_for_all[T](question: Callable[[Month], T]) -> Callable[[Month], T]:
    """The same for what depends on no scope and no saved row: the month before, or what somebody is typing.

    Whoever changes such a thing mends the answer.
    """
    KEPT.add(question)
    return once(question)


def _particulars(month: Month) -> Programme | Particulars:
    """Those of an open month are the programme's own: the database keeps them so."""
    return month.programme if month.period.is_open else Particulars.objects.get(period=month.period)


def _past_tree(month: Month) -> Tree:
    (tree,) = trees(month.past)
    return tree


KEPT |= {_past_tree, _particulars}

# --- From an address or a period to a month -------------------------------------------------------------------


def whole_month(period: Period) -> Month:
    """All of a month as nobody in particular sees it: for commands and for what the worker makes.

    Raise LookupError where it holds no workstream yet.
    """
    return beside_the_last(Access(period.programme, (), None), period)


def seen_through(access: Access, period: Period) -> Month:
    """A month with these rights over it. Raise LookupError where it holds no workstream yet."""
    (tree,) = trees(period)
    return placed(access, period, tree)


def beside_the_last(access: Access, period: Period) -> Month:
    """The same with the workstreams of the month before, read in one query with its own."""
    tree, past_tree = trees(period, period.previous)
    month = placed(access, period, tree)
    month._answers[_past_tree] = past_tree
    return month


def placed(access: Access, period: Period, tree: Tree) -> Month:
    """The same with its tree at hand."""
    if tree.root is None:
        raise LookupError(f"{period} holds no workstream yet.")
    return Month(access, period, tree, tree.root)


def month_or_404(user: Any, slug: str, label: str, *, edition: str = "", ref: str = "") -> Month:
    """A month to be read: the newest closed edition, else the open one, or the one named; the workstream named.

    Without a `ref` that is the highest workstream this person may see. Raise Http404 for what does not exist for them,
    PermissionDenied for what their role may not see.
    """
    access = access_or_404(user, slug)
    period = access.edition_or_404(label, edition)
    try:
        month = beside_the_last(access, period)
    except LookupError as error:
        raise Http404(str(error)) from error
    return month.within(scope_or_404(access, period, month.tree, ref))


def open_month_or_404(user: Any, slug: str, label: str) -> Month:
    """The open edition of a month, to be worked on by a person who may see it.

    Raise Http404 for an outsider or a month that is not there, PermissionDenied for a role that does not see open
    months, Refused for a month that is closed.
    """
    access = access_or_404(user, slug)
    period = access.edition_at_work_or_404(label)
    if not period.is_open:
        raise Refused(f"{period.name} is closed, so nothing in it can change.")
    if not access.may_see(period):
        raise PermissionDenied(f"{period.name} is still open: you can read it once it is closed.")
    return _worked_on(access, period)


def worked_month_or_404(user: Any, slug: str, label: str) -> Month:
    """How a month came about, to look at: the open edition, or the newest closed one, where nobody changes anything.

    What went on while the month was open is for those who could see it then: raise PermissionDenied for others.
    """
    access = access_or_404(user, slug)
    period = access.edition_at_work_or_404(label)
    if access.audience is not Audience.STAFF:
        raise PermissionDenied(f"How {period.name} came about is for those who work on it.")
    return _worked_on(access, period)


def _worked_on(access: Access, period: Period) -> Month:
    try:
        return seen_through(access, period)
    except LookupError as error:
        raise Refused(str(error)) from error
