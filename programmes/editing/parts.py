"""The parts of a return: what each kind of row asks of a workstream, and what is still missing or worth a look in it.

A kind of row names its part (`RowKind.part`), and `returns` shows the parts of every kind there is. So what an app
asks of a return stands in that app.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from core.words import how_many
from programmes.editing.drafts import draft_of, kept_drafts
from programmes.editing.lines import address, may_change
from programmes.models import Versioned
from programmes.month import Month
from programmes.rows.base import KINDS, Row, RowKind
from programmes.rows.part import Part, Point
from programmes.tree import Node

type Places = list[tuple[str, str]]  # the key by which a row is begun, and what that is called


def parts(month: Month, unit: Node) -> list[Part]:
    """What the return of a unit is made of, in the order of the kinds. A part of several kinds is there once."""
    sources = dict.fromkeys(kind.part for kind in KINDS.values() if kind.part and kind.is_in(month))
    return [part for source in sources for part in source(month, unit)]


def about(month: Month, target: Row[Any], sentence: str) -> Point:
    """A point about one row, with the way to it for whoever may change it."""
    key = target.fresh if target.is_new and target.fresh else target.key
    return Point(sentence, address(month, target.kind, key) if may_change(month, target) else "")


def unsaved(month: Month, targets: Iterable[Row[Any]]) -> tuple[Point, ...]:
    """What this person typed for these rows and has not saved: submitted now, the return would go in without it.

    A row that is withdrawn has no form in which it could be saved.
    """
    typed = [each for each in targets if may_change(month, each) and not each.is_withdrawn and draft_of(month, each)]
    return tuple(
        about(month, each, f"What you typed for {each.about} is not saved: save it or discard it.") for each in typed
    )


def not_looked_at(carried: Iterable[Row[Any]]) -> Iterator[str]:
    """Of the rows that are as last period, and of those that others changed since, what they changed."""
    rows = list(carried)
    done = Counter(said for each in rows for said in each.changed_by_others)
    if untouched := sum(not each.changed_by_others for each in rows):
        yield f"{how_many(untouched, 'row')} as {rows[0].row.period.last}, not looked at since."
    for said, n in done.items():
        yield f"{how_many(n, 'row')} not looked at since this was done: {said}."


def begun[M: Versioned](
    month: Month, unit: Node, kind: RowKind[M], places: Places, blank: Callable[[str], M]
) -> list[Row[M]]:
    """The rows that this person began to add in these places, each called what adding it is called."""
    return [
        Row(kind, key, blank(key), unit, f"“{label}”", fresh=key)
        for key, label in places
        if f"{kind.code}/{key}" in kept_drafts(month)
    ]


def added(month: Month, kind: RowKind[Any], nodes: list[Node], places: Places) -> Places:
    """Where rows of a kind may be added: nowhere for somebody who only looks on, or where the scheme has none."""
    may_add = kind.is_in(month) and month.reach_of_any(kind.model.writers).issuperset(node.pk for node in nodes)
    return places if may_add else []
