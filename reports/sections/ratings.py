"""Ratings last period and this, by workstream and dimension."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Cell, Column, Kind, Row, RowGroup, Table
from programmes.models import Period
from programmes.scheme import Dimension
from programmes.tree import Node
from reports.reading import Reading
from reports.sections.narrative import nothing_yet


def ratings(reading: Reading, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """The scope's own ratings, then those of the workstreams right below it. Every rating links to its evidence."""
    nodes = [reading.scope, *reading.scope.children]
    tiers = {node.tier for node in nodes}
    dimensions = [d for d in reading.scheme.dimensions.values() if tiers & d.scales.keys()]
    columns = [Column("workstream", reading.scheme.tiers[1].word.capitalize(), Kind.TEXT, is_header=True)]
    for dimension in dimensions:
        band = (dimension.label,)
        if reading.past:
            columns.append(Column(f"{dimension.code}_last", reading.past.month, Kind.RATING, band, is_past=True))
        columns.append(Column(f"{dimension.code}_this", reading.period.month, Kind.RATING, band))
    if reading.past:
        columns.append(Column("movement", "Movement", Kind.TEXT))
    rows = tuple(_row(reading, node, dimensions) for node in nodes)
    is_rated = any(cell.level for row in rows for cell in row.cells.values())
    notes = () if is_rated else (nothing_yet(reading, "No rating is", "rates it and says why"),)
    table = Table("ratings", _caption(reading), tuple(columns), (RowGroup("", "", rows),), notes=notes, opens=True)
    return (table,)


def _caption(reading: Reading) -> str:
    if reading.past is None:
        return f"Ratings in {reading.period.name}"
    return f"Ratings in {reading.past.name} and in {reading.period.name}"


def _row(reading: Reading, node: Node, dimensions: list[Dimension]) -> Row:
    name = "Overall programme" if node.tier == 0 else node.name
    cells = {"workstream": Cell(name, href=_home(reading, node))}
    for dimension in dimensions:
        for which, period in (("last", reading.past), ("this", reading.period)):
            level = reading.level(node, dimension.code, period)
            href = reading.link("evidence", node.ref, dimension.code) if level and which == "this" else ""
            cells[f"{dimension.code}_{which}"] = Cell.rated(level, href)
    cells["movement"] = Cell(_movement(reading, node, dimensions))
    if reading.past is None:
        cells = {key: cell for key, cell in cells.items() if key != "movement" and not key.endswith("_last")}
    return Row(node.ref, cells)


def _home(reading: Reading, node: Node) -> str:
    """Each workstream's own scorecard; the scope's is this one."""
    return "" if node is reading.scope else reading.link("scorecard", workstream=node.ref)


def _movement(reading: Reading, node: Node, dimensions: list[Dimension]) -> str:
    """Say “▼ Worse: overall, schedule”, “▲ Better: resources” or “Same”; nothing where nothing can be compared."""
    steps = {d.label: step for d in dimensions if (step := _step(reading, node, d.code, reading.past)) is not None}
    if not steps:
        return ""
    worse = [label.lower() for label, step in steps.items() if step > 0]
    better = [label.lower() for label, step in steps.items() if step < 0]
    said = [f"▼ Worse: {', '.join(worse)}"] * bool(worse) + [f"▲ Better: {', '.join(better)}"] * bool(better)
    return "; ".join(said) or "Same"


def _step(reading: Reading, node: Node, dimension: str, past: Period | None) -> int | None:
    """How much more serious the level is than last period's; None where either is missing."""
    now, was = reading.level(node, dimension, reading.period), reading.level(node, dimension, past)
    scale = reading.scheme.scale(dimension, node.tier)
    if not (now and was and scale) or was.code not in scale.levels:
        return None
    return scale.severities[now.code] - scale.severities[was.code]
