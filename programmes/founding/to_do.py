"""What a programme still lacks before its month can close, told from its rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.urls import reverse

from accounts.roles import Role
from core.words import how_many
from programmes.models import Membership, MilestonePosition, Period, Position, ProductPosition, Rating
from programmes.models.named import word
from programmes.tree import Tree

REPORTERS = (Role.LEAD, Role.WORKSTREAM_PMO)  # a PMO officer may report as well, but is there to challenge


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to do, with how far it has come in words."""

    title: str
    said: str
    is_done: bool
    href: str = ""
    is_next: bool = False


def to_dos(period: Period, tree: Tree) -> list[ToDo]:
    """Everything that is to be done for a month, in order; the first thing that is not done yet is next."""
    found = [
        _workstreams(tree),
        _people(period, tree),
        *_plan(period),
        _ratings(period, tree),
        _closing(period),
    ]
    first = next((task for task in found if not task.is_done), None)
    return [replace(task, is_next=task is first) for task in found]


def _workstreams(tree: Tree) -> ToDo:
    n = len(tree.by_pk) - 1
    said = f"{how_many(n, 'workstream')} below the programme." if n else "None below the programme yet."
    return ToDo("Lay out the workstreams", said, is_done=n > 0)


def _people(period: Period, tree: Tree) -> ToDo:
    """Who reports on a workstream reports on all below it, so the lowest tell whether anybody is missing."""
    held = Membership.objects.filter(workstream__programme=period.programme_id, role__in=REPORTERS)
    reported = set(held.values_list("workstream_id", flat=True))
    lowest = [node for node in tree.by_pk.values() if not node.children]
    n = sum(not reported.isdisjoint(above.pk for above in tree.path(node)) for node in lowest)
    said = f"{n} of the {how_many(len(lowest), 'lowest workstream')} have somebody who reports on them."
    return ToDo(
        "Invite the people who report",
        said,
        is_done=n == len(lowest),
        href=reverse("people", args=[period.programme.slug]),
    )


def _plan(period: Period) -> Iterator[ToDo]:
    """What is planned, where anything is."""
    kinds: tuple[type[Position], ...] = (ProductPosition, MilestonePosition)
    live = {"period": period, "withdrawn": False}
    counts = {word(kind): kind._default_manager.filter(**live).count() for kind in kinds if kind.is_kept(period.scheme)}
    if counts:
        said = f"{' and '.join(how_many(n, thing) for thing, n in counts.items())}."
        title = f"Add {' and '.join(period.scheme.plan)}"
        yield ToDo(title, said, is_done=all(counts.values()), href=_page("returns", period))


def _ratings(period: Period, tree: Tree) -> ToDo:
    rated = period.scheme.dimensions.values()
    asked = {(node.pk, each.code) for node in tree.by_pk.values() for each in rated if node.tier in each.scales}
    given = set(Rating.objects.of(period).values_list("workstream_id", "dimension")) & asked
    said = f"{len(given)} of {how_many(len(asked), 'rating')} given."
    return ToDo(f"Rate {period.name}", said, is_done=given == asked, href=_page("returns", period))


def _closing(period: Period) -> ToDo:
    said = "It is still open: its figures can change." if period.is_open else "It is closed for good."
    href = _page("month_close", period) if period.is_open else ""
    return ToDo(f"Close {period.name}", said, is_done=not period.is_open, href=href)


def _page(name: str, period: Period) -> str:
    return reverse(name, args=[period.programme.slug, period.label])
