"""From an address to a reading, or a refusal: the first line of every view about a period."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Permission
from programmes.access import Access, access_or_404, scope_or_404
from programmes.models import Period
from programmes.tree import Node, keys, trees
from reports.reading import Reading

EDITION_DIGITS = 4


# From a kind of row, a ref and the key of its workstream to where the reader changes it; "" where they may not.
type RowLink = Callable[[str, str, int | None], str]


def read_only(_kind: str, _ref: str, _workstream: int | None) -> str:
    """The link to rows that nobody changes from here."""
    return ""


@dataclass(frozen=True)
class Fetched:
    """What an address names, seen with one person's eyes."""

    access: Access
    periods: list[Period]  # every month of which this person may see any part, oldest first
    reading: Reading
    tops: list[Node]  # the highest workstreams this person may see

    @property
    def amended(self) -> Period | None:
        """The newer edition of the month before, where this month was opened beside an older one."""
        return self._newer(self.reading.past)

    @property
    def replaced_by(self) -> Period | None:
        """The edition that reading takes of the month, where an older one is read."""
        return self._newer(self.reading.period)

    def _newer(self, than: Period | None) -> Period | None:
        found = (each for each in self.periods if than and each.label == than.label and each.edition > than.edition)
        return next(found, None)

    @property
    def months(self) -> list[Period]:
        """Every month to step through, oldest first: of the one that is read the edition that is read."""
        read = self.reading.period
        return [read if period.label == read.label else period for period in self.periods if self._reads(period)]

    def editions(self) -> list[Period]:
        """Every edition of the month in which this person may see the scope, oldest first."""
        found = self.access.programme.periods.filter(label=self.reading.period.label).order_by("edition")
        return [period for period in found if self._reads(period)]

    @property
    def amendment(self) -> Period | None:
        """The edition of the month that is open now, if this person may see the scope in it."""
        return next((period for period in self.editions() if period.is_open), None)

    def _reads(self, period: Period) -> bool:
        """Whether this person may see the scope in another period too.

        In an open one only by a role that sees open ones and covers the scope where it stands in that period: another
        of their roles may see it elsewhere.
        """
        if not period.is_open or period == self.reading.period:
            return self.access.may_see(period)
        if self.access.may_for_all(Permission.VIEW_OPEN, self.reading.tree):
            return True
        (tree,) = trees(period)
        return self.reading.scope.pk in self.access.reach(Permission.VIEW_OPEN, tree)

    @property
    def may_report(self) -> bool:
        """Whether this person changes what is reported of a workstream that is being read."""
        return any(node.pk in self.reported for node in self.reading.scope.walk())

    def row_link(self, kind: str, ref: str, workstream: int | None, *, back: str) -> str:
        """Where this person changes a product or a milestone, to come `back` from there; "" where it is not theirs."""
        if workstream not in self.reported:
            return ""
        place = [self.access.programme.slug, self.reading.period.label, kind, ref]
        return reverse("row", args=place, query={"next": back})

    @cached_property
    def reported(self) -> frozenset[int]:
        """Keys of the workstreams of which this person changes what is reported in the period."""
        return self.access.reach(Permission.REPORT, self.reading.tree) if self.reading.period.is_open else frozenset()

    @cached_property
    def visible(self) -> frozenset[int]:
        """Keys of every workstream this person may see in the period."""
        return keys(self.tops)


def fetch(request: HttpRequest, slug: str, label: str, *, within: bool = True) -> Fetched:
    """Read the period that the address names: the newest closed edition, else the open one, or `?edition=`.

    Raise Http404 for what does not exist for this person, PermissionDenied for what their role may not see.
    `within` narrows the reading to `?workstream=`.
    """
    edition, ref = request.GET.get("edition", ""), request.GET.get("workstream", "")
    return fetch_for(request.user, slug, label, edition=edition, ref=ref if within else "")


def fetch_for(user: User | AnonymousUser, slug: str, label: str, *, edition: str = "", ref: str = "") -> Fetched:
    """The same for a person, outside of a request."""
    access = access_or_404(user, slug)
    periods = access.periods()
    period = _edition(edition, access, periods, label)
    try:
        reading = Reading.of(access.programme, period)
    except LookupError as error:
        raise Http404(str(error)) from error
    scope = scope_or_404(access, period, reading.tree, ref)
    return Fetched(access, periods, reading.within(scope), access.tops(period, reading.tree))


def _edition(wanted: str, access: Access, periods: list[Period], label: str) -> Period:
    for period in periods:
        if period.label == label and wanted in ("", str(period.edition)):
            return period
    named = access.programme.periods.filter(label=label).select_related("scheme_version", "previous__scheme_version")
    if wanted.isdecimal() and len(wanted) <= EDITION_DIGITS:
        named = named.filter(edition=int(wanted))
    elif wanted:
        raise Http404("An edition is a number.")
    found = named.newest_first().first()
    if found is None:
        raise Http404(f"{access.programme} has no such month.")
    if not access.may_see(found):
        raise PermissionDenied(f"{found.name} is still open: you can read it once it is closed.")
    return found
