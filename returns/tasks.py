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
from programmes.checks import Found
from programmes.desk import Desk
from programmes.editing.drafts import draft_of
from programmes.editing.lines import Lines, address, lines, may_change
from programmes.models import MilestonePosition, Narrative, ProductPosition, Rating, Versioned
from programmes.models.stated_dates import date_stated
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


# From a desk and a unit to its tasks, in the order they are listed.
type Source = Callable[[Desk, Node], Iterable[Task]]
type Places = list[tuple[str, str]]  # the key by which a row is begun, and what that is called


def tasks(desk: Desk, unit: Node) -> list[Task]:
    return [task for source in TASKS for task in source(desk, unit)]


def missing(desk: Desk, unit: Node) -> list[str]:
    """What a return cannot be submitted without."""
    return [f"{task.title}: {point.said}" for task in tasks(desk, unit) for point in task.missing]


def _about(desk: Desk, target: Row, sentence: str) -> Point:
    key = target.fresh if target.is_new and target.fresh else target.key
    return Point(sentence, address(desk, target.kind, key) if may_change(desk, target) else "")


# --- What is typed and not saved ----------------------------------------------------------------------------


def _unsaved(desk: Desk, targets: Iterable[Row]) -> tuple[Point, ...]:
    """What this person typed for these rows and has not saved: submitted now, the return would go in without it.

    A row that is withdrawn has no form in which it could be saved.
    """
    typed = [each for each in targets if may_change(desk, each) and not each.is_withdrawn and draft_of(desk, each)]
    return tuple(
        _about(desk, each, f"What you typed for {each.about} is not saved: save it or discard it.") for each in typed
    )


def _begun(desk: Desk, unit: Node, kind: RowKind, places: Places, blank: Callable[[str], Versioned]) -> list[Row]:
    """The rows that this person began to add in these places, each called what adding it is called."""
    return [
        Row(kind, key, blank(key), unit, f"“{label}”", fresh=key)
        for key, label in places
        if f"{kind.code}/{key}" in desk.typed
    ]


# --- Ratings and resources ----------------------------------------------------------------------------------


def _ratings(desk: Desk, unit: Node) -> Iterable[Task]:
    nodes = desk.within(unit)
    given = {
        (row.workstream_id, row.dimension): row
        for row in Rating.objects.of(desk.period).filter(one_of("workstream", [node.pk for node in nodes]))
    }
    titles = dict.fromkeys(d.task for d in desk.scheme.dimensions.values())
    for title in titles:
        asked = [
            (node, dimension.code)
            for node in nodes
            for dimension in desk.scheme.dimensions.values()
            if dimension.task == title and node.tier in dimension.scales
        ]
        if not asked:
            continue
        rows = [
            given.get((node.pk, code)) or Rating(period=desk.period, workstream_id=node.pk, dimension=code)
            for node, code in asked
        ]
        targets = [ratings.of(desk, row) for row in rows]
        missing, look = _wanting(desk, targets)
        yield Task(
            title.lower().replace(" ", "-"),
            title,
            f"{sum(1 for row in rows if row.pk)} of {len(rows)} given",
            False,
            (*missing, *_unsaved(desk, targets)),
            tuple(look),
            partial(_rating_lines, desk, targets, f"{title} in {desk.period.name}"),
        )


def _rating_lines(desk: Desk, targets: list[Row], caption: str) -> tuple[Lines, ...]:
    return (lines(desk, ratings.KIND, targets, caption),)


def _wanting(desk: Desk, targets: Iterable[Row]) -> tuple[list[Point], list[Point]]:
    missing, look = [], []
    for target in targets:
        row = target.row
        assert isinstance(row, Rating)
        scale = ratings.scale_of(desk, target)
        if target.is_new:
            missing.append(_about(desk, target, f"{target.about} is not given."))
            continue
        past = desk.past_levels.get((row.workstream_id, row.dimension), "")
        if not row.reason and (how := ratings.to_explain(scale, row.level, past)):
            missing.append(_about(desk, target, f"{target.about} {how} and gives no reason."))
        if row.level not in scale.best and (lack := _lack_of_path(row)):
            look.append(_about(desk, target, f"{target.about} has {lack}."))
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


def _plan(desk: Desk, unit: Node) -> Iterable[Task]:
    keys = [node.pk for node in desk.within(unit)]
    # What was withdrawn this month stands at the end, crossed out, where it can be taken back in.
    products = (
        ProductPosition.objects.of(desk.period).filter(one_of("workstream", keys)).order_by("withdrawn", "product__ref")
    )
    placed: QuerySet[Any] = MilestonePosition.objects.placed(desk.period)
    milestones = placed.filter(one_of("in_workstream", keys)).order_by("withdrawn", "milestone__ref")
    of_products = [plan.product_of(desk, row) for row in products.select_related("product")]
    of_milestones = [plan.milestone_of(desk, row) for row in milestones.select_related(*plan.OWNERS)]
    live_products = [each for each in of_products if not each.is_withdrawn]
    live_milestones = [each for each in of_milestones if not each.is_withdrawn]
    carried = [each for each in (*live_products, *live_milestones) if _is_to_look_at(desk, each)]
    found = [_of_finding(desk, each) for each in findings_among(desk.period, desk.tree, frozenset(keys))]
    place = reverse("task", args=[desk.access.programme.slug, desk.period.label, unit.ref, PLAN])
    look = [Point(said, place) for said in _not_looked_at(carried)]
    add = _places_of_plan(desk, unit, live_products)
    yield Task(
        PLAN,
        "Products and milestones",
        f"{how_many(len(live_products), 'product')}, {how_many(len(live_milestones), 'milestone')}",
        not live_products and not live_milestones,
        _unsaved(desk, [*of_products, *of_milestones, *_begun_in_plan(desk, unit, add)]),
        (*look, *found),
        partial(_plan_lines, desk, add, of_products, of_milestones),
    )


