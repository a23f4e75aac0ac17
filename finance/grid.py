"""A money table to be typed into: its lines, one cell for each amount stated of them, and what somebody typed there.

Whoever types sends back every cell with what stood in it when they began, so that a change is what they changed, and a
line that somebody else saved meanwhile is in nobody's way who left it alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.forms import TextInput
from django.http import QueryDict
from django.utils.safestring import SafeString

from core.money import NotMoney, Unit, read, to_type
from core.words import folded
from finance.asked import places
from finance.columns import Shows, Stated
from finance.facts import MoneyLine, amounts_of
from finance.mixup import doubt
from finance.models import FinanceLinePosition, Place, said
from finance.pasting import Sheet
from finance.rows import of, placed
from finance.scheme import MoneyTable
from programmes.editing.guards import hindered, standing
from programmes.forms.listing import NONE
from programmes.models.named import address
from programmes.month import Month
from programmes.rows import Row

FIELD = TextInput()
CELLS_AT_ONCE = 2_000  # of one page: with what is hidden beside them, well below the fields that are taken at once


@dataclass(frozen=True)
class Typed:
    """What came back of a grid: by cell what is typed, what stood there, and the amounts meant as they are."""

    texts: Mapping[str, str]
    was: Mapping[str, str]
    sure: frozenset[str]
    seen: Mapping[str, int]  # versions of the lines, by address

    @classmethod
    def of(cls, sent: QueryDict, seen: Mapping[str, int]) -> "Typed":
        cells = {name.removeprefix("cell "): str(sent[name]) for name in sent if name.startswith("cell ")}
        was = {name: text for each in sent.getlist("was") for name, text in _read(each).items()}
        return cls(cells, was, frozenset(sent.getlist("sure")), seen)

    def is_changed(self, name: str) -> bool:
        return self.texts.get(name, "").strip() != self.was.get(name, "")

    def beyond(self, grid: "Grid") -> list[tuple[str, str]]:
        """What was changed in cells that are not there to be changed any more: which, and what was typed there."""
        there = {cell.name for line in grid.lines if line.may_write for cell in line.stated}
        gone = [name for name in self.texts if name not in there and self.is_changed(name)]
        return [(in_words(name), self.texts[name]) for name in gone]


def _read(text: str) -> dict[str, str]:
    """What stood in the cells of a line; where that is no longer to be read, nothing: then all of it is a change."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    lines = found.items() if isinstance(found, dict) else ()
    cells = ((f"{ref}/{place}", was) for ref, stood in lines if isinstance(stood, dict) for place, was in stood.items())
    return {name: str(was) for name, was in cells}


def in_words(name: str) -> str:
    """A cell by its name: “F-0001, budget 2022/23”."""
    ref, _, place = name.partition("/")
    return f"{ref}, {said([place])}" if place.count(" ") == 1 else name


