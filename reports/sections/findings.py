"""What the checks find, by check: how many, and the rows on demand."""

from collections.abc import Mapping
from typing import Any

from assurance.running import checks, counts
from core.blocks import Block, Cell, Column, Kind, RowGroup, RowRole, Table, TableRow
from core.dates import long_date
from programmes.checks import Check
from programmes.month import Month


def findings(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """Every check that looks, the most serious first, with how often it finds something. Each opens its findings."""
    columns = (
        Column("check", "Check", Kind.TEXT, is_header=True),
        Column("tests", "What it tests", Kind.TEXT),
        Column("severity", "Severity", Kind.RATING),
        Column("found", "Findings", Kind.COUNT),
    )
    rows = tuple(_row(month, check) for check in checks(month.scheme))
    n = counts(month).total()
    total = TableRow(
        "total",
        {
            "check": Cell("All findings"),
            "tests": Cell(""),
            "found": Cell(n, href=month.link("findings") if n else ""),
        },
        RowRole.TOTAL,
    )
    caption = f"Findings by check, {long_date(month.period.as_at)}"
    return (Table("checks", caption, columns, (RowGroup("", "", rows),), (total,)),)


def _row(month: Month, check: Check) -> TableRow:
    n = counts(month)[check.code]
    return TableRow(
        check.code,
        {
            "check": Cell(check.title),
            "tests": Cell(check.tests),
            "severity": Cell.rated(check.severity.level),
            "found": Cell(n, href=month.link("findings", check=check.code) if n else ""),
        },
    )
