"""The register as a section: whole or by exception, and with its scores before and after mitigation."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Cell, CellPart, Column, Kind, RowGroup, Table, TableRow
from core.dates import long_date
from programmes.month import Month
from risks import figures, printed
from risks.models import RiskPosition
from risks.printed import level_label
from risks.scheme import RULES
from risks.sections.criteria import criteria, key_of_prospects
from risks.sections.tables import named, notes, register_table


def register(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """The open risks of what is read. Options: `levels`, whose register; `exceptions`, those by rule alone."""
    rows = [row for row in _asked(month, options) if not row.is_closed]
    if options.get("exceptions"):
        rows = [row for row in rows if row.risk_id in figures.by_any_rule(month)]
    what = "Risks reported by exception" if options.get("exceptions") else "Risks"
    if levels := options.get("levels"):
        rules = RULES.of(month.scheme)
        what += f" ({', '.join(level_label(rules, code) for code in levels)})"
    table = register_table(
        month, rows, key="risk_exceptions_register" if options.get("exceptions") else "risks", what=what
    )
    return (table, *key_of_prospects(month), *criteria(month))


def before_and_after(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """What is reported by exception, by rule or because somebody says so, with the score before and after mitigation.

    Option: `levels`, whose register.
    """
    rules = figures.by_any_rule(month)
    rows = [row for row in _asked(month, options) if row.by_exception or row.risk_id in rules]
    columns = (
        Column("risk", "Risk", Kind.TEXT, is_header=True),
        Column("raised_by", "Raised by", Kind.TEXT),
        Column("raised", "Date raised", Kind.DATE),
        Column("effect", "Impact", Kind.TEXT),
        Column("before", "Before mitigation", Kind.COUNT),
        Column("mitigation", "Mitigation", Kind.TEXT),
        Column("after", "After mitigation", Kind.COUNT),
        Column("owner", "Owner", Kind.TEXT),
    )
    lines = tuple(_line(month, row) for row in rows)
    caption = f"Risks by exception, {long_date(month.period.as_at)}: score before and after mitigation"
    table = Table("risks_by_exception", caption, columns, (RowGroup("", "", lines),), notes=notes(month), empty=NONE)
    return (table,)


NONE = "No risk is reported by exception this month."


def _asked(month: Month, options: Mapping[str, Any]) -> list[RiskPosition]:
    rows = figures.register(month).now.values()
    return [row for row in rows if not options.get("levels") or row.level in options["levels"]]


def _line(month: Month, row: RiskPosition) -> TableRow:
    done = [each.title for each in figures.actions(month).get(row.risk_id, []) if each.title]
    cells = {
        "risk": named(month, row, more=row.event),
        "raised_by": Cell(row.raised_by or None),
        "raised": Cell(row.raised_on),
        "effect": Cell(row.effect or None),
        "before": printed.rated_score(month.scheme, row, "original"),
        "mitigation": Cell(row.response or None, parts=tuple(map(CellPart, done))),
        "after": printed.rated_score(month.scheme, row, "current"),
        "owner": printed.owner_cell(row),
    }
    return TableRow(row.risk.ref, cells)
