"""Typed report blocks: what a table, a set of facts, a chart and a piece of prose are, whatever the medium.

A `Report` has sections, a `Section` has blocks, and a block is a `Table`, a set of `Facts`, a piece of `Prose` or a
`Chart`. `as_html`, `as_json`, `as_csv` and `as_xlsx` write any block, so that a new table is accessible, printable and
downloadable without another line of code. Every type here is frozen: `dataclasses.replace` makes a changed copy.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from core.dates import long_date
from core.money import Unit
from core.plain_text import Reading

type Value = str | int | Decimal | dt.date | None


class Kind(StrEnum):
    """What a column or a fact holds; it decides alignment, number format and the JSON type."""

    TEXT = "text"
    RATING = "rating"  # value: the level's code
    COUNT = "count"  # int
    MONEY = "money"  # Decimal pounds
    NUMBER = "number"  # Decimal or int
    PERCENT = "percent"  # 44 means 44 %
    DATE = "date"


NUMERIC = frozenset({Kind.COUNT, Kind.MONEY, Kind.NUMBER, Kind.PERCENT})


class RowRole(StrEnum):
    """What a row of a table is for. All but a body row speak of other rows, and are printed apart from them."""

    BODY = "body"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    UNACCOUNTED = "unaccounted"  # what none of the rows above counts, such as those with no status given


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a scale as the period's scheme prints it: never colour alone."""

    code: str  # as it is stored in positions: "R"
    letter: str  # "R"
    word: str  # "Red"
    glyph: str  # the shape printed beside the letter, which black and white keeps apart
    token: str  # the name of its colour in the style sheets


@dataclass(frozen=True, slots=True)
class CellPart:
    """A second line or an item in a cell: numerator and denominator, a risk in a heat map."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure, date, rating or text, as data and as it is printed.

    `value` is what a spreadsheet or a program reads: None where nothing is stated, which is not nought. Its type is
    the one that the kind of its column asks for (see `Kind`). `text` is what people read where that is not the plain
    form of the value. So a due date that a council gave as "Autumn 2018" is

        Cell(dt.date(2018, 11, 30), text="Autumn 2018")

    and a rating is `Cell.rated(level)`. What is printed in the end is told by `shown`.
    """

    value: Value = None
    text: str = ""  # what is printed where it is not the plain form of value ("Autumn 2018", "not stated")
    level: Level | None = None
    parts: tuple[CellPart, ...] = ()
    sense: str = ""  # favourable, adverse or "": a property of the figure, not of its column
    notes: tuple[int, ...] = ()  # numbers of the table's notes, from 1
    href: str = ""  # where the evidence is

    @classmethod
    def rated(cls, level: Level | None, href: str = "") -> "Cell":
        """A rating's cell; without a level it is not stated."""
        return cls(level.code if level else None, level=level, href=href)


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what its cells hold and what stands above them."""

    key: str  # under which the rows of the table keep their cells
    label: str
    kind: Kind
    bands: tuple[str, ...] = ()  # header groups above it, outermost first
    places: int = 0  # decimals printed
    unit: Unit | None = None  # of money that is printed in thousands or millions; its cells hold pounds all the same
    is_header: bool = False  # its cells head their rows
    is_past: bool = False  # last period's, printed fainter beside this period's


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table. A column whose key `cells` lacks is empty in this row."""

    key: str  # once in its table, such as a ref: it is stable, so that a program can find the row again
    cells: Mapping[str, Cell]  # by the keys of the columns
    role: RowRole = RowRole.BODY


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows of a table that stand together under a label of their own, such as those of one tranche."""

    key: str
    label: str  # "" for the one group of a plain table
    rows: tuple[TableRow, ...]
    bands: tuple[str, ...] = ()  # a banner over this group, one per top band of the columns


class HeaderCell(NamedTuple):
    """A cell above the rows: the label of a column, or of a band of several. The spans are as in HTML."""

    label: str
    colspan: int
    rowspan: int
    scope: str  # col or colgroup
    column: Column | None  # the column it heads, None for a band


@dataclass(frozen=True, slots=True)
class Table:
    """A table: columns, and rows in groups. A plain one has a single group without a label.

        Table(
            "milestones",
            "Milestones by status, 30 June 2022",
            (Column("status", "Status", Kind.TEXT, is_header=True), Column("n", "Milestones", Kind.COUNT)),
            (RowGroup("", "", (TableRow("late", {"status": Cell("Late"), "n": Cell(12)}),)),),
            foot=(TableRow("total", {"status": Cell("All"), "n": Cell(12)}, RowRole.TOTAL),),
        )

    `key` is part of the table's address and of its files' names, so it is plain (a to z, digits, "_", "-"), stays the
    same from month to month and stands once in a report. Nothing is summed here: a total is a row like any other.
    """

    key: str
    caption: str  # what it counts and of when, since a table is also read on its own
    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    foot: tuple[TableRow, ...] = ()
    notes: tuple[str, ...] = ()
    empty: str = "Nothing has been reported."  # printed in place of a table without a row
    opens: bool = False  # on a page the links of its figures open under the table, in place

    @property
    def depth(self) -> int:
        """Header rows above the row of the columns' own labels."""
        return max((len(column.bands) for column in self.columns), default=0)

    def header_rows(self) -> list[list[HeaderCell]]:
        """Header rows from the top; a column with fewer bands than others spans the rows that it has none for."""
        out: list[list[HeaderCell]] = []
        for level in range(self.depth + 1):
            line: list[HeaderCell] = []
            for path, run in groupby(self.columns, key=lambda column: column.bands[: level + 1]):
                columns = list(run)
                if len(path) > level:
                    line.append(HeaderCell(path[-1], len(columns), 1, "colgroup", None))
                elif len(path) == level:
                    line += [HeaderCell(c.label, 1, self.depth - level + 1, "col", c) for c in columns]
            out.append(line)
        return out

    def lines(self) -> Iterator[tuple[RowGroup | None, TableRow]]:
        """Every row in order with its group; the foot has none."""
        for group in self.groups:
            for row in group.rows:
                yield group, row
        for row in self.foot:
            yield None, row

    @property
    def size(self) -> int:
        """How many rows stand above the foot."""
        return sum(len(group.rows) for group in self.groups)

    def first(self, n: int) -> "Table":
        """Return the table cut to its first n rows; the foot stays, because it speaks of all."""
        groups, left = [], n
        for group in self.groups:
            if left > 0:
                groups.append(replace(group, rows=group.rows[:left]))
                left -= len(group.rows)
        return replace(self, groups=tuple(groups))

    @property
    def is_empty(self) -> bool:
        return next(self.lines(), None) is None


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure that stands alone, with the label it is read by."""

    key: str
    label: str
    kind: Kind
    cell: Cell
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A few figures that stand alone."""

    key: str
    caption: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ProseEntry:
    """One piece of narrative, as its author wrote it."""

    key: str
    about: str  # the workstream it is about, "" for the report's own subject: then it has a heading or is in a list
    text: str
    heading: str = ""
    second: str = ""  # the kind's second column: an impact, a mitigation
    on: str = ""  # when it happens, as it was stated
    tags: tuple[str, ...] = ()  # what it bears on
    level: int = 1  # 2 stands under the level 1 before it
    reading: Reading = Reading.PLAIN  # how `text` and `second` are read


