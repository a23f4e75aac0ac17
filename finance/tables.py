"""Money tables: what a scheme lays out, worked out from the lines of a month and compared with what others publish."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.blocks import Cell, Column, Kind, RowGroup, RowRole, Table, TableRow
from finance import facts
from finance.cells import Figure, MoneyRow, cell_of, figure_of
from finance.columns import MoneyColumn, RatingOf, Variance, Words
from finance.facts import MoneyLine
from finance.measures import LineKind
from finance.models import ControlTotal
from finance.notes import HEAD, differing, noted
from finance.scheme import Foot, MoneyGroup, MoneyTable, Rows, Style
from programmes import figures
from programmes.month import Month
from programmes.tree import Node

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
    """A table on its way, and the figures worked out so far."""

    month: Month
    spec: MoneyTable
    style: Style | None  # in place of every style of the table; None: its own
    figures: dict[tuple[str, str], Figure] = field(default_factory=dict)  # by row and column


def disagreements(month: Month, specs: Iterable[MoneyTable]) -> Iterator[tuple[ControlTotal, str]]:
    """The totals of others that ours differ from, each with the sentence that says so."""
    stated = {each.table for each in facts.control_totals(month)}
    for spec in specs:
        if spec.code in stated:
            yield from worked_out(month, spec).disagreements.items()


@dataclass(frozen=True, slots=True)
class Worked:
    """A table with the figures behind its cells, by row and column, and where others state something else."""

    spec: MoneyTable
    table: Table
    figures: Mapping[tuple[str, str], Figure]
    disagreements: Mapping[ControlTotal, str]  # each with the sentence that says so


def build(month: Month, spec: MoneyTable, *, style: Style | None = None) -> Table:
    return worked_out(month, spec, style=style).table


def worked_out(month: Month, spec: MoneyTable, *, style: Style | None = None) -> Worked:
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
        empty="No money has been reported for it." if spec.rated is None else "None stands at these levels.",
    )
    theirs = [each for each in facts.control_totals(month) if each.table == spec.code]
    found = differing(spec, table, building.figures, theirs)
    return Worked(spec, noted(spec, table, building.figures, theirs, found), building.figures, found)


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
    if spec.is_cashable:
        found = [line for line in found if line.cashable]
    if spec.rows is not Rows.WORKSTREAMS:
        found = [line for line in found if _stands(month, spec, month.tree.by_pk.get(line.workstream))]
    return found


def _stands(month: Month, spec: MoneyTable, node: Node | None) -> bool:
    """Whether a workstream is of the tiers and of the levels that the table shows."""
    if spec.tiers and (node is None or node.tier not in spec.tiers):
        return False
    if spec.rated is None:
        return True
    level = figures.level(month, node, spec.rated.dimension, month.period)
    return level is not None and level.code in spec.rated.levels


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
            nodes = [node for node in top.walk() if _stands(month, spec, node)]
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
            if not column.is_hidden:
                cells[column.key] = _money(building, figure, style, is_explained=column.key in explained)
        else:
            cells[column.key] = cell_of(month, spec, column.shows, row, figures)
    return TableRow(row.key, cells, row.role)


def _counted(row: MoneyRow, column: MoneyColumn) -> Sequence[MoneyLine]:
    only: frozenset[LineKind] = row.foot.kinds.get(column.key, frozenset()) if row.foot else frozenset()
    return [line for line in row.lines if line.kind in only] if only else row.lines


def _money(building: Build, figure: Figure, style: Style, *, is_explained: bool) -> Cell:
    spec = building.spec
    cell = figure.cell(spec.unit, spec.places, style, brackets=spec.has_brackets)
    return replace(cell, sense="") if is_explained or style is Style.WORDS else cell


# --- What stands above, and what is said below --------------------------------------------------------------


def _columns(spec: MoneyTable) -> tuple[Column, ...]:
    head = Column(HEAD, spec.head, Kind.TEXT, is_header=True)
    return (head, *(_column(spec, column) for column in spec.columns if not column.is_hidden))


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
    has_money = any(column.is_money and not column.is_hidden for column in spec.columns)
    said = [f"{spec.caption}, {spec.unit.sign}." if has_money else f"{spec.caption}."]
    if any(isinstance(column.shows, Variance) for column in spec.columns):
        styles = {building.style or (group.style or spec.style) for group in spec.groups}
        styles = styles or {building.style or spec.style}
        said += (
            [meaning for style in styles if (meaning := MEANINGS[style])]
            if len(styles) == 1
            else [f"{group.label}: {MEANINGS[group.style or spec.style]}" for group in spec.groups]
        )
    return " ".join(said)
