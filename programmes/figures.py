"""What is reported in a month and the one before it: the questions that sections and pages share, each asked once.

A question is over both periods where both are shown, so that a page costs the same few queries whatever its layout, its
rows or the months behind it. An app above keeps its own in the same way: see `programmes.month.once`.
"""

from collections import Counter, defaultdict
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from core.blocks import Level
from core.lookups import one_of
from programmes.models import (
    MilestonePosition,
    Narrative,
    Period,
    ProductPosition,
    Rating,
    SectionNote,
)
from programmes.month import Month, once
from programmes.tree import Node

type Tally = Counter[tuple[int, str, str]]  # (workstream's key, tranche, status) -> how many


@once
def levels(month: Month) -> dict[tuple[int, int, str], str]:
    """Codes rated, by (period's key, workstream's key, dimension), for both periods."""
    ratings = mine(month, Rating.objects.of(month.period, month.past), "workstream")
    rows = ratings.values_list("period_id", "workstream_id", "dimension", "level")
    return {(period, workstream, dimension): level for period, workstream, dimension, level in rows}


def level(month: Month, node: Node | None, dimension: str, period: Period | None) -> Level | None:
    """What a workstream is rated in one of the two periods; None where it is not stated."""
    if node is None or period is None:
        return None
    return meant(period, node, dimension, levels(month).get((period.pk, node.pk, dimension), ""))


def meant(period: Period | None, node: Node, dimension: str, code: str) -> Level | None:
    """What a code of a rating meant in a period, in the words of the scheme which that had; None where nothing."""
    scale = period.scheme.scale(dimension, node.tier) if period else None
    return scale.levels.get(code) if scale else None


def products(month: Month) -> Tally:
    """How many products this period, of every tranche."""
    return _products(month)[month.period.pk]


def past_products(month: Month) -> Tally:
    return _products(month)[month.past.pk] if month.past else Counter()


@once
def _products(month: Month) -> dict[int, Tally]:
    """Both periods' products, by period."""
    found = mine(month, ProductPosition.objects.of(month.period, month.past).live(), "workstream")
    grouped = found.order_by().values_list("period_id", "workstream_id", "tranche", "status").annotate(n=Count("pk"))
    tallies: dict[int, Tally] = defaultdict(Counter)
    for period, workstream, tranche, status, n in grouped:
        tallies[period][workstream, tranche, status] = n
    return tallies


@once
def milestones(month: Month) -> Tally:
    """How many milestones this period, by their product's workstream and tranche; a workstream's own have none."""
    placed = mine(month, MilestonePosition.objects.placed(month.period).live(), "in_workstream")
    found = placed.order_by().values_list("in_workstream", "in_tranche", "status")
    return Counter({(place, tranche, status): n for place, tranche, status, n in found.annotate(n=Count("pk"))})


def planned(month: Month, what: str) -> Tally:
    """How many of a part of the scheme's plan: its products or its milestones."""
    return products(month) if what == "products" else milestones(month)


@once
def narrative(month: Month) -> list[Narrative]:
    rows = mine(month, Narrative.objects.of(month.period), "workstream")
    return list(rows.order_by("kind", "seq", "pk"))


@once
def section_notes(month: Month) -> dict[str, SectionNote]:
    return {note.section: note for note in SectionNote.objects.of(month.period)}


def mine(month: Month, rows: QuerySet[Any], workstream: str) -> QuerySet[Any]:
    """Of these rows those that stand in what is read, `workstream` being the name of the key of theirs."""
    return rows if month.is_whole else rows.filter(one_of(workstream, month.keys))


class Planned(NamedTuple):
    """A product of the month, to be named beside another."""

    ref: str
    title: str
    parent: int | None
    workstream: int
    withdrawn: bool

    def __str__(self) -> str:
        return f"{self.title} ({self.ref})"


@once
def plan(month: Month) -> dict[int, Planned]:
    """Every product of the month, withdrawn or not, by its key and in the order of their refs."""
    rows = ProductPosition.objects.of(month.period).order_by("product__ref")
    columns = ("product", "product__ref", "title", "parent", "workstream", "withdrawn")
    return {key: Planned(*said) for key, *said in rows.values_list(*columns)}


def planned_under(month: Month, key: int | None) -> set[int]:
    """The keys of a product and of all that are a part of it, or of a part of it."""
    found = {key} if key else set[int]()
    while more := {each for each, of in plan(month).items() if of.parent in found} - found:
        found |= more
    return found
