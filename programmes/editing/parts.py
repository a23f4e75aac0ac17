"""The parts of a return: what each kind of row asks of a workstream, and what is still missing or worth a look in it.

A kind of row names its part (`RowKind.part`), and `returns` shows the parts of every kind there is. So what an app
asks of a return stands in that app.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse

from core.words import how_many
from programmes.editing.drafts import draft_of, kept_drafts
from programmes.editing.lines import address, may_change
from programmes.models import Versioned
from programmes.month import Month
from programmes.rows.base import Held, Row, RowKind, asked_for
from programmes.rows.part import Part, Point

type Places = list[tuple[str, str]]  # the key by which a row is begun, and what that is called


def parts(held: Held) -> list[Part]:
    """What a return is made of, in the order of the kinds. A part of several kinds is there once."""
    sources = dict.fromkeys(kind.part for kind in asked_for(held.month.scheme) if kind.part)
    return [part for source in sources for part in source(held)]


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


def not_looked_at(held: Held, part: str, targets: Iterable[Row[Any]]) -> tuple[Point, ...]:
    """How many of these rows are as last period, and what others changed since in how many; seen where the part is."""
    waiting = [each for each in targets if each.row.as_last or each.changed_by_others]
    done = Counter(said for each in waiting for said in each.changed_by_others)
    untouched = sum(not each.changed_by_others for each in waiting)
    said = [f"{how_many(untouched, 'row')} as {held.month.period.last}, not looked at since."] if untouched else []
    said += [f"{how_many(n, 'row')} not looked at since this was done: {what}." for what, n in done.items()]
    place = reverse("task", args=[held.month.programme.slug, held.month.period.label, held.unit.ref, part])
    return tuple(Point(each, place) for each in said)


def begun[M: Versioned](held: Held, kind: RowKind[M], places: Places, blank: Callable[[str], M]) -> list[Row[M]]:
    """The rows that this person began to add in these places, each called what adding it is called."""
    return [
        Row(kind, key, blank(key), held.unit, f"“{label}”", fresh=key)
        for key, label in places
        if f"{kind.code}/{key}" in kept_drafts(held.month)
    ]


def added(held: Held, kind: RowKind[Any], places: Places) -> Places:
    """Where rows of a kind may be added: nowhere for somebody who only looks on, or where the scheme has none."""
    theirs = held.month.reach_of_any(kind.model.writers)
    may_add = kind.is_in(held.month) and theirs.issuperset(node.pk for node in held.nodes)
    return places if may_add else []
