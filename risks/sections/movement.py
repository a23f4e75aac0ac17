"""What has moved in the register since the last report, and which risks are exceptions by which rule."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Cell, CellPart, Column, Kind, RowGroup, Table, TableRow
from core.dates import long_date
from programmes.models.stated_dates import date_cell
from programmes.month import Month
from risks import figures, printed
from risks.models import RiskPosition
from risks.movement import Moved
from risks.scheme import RULES
from risks.sections.tables import movement, named, notes, with_movement


def moved(month: Month, _options: Mapping[str, Any]) -> tuple[Block, ...]:
    """Every risk of what is read in which something changed since the last report."""
    if month.past is None:
        return (Table("risk_movement", "Movement of risks", _MOVED, (), empty=FIRST),)
    columns = tuple(_column(month, column) for column in _MOVED)
    rows = tuple(_moved(month, each) for each in figures.moves(month).values())
    caption = f"What changed in risks since {month.past.name}"
    return (Table("risk_movement", caption, columns, (RowGroup("", "", rows),), notes=notes(month), empty=SAME),)


FIRST = "This is the first month of the programme: there is none before it."
SAME = "Nothing has changed in any risk since the last report."
_MOVED = (
    Column("risk", "Risk", Kind.TEXT, is_header=True),
    Column("was", "Last month", Kind.COUNT, is_past=True),
    Column("now", "This month", Kind.COUNT),
    Column("changes", "What changed", Kind.TEXT),
    Column("owner", "Owner", Kind.TEXT),
)


def _column(month: Month, column: Column) -> Column:
    """Its head, with the name of the month where it is a month's."""
    of = {"was": month.past, "now": month.period}.get(column.key)
    return Column(
        column.key, of.month if of else column.label, column.kind, is_header=column.is_header, is_past=column.is_past
    )


def _moved(month: Month, each: Moved) -> TableRow:
    first, *more = (change.words for change in each.changes)
    cells = {
        "risk": named(month, each.row) if each.now else Cell(f"{each.row.title} ({each.row.risk.ref})"),
        "changes": Cell(first, parts=tuple(map(CellPart, more))),
        "owner": printed.owner_cell(each.row),
    }
    if each.was and month.past:
        cells["was"] = printed.score_cell(month.past.scheme, each.was, "current")
    if each.now:
        cells["now"] = printed.score_cell(month.scheme, each.now, "current")
    return TableRow(each.row.risk.ref, cells)


def exceptions(month: Month, _options: Mapping[str, Any]) -> tuple[Block, ...]:
    """The exceptions of what is read, under each rule that finds them."""
    rules = RULES.of(month.scheme)
    if rules is None:
        return ()
    by_key = figures.register(month).now
    groups = []
    for code, rule in rules.exceptions.items():
        found = [row for key, row in by_key.items() if key in figures.exceptions(month)[code]]
        if found:
            groups.append(RowGroup(code, rule.label, tuple(_exception(month, code, row) for row in found)))
    columns = (
        Column("risk", "Risk", Kind.TEXT, is_header=True),
        Column("current", "Current", Kind.COUNT),
        Column("target", "Target", Kind.COUNT),
        Column("movement", "Movement", Kind.TEXT),
        Column("by", "By", Kind.DATE),
        Column("prospects", "Prospects", Kind.RATING),
        Column("reported", "Reported by exception", Kind.TEXT),
    )
    caption = f"Exceptions by rule, {long_date(month.period.as_at)}"
    table = Table(
        "risk_exceptions", caption, with_movement(month, columns), tuple(groups), notes=notes(month), empty=NONE
    )
    return (table,)


NONE = "No risk is an exception by any rule this month."


def _exception(month: Month, code: str, row: RiskPosition) -> TableRow:
    cells = {
        "risk": named(month, row),
        "current": printed.score_cell(month.scheme, row, "current"),
        "target": printed.score_cell(month.scheme, row, "target"),
        "movement": movement(month, row),
        "by": date_cell(row, "target_date"),
        "prospects": printed.prospects_cell(RULES.of(month.scheme), row.prospects),
        "reported": Cell("yes" if row.by_exception else "no"),
    }
    return TableRow(f"{code}-{row.risk.ref}", cells)
