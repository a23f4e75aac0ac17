"""Reports as wide, as long and as awkward as a programme can make them, to be laid out whole."""

import datetime as dt
from decimal import Decimal

from core.blocks import Cell, Column, Kind, Level, Report, RowGroup, RowRole, Section, Table, TableRow
from reports import printed

GREEN = Level("G", "G", "Green", "◆", "green")
AMBER = Level("A", "A", "Amber", "▲", "amber")
NAME = "Communities, Customers and Partnerships"
LONG = "Wide" * 50  # two hundred characters without a space
GLUED = "\u00a0".join(["Assets and Property of the five Councils, until Vesting Day"] * 4).replace(" ", "\u00a0")


def ratings(dimensions=12, rows=80, name=NAME):
    """The ratings of workstreams: last period and this under the name of each dimension."""
    columns = [Column("name", "Workstream", Kind.TEXT, is_header=True)]
    for number in range(dimensions):
        bands = (f"Dimension {number + 1}",)
        columns += [
            Column(f"last-{number}", "May", Kind.RATING, bands, is_past=True),
            Column(f"this-{number}", "June", Kind.RATING, bands),
        ]
    lines = [
        TableRow(
            f"W{row:02}",
            {"name": Cell(f"{name} {row + 1}")}
            | {column.key: Cell.rated(AMBER if (row + at) % 3 else GREEN) for at, column in enumerate(columns[1:])},
        )
        for row in range(rows)
    ]
    return Table("ratings", "Last period (faint) and this period", tuple(columns), (RowGroup("", "", tuple(lines)),))


def money(figures=14, rows=40, name=NAME, amount=123_456_789):
    """What things cost: figures under bands, rows in groups under banners, and what they come to."""
    columns = [Column("name", "Line", Kind.TEXT, is_header=True)]
    for number in range(figures):
        bands = (("Budget", "Outturn", "Variance", "Savings")[number // 4], f"Year {number % 4 + 1}")[: 1 + number % 2]
        columns.append(Column(f"c{number}", f"Forecast {number + 1}", Kind.MONEY, bands, places=2))

    def row(key, label, role=RowRole.BODY):
        figure = {column.key: Cell(Decimal(amount) * (at + 1)) for at, column in enumerate(columns[1:])}
        return TableRow(key, {"name": Cell(label)} | figure, role)

    lines = [row(f"L{number}", f"{name} {number + 1}") for number in range(rows)]
    half = len(lines) // 2
    groups = (
        RowGroup("one", f"Revenue: {name}", tuple(lines[:half])),
        RowGroup("two", "Capital", tuple(lines[half:])),
    )
    foot = (row("total", "Total", RowRole.TOTAL),)
    return Table("money", "Spending and savings, £", tuple(columns), groups, foot, notes=("As the ledger has it.",))


def register(rows=200, name=NAME):
    """Risks in the columns a register has, with words in most of them."""
    words = ("Cause", "Event", "Effect", "Mitigating action", "Owner")
    columns = (
        Column("ref", "Ref", Kind.TEXT, is_header=True),
        *(Column(word, word, Kind.TEXT) for word in words),
        Column("due", "Due", Kind.DATE),
        Column("score", "Score", Kind.COUNT),
    )
    lines = tuple(
        TableRow(
            f"R{row}",
            {"ref": Cell(f"R{row + 1:03}"), "due": Cell(dt.date(2022, 6, 30)), "score": Cell(row % 25)}
            | {word: Cell(f"{name}: {word.lower()} number {row}") for word in words},
        )
        for row in range(rows)
    )
    return Table("register", "All risks of the programme", columns, (RowGroup("", "", lines),))


def document(*tables, title="LGR in Somerset"):
    """The report on paper, each table in a section of its own."""
    sections = tuple(Section(table.key, table.caption, (table,)) for table in tables)
    standing = "Position as of 30 June 2022, beside 31 May 2022."
    report = Report("lgr", "LGR", True, title, "2022-06", 1, dt.date(2022, 6, 30), standing, "scorecard", sections)
    return printed.document(report)