@dataclass
class GridCell:
    """One amount of a line: what is stated, and what somebody typed in its place."""

    name: str
    key: str  # of its element
    named: str  # the elements that say what it is
    label: str
    place: Place
    unit: Unit
    now: Decimal | None
    past: Decimal | None
    typed: str
    was: str
    sure: frozenset[str] = frozenset()
    meanwhile: str = ""  # what somebody else saved there since

    @property
    def stands(self) -> str:
        return to_type(self.now, self.unit)

    @property
    def last(self) -> str:
        return to_type(self.past, self.unit)

    @property
    def is_changed(self) -> bool:
        return self.typed.strip() != self.was

    @property
    def _read(self) -> tuple[Decimal | None, str]:
        if self.typed.strip().casefold() == NONE:
            return None, ""
        try:
            return read(self.typed, self.unit), ""
        except NotMoney as error:
            return None, str(error)

    @property
    def amount(self) -> Decimal | None:
        """What it comes to say, in pounds, where there is no `fault`."""
        return self._read[0]

    @property
    def fault(self) -> str:
        """Why what is typed cannot be saved."""
        return self._read[1] if self.is_changed else ""

    @property
    def changes(self) -> bool:
        """Whether it comes to say something else than it does."""
        return self.is_changed and not self.fault and self.amount != self.now

    @property
    def question(self) -> str:
        """What is asked of an amount that looks as if it were in another unit, until it is said that it is meant."""
        found = doubt(self.amount, past=self.past, now=self.now) if self.changes else None
        return found.in_words(self.unit) if found else ""

    @property
    def field(self) -> SafeString:
        """The element that it is typed into."""
        attrs: dict[str, str | int] = {"id": self.key, "size": 9, "autocomplete": "off", "aria-labelledby": self.named}
        if self.says:
            attrs["aria-describedby"] = f"s-{self.key}"
        if self.wrong:
            attrs["aria-invalid"] = "true"
        return FIELD.render(f"cell {self.name}", self.typed, attrs)

    @property
    def comes(self) -> str:
        """What it comes to say, as it is printed."""
        return to_type(self.amount, self.unit)

    @property
    def wrong(self) -> bool:
        """Whether it holds back that the grid is saved."""
        return bool(self.fault or (self.question and not self.is_sure))

    @property
    def says(self) -> bool:
        """Whether something is said under it."""
        return bool(self.last or self.meanwhile or self.fault or self.question)

    @property
    def is_sure(self) -> bool:
        return self.as_meant in self.sure

    @property
    def as_meant(self) -> str:
        """What a tick sends that says of this amount, and of no other, that it is meant."""
        return f"{self.name}={self.amount}"


@dataclass
class GridLine:
    key: str  # of the element that heads it
    target: Row[FinanceLinePosition]
    line: MoneyLine
    heading: str
    cells: Sequence[GridCell | None]  # None: no amount is asked of it there
    may_write: bool
    held: str  # what holds a change of it back, "" for nothing
    standing: str  # in which state the return is that it is reported in, where that is submitted
    seen: int  # the version that whoever types has seen
    stated: list[GridCell] = field(init=False)

    def __post_init__(self) -> None:
        self.stated = [cell for cell in self.cells if cell]

    @property
    def address(self) -> str:
        return address(self.target.row)

    @property
    def changed(self) -> list[GridCell]:
        return [cell for cell in self.stated if cell.is_changed] if self.may_write else []

    @property
    def is_open(self) -> bool:
        """Whether its cells are there to be typed into; those in which something is typed stay, so that it is kept."""
        return self.may_write and (not self.held or bool(self.changed))

    @property
    def is_held(self) -> bool:
        """Whether something is typed in it that cannot be saved as things stand."""
        return bool(self.held and self.changed)

    @property
    def changes(self) -> bool:
        return any(cell.changes for cell in self.changed)

    @property
    def is_stale(self) -> bool:
        """Whether somebody saved it after whoever changes it here had read it."""
        return self.seen != self.target.row.version and self.changes

    @property
    def stamp(self) -> str:
        """The version that is shown of it, as it is sent back."""
        return f"{self.address}:{self.target.row.version}"

    @property
    def was(self) -> str:
        """What stands in its cells, as it is sent back."""
        stands = {" ".join(cell.place): cell.stands for cell in self.stated if cell.stands}
        return json.dumps({self.line.ref: stands}, separators=(",", ":"))

    def amounts(self) -> dict[Place, Decimal]:
        """All that it comes to say, once nothing is wrong with it."""
        now = dict(self.line.amounts)
        for cell in self.changed:
            now.pop(cell.place, None)
            if cell.amount is not None:
                now[cell.place] = cell.amount
        return now


@dataclass
class Grid:
    month: Month
    spec: MoneyTable
    columns: list[Place]
    lines: list[GridLine]

    @cached_property
    def labels(self) -> list[str]:
        """What each column is called: “Budget 2022/23”."""
        return [_label(place) for place in self.columns]

    @property
    def editable(self) -> list[GridLine]:
        return [line for line in self.lines if line.is_open]

    @property
    def cells(self) -> Iterator[tuple[GridLine, GridCell]]:
        """Every cell in which something was changed."""
        return ((line, cell) for line in self.lines for cell in line.changed)

    def sheet(self) -> Sheet:
        """What a block from a spreadsheet is laid over: the lines that may be changed, and every column."""
        lines = [(line.target.row.line.ref, line.target.row.title) for line in self.editable]
        names = [frozenset(map(folded, (ref, title, f"{title} ({ref})"))) for ref, title in lines]
        return Sheet(names, self.labels, [self._headings(place) for place in self.columns])

    def _headings(self, place: Place) -> frozenset[str]:
        year, _ = place
        label = _label(place)
        own = [column for column in self.spec.columns if _shows_alone(column.shows, place)]
        names = (
            label,
            f"{year} {label.removesuffix(year)}",
            *(name for each in own for name in (each.label, each.heading)),
        )
        return frozenset(map(folded, names))