@dataclass(frozen=True, slots=True)
class Prose:
    """A list of pieces of narrative under one caption, in the order in which they are printed."""

    key: str
    caption: str
    entries: tuple[ProseEntry, ...]
    second_label: str = ""  # the heading of the entries' `second`, "" where they have none
    is_ordered: bool = False
    empty: str = "None reported."


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar. Its place gives it its shade: all bars of a chart have the same segments in the same order."""

    label: str
    value: int | Decimal
    text: str  # as printed in the bar or behind it


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart, as long as its segments together, or a group of as many bars."""

    key: str
    label: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars, one under the other, each divided into the same segments. Its caption says what it shows.

    Grouped, the segments of a bar stand one under the other, each from nought, so that they can be compared. A chart
    stands beside a table of its figures.
    """

    key: str
    caption: str
    unit: str  # of the values: "days"
    bars: tuple[Bar, ...]
    is_grouped: bool = False
    scale: Decimal = Decimal(1)  # what a grouped one's axis counts: 1,000 where it is headed £000 and holds pounds


type Block = Table | Facts | Prose | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """The answer to one heading of a report: its blocks, in the order in which they are read.

    A section without a block is left out of the page and the paper.
    """

    key: str  # once in its report: its anchor, and what `manage.py report --section` names
    title: str
    blocks: tuple[Block, ...]
    as_at: dt.date | None = None  # its own date, where it differs from the report's
    caveat: str = ""

    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the audit stood: what paper says of it, the database can be held to, whoever has changed that since."""

    entry: int  # number of the newest entry that wrote into the month; of a closed one, of its closing
    hash: str
    digest: str = ""  # of a closed month

    @property
    def head(self) -> str:
        return f"{self.entry}:{self.hash}"

    @property
    def sentences(self) -> tuple[str, str]:
        """What the numbers are, and how they are held against the database."""
        closed = f"Entry {self.entry} of the audit closed this month. The digest of the month is {self.digest}."
        is_open = f"Entry {self.entry} of the audit is the newest that changed this month."
        check = f"To hold the database to what is printed here: manage.py verify --head {self.head}"
        return closed if self.digest else is_open, check


@dataclass(frozen=True, slots=True)
class Report:
    """One layout, answered for one workstream and all below it in one edition of a period.

    It is complete in itself: whatever writes a file from it asks the database nothing more. What an audience may not
    see is not in it.
    """

    programme: str  # slug
    workstream: str  # ref of the subtree's top
    is_whole: bool  # whether that is the programme itself
    title: str
    period: str  # YYYY-MM
    edition: int
    as_at: dt.date
    standing: str  # a sentence: the dates compared and whether the month is closed
    layout: str  # its name in the scheme of the period: "scorecard"
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = field(default=())  # what a reader must know of the whole, such as made-up rows
    override: str = ""  # why the month was closed although something held it back
    held_by: tuple[str, ...] = field(default=())  # sentences that say what that was
    remarks: tuple[str, ...] = field(default=())  # sentences said as the month was closed that held nothing back
    proof: Proof | None = None  # of a layout; None where the audit has nothing of the month
    reading: Reading = Reading.PLAIN  # how the texts of its month are read

    def tables(self) -> Iterator[Table]:
        for section in self.sections:
            yield from section.tables()


def shown(cell: Cell, kind: Kind, places: int = 0) -> str:
    """Return what is printed in a cell: its own text, or the plain form of its value; "" where nothing is stated."""
    if cell.text or cell.level:
        return cell.text or (cell.level.letter if cell.level else "")
    match cell.value:
        case None:
            return ""
        case int() | Decimal():
            return _number(cell.value, kind, places)
        case dt.date():
            return long_date(cell.value)
        case _:
            return cell.value


def _number(value: int | Decimal, kind: Kind, places: int) -> str:
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)  # as a spreadsheet shows it
    number = f"{abs(rounded):,f}"
    sign = "-" if rounded < 0 else ""
    match kind:
        case Kind.PERCENT:
            return f"{sign}{number}%"
        case Kind.MONEY:
            return f"{sign}£{number}"
        case _:
            return sign + number
