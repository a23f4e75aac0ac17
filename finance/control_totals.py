"""Control totals: which cell of which table one is about, and how it is asked for and shown."""

from collections.abc import Mapping

from core.blocks import Cell, Column, Kind, RowRole, Table
from finance.forms import ControlTotalForm
from finance.models import ControlTotal
from finance.scheme import tables
from finance.tables import HEAD, build
from programmes.month import Month
from programmes.rows import Row, RowKind, register
from programmes.rows.base import lost


def find(month: Month, key: str) -> Row[ControlTotal]:
    """Key: TABLE/ROW/COLUMN, of any cell of money, whether one is stated for it already or not."""
    code, _, cell = key.partition("/")
    row, _, column = cell.rpartition("/")
    found = ControlTotal.objects.of(month.period).filter(table=code, row=row, column=column).first()
    spec = tables(month.scheme).get(code)
    if found is None and (spec is None or cell not in dict(cells_of(build(month, spec)))):
        raise lost(month, f"cell {cell} of a money table {code}")
    return of(month, found or ControlTotal(period=month.period, table=code, row=row, column=column))


def of(month: Month, row: ControlTotal) -> Row[ControlTotal]:
    assert month.tree.root is not None
    row.period = month.period
    key = f"{row.table}/{row.row}/{row.column}"
    return Row(KIND, key, row, month.tree.root, f"Control total of {_named(month, row)}")


def _named(month: Month, row: ControlTotal) -> str:
    spec = tables(month.scheme).get(row.table)
    if spec is None:
        return str(row)
    words = dict(cells_of(build(month, spec))).get(f"{row.row}/{row.column}", f"{row.row}, {row.column}")
    return f"“{spec.caption}”: {words}"


def cells_of(table: Table, *, totals_alone: bool = False) -> list[tuple[str, str]]:
    """Every cell of money of a table, ROW/COLUMN, with what it is called."""
    columns = [column for column in table.columns if column.kind is Kind.MONEY]
    return [
        (f"{row.key}/{column.key}", f"{row.cells[HEAD].value}, {' '.join((*column.bands, column.label))}")
        for _, row in table.lines()
        if row.role is not RowRole.BODY or not totals_alone
        for column in columns
    ]


def columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("total", "Control total", Kind.TEXT, is_header=True),
        Column("pounds", "It says", Kind.MONEY, places=2),
        Column("source", "Source", Kind.TEXT),
        Column("explanation", "Why it differs", Kind.TEXT),
    )


def cells(month: Month, target: Row[ControlTotal]) -> Mapping[str, Cell]:
    row = target.row
    return {
        "total": Cell(_named(month, row)),
        "pounds": Cell(row.pounds),
        "source": Cell(row.source or None),
        "explanation": Cell(row.explanation or None),
    }


KIND = register(RowKind("controltotal", "control total", ControlTotal, ControlTotalForm, find, of, columns, cells))
