"""Ratings last period and this, by workstream and dimension."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Cell, Column, Kind, RowGroup, Table, TableRow
from programmes import figures
from programmes.models import Period
from programmes.month import Month
from programmes.scheme import Dimension, Movement
from programmes.tree import Node
from reports.sections.narrative import nothing_yet

SAID = {Movement.WORSE: "▼ Worse", Movement.BETTER: "▲ Better", Movement.CHANGED: "◇ Changed"}


def ratings(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """The scope's own ratings, then those of the workstreams right below it. Every rating links to its evidence."""
    nodes = [month.scope, *month.scope.children]
    tiers = {node.tier for node in nodes}
    dimensions = [d for d in month.scheme.dimensions.values() if tiers & d.scales.keys()]
    last, this = month.headings
    columns = [Column("workstream", month.scheme.tiers[1].word.capitalize(), Kind.TEXT, is_header=True)]
    for dimension in dimensions:
        band = (dimension.label,)
        if month.past:
            columns.append(Column(f"{dimension.code}_last", last, Kind.RATING, band, is_past=True))
        columns.append(Column(f"{dimension.code}_this", this, Kind.RATING, band))
    if month.past:
        columns.append(Column("movement", "Movement", Kind.TEXT))
    rows = tuple(_row(month, node, dimensions) for node in nodes)
    is_rated = any(cell.level for row in rows for cell in row.cells.values())
    notes = () if is_rated else (nothing_yet(month, "No rating is", "rates it and says why"),)
    table = Table("ratings", _caption(month), tuple(columns), (RowGroup("", "", rows),), notes=notes, opens=True)
    return (table,)


def _caption(month: Month) -> str:
    if month.past is None:
        return f"Ratings in {month.period.name}"
    return f"Ratings in {month.past.name} and in {month.period.name}"


def _row(month: Month, node: Node, dimensions: list[Dimension]) -> TableRow:
    name = "Overall programme" if node.tier == 0 else node.name
    cells = {"workstream": Cell(name, href=_home(month, node))}
    for dimension in dimensions:
        for which, period in (("last", month.past), ("this", month.period)):
            level = figures.level(month, node, dimension.code, period)
            href = month.link("evidence", node.ref, dimension.code) if level and which == "this" else ""
            cells[f"{dimension.code}_{which}"] = Cell.rated(level, href)
    cells["movement"] = Cell(_movement(month, node, dimensions))
    if month.past is None:
        cells = {key: cell for key, cell in cells.items() if key != "movement" and not key.endswith("_last")}
    return TableRow(node.ref, cells)


def _home(month: Month, node: Node) -> str:
    """Each workstream's own scorecard; the scope's is this one."""
    return "" if node is month.scope else month.link("scorecard", workstream=node.ref)


def _movement(month: Month, node: Node, dimensions: list[Dimension]) -> str:
    """Say “▼ Worse: overall, schedule”, “▲ Better: resources” or “Same”; nothing where nothing can be compared."""
    moved = {d.label: how for d in dimensions if (how := _moved(month, node, d.code, month.past))}
    if not moved:
        return ""
    labels = {how: ", ".join(label.lower() for label, each in moved.items() if each is how) for how in SAID}
    return "; ".join(f"{SAID[how]}: {of}" for how, of in labels.items() if of) or "Same"


def _moved(month: Month, node: Node, dimension: str, past: Period | None) -> Movement | None:
    """How the level stands to last period's; None where either is missing."""
    now, was = figures.level(month, node, dimension, month.period), figures.level(month, node, dimension, past)
    scale = month.scheme.scale(dimension, node.tier)
    if not (now and was and scale) or was.code not in scale.levels:
        return None
    return scale.moved(was.code, now.code)
