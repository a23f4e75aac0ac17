"""Blocks and reports for the tests of the media, and texts that ought to do nothing."""

import datetime as dt
import os
import subprocess
import sys
from decimal import Decimal

from django.conf import settings

from core.blocks import (
    Bar,
    Cell,
    CellPart,
    Chart,
    Column,
    Fact,
    Facts,
    Kind,
    Level,
    Prose,
    ProseEntry,
    Report,
    RowGroup,
    RowRole,
    Section,
    Segment,
    Table,
    TableRow,
)

GREEN = Level("G", "G", "Green", "◆", "green")
RED = Level("R", "R", "Red", "■", "red")

# What a spreadsheet would run if it stood at the start of a cell.
FORMULAS = [
    '=HYPERLINK("https://evil.example","x")',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    "=cmd|' /C calc'!A0",
]


def column(key: str, kind: Kind = Kind.TEXT, **options) -> Column:
    return Column(key, options.pop("label", key.capitalize()), kind, **options)


def table(columns=(), *rows: TableRow, **fields) -> Table:
    """A plain table; `groups` in place of rows for one with groups."""
    fields = {"key": "work", "caption": "Work in hand", "groups": (RowGroup("", "", rows),)} | fields
    return Table(columns=tuple(columns), **fields)


def one_cell(cell: Cell, kind: Kind = Kind.TEXT, *, key: str = "work", **options) -> Table:
    """A table of one column and one row."""
    return table([column("figure", kind, **options)], TableRow("row", {"figure": cell}), key=key)


def report(*blocks, **fields) -> Report:
    """A report with one section that holds these blocks."""
    fields = {
        "programme": "somerset",
        "workstream": "ROOT",
        "is_whole": True,
        "title": "LGR in Somerset: scorecard",
        "period": "2022-06",
        "edition": 1,
        "as_at": dt.date(2022, 6, 30),
        "standing": "June 2022, beside May 2022. The month is open.",
        "layout": "scorecard",
        "sections": (Section("work", "Work", blocks),),
    } | fields
    return Report(**fields)


def full_table() -> Table:
    """Groups, bands, every kind of column, every role of row, a blank, a zero, parts, a sense and a note."""
    columns = (
        column("name", is_header=True),
        column("rag_last", Kind.RATING, label="May", bands=("RAG",), is_past=True),
        column("rag_this", Kind.RATING, label="June", bands=("RAG",)),
        column("count", Kind.COUNT),
        column("cost", Kind.MONEY, places=2),
        column("share", Kind.PERCENT),
        column("days", Kind.NUMBER, places=1),
        column("due", Kind.DATE),
    )
    first = {
        "name": Cell("Finance & <people>", href="/finance/"),
        "rag_last": Cell.rated(GREEN),
        "rag_this": Cell.rated(RED, "/evidence/"),
        "count": Cell(1234, parts=(CellPart("12 late"),)),
        "cost": Cell(Decimal("-1234.50"), sense="adverse", notes=(1,)),
        "share": Cell(44),
        "days": Cell(Decimal("2.5")),
        "due": Cell(dt.date(2022, 7, 1)),
    }
    second = {"name": Cell("Property"), "count": Cell(0), "due": Cell(dt.date(2022, 9, 1), "Autumn 2022")}
    groups = (
        RowGroup("one", "Tranche 1", (TableRow("FIN", first),)),
        RowGroup(
            "two", "Tranche 2", (TableRow("PRO", second), TableRow("sub", {"name": Cell("Sum")}, RowRole.SUBTOTAL))
        ),
    )
    foot = (
        TableRow("none", {"name": Cell("No status"), "count": Cell(2)}, RowRole.UNACCOUNTED),
        TableRow("total", {"name": Cell("All"), "count": Cell(1236)}, RowRole.TOTAL),
    )
    return Table("work", "Work by tranche", columns, groups, foot, ("Before audit.",), opens=True)


def full_report() -> Report:
    """One of every block, with a caveat."""
    facts = Facts(
        "headline",
        "At a glance",
        (
            Fact("rag", "Overall", Kind.RATING, Cell("R", "Red", RED, href="/evidence/"), "Green in May"),
            Fact("left", "Days left", Kind.COUNT, Cell(275)),
            Fact("cost", "Cost", Kind.MONEY, Cell()),
        ),
    )
    entries = (
        ProseEntry(
            "FIN-1",
            "Finance",
            "Budgets *agreed*.",
            "Base budgets",
            "Savings wait.",
            "Autumn 2022",
            ("Budget", "Education"),
        ),
        ProseEntry("FIN-2", "Finance", "Second.", level=2),
    )
    prose = Prose("achievements", "Achievements", entries, "Impact")
    bars = (Bar("now", "June 2022", (Segment("Used", 272, "272 days"), Segment("Left", 275, "275 days"))),)
    chart = Chart("time", "Half the time is used", "days", bars)
    section = Section("work", "Work", (facts, full_table(), prose, chart), dt.date(2022, 5, 31), "Using available data")
    return report(sections=(section,), notes=("The figures of Property are made up.",))


def written_elsewhere(expression: str) -> bytes:
    """Evaluate an expression to bytes in a new process with another hash seed and another time zone."""
    code = (
        "import sys; from core import as_csv, as_json, as_xlsx; from tests.core.samples import *;"
        f"sys.stdout.buffer.write({expression})"
    )
    made = {"PYTHONHASHSEED": "7", "TZ": "America/New_York", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=os.environ | made, check=True, capture_output=True
    ).stdout
