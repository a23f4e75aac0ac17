"""The tree of workstreams as it stood in one period."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from programmes.models import Period, WorkstreamPosition

type Row = tuple[int, str, str, str, int | None, int | None]  # workstream's key, ref, name, lead, parent's key, tier


@dataclass(frozen=True, slots=True)
class Node:
    """A workstream in a period. `pk` is the workstream's key, not its position's."""

    pk: int
    ref: str
    name: str
    lead: str
    parent: int | None
    tier: int  # 0 is the programme; as it is stated, or one below its parent's
    children: tuple["Node", ...] = field(default=(), repr=False)

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below it, in order."""
        ahead = [self]
        while ahead:  # not by a generator in each: pages walk a thousand workstreams many times
            node = ahead.pop()
            yield node
            ahead.extend(reversed(node.children))


class Tree:
    """Every live workstream of a period by key and by ref. Empty where the period has none."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Build from rows in display order."""
        below: dict[int | None, list[Row]] = defaultdict(list)
        for row in rows:
            below[row[4]].append(row)

        def build(row: Row, tier: int) -> Node:
            pk, ref, name, lead, parent, stated = row
            here = tier if stated is None else stated
            children = tuple(build(child, here + 1) for child in below.get(pk, ()))
            return Node(pk, ref, name, lead, parent, here, children)

        self.root = build(below[None][0], 0) if below[None] else None
        nodes = tuple(self.root.walk()) if self.root else ()
        self.by_pk: Mapping[int, Node] = {node.pk: node for node in nodes}
        self.by_ref: Mapping[str, Node] = {node.ref: node for node in nodes}

    def path(self, node: Node) -> list[Node]:
        """From the root to this node."""
        out = [node]
        while out[0].parent is not None:
            out.insert(0, self.by_pk[out[0].parent])
        return out

    def misplaced(self, tiers: int) -> list[Node]:
        """Those that do not stand deeper than what they stand under, or deeper than the scheme has tiers."""
        nodes = self.by_pk.values()
        return [n for n in nodes if n.tier >= tiers or (n.parent and n.tier <= self.by_pk[n.parent].tier)]


def keys(tops: Iterable[Node]) -> frozenset[int]:
    """Keys of these workstreams and of all below them."""
    return frozenset(node.pk for top in tops for node in top.walk())


def trees(*periods: Period | None) -> list[Tree]:
    """The trees of these periods, in one query; an empty tree where there is no period."""
    rows: dict[int, list[Row]] = defaultdict(list)
    positions = WorkstreamPosition.objects.of(*periods).filter(withdrawn=False).order_by("sort", "workstream__ref")
    columns = ("period_id", "workstream_id", "workstream__ref", "name", "lead", "parent_id", "tier")
    for period, *row in positions.values_list(*columns):
        rows[period].append(cast("Row", tuple(row)))
    return [Tree(rows[period.pk] if period else ()) for period in periods]
