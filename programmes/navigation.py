"""Where a page stands: its breadcrumbs, the months and editions to step through, and the links to rows to change."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from accounts.roles import Permission
from core.blocks import Level
from core.crumbs import Crumb
from programmes import figures
from programmes.models import Period, Rating
from programmes.month import Month
from programmes.rows.base import KINDS
from programmes.tree import Node, trees

# From a kind of row, a ref and the key of its workstream to where the reader changes it; "" where they may not.
type RowLink = Callable[[str, str, int | None], str]


def read_only(_kind: str, _ref: str, _workstream: int | None) -> str:
    """The link to rows that nobody changes from here."""
    return ""


def row_link(month: Month, *, back: str) -> RowLink:
    """The links to where this person changes a row, to come `back` from there."""

    def link(kind: str, ref: str, workstream: int | None) -> str:
        if kind not in KINDS or workstream not in month.reach_of_any(KINDS[kind].model.writers):
            return ""
        return reverse("row", args=[month.programme.slug, month.period.label, kind, ref], query={"next": back})

    return link


# --- Pages of apps above ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AppPage:
    """A page about a month that an app above has: its name, its view, and whether a month has anything for it."""

    label: str
    view: str
    is_there: Callable[[Month], bool]


app_pages: list[AppPage] = []


def register_page(page: AppPage) -> None:
    app_pages.append(page)


# --- The way to a page --------------------------------------------------------------------------------------


def crumbs(month: Month, below: Node | None = None) -> list[Crumb]:
    """Portfolio › programme › the workstreams this person may see on the way to the scope."""
    path = [node for node in month.tree.path(below or month.scope) if node.pk in month.visible]
    links = [Crumb("Portfolio", reverse("portfolio"))]
    name = f", {month.period}"
    links += [Crumb(node.name + name * (node is path[0]), home(month, node)) for node in path]
    return links if below else [*links[:-1], Crumb(links[-1].label)]


def home(month: Month, node: Node) -> str:
    return month.within(node).link("scorecard")


# --- Other months and editions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stop:
    """A month in the strip."""

    period: Period
    href: str
    level: Level | None
    is_current: bool


def strip(month: Month) -> list[Stop]:
    """Every month in which this person may see the scope, with what it was rated first in it."""
    periods = months(month)
    first = next((d for d in month.scheme.dimensions.values() if month.scope.tier in d.scales), None)
    rated: dict[int, str] = {}
    if first:
        rows = Rating.objects.of(*periods).filter(workstream=month.scope.pk, dimension=first.code)
        rated = dict(rows.values_list("period_id", "level"))
    stops = []
    for period in periods:
        level = figures.meant(period, month.scope, first.code, rated.get(period.pk, "")) if first else None
        query = {} if month.is_whole else {"workstream": month.scope.ref}
        there = reverse("scorecard", args=[month.programme.slug, period.label], query=query)
        is_current = period == month.period
        stops.append(Stop(period, month.link("scorecard") if is_current else there, level, is_current))
    return stops


def months(month: Month) -> list[Period]:
    """Every month to step through, oldest first: of the one that is read the edition that is read."""
    read = month.period
    return [read if each.label == read.label else each for each in month.access.periods if _reads(month, each)]


def editions(month: Month) -> list[Period]:
    """Every edition of the month in which this person may see the scope, oldest first."""
    found = month.programme.periods.filter(label=month.period.label).order_by("edition")
    return [period for period in found if _reads(month, period)]


def amendment(month: Month) -> Period | None:
    """The edition of the month that is open now, if this person may see the scope in it."""
    return next((period for period in editions(month) if period.is_open), None)


def amended(month: Month) -> Period | None:
    """The newer edition of the month before, where this month was opened beside an older one."""
    return _newer(month, month.past)


def replaced_by(month: Month) -> Period | None:
    """The edition that reading takes of the month, where an older one is read."""
    return _newer(month, month.period)


def _newer(month: Month, than: Period | None) -> Period | None:
    found = (each for each in month.access.periods if than and each.label == than.label and each.edition > than.edition)
    return next(found, None)


def _reads(month: Month, period: Period) -> bool:
    """Whether this person may see the scope in another period too.

    In an open one only by a role that sees open ones and covers the scope where it stands in that period: another of
    their roles may see it elsewhere.
    """
    if not period.is_open or period == month.period:
        return month.access.may_see(period)
    if month.access.may_for_all(Permission.VIEW_OPEN, month.tree):
        return True
    (tree,) = trees(period)
    return month.scope.pk in month.access.reach(Permission.VIEW_OPEN, tree)
