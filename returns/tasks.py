"""What makes up a return, and what is still missing in it. Apps whose rows join a return append to TASKS."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from assurance.running import findings_among
from core.lookups import one_of
from core.words import how_many
from programmes import figures
from programmes.checks import Found
from programmes.editing.drafts import draft_of, kept_drafts
from programmes.editing.lines import Lines, address, lines, may_change
from programmes.models import MilestonePosition, Narrative, ProductPosition, Rating, Versioned
from programmes.models.stated_dates import date_stated
from programmes.month import Month
from programmes.rows import KINDS, Row, RowKind, plan, ratings
from programmes.rows import narrative as words
from programmes.tree import Node


class Point(NamedTuple):
    """A sentence about a row or many, and where they are changed or seen; "" for whoever may not change that row."""

    said: str
    href: str = ""


@dataclass(frozen=True)
class Task:
    """A part of a return: its lists of rows, and what is wanting in them."""

    code: str  # in its address
    title: str
    count: str  # “12 rows”
    is_empty: bool  # whether it holds nothing at all
    missing: tuple[Point, ...]  # the return cannot be submitted like this
    worth_a_look: tuple[Point, ...]  # it can, but somebody will ask
    lists: Callable[[], tuple[Lines, ...]]  # its rows as lines to edit: only its own page asks for them


# From a month and a unit to its tasks, in the order they are listed.
type Source = Callable[[Month, Node], Iterable[Task]]
type Places = list[tuple[str, str]]  # the key by which a row is begun, and what that is called


def tasks(month: Month, unit: Node) -> list[Task]:
    return [task for source in TASKS for task in source(month, unit)]


def missing(month: Month, unit: Node) -> list[str]:
    """What a return cannot be submitted without."""
    return [f"{task.title}: {point.said}" for task in tasks(month, unit) for point in task.missing]


def _about(month: Month, target: Row, sentence: str) -> Point:
    key = target.fresh if target.is_new and target.fresh else target.key
    return Point(sentence, address(month, target.kind, key) if may_change(month, target) else "")


# --- What is typed and not saved ----------------------------------------------------------------------------


def _unsaved(month: Month, targets: Iterable[Row]) -> tuple[Point, ...]:
    """What this person typed for these rows and has not saved: submitted now, the return would go in without it.

    A row that is withdrawn has no form in which it could be saved.
    """
    typed = [each for each in targets if may_change(month, each) and not each.is_withdrawn and draft_of(month, each)]
    return tuple(
        _about(month, each, f"What you typed for {each.about} is not saved: save it or discard it.") for each in typed
    )


def _begun(month: Month, unit: Node, kind: RowKind, places: Places, blank: Callable[[str], Versioned]) -> list[Row]:
    """The rows that this person began to add in these places, each called what adding it is called."""
    return [
        Row(kind, key, blank(key), unit, f"“{label}”", fresh=key)
        for key, label in places
        if f"{kind.code}/{key}" in kept_drafts(month)
    ]


# --- Ratings and resources ----------------------------------------------------------------------------------


def _ratings(month: Month, unit: Node) -> Iterable[Task]:
    nodes = month.in_return(unit)
    given = {
        (row.workstream_id, row.dimension): row
        for row in Rating.objects.of(month.period).filter(one_of("workstream", [node.pk for node in nodes]))
    }
    titles = dict.fromkeys(d.task for d in month.scheme.dimensions.values())
    for title in titles:
        asked = [
            (node, dimension.code)
            for node in nodes
            for dimension in month.scheme.dimensions.values()
            if dimension.task == title and node.tier in dimension.scales
        ]
        if not asked:
            continue
        rows = [
            given.get((node.pk, code)) or Rating(period=month.period, workstream_id=node.pk, dimension=code)
            for node, code in asked
        ]
        targets = [ratings.of(month, row) for row in rows]
        missing, look = _wanting(month, targets)
        yield Task(
            title.lower().replace(" ", "-"),
            title,
            f"{sum(1 for row in rows if row.pk)} of {len(rows)} given",
            False,
            (*missing, *_unsaved(month, targets)),
            tuple(look),
            partial(_rating_lines, month, targets, f"{title} in {month.period.name}"),
        )


def _rating_lines(month: Month, targets: list[Row], caption: str) -> tuple[Lines, ...]:
    return (lines(month, ratings.KIND, targets, caption),)


def _wanting(month: Month, targets: Iterable[Row]) -> tuple[list[Point], list[Point]]:
    missing, look = [], []
    for target in targets:
        row = target.row
        assert isinstance(row, Rating)
        scale = ratings.scale_of(month, target)
        if target.is_new:
            missing.append(_about(month, target, f"{target.about} is not given."))
            continue
        past = figures.past_levels(month).get((row.workstream_id, row.dimension), "")
        if not row.reason and (how := ratings.to_explain(scale, row.level, past)):
            missing.append(_about(month, target, f"{target.about} {how} and gives no reason."))
        if row.level not in scale.best and (lack := _lack_of_path(row)):
            look.append(_about(month, target, f"{target.about} has {lack}."))
    return missing, look


def _lack_of_path(row: Rating) -> str:
    """What a rating off course lacks of its path to green; "" where that says what, who and when."""
    if not row.path_to_green:
        return "no path to green"
    lacks = [] if row.path_owner else ["names nobody"]
    lacks += [] if date_stated(row, "green_by") else ["has no date"]
    return f"a path to green that {' and '.join(lacks)}" if lacks else ""


# --- Products and milestones --------------------------------------------------------------------------------

PLAN = "plan"  # the code of the task, by which its page offers to change many at once


def _plan(month: Month, unit: Node) -> Iterable[Task]:
    keys = [node.pk for node in month.in_return(unit)]
    # What was withdrawn this month stands at the end, crossed out, where it can be taken back in.
    products = (
        ProductPosition.objects.of(month.period)
        .filter(one_of("workstream", keys))
        .order_by("withdrawn", "product__ref")
    )
    placed: QuerySet[Any] = MilestonePosition.objects.placed(month.period)
    milestones = placed.filter(one_of("in_workstream", keys)).order_by("withdrawn", "milestone__ref")
    of_products = [plan.product_of(month, row) for row in products.select_related("product")]
    of_milestones = [plan.milestone_of(month, row) for row in milestones.select_related(*plan.OWNERS)]
    live_products = [each for each in of_products if not each.is_withdrawn]
    live_milestones = [each for each in of_milestones if not each.is_withdrawn]
    carried = [each for each in (*live_products, *live_milestones) if _is_to_look_at(month, each)]
    found = [_of_finding(month, each) for each in findings_among(month, frozenset(keys))]
    place = reverse("task", args=[month.programme.slug, month.period.label, unit.ref, PLAN])
    look = [Point(said, place) for said in _not_looked_at(carried)]
    add = _places_of_plan(month, unit, live_products)
    yield Task(
        PLAN,
        "Products and milestones",
        f"{how_many(len(live_products), 'product')}, {how_many(len(live_milestones), 'milestone')}",
        not live_products and not live_milestones,
        _unsaved(month, [*of_products, *of_milestones, *_begun_in_plan(month, unit, add)]),
        (*look, *found),
        partial(_plan_lines, month, add, of_products, of_milestones),
    )


def _not_looked_at(carried: list[Row]) -> Iterator[str]:
    """Of the rows that are as last month, and of those that others changed since, what they changed."""
    done = Counter(said for each in carried for said in each.changed_by_others)
    if untouched := sum(not each.changed_by_others for each in carried):
        yield f"{how_many(untouched, 'row')} as last month, not looked at since."
    for said, n in done.items():
        yield f"{how_many(n, 'row')} not looked at since this was done: {said}."


def _is_to_look_at(month: Month, target: Row) -> bool:
    """Whether it is as last month. What had been delivered by then is not looked at again; so in standing.py too."""
    row = target.row
    is_done = isinstance(row, MilestonePosition) and row.status == month.scheme.delivered
    return target.is_carried and not (is_done and not target.changed_by_others)


def _of_finding(month: Month, found: Found) -> Point:
    is_theirs = found.kind in KINDS and found.workstream in month.reported
    return Point(found.sentence, address(month, KINDS[found.kind], found.subject) if is_theirs else "")


def _places_of_plan(month: Month, unit: Node, products: list[Row]) -> tuple[Places, Places]:
    """Where products may be added, and where milestones."""
    nodes = month.in_return(unit)
    new_products = [(f"{node.ref}/new", f"Add a product to {node.name}") for node in nodes]
    new_milestones = [
        *((f"product/{each.key}/new", f"Add a milestone to {each.key}") for each in products),
        *((f"workstream/{node.ref}/new", f"Add a milestone to {node.name} itself") for node in nodes),
    ]
    return _added(month, nodes, new_products), _added(month, nodes, new_milestones)


def _begun_in_plan(month: Month, unit: Node, add: tuple[Places, Places]) -> list[Row]:
    products, milestones = add
    return [
        *_begun(month, unit, plan.PRODUCT, products, lambda _: ProductPosition(period=month.period)),
        *_begun(month, unit, plan.MILESTONE, milestones, lambda _: MilestonePosition(period=month.period)),
    ]


def _plan_lines(
    month: Month, add: tuple[Places, Places], products: list[Row], milestones: list[Row]
) -> tuple[Lines, ...]:
    new_products, new_milestones = add
    return (
        lines(month, plan.PRODUCT, products, "Products", add=new_products),
        lines(month, plan.MILESTONE, milestones, "Milestones", add=new_milestones),
    )


def _added(month: Month, nodes: list[Node], places: Places) -> Places:
    """Where rows may be added: nowhere for somebody who only looks on."""
    return places if all(node.pk in month.reported for node in nodes) else []


# --- Narrative ----------------------------------------------------------------------------------------------


def _narrative(month: Month, unit: Node) -> Iterable[Task]:
    nodes = month.in_return(unit)
    kinds, order = list(month.scheme.narrative), {node.pk: n for n, node in enumerate(nodes)}
    said = Narrative.objects.of(month.period).filter(one_of("workstream", order), kind__in=kinds)
    rows = sorted(said, key=lambda row: (kinds.index(row.kind), order[row.workstream_id], row.seq))
    targets = [words.of(month, row) for row in rows]
    add = _added(month, nodes, _places_of_narrative(month, nodes))
    yield Task(
        "narrative",
        "Narrative",
        "1 entry" if len(rows) == 1 else f"{len(rows)} entries",
        not rows,
        _unsaved(month, [*targets, *_begun(month, unit, words.NARRATIVE, add, partial(_blank_narrative, month))]),
        (),
        partial(_narrative_lines, month, add, targets),
    )


def _narrative_lines(month: Month, add: Places, rows: list[Row]) -> tuple[Lines, ...]:
    return (lines(month, words.NARRATIVE, rows, "What is said this month", add=add),)


def _places_of_narrative(month: Month, nodes: list[Node]) -> Places:
    return [
        (f"{node.ref}/{code}/new", _to_add(month, code, node, nodes))
        for code in month.scheme.narrative
        for node in nodes
    ]


def _blank_narrative(month: Month, key: str) -> Narrative:
    _, kind, _ = key.rsplit("/", 2)
    return Narrative(period=month.period, kind=kind)


def _to_add(month: Month, code: str, node: Node, nodes: list[Node]) -> str:
    kind = month.scheme.narrative[code].label
    return f"Add: {kind.lower()}" if len(nodes) == 1 else f"Add: {kind.lower()}, {node.name}"


TASKS: list[Source] = [_ratings, _plan, _narrative]