def _not_looked_at(carried: list[Row]) -> Iterator[str]:
    """Of the rows that are as last month, and of those that others changed since, what they changed."""
    done = Counter(said for each in carried for said in each.changed_by_others)
    if untouched := sum(not each.changed_by_others for each in carried):
        yield f"{how_many(untouched, 'row')} as last month, not looked at since."
    for said, n in done.items():
        yield f"{how_many(n, 'row')} not looked at since this was done: {said}."


def _is_to_look_at(desk: Desk, target: Row) -> bool:
    """Whether it is as last month. What had been delivered by then is not looked at again; so in standing.py too."""
    row = target.row
    is_done = isinstance(row, MilestonePosition) and row.status == desk.scheme.delivered
    return target.is_carried and not (is_done and not target.changed_by_others)


def _of_finding(desk: Desk, found: Found) -> Point:
    is_theirs = found.kind in KINDS and found.workstream in desk.reported
    return Point(found.sentence, address(desk, KINDS[found.kind], found.subject) if is_theirs else "")


def _places_of_plan(desk: Desk, unit: Node, products: list[Row]) -> tuple[Places, Places]:
    """Where products may be added, and where milestones."""
    nodes = desk.within(unit)
    new_products = [(f"{node.ref}/new", f"Add a product to {node.name}") for node in nodes]
    new_milestones = [
        *((f"product/{each.key}/new", f"Add a milestone to {each.key}") for each in products),
        *((f"workstream/{node.ref}/new", f"Add a milestone to {node.name} itself") for node in nodes),
    ]
    return _added(desk, nodes, new_products), _added(desk, nodes, new_milestones)


def _begun_in_plan(desk: Desk, unit: Node, add: tuple[Places, Places]) -> list[Row]:
    products, milestones = add
    return [
        *_begun(desk, unit, plan.PRODUCT, products, lambda _: ProductPosition(period=desk.period)),
        *_begun(desk, unit, plan.MILESTONE, milestones, lambda _: MilestonePosition(period=desk.period)),
    ]


def _plan_lines(
    desk: Desk, add: tuple[Places, Places], products: list[Row], milestones: list[Row]
) -> tuple[Lines, ...]:
    new_products, new_milestones = add
    return (
        lines(desk, plan.PRODUCT, products, "Products", add=new_products),
        lines(desk, plan.MILESTONE, milestones, "Milestones", add=new_milestones),
    )


def _added(desk: Desk, nodes: list[Node], places: Places) -> Places:
    """Where rows may be added: nowhere for somebody who only looks on."""
    return places if all(node.pk in desk.reported for node in nodes) else []


# --- Narrative ----------------------------------------------------------------------------------------------


def _narrative(desk: Desk, unit: Node) -> Iterable[Task]:
    nodes = desk.within(unit)
    kinds, order = list(desk.scheme.narrative), {node.pk: n for n, node in enumerate(nodes)}
    said = Narrative.objects.of(desk.period).filter(one_of("workstream", order), kind__in=kinds)
    rows = sorted(said, key=lambda row: (kinds.index(row.kind), order[row.workstream_id], row.seq))
    targets = [words.of(desk, row) for row in rows]
    add = _added(desk, nodes, _places_of_narrative(desk, nodes))
    yield Task(
        "narrative",
        "Narrative",
        "1 entry" if len(rows) == 1 else f"{len(rows)} entries",
        not rows,
        _unsaved(desk, [*targets, *_begun(desk, unit, words.NARRATIVE, add, partial(_blank_narrative, desk))]),
        (),
        partial(_narrative_lines, desk, add, targets),
    )


def _narrative_lines(desk: Desk, add: Places, rows: list[Row]) -> tuple[Lines, ...]:
    return (lines(desk, words.NARRATIVE, rows, "What is said this month", add=add),)


def _places_of_narrative(desk: Desk, nodes: list[Node]) -> Places:
    return [
        (f"{node.ref}/{code}/new", _to_add(desk, code, node, nodes)) for code in desk.scheme.narrative for node in nodes
    ]


def _blank_narrative(desk: Desk, key: str) -> Narrative:
    _, kind, _ = key.rsplit("/", 2)
    return Narrative(period=desk.period, kind=kind)


def _to_add(desk: Desk, code: str, node: Node, nodes: list[Node]) -> str:
    kind = desk.scheme.narrative[code].label
    return f"Add: {kind.lower()}" if len(nodes) == 1 else f"Add: {kind.lower()}, {node.name}"


TASKS: list[Source] = [_ratings, _plan, _narrative]
