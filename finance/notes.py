"""What is said below a money table: what others state otherwise, what is not added up, and what is rounded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from core.blocks import EMPTY, RowRole, Table, TableRow
from core.money import in_words, rounded
from finance.cells import Figure
from finance.columns import MoneyColumn, Sum, Variance
from finance.measures import Flow
from finance.models import ControlTotal
from finance.scheme import MoneyTable, Rows

HEAD = "line"  # the key of a table's first column
FLOWS = {Flow.OUT: "costs", Flow.IN: "savings and income", Flow.HELD: "balances"}

type Place = tuple[str, str]  # a row and a column, by their keys
type Figures = Mapping[Place, Figure]


def noted(
    spec: MoneyTable, table: Table, figures: Figures, theirs: Sequence[ControlTotal], found: Mapping[ControlTotal, str]
) -> Table:
    """The table with its notes, each at the cell that it is about."""
    at_cells = {(each.row, each.column): sentence for each, sentence in found.items()}
    notes: list[str] = []
    numbers: dict[Place, int] = {}
    for place, sentence in _at_cells(spec, table, figures, at_cells):
        notes.append(sentence)
        numbers[place] = len(notes)
    notes += [*_incomplete(table, figures), *_rounded(spec, table, figures), *_agreeing(theirs, found)]
    return replace(_marked(table, numbers), notes=tuple(notes))


def _at_cells(
    spec: MoneyTable, table: Table, figures: Figures, differs: Mapping[Place, str]
) -> Iterator[tuple[Place, str]]:
    """A sentence for each cell that needs one, in the order of the table."""
    left = dict(differs)
    for _, row in table.lines():
        for column in spec.columns:
            place = row.key, column.key
            figure = figures.get(place, Figure())
            said = [_unlike(spec, row, column, figure.unlike)] if figure.unlike else []
            said += [left.pop(place)] if place in left else []
            if said:
                yield place, " ".join(said)
    yield from left.items()  # of a row that is not there


def _unlike(spec: MoneyTable, row: TableRow, column: MoneyColumn, parts: Mapping[Flow, Decimal]) -> str:
    """Why a sum of unlike things is blank, and what they are apart."""
    if isinstance(column.shows, Variance):
        each = (Figure(pounds, flow, is_variance=True) for flow, pounds in parts.items())
        amounts = [figure.words(spec.unit, spec.places, "{} ({})") for figure in each]
    else:
        amounts = [in_words(pounds, spec.unit, spec.places) for pounds in parts.values()]
    said = "; ".join(f"{FLOWS[flow]} {amount}" for flow, amount in zip(parts, amounts, strict=True))
    return f"{row.cells[HEAD].value}, {column.heading}: {said}: unlike things, which are not added up."


# --- What others state --------------------------------------------------------------------------------------


def differing(
    spec: MoneyTable, table: Table, figures: Figures, theirs: Iterable[ControlTotal]
) -> dict[ControlTotal, str]:
    """The totals of others that ours differ from, each with the sentence that says so."""
    rows = {row.key: row for _, row in table.lines()}
    found = ((each, _differs(spec, rows.get(each.row), figures, each)) for each in theirs)
    return {each: sentence for each, sentence in found if sentence}


def _differs(spec: MoneyTable, row: TableRow | None, figures: Figures, theirs: ControlTotal) -> str:
    unit, places = spec.unit, spec.places
    cell = row.cells.get(theirs.column, EMPTY) if row else EMPTY
    why = f" {theirs.explanation}" if theirs.explanation else ""
    stated = f"{theirs.source} has {_signed(spec, theirs.pounds)}"
    if figures.get((theirs.row, theirs.column), Figure()).unlike:  # the note says already what it is about
        return f"{stated[:1].upper()}{stated[1:]}.{why}"
    label = row.cells[HEAD].value if row else theirs.row
    column = next((column.heading for column in spec.columns if column.key == theirs.column), theirs.column)
    if not isinstance(cell.value, Decimal):
        return f"{label}, {column}: {stated}. No figure of these rows stands for that.{why}"
    apart = rounded(theirs.pounds, unit, places) - rounded(cell.value, unit, places)
    if not apart:
        return ""
    ours = "here stands" if row and row.role is RowRole.BODY else "the rows add up to"
    by = f"{in_words(apart * unit.scale, unit, places)} {'less' if apart > 0 else 'more'}"
    return f"{label}, {column}: {stated}; {ours} {_signed(spec, cell.value)}, {by}.{why}"


def _signed(spec: MoneyTable, pounds: Decimal) -> str:
    minus = "-" if rounded(pounds, spec.unit, spec.places) < 0 else ""
    return f"{minus}{in_words(pounds, spec.unit, spec.places)}"


def _agreeing(theirs: Sequence[ControlTotal], found: Mapping[ControlTotal, str]) -> Iterator[str]:
    agree = len(theirs) - len(found)
    if agree:
        yield f"{'Every other' if found else 'Every'} total that was published or is in the ledger agrees: {agree}."


# --- What the figures leave out -----------------------------------------------------------------------------


def _incomplete(table: Table, figures: Figures) -> Iterator[str]:
    """Say how many lines a total of variances leaves out, because they state one of its two figures alone."""
    totals = {row.key for _, row in table.lines() if row.role is not RowRole.BODY}
    most = max((figure.left_out for (row, _), figure in figures.items() if row in totals), default=0)
    if most:
        lines = "1 line states" if most == 1 else f"{most} lines state"
        yield f"A variance is of the lines that state both figures: {lines} only one of them."


def _rounded(spec: MoneyTable, table: Table, figures: Figures) -> Iterator[str]:
    """Say that figures are rounded where the parts as printed do not add up to their total as printed."""
    apart = sum(_is_apart(spec, total, parts) for total, parts in _sums(spec, table, figures))
    if apart:
        totals = "1 total is" if apart == 1 else f"{apart} totals are"
        yield f"Figures are rounded to {spec.unit.sign}: {totals} not exactly what the parts, as printed, add up to."


def _sums(spec: MoneyTable, table: Table, figures: Figures) -> Iterator[tuple[Figure, list[Figure]]]:
    """Every printed total with the printed figures that it adds up: down the groups, and across the columns."""
    nothing = Figure()
    for group in table.groups if spec.rows is not Rows.WORKSTREAMS else ():
        parts = [row.key for row in group.rows if row.role is RowRole.BODY]
        for total in (row.key for row in group.rows if row.role is not RowRole.BODY):
            for column in spec.columns:
                yield (
                    figures.get((total, column.key), nothing),
                    [figures.get((row, column.key), nothing) for row in parts],
                )
    for column in spec.columns:
        if isinstance(column.shows, Sum):
            for row in {row for row, key in figures if key == column.key}:
                yield figures[row, column.key], [figures[row, name] for name in column.shows.columns]


def _is_apart(spec: MoneyTable, total: Figure, parts: Iterable[Figure]) -> bool:
    if total.amount is None:
        return False
    added = sum((rounded(part.amount, spec.unit, spec.places) for part in parts if part.amount is not None), Decimal())
    return added != rounded(total.amount, spec.unit, spec.places)


def _marked(table: Table, numbers: Mapping[Place, int]) -> Table:
    def mark(row: TableRow) -> TableRow:
        cells = {
            key: replace(cell, notes=(numbers[row.key, key],)) if (row.key, key) in numbers else cell
            for key, cell in row.cells.items()
        }
        return replace(row, cells=cells)

    groups = tuple(replace(group, rows=tuple(map(mark, group.rows))) for group in table.groups)
    return replace(table, groups=groups, foot=tuple(map(mark, table.foot)))
