"""The issue log: what has gone wrong, what it was before, and what is done about it."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.blocks import Block, Cell, CellPart, Column, Kind, RowGroup, Table, TableRow
from core.dates import long_date
from programmes.models.stated_dates import date_cell
from programmes.month import Month
from risks import figures, printed
from risks.models import IssuePosition
from risks.sections.tables import notes

COLUMNS = (
    Column("issue", "Issue", Kind.TEXT, is_header=True),
    Column("effect", "Effect", Kind.TEXT),
    Column("response", "What is done about it", Kind.TEXT),
    Column("owner", "Owner", Kind.TEXT),
    Column("by", "To be settled by", Kind.DATE),
    Column("was", "The risk it was", Kind.TEXT),
)


def issues(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """The issues of what is read that are open, and those settled since the last report.

    Option: `levels`, whose log.
    """
    levels = options.get("levels")
    before = month.past.as_at if month.past else None
    rows = [
        row
        for row in figures.issues(month)
        if (not levels or row.level in levels) and (row.closed_on is None or before is None or row.closed_on > before)
    ]
    return (issue_table(month, rows),)


def issue_table(month: Month, rows: Iterable[IssuePosition]) -> Table:
    lines = tuple(TableRow(row.issue.ref, cells(row) | {"was": _was(month, row)}) for row in rows)
    caption = f"Issues, {long_date(month.period.as_at)}"
    empty = "No issue is open."
    return Table("issues", caption, COLUMNS, (RowGroup("", "", lines),), notes=notes(month), empty=empty)


def cells(row: IssuePosition) -> dict[str, Cell]:
    """What is said of an issue, but for the risk that it was."""
    settled = printed.state_text(row, "Settled")
    return {
        "issue": Cell(f"{row.title} ({row.issue.ref})", parts=(CellPart(settled),) if settled else ()),
        "effect": Cell(row.effect or None),
        "response": Cell(row.response or None, parts=(CellPart(row.progress),) if row.progress else ()),
        "owner": printed.owner_cell(row),
        "by": date_cell(row, "due"),
    }


def _was(month: Month, row: IssuePosition) -> Cell:
    """The risk that an issue was, by its ref; it leads to that where the reader sees it."""
    if row.risk is None:
        return Cell("")
    seen = row.risk_id in figures.register(month).now
    return Cell(row.risk.ref, href=month.link("risk", row.risk.ref) if seen else "")
