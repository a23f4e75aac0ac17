"""Where a page stands: its breadcrumbs, and the strip of months to step through."""

from dataclasses import dataclass

from django.urls import reverse

from core.blocks import Level
from core.crumbs import Crumb
from programmes.models import Period, Rating
from programmes.tree import Node
from reports.fetch import Fetched
from reports.reading import Reading


@dataclass(frozen=True, slots=True)
class Step:
    """A month in the strip."""

    period: Period
    href: str
    level: Level | None
    is_current: bool


def crumbs(fetched: Fetched, below: Node | None = None) -> list[Crumb]:
    """Portfolio › programme › the workstreams this person may see on the way to the scope."""
    reading = fetched.reading
    visible = fetched.visible
    path = [node for node in reading.tree.path(below or reading.scope) if node.pk in visible]
    links = [Crumb("Portfolio", reverse("portfolio"))]
    month = f", {reading.period}"
    links += [Crumb(node.name + month * (node is path[0]), home(reading, node)) for node in path]
    return links if below else [*links[:-1], Crumb(links[-1].label)]


def home(reading: Reading, node: Node) -> str:
    return reading.within(node).link("scorecard")


def strip(fetched: Fetched) -> list[Step]:
    """Every month in which this person may see the scope, with what it was rated first in it."""
    reading, months = fetched.reading, fetched.months
    first = next((d for d in reading.scheme.dimensions.values() if reading.scope.tier in d.scales), None)
    rated: dict[int, str] = {}
    if first:
        rows = Rating.objects.of(*months).filter(workstream=reading.scope.pk, dimension=first.code)
        rated = dict(rows.values_list("period_id", "level"))
    steps = []
    for period in months:
        scale = period.scheme.scale(first.code, reading.scope.tier) if first else None
        level = scale.levels.get(rated.get(period.pk, "")) if scale else None
        query = {} if reading.is_whole else {"workstream": reading.scope.ref}
        there = reverse("scorecard", args=[reading.programme.slug, period.label], query=query)
        is_current = period == reading.period
        steps.append(Step(period, reading.link("scorecard") if is_current else there, level, is_current))
    return steps