def _shows_alone(shows: Shows, place: Place) -> bool:
    return isinstance(shows, Stated) and (*shows.years, shows.measure) == place and not shows.less


def _label(place: Place) -> str:
    year, measure = place
    words = said([f"{year} {measure}"])
    return f"{words[:1].upper()}{words[1:]}"


def columns_of(spec: MoneyTable) -> list[Place]:
    """The amounts that a table shows as they are stated, in its order."""
    return list(dict.fromkeys(places(spec, None)))


@dataclass(frozen=True)
class _Known:
    """What is known of the lines of a grid, by the key of each."""

    spec: MoneyTable
    columns: list[Place]
    now: Mapping[int, Mapping[Place, Decimal]]
    past: Mapping[int, Mapping[Place, Decimal]]
    typed: Typed | None

    def cells(self, n: int, row: FinanceLinePosition, line: MoneyLine, seen: int) -> list[GridCell | None]:
        asked = set(places(self.spec, line.kind)) | line.amounts.keys()
        is_old = seen != row.version
        return [
            self._cell(row, line, place, (n, m), is_old=is_old) if place in asked else None
            for m, place in enumerate(self.columns)
        ]

    def _cell(
        self, row: FinanceLinePosition, line: MoneyLine, place: Place, at: tuple[int, int], *, is_old: bool
    ) -> GridCell:
        n, m = at
        name = f"{line.ref}/{' '.join(place)}"
        now, past = line.amounts.get(place), self.past.get(row.line_id, {}).get(place)
        unit = self.spec.unit
        stands = to_type(now, unit)
        made = GridCell(
            name, f"c-{n}-{m}", f"n-{n} h-{m}", _label(place), place, unit, now, past, typed=stands, was=stands
        )
        if self.typed is None or name not in self.typed.texts:
            return made
        made.sure, was = self.typed.sure, self.typed.was.get(name, "")
        if is_old and was != stands:
            made.meanwhile = stands or "nothing"
        if self.typed.is_changed(name):
            made.typed, made.was = self.typed.texts[name], was
        return made


def grid(month: Month, spec: MoneyTable, found: Sequence[tuple[str, MoneyLine]], typed: Typed | None = None) -> Grid:
    """These lines of a table to be typed into, with what was typed.

    Versions are read before amounts: what is saved between is met as a conflict, and never written over.
    """
    rows = {row.line.ref: row for row in placed(month).filter(line__ref__in=[line.ref for _, line in found])}
    keys = [row.line_id for row in rows.values()]
    known = _Known(
        spec,
        columns_of(spec),
        amounts_of(month.period, keys),
        amounts_of(month.past, keys) if month.past else {},
        typed,
    )
    here = frozenset(row.workstream_id for row in rows.values())
    theirs = month.reach_of_any(FinanceLinePosition.writers)
    held, handed_in = hindered(month, here & theirs, FinanceLinePosition.writers), standing(month, here)
    lines: list[GridLine] = []
    for n, (heading, shown_line) in enumerate(found):
        if row := rows.get(shown_line.ref):
            line = replace(shown_line, amounts=known.now.get(row.line_id, {}))
            seen = typed.seen.get(address(row), 0) if typed else row.version
            cells = known.cells(n, row, line, seen)
            key = row.workstream_id
            may_write = key in theirs and not row.withdrawn
            lines.append(
                GridLine(
                    f"r-{n}",
                    of(month, row),
                    line,
                    heading,
                    cells,
                    may_write,
                    held.get(key, ""),
                    handed_in.get(key, ""),
                    seen,
                )
            )
    return Grid(month, spec, known.columns, lines)
