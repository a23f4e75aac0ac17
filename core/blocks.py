"""Typed report blocks: what a table, a set of facts, a chart and a piece of prose are, whatever the medium.

A section of a report is an ordered tuple of blocks. `as_html`, `as_json`, `as_csv` and `as_xlsx` write any block, so
that a new table is accessible, printable and downloadable without another line of code.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from core.dates import long_date

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


class Role(StrEnum):
    BODY = "body"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    UNACCOUNTED = "unaccounted"


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a scale as the period's scheme prints it: never colour alone."""

    code: str
    letter: str
    word: str
    glyph: str
    token: str


@dataclass(frozen=True, slots=True)
class Part:
    """A second line or an item in a cell: numerator and denominator, a risk in a heat map."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    value: Value = None
    text: str = ""  # what is printed where it is not the plain form of value ("Autumn 2018", "not stated")
    level: Level | None = None
    parts: tuple[Part, ...] = ()
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
    key: str
    label: str
    kind: Kind
    bands: tuple[str, ...] = ()  # header groups above it, outermost first
    places: int = 0
    is_header: bool = False  # its cells head their rows
    is_past: bool = False  # last period's, printed fainter beside this period's


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    cells: Mapping[str, Cell]
    role: Role = Role.BODY


@dataclass(frozen=True, slots=True)
class RowGroup:
    key: str
    label: str  # "" for the one group of a plain table
    rows: tuple[Row, ...]
    bands: tuple[str, ...] = ()  # a banner over this group, one per top band of the columns


class HeaderCell(NamedTuple):
    label: str
    colspan: int
    rowspan: int
    scope: str  # col or colgroup
    column: Column | None  # the column it heads, None for a band


@dataclass(frozen=True, slots=True)
class Table:
    key: str
    caption: str
    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    foot: tuple[Row, ...] = ()
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

    def lines(self) -> Iterator[tuple[RowGroup | None, Row]]:
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
class Entry:
    """One piece of narrative, as its author wrote it (CommonMark, no HTML)."""

    key: str
    about: str  # the workstream it is about, "" for the report's own subject: then it has a heading or is in a list
    text: str
    heading: str = ""
    second: str = ""  # the kind's second column: an impact, a mitigation
    on: str = ""  # when it happens, as it was stated
    tags: tuple[str, ...] = ()  # what it bears on
    level: int = 1  # 2 stands under the level 1 before it


@dataclass(frozen=True, slots=True)
class Prose:
    key: str
    caption: str
    entries: tuple[Entry, ...]
    second_label: str = ""
    is_ordered: bool = False
    empty: str = "None reported."


@dataclass(frozen=True, slots=True)
class Segment:
    label: str
    value: int
    text: str  # as printed beside the bar


@dataclass(frozen=True, slots=True)
class Bar:
    key: str
    label: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars, one under the other, each divided into the same segments. Its caption says what it shows."""

    key: str
    caption: str
    unit: str
    bars: tuple[Bar, ...]


type Block = Table | Facts | Prose | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """The answer to one heading of a report."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    as_at: dt.date | None = None  # its own date, where it differs from the report's
    caveat: str = ""

    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True, slots=True)
class Report:
    """One layout read for one workstream's subtree and one edition of a period."""

    programme: str  # slug
    workstream: str  # ref of the subtree's top
    is_whole: bool  # whether that is the programme itself
    title: str
    period: str  # YYYY-MM
    edition: int
    as_at: dt.date
    standing: str  # a sentence: the dates compared and whether the month is closed
    layout: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = field(default=())  # what a reader must know of the whole, such as made-up rows
    override: str = ""  # why the month was closed although something held it back
    held_by: tuple[str, ...] = field(default=())  # sentences that say what that was
    remarks: tuple[str, ...] = field(default=())  # sentences said as the month was closed that held nothing back

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
