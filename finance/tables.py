"""Money tables: what a scheme lays out, worked out from the lines of a month and compared with what others publish."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.blocks import Cell, Column, Kind, RowGroup, RowRole, Table, TableRow
from core.money import in_words, rounded
from finance import facts
from finance.cells import Figure, MoneyRow, cell_of, figure_of
from finance.columns import MoneyColumn, RatingOf, Sum, Variance, Words
from finance.facts import MoneyLine
from finance.measures import Flow, LineKind
from finance.models import ControlTotal
from finance.scheme import Foot, MoneyGroup, MoneyTable, Rows, Style
from programmes.month import Month
from programmes.tree import Node

HEAD = "line"  # the key of the first column
MEANINGS = {
    Style.BRACKETS_FAVOURABLE: "Variances in brackets are favourable.",
    Style.BRACKETS_ADVERSE: "Variances in brackets are adverse.",
    Style.UNDER_OVER: "Under/(Over): a variance in brackets is over.",
    Style.WORDS: "",
}


@dataclass(frozen=True, slots=True)
class Group:
    spec: MoneyGroup | None
    key: str
    label: str
    rows: Sequence[MoneyRow]
    total: str

    @property
    def lines(self) -> list[MoneyLine]:
        return [line for row in self.rows for line in row.lines]


@dataclass
class Build:
    """A table on its way: the figures worked out so far, and what its notes say of them."""

    month: Month
    spec: MoneyTable
    style: Style | None  # in place of every style of the table; None: its own
    figures: dict[tuple[str, str], Figure] = field(default_factory=dict)  # by row and column
    notes: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> int:
        """Add a note unless it is there, and return its number."""
        if sentence not in self.notes:
            self.notes.append(sentence)
        return self.notes.index(sentence) + 1


def build(month: Month, spec: MoneyTable, *, style: Style | None = None) -> Table:
    """Work a table out. Its figures are pounds, its text is in its own unit, and sums of unlike things are blank."""
    building = Build(month, spec, style)
    groups = [group for group in _groups(month, spec, _lines(month, spec)) if group.rows]
    made = tuple(_made(building, group) for group in groups)
    feet = tuple(_row(building, _foot_row(spec, foot, groups), building.style or spec.style) for foot in spec.feet)
    table = Table(
        spec.code.replace(" ", "-"),
        _caption(building),
        _columns(spec),
        made,
        feet if made else (),
        empty="No money has been reported for it.",
    )
    _say_rounded(building, groups)
    compared = _compare(building, table)
    return replace(compared, notes=tuple(building.notes))


# --- Which lines, and how they are grouped ------------------------------------------------------------------


def shown(month: Month, spec: MoneyTable) -> list[tuple[str, MoneyLine]]:
    """The lines behind the rows of a table in its order, each once and with the heading that it stands under."""
    found: dict[str, tuple[str, MoneyLine]] = {}
    for group in _groups(month, spec, _lines(month, spec)):
        for line in group.lines:
            found.setdefault(line.ref, (group.label, line))
    return list(found.values())


def _lines(month: Month, spec: MoneyTable) -> list[MoneyLine]:
    top = month.tree.by_ref.get(spec.under) if spec.under else None
    below = {node.pk for node in top.walk()} if top else set()
    found = [line for line in facts.lines(month) if not spec.kinds or line.kind in spec.kinds]
    if spec.under:
        found = [line for line in found if line.workstream in below]
    if spec.tiers and spec.rows is not Rows.WORKSTREAMS:
        found = [line for line in found if _tier(month, line) in spec.tiers]
    return found


def _tier(month: Month, line: MoneyLine) -> int | None:
    node = month.tree.by_pk.get(line.workstream)
    return node.tier if node else None


def _groups(month: Month, spec: MoneyTable, lines: list[MoneyLine]) -> Iterator[Group]:
    if spec.by_group:
        for n, label in enumerate(dict.fromkeys(line.group for line in lines)):
            yield _group(month, spec, f"group-{n + 1}", label, [line for line in lines if line.group == label])
    elif spec.by_tier is not None:
        for node in (node for node in month.scope.walk() if node.tier == spec.by_tier):
            below = {each.pk for each in node.walk()}
            yield _group(month, spec, node.ref, node.name, [line for line in lines if line.workstream in below])
    elif spec.groups:
        for group in spec.groups:
            of = [line for line in lines if not group.kinds or line.kind in group.kinds]
            of = [line for line in of if not group.groups or line.group in group.groups]
            yield Group(group, group.key, group.label, _rows(month, spec, of), group.total)
    else:
        yield _group(month, spec, "", "", lines)


def _group(month: Month, spec: MoneyTable, key: str, label: str, lines: list[MoneyLine]) -> Group:
    return Group(None, key, label, _rows(month, spec, lines), spec.total)


def _rows(month: Month, spec: MoneyTable, lines: list[MoneyLine]) -> list[MoneyRow]:
    match spec.rows:
        case Rows.LINES:
            return [MoneyRow(line.ref, line.title, [line], month.tree.by_pk.get(line.workstream)) for line in lines]
        case Rows.TITLES:
            titles = dict.fromkeys(line.title for line in lines)
            together = [[line for line in lines if line.title == title] for title in titles]
            return [MoneyRow(of[0].ref, of[0].title, of, month.tree.by_pk.get(of[0].workstream)) for of in together]
        case Rows.WORKSTREAMS:
            top = month.tree.by_ref.get(spec.under, month.scope) if spec.under else month.scope
            nodes = [node for node in top.walk() if not spec.tiers or node.tier in spec.tiers]
            return [_of_workstream(spec, node, lines) for node in nodes]


def _of_workstream(spec: MoneyTable, node: Node, lines: list[MoneyLine]) -> MoneyRow:
    below = {each.pk for each in node.walk()}
    of = [line for line in lines if line.workstream in below]
    return MoneyRow(node.ref, node.name, of, node, is_bare=node.tier in spec.bare)


# --- Rows and cells -----------------------------------------------------------------------------------------


def _made(building: Build, group: Group) -> RowGroup:
    spec = building.spec
    style = building.style or (group.spec.style if group.spec else None) or spec.style
    rows = [_row(building, row, style) for row in group.rows]
    if group.total:
        every = MoneyRow(f"{group.key or 'all'}-total", group.total, group.lines, None, RowRole.SUBTOTAL)
        rows.append(_row(building, every, style))
    return RowGroup(group.key, group.label, tuple(rows), group.spec.banner if group.spec else ())


def _foot_row(spec: MoneyTable, foot: Foot, groups: Sequence[Group]) -> MoneyRow:
    of = [group for group in groups if not foot.groups or group.key in foot.groups]
    if spec.rows is Rows.WORKSTREAMS:  # a workstream's row holds those of the rows below it
        held = {line.ref: line for group in of for line in group.lines}
        return MoneyRow(foot.key, foot.label, list(held.values()), None, RowRole.TOTAL, foot=foot)
    return MoneyRow(
        foot.key, foot.label, [line for group in of for line in group.lines], None, RowRole.TOTAL, foot=foot
    )


def _row(building: Build, row: MoneyRow, style: Style) -> TableRow:
    spec, month = building.spec, building.month
    cells: dict[str, Cell] = {HEAD: Cell(row.label)}
    figures: dict[str, Figure] = {}
    is_net = row.foot.is_net if row.foot else spec.is_net
    explained = {column.shows.of for column in spec.columns if isinstance(column.shows, Words)}
    for column in spec.columns:
        if column.is_money:
            of = _counted(row, column)
            figure = Figure() if row.is_bare else figure_of(column.shows, of, figures, is_net=is_net)
            figures[column.key] = building.figures[row.key, column.key] = figure
            cells[column.key] = _money(building, row, column, figure, style, is_explained=column.key in explained)
        else:
            cells[column.key] = cell_of(month, spec, column.shows, row, figures)
    return TableRow(row.key, cells, row.role)


def _counted(row: MoneyRow, column: MoneyColumn) -> Sequence[MoneyLine]:
    only: frozenset[LineKind] = row.foot.kinds.get(column.key, frozenset()) if row.foot else frozenset()
    return [line for line in row.lines if line.kind in only] if only else row.lines


def _money(
    building: Build, row: MoneyRow, column: MoneyColumn, figure: Figure, style: Style, *, is_explained: bool
) -> Cell:
    spec = building.spec
    if figure.unlike:
        return Cell(notes=(building.note(_unlike(spec, row, column, figure.unlike)),))
    cell = figure.cell(spec.unit, spec.places, style, brackets=spec.has_brackets)
    return replace(cell, sense="") if is_explained or style is Style.WORDS else cell


def _unlike(spec: MoneyTable, row: MoneyRow, column: MoneyColumn, parts: Mapping[Flow, Decimal]) -> str:
    """Why a sum of unlike things is blank, and what they are apart."""
    named = {Flow.OUT: "costs", Flow.IN: "savings and income", Flow.HELD: "balances"}
    if not isinstance(column.shows, Variance):
        said = [f"{named[flow]} {in_words(amount, spec.unit, spec.places)}" for flow, amount in parts.items()]
    else:
        said = [
            f"{named[flow]} {Figure(amount, flow, is_variance=True).words(spec.unit, spec.places, '{} ({})')}"
            for flow, amount in parts.items()
        ]
    return f"{row.label}, {column.heading}: {', '.join(said)} are unlike, so they are not added up."


# --- What stands above, and what is said below --------------------------------------------------------------


def _columns(spec: MoneyTable) -> tuple[Column, ...]:
    head = Column(HEAD, spec.head, Kind.TEXT, is_header=True)
    return (head, *(_column(spec, column) for column in spec.columns))


def _column(spec: MoneyTable, column: MoneyColumn) -> Column:
    made = Column(column.key, column.label, column.kind, column.bands)
    match column.kind:
        case Kind.MONEY:
            return replace(made, places=spec.places, unit=spec.unit)
        case Kind.PERCENT:
            return replace(made, places=1)
        case _:
            return replace(made, is_past=isinstance(column.shows, RatingOf) and column.shows.is_past)


def _caption(building: Build) -> str:
    """What the table counts, in which unit, and what brackets mean in it."""
    spec = building.spec
    said = [f"{spec.caption}, {spec.unit.sign}."]
    if any(isinstance(column.shows, Variance) for column in spec.columns):
        styles = {building.style or (group.style or spec.style) for group in spec.groups}
        styles = styles or {building.style or spec.style}
        said += (
            [meaning for style in styles if (meaning := MEANINGS[style])]
            if len(styles) == 1
            else [f"{group.label}: {MEANINGS[group.style or spec.style]}" for group in spec.groups]
        )
    return " ".join(said)


def _say_rounded(building: Build, groups: Sequence[Group]) -> None:
    """Say that figures are rounded where the parts as printed do not add up to their total as printed."""
    spec = building.spec
    apart = sum(_is_apart(building, part, rows) for part, rows in _sums(building, groups))
    if apart:
        totals = "1 total is" if apart == 1 else f"{apart} totals are"
        building.note(
            f"Figures are rounded from pounds and pence: {totals} not exactly what the figures above, as they are "
            f"printed in {spec.unit.sign}, add up to."
        )


def _sums(building: Build, groups: Sequence[Group]) -> Iterator[tuple[Figure, list[Figure]]]:
    """Every printed total with the printed figures that it adds up: down the groups, and across the columns."""
    spec = building.spec
    if spec.rows is not Rows.WORKSTREAMS:
        for group in groups:
            for column in spec.columns:
                if (total := building.figures.get((f"{group.key or 'all'}-total", column.key))) and group.total:
                    yield total, [building.figures[row.key, column.key] for row in group.rows]
    for column in spec.columns:
        if isinstance(column.shows, Sum):
            for (row, key), figure in building.figures.items():
                if key == column.key:
                    yield figure, [building.figures[row, name] for name in column.shows.columns]


def _is_apart(building: Build, total: Figure, parts: Iterable[Figure]) -> bool:
    unit, places = building.spec.unit, building.spec.places
    if total.amount is None:
        return False
    added = sum((rounded(part.amount, unit, places) for part in parts if part.amount is not None), Decimal())
    return added != rounded(total.amount, unit, places)


# --- Beside what others publish -----------------------------------------------------------------------------


def _compare(building: Build, table: Table) -> Table:
    """Note under the table, and at its figure, where a total of somebody else's differs from ours."""
    spec = building.spec
    theirs = [each for each in facts.control_totals(building.month) if each.table == spec.code]
    marked: dict[tuple[str, str], int] = {}
    for each in theirs:
        if said := _differs(building, table, each):
            marked[each.row, each.column] = building.note(said)
    if theirs and len(marked) < len(theirs):
        agree = len(theirs) - len(marked)
        building.note(
            f"{'Every' if not marked else 'Every other'} total that was published or is in the ledger agrees: {agree}."
        )
    return _marked(table, marked) if marked else table


