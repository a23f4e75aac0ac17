"""One reading of a period for one subtree of workstreams: every question that sections share, asked once.

A question is a cached property over both periods, so that a page costs the same few queries whatever its layout, its
rows or the months behind it.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse

from assurance.running import counts
from core.blocks import Level
from core.lookups import one_of
from programmes.models import (
    MilestonePosition,
    Narrative,
    Period,
    ProductPosition,
    Programme,
    Rating,
    SectionNote,
)
from programmes.scheme import Scheme
from programmes.tree import Node, Tree, keys, trees

type Tally = Counter[tuple[int, str, str]]  # (workstream's key, tranche, status) -> how many


@dataclass(frozen=True)
class Reading:
    """A period beside the one before it, for `scope` and all below."""

    programme: Programme
    period: Period
    tree: Tree
    past_tree: Tree
    scope: Node

    @classmethod
    def of(cls, programme: Programme, period: Period) -> "Reading":
        """The whole programme. Narrow it with `within`."""
        tree, past_tree = trees(period, period.previous)
        if tree.root is None:
            raise LookupError(f"{period} holds no workstream yet.")
        return cls(programme, period, tree, past_tree, tree.root)

    def within(self, scope: Node) -> "Reading":
        return Reading(self.programme, self.period, self.tree, self.past_tree, scope)

    @property
    def scheme(self) -> Scheme:
        return self.period.scheme

    @property
    def past(self) -> Period | None:
        return self.period.previous

    @property
    def is_whole(self) -> bool:
        return self.scope.parent is None

    @cached_property
    def keys(self) -> frozenset[int]:
        """Keys of the workstreams read, in this period or the last."""
        past = self.past_tree.by_ref.get(self.scope.ref)
        return keys(top for top in (self.scope, past) if top)

    @cached_property
    def levels(self) -> dict[tuple[int, int, str], str]:
        """Codes rated, by (period's key, workstream's key, dimension), for both periods."""
        ratings = self._mine(Rating.objects.of(self.period, self.past), "workstream")
        rows = ratings.values_list("period_id", "workstream_id", "dimension", "level")
        return {(period, workstream, dimension): level for period, workstream, dimension, level in rows}

    def level(self, node: Node | None, dimension: str, period: Period | None) -> Level | None:
        """What a workstream is rated in one of the two periods; None where it is not stated."""
        if node is None or period is None:
            return None
        scale = period.scheme.scale(dimension, node.tier)
        code = self.levels.get((period.pk, node.pk, dimension), "")
        return scale.levels.get(code) if scale else None

    @property
    def products(self) -> Tally:
        """How many products this period, of every tranche."""
        return self._products[self.period.pk]

    @property
    def past_products(self) -> Tally:
        return self._products[self.past.pk] if self.past else Counter()

    @cached_property
    def _products(self) -> dict[int, Tally]:
        """Both periods' products, by period."""
        found = self._mine(ProductPosition.objects.of(self.period, self.past).live(), "workstream")
        grouped = (
            found.order_by().values_list("period_id", "workstream_id", "tranche", "status").annotate(n=Count("pk"))
        )
        tallies: dict[int, Tally] = defaultdict(Counter)
        for period, workstream, tranche, status, n in grouped:
            tallies[period][workstream, tranche, status] = n
        return tallies

    @cached_property
    def milestones(self) -> Tally:
        """How many milestones this period, by their product's workstream and tranche; a workstream's own have none."""
        placed = self._mine(MilestonePosition.objects.placed(self.period).live(), "in_workstream")
        found = placed.order_by().values_list("in_workstream", "in_tranche", "status")
        return Counter({(place, tranche, status): n for place, tranche, status, n in found.annotate(n=Count("pk"))})

    @cached_property
    def findings(self) -> Counter[str]:
        """How many findings each check has this period, by its code."""
        return counts(self.period, self.tree, self.scope)

    @cached_property
    def narrative(self) -> list[Narrative]:
        rows = self._mine(Narrative.objects.of(self.period), "workstream")
        return list(rows.order_by("kind", "seq", "pk"))

    @cached_property
    def section_notes(self) -> dict[str, SectionNote]:
        return {note.section: note for note in SectionNote.objects.of(self.period)}

    def _mine(self, rows: QuerySet[Any], workstream: str) -> QuerySet[Any]:
        return rows if self.is_whole else rows.filter(one_of(workstream, self.keys))

    def link(self, view: str, *args: str, **query: Any) -> str:
        """The address of a page about this period, which keeps the edition and the workstream unless told others."""
        if self.period.edition > 1:
            query.setdefault("edition", self.period.edition)
        if not self.is_whole:
            query.setdefault("workstream", self.scope.ref)
        address = reverse(view, args=[self.programme.slug, self.period.label, *args])
        asked = {key: value for key, value in query.items() if value not in ("", None)}
        return f"{address}?{urlencode(asked, doseq=True)}" if asked else address
