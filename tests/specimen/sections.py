"""A section of a report: what it answers, and the option that a layout may choose it with."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Cell, Column, Kind, RowGroup, Table, TableRow
from programmes.figures import mine
from programmes.month import Month, once
from programmes.scheme import Scheme
from programmes.sections import SectionKind, register
from tests.specimen.models import HazardPosition

HIGHEST = 25
COLUMNS = (
    Column("title", "Hazard", Kind.TEXT, is_header=True),
    Column("score", "Score", Kind.COUNT),
)


@once
def by_score(month: Month) -> list[HazardPosition]:
    """The live hazards of what is read, the highest first: one query, whichever sections ask."""
    found = mine(month, HazardPosition.objects.placed(month.period).live(), "in_workstream")
    return list(found.select_related("hazard").order_by("-score", "hazard__ref"))


def hazards(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """The hazards of what is read. Option: `from`, the score from which they are listed."""
    rows = tuple(
        TableRow(row.hazard.ref, {"title": Cell(row.title), "score": Cell(row.score)})
        for row in by_score(month)
        if row.score >= options.get("from", 1)
    )
    return (Table("hazards", f"Hazards, {month.period.name}", COLUMNS, (RowGroup("", "", rows),)),)


def score(_scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return type(value) is int and 1 <= value <= HIGHEST


register(hazards=SectionKind(hazards, may_have={"from": score}))
