"""How well the workstreams of one tier are resourced, and what hangs on those that are not."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from core.blocks import Block, Cell, Column, Kind, RowGroup, RowRole, Table, TableRow
from programmes import figures
from programmes.figures import Tally
from programmes.models import Period
from programmes.month import Month
from programmes.scheme import Dimension, Scale, Scheme
from programmes.tree import Node, Tree

type Measure = tuple[str, str, RowRole]  # its key, its label, and what its row is for


class CountedMonth(NamedTuple):
    """One of the two months compared, with what is counted in it."""

    tree: Tree
    period: Period
    products: Tally


def resources(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """Count a tier's workstreams by level in both periods, then the products under the worst level, if there are any.

    Options: `dimension`, `tier` (of the workstreams counted), `tranche` (counted apart among those products, where the
    scheme has it).
    """
    tier = options["tier"]
    scale = month.scheme.scale(options["dimension"], tier)
    if scale is None:
        return ()
    plural = month.scheme.tiers[tier].plural
    columns = [Column("measure", plural.capitalize(), Kind.TEXT, is_header=True)]
    last, this = month.headings
    if month.past:
        columns.append(Column("last", last, Kind.COUNT, is_past=True))
    columns.append(Column("this", this, Kind.COUNT))
    counts = {"this": _count(month, scale, options, CountedMonth(month.tree, month.period, figures.products(month)))}
    if month.past:
        taken = CountedMonth(month.past_tree, month.past, figures.past_products(month))
        counts = {"last": _count(month, scale, options, taken)} | counts
    rows = tuple(
        TableRow(key, {"measure": Cell(label)} | {which: Cell(count[key]) for which, count in counts.items()}, role)
        for key, label, role in _measures(month, scale, plural, options)
        if role is not RowRole.UNACCOUNTED or any(count[key] for count in counts.values())
    )
    caption = f"{plural.capitalize()} by resources"
    notes = () if any(count["total"] for count in counts.values()) else (f"There are no {plural} here.",)
    return (Table("resources", caption, tuple(columns), (RowGroup("", "", rows),), notes=notes),)


def _measures(month: Month, scale: Scale, plural: str, options: Mapping[str, Any]) -> list[Measure]:
    return [
        *((grade.code, grade.level.word, RowRole.BODY) for grade in scale.grades),
        ("none", "No rating given", RowRole.UNACCOUNTED),
        ("total", f"All {plural}", RowRole.TOTAL),
        *_of_products(month.scheme, scale, plural, options),
    ]


def _of_products(scheme: Scheme, scale: Scale, plural: str, options: Mapping[str, Any]) -> list[Measure]:
    if not scheme.has_products:
        return []
    tranche = scheme.tranches.get(options.get("tranche", ""))
    products = f"products in {plural} that are {scale.worst.level.word.lower()}"
    apart = [("tranche_products", f"{tranche.label} {products}", RowRole.BODY)] if tranche else []
    return [("products", f"{products[0].upper()}{products[1:]}", RowRole.BODY), *apart]


def _count(month: Month, scale: Scale, options: Mapping[str, Any], taken: CountedMonth) -> Counter[str]:
    """How many workstreams per level, in all, and how many products under the worst, in one period."""
    top = taken.tree.by_ref.get(month.scope.ref)
    nodes = [node for node in top.walk() if node.tier == options["tier"]] if top else []
    levels = {node.pk: figures.level(month, node, options["dimension"], taken.period) for node in nodes}
    count = Counter(level.code if level else "none" for level in levels.values())
    count["total"] = len(nodes)
    short = {pk for pk, level in levels.items() if level and level.code == scale.worst.code}
    for (workstream, tranche, _), n in taken.products.items():
        if workstream in short:
            count["products"] += n
            count["tranche_products"] += n * (tranche == options.get("tranche"))
    return count


def spread(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """How many workstreams of a tier hold each level, by the workstream above them: a green that is red inside.

    One table for each dimension that tier is rated on. Option: `tier`.
    """
    tier = options["tier"]
    parts = [(child.ref, child.name, tuple(child.walk())) for child in month.scope.children if child.tier < tier]
    if not any(node.tier == tier for _, _, nodes in parts for node in nodes):
        return ()  # there are none, or they stand right below and the ratings are a table of them already
    if right_below := tuple(child for child in month.scope.children if child.tier == tier):
        parts.append((month.scope.ref, "Right below", right_below))
    parts.append(("total", "All", tuple(month.scope.walk())))
    return tuple(
        _spread(month, dimension, tier, parts)
        for dimension in month.scheme.dimensions.values()
        if tier in dimension.scales
    )


def _spread(month: Month, dimension: Dimension, tier: int, parts: Iterable[tuple[str, str, tuple[Node, ...]]]) -> Table:
    scale, plural = dimension.scales[tier], month.scheme.tiers[tier].plural
    counts: dict[str, Counter[str]] = {}
    for key, _, nodes in parts:
        levels = [figures.level(month, node, dimension.code, month.period) for node in nodes if node.tier == tier]
        counts[key] = Counter({"all": len(levels)}) + Counter(level.code if level else "none" for level in levels)
    words = {code: level.word for code, level in scale.levels.items()}
    if counts["total"]["none"]:
        words["none"] = "No rating given"
    words["all"] = f"All {plural}"
    rows = tuple(
        TableRow(
            key,
            {"workstream": Cell(label)} | {code: Cell(counts[key][code]) for code in words},
            RowRole.TOTAL if key == "total" else RowRole.BODY,
        )
        for key, label, _ in parts
    )
    head = Column("workstream", "Workstream", Kind.TEXT, is_header=True)
    columns = (head, *(Column(code, word, Kind.COUNT) for code, word in words.items()))
    caption = f"{dimension.label} of {plural}, {month.period.name}"
    return Table(f"spread_{dimension.code}", caption, columns, (RowGroup("", "", rows),))