def _differs(building: Build, table: Table, theirs: ControlTotal) -> str:
    spec = building.spec
    unit, places = spec.unit, spec.places
    ours = building.figures.get((theirs.row, theirs.column), Figure()).shown_as(building.style or spec.style)
    label = next((str(row.cells[HEAD].value) for _, row in table.lines() if row.key == theirs.row), theirs.row)
    column = next((column.heading for column in spec.columns if column.key == theirs.column), theirs.column)
    said = f"{label}, {column}: {theirs.source} has {_signed(theirs.pounds, building)}"
    why = f" {theirs.explanation}" if theirs.explanation else ""
    if ours is None:
        return f"{said}. No figure of these rows stands for that.{why}"
    apart = rounded(theirs.pounds, unit, places) - rounded(ours, unit, places)
    if not apart:
        return ""
    return (
        f"{said}; the rows add up to {_signed(ours, building)}, "
        f"{in_words(apart * unit.scale, unit, places)} {'less' if apart > 0 else 'more'}.{why}"
    )


def _signed(pounds: Decimal, building: Build) -> str:
    unit, places = building.spec.unit, building.spec.places
    minus = "-" if rounded(pounds, unit, places) < 0 else ""
    return f"{minus}{in_words(pounds, unit, places)}"


def _marked(table: Table, marked: Mapping[tuple[str, str], int]) -> Table:
    def mark(row: TableRow) -> TableRow:
        cells = {
            key: replace(cell, notes=(*cell.notes, marked[row.key, key])) if (row.key, key) in marked else cell
            for key, cell in row.cells.items()
        }
        return replace(row, cells=cells)

    groups = tuple(replace(group, rows=tuple(map(mark, group.rows))) for group in table.groups)
    return replace(table, groups=groups, foot=tuple(map(mark, table.foot)))
