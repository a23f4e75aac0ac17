"""What makes up a return, and what is still missing in it. Apps whose rows join a return append to TASKS."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet

from assurance.running import findings_among
from core.words import how_many
from programmes.desk import Desk
from programmes.lines import Lines, lines
from programmes.models import MilestonePosition, Narrative, ProductPosition, Rating
from programmes.rows import Row, plan, ratings, words
from programmes.tree import Node


@dataclass(frozen=True)
class Task:
    """A part of a return: its lists of rows, and what is wanting in them."""

    code: str  # in its address
    title: str
    count: str  # “12 rows”
    is_empty: bool  # whether it holds nothing at all
    missing: tuple[str, ...]  # sentences: the return cannot be submitted like this
    worth_a_look: tuple[str, ...]  # sentences: it can, but somebody will ask
    lists: Callable[[], tuple[Lines, ...]]  # its rows as lines to edit: only its own page asks for them


# From a desk and a unit to its tasks, in the order they are listed.
type Source = Callable[[Desk, Node], Iterable[Task]]
type Places = list[tuple[str, str]]  # the key by which a row is begun, and what that is called


def tasks(desk: Desk, unit: Node) -> list[Task]:
    return [task for source in TASKS for task in source(desk, unit)]


def missing(desk: Desk, unit: Node) -> list[str]:
    """What a return cannot be submitted without."""
    return [f"{task.title}: {sentence}" for task in tasks(desk, unit) for sentence in task.missing]


# --- Ratings and resources ----------------------------------------------------------------------------------


def _ratings(desk: Desk, unit: Node) -> Iterable[Task]:
    nodes = desk.within(unit)
    given = {
        (row.workstream_id, row.dimension): row
        for row in Rating.objects.of(desk.period).filter(workstream__in=[node.pk for node in nodes])
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
            tuple(missing),
            tuple(look),
            partial(_rating_lines, desk, targets, f"{title} in {desk.period.name}"),
        )


def _rating_lines(desk: Desk, targets: list[Row], caption: str) -> tuple[Lines, ...]:
    return (lines(desk, ratings.KIND, targets, caption),)


def _wanting(desk: Desk, targets: Iterable[Row]) -> tuple[list[str], list[str]]:
    missing, look = [], []
    for target in targets:
        row = target.row
        assert isinstance(row, Rating)
        scale = ratings.scale_of(desk, target)
        if target.is_new:
            missing.append(f"{target.about} is not given.")
            continue
        is_well = scale.severities.get(row.level, 0) == min(scale.severities.values())
        has_moved = (ratings.past_level(desk, target) or row.level) != row.level
        if not row.reason and (has_moved or not is_well):
            missing.append(f"{target.about} {'has moved' if has_moved else 'is not the best'} and gives no reason.")
        if not is_well and not row.path_to_green:
            look.append(f"{target.about} has no path to green.")
    return missing, look


# --- Products and milestones --------------------------------------------------------------------------------

PLAN = "plan"  # the code of the task, by which its page offers to change many at once


def _plan(desk: Desk, unit: Node) -> Iterable[Task]:
    nodes = desk.within(unit)
    keys = [node.pk for node in nodes]
    # What was withdrawn this month stands at the end, crossed out, where it can be taken back in.
    products = ProductPosition.objects.of(desk.period).filter(workstream__in=keys).order_by("withdrawn", "product__ref")
    placed: QuerySet[Any] = MilestonePosition.objects.placed(desk.period)
    milestones = placed.filter(in_workstream__in=keys).order_by("withdrawn", "milestone__ref")
    of_products = [plan.product_of(desk, row) for row in products.select_related("product")]
    of_milestones = [plan.milestone_of(desk, row) for row in milestones.select_related(*plan.OWNERS)]
    live_products = [each for each in of_products if not each.is_withdrawn]
    live_milestones = [each for each in of_milestones if not each.is_withdrawn]
    carried = sum(target.is_carried for target in (*live_products, *live_milestones))
    found = [each.sentence for each in findings_among(desk.period, desk.tree, frozenset(keys))]
    look = ([f"{how_many(carried, 'row')} as last month, not looked at since."] if carried else []) + found
    yield Task(
        PLAN,
        "Products and milestones",
        f"{how_many(len(live_products), 'product')}, {how_many(len(live_milestones), 'milestone')}",
        not live_products and not live_milestones,
        (),
        tuple(look),
        partial(_plan_lines, desk, nodes, of_products, of_milestones),
    )


def _plan_lines(desk: Desk, nodes: list[Node], products: list[Row], milestones: list[Row]) -> tuple[Lines, ...]:
    new_products = [(f"{node.ref}/new", f"Add a product to {node.name}") for node in nodes]
    new_milestones = [
        *((f"product/{each.key}/new", f"Add a milestone to {each.key}") for each in products if not each.is_withdrawn),
        *((f"workstream/{node.ref}/new", f"Add a milestone to {node.name} itself") for node in nodes),
    ]
    return (
        lines(desk, plan.PRODUCT, products, "Products", add=_added(desk, nodes, new_products)),
        lines(desk, plan.MILESTONE, milestones, "Milestones", add=_added(desk, nodes, new_milestones)),
    )


def _added(desk: Desk, nodes: list[Node], places: Places) -> Places:
    """Where rows may be added: nowhere for somebody who only looks on."""
    return places if all(node.pk in desk.reported for node in nodes) else []


# --- Narrative ----------------------------------------------------------------------------------------------


def _narrative(desk: Desk, unit: Node) -> Iterable[Task]:
    nodes = desk.within(unit)
    kinds, order = list(desk.scheme.narrative), {node.pk: n for n, node in enumerate(nodes)}
    said = Narrative.objects.of(desk.period).filter(workstream__in=order, kind__in=kinds)
    rows = sorted(said, key=lambda row: (kinds.index(row.kind), order[row.workstream_id], row.seq))
    yield Task(
        "narrative",
        "Narrative",
        "1 entry" if len(rows) == 1 else f"{len(rows)} entries",
        not rows,
        (),
        (),
        partial(_narrative_lines, desk, nodes, [words.of(desk, row) for row in rows]),
    )


def _narrative_lines(desk: Desk, nodes: list[Node], rows: list[Row]) -> tuple[Lines, ...]:
    add = [
        (f"{node.ref}/{code}/new", _to_add(desk, code, node, nodes)) for code in desk.scheme.narrative for node in nodes
    ]
    return (lines(desk, words.NARRATIVE, rows, "What is said this month", add=_added(desk, nodes, add)),)


def _to_add(desk: Desk, code: str, node: Node, nodes: list[Node]) -> str:
    kind = desk.scheme.narrative[code].label
    return f"Add: {kind.lower()}" if len(nodes) == 1 else f"Add: {kind.lower()}, {node.name}"


TASKS: list[Source] = [_ratings, _plan, _narrative]
