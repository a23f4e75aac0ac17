"""What makes up a return, and what is still missing in it. Apps whose rows join a return append to TASKS."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from assurance.running import findings
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
    lists: tuple[Lines, ...]
    missing: tuple[str, ...]  # sentences: the return cannot be submitted like this
    worth_a_look: tuple[str, ...]  # sentences: it can, but somebody will ask
    count: str  # “12 rows”

    @property
    def is_done(self) -> bool:
        return not self.missing and not self.worth_a_look


# From a desk and a unit to its tasks, in the order they are listed.
type Source = Callable[[Desk, Node], Iterable[Task]]


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
    past = _past_levels(desk, nodes)
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
        missing, look = _wanting(desk, targets, past)
        yield Task(
            title.lower().replace(" ", "-"),
            title,
            (lines(desk, ratings.KIND, targets, f"{title} in {desk.period.name}"),),
            tuple(missing),
            tuple(look),
            f"{sum(1 for row in rows if row.pk)} of {len(rows)} given",
        )


def _past_levels(desk: Desk, nodes: Iterable[Node]) -> dict[tuple[int, str], str]:
    rows = Rating.objects.of(desk.period.previous).filter(workstream__in=[node.pk for node in nodes])
    return {(key, code): level for key, code, level in rows.values_list("workstream", "dimension", "level")}


def _wanting(desk: Desk, targets: Iterable[Row], past: dict[tuple[int, str], str]) -> tuple[list[str], list[str]]:
    missing, look = [], []
    for target in targets:
        row = target.row
        assert isinstance(row, Rating)
        scale = ratings.scale_of(desk, target)
        if target.is_new:
            missing.append(f"{target.about} is not given.")
            continue
        is_well = scale.severities.get(row.level, 0) == min(scale.severities.values())
        has_moved = past.get((row.workstream_id, row.dimension), row.level) != row.level
        if not row.reason and (has_moved or not is_well):
            missing.append(f"{target.about} {'has moved' if has_moved else 'is not the best'} and gives no reason.")
        if not is_well and not row.path_to_green:
            look.append(f"{target.about} has no path to green.")
    return missing, look


# --- Products and milestones --------------------------------------------------------------------------------


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
    found = [each.sentence for each in findings(desk.period, desk.tree, unit) if each.workstream in keys]
    look = ([f"{how_many(carried, 'row')} as last month, not looked at since."] if carried else []) + found
    name = {node.pk: node.name for node in nodes}
    new_products = [(f"{node.ref}/new", f"Add a product to {name[node.pk]}") for node in nodes]
    new_milestones = [
        *((f"product/{each.key}/new", f"Add a milestone to {each.key}") for each in live_products),
        *((f"workstream/{node.ref}/new", f"Add a milestone to {name[node.pk]} itself") for node in nodes),
    ]
    yield Task(
        "plan",
        "Products and milestones",
        (
            lines(desk, plan.PRODUCT, of_products, "Products", add=new_products),
            lines(desk, plan.MILESTONE, of_milestones, "Milestones", add=new_milestones),
        ),
        (),
        tuple(look),
        f"{how_many(len(live_products), 'product')}, {how_many(len(live_milestones), 'milestone')}",
    )


# --- Narrative ----------------------------------------------------------------------------------------------


def _narrative(desk: Desk, unit: Node) -> Iterable[Task]:
    nodes = desk.within(unit)
    kinds, order = list(desk.scheme.narrative), {node.pk: n for n, node in enumerate(nodes)}
    said = Narrative.objects.of(desk.period).filter(workstream__in=order, kind__in=kinds)
    rows = sorted(said, key=lambda row: (kinds.index(row.kind), order[row.workstream_id], row.seq))
    add = [(f"{node.ref}/{code}/new", _to_add(desk, code, node, nodes)) for code in kinds for node in nodes]
    shown = lines(desk, words.NARRATIVE, [words.of(desk, row) for row in rows], "What is said this month", add=add)
    count = "1 entry" if len(rows) == 1 else f"{len(rows)} entries"
    yield Task("narrative", "Narrative", (shown,), (), (), count)


def _to_add(desk: Desk, code: str, node: Node, nodes: list[Node]) -> str:
    kind = desk.scheme.narrative[code].label
    return f"Add: {kind.lower()}" if len(nodes) == 1 else f"Add: {kind.lower()}, {node.name}"


TASKS: list[Source] = [_ratings, _plan, _narrative]
