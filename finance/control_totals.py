"""Control totals: which cell of which table one is about, and how it is asked for and shown."""

from collections.abc import Iterator, Mapping

from core.blocks import Cell, Column, Kind
from finance.forms import ControlTotalForm
from finance.models import ControlTotal
from finance.scheme import MoneyTable, tables
from programmes.month import Month
from programmes.rows import Row, RowKind, register
from programmes.rows.base import lost


def find(month: Month, key: str) -> Row[ControlTotal]:
    """Key: TABLE/ROW/COLUMN, of a column of money, whether one is stated for that cell already or not."""
    code, _, cell = key.partition("/")
    row, _, column = cell.rpartition("/")
    spec = tables(month.scheme).get(code)
    if spec is None or not row or column not in {each.key for each in spec.columns if each.is_money}:
        raise lost(month, f"figure {cell} of a money table {code}")
    found = ControlTotal.objects.of(month.period).filter(table=code, row=row, column=column).first()
    return of(month, found or ControlTotal(period=month.period, table=code, row=row, column=column))


def of(month: Month, row: ControlTotal) -> Row[ControlTotal]:
    assert month.tree.root is not None
    row.period = month.period
    return Row(
        KIND, f"{row.table}/{row.row}/{row.column}", row, month.tree.root, f"Control total of {_named(month, row)}"
    )


def _named(month: Month, row: ControlTotal) -> str:
    spec = tables(month.scheme).get(row.table)
    return f"“{spec.caption}”: {dict(totals(spec)).get(f'{row.row}/{row.column}', row.row)}" if spec else str(row)


def totals(spec: MoneyTable) -> Iterator[tuple[str, str]]:
    """Every total of a table as the scheme names it: ROW/COLUMN, and what it is called."""
    for row, label in total_rows(spec):
        for column in spec.columns:
            if column.is_money and not column.is_hidden:
                yield f"{row}/{column.key}", f"{label}, {column.heading}"


def total_rows(spec: MoneyTable) -> list[tuple[str, str]]:
    """The rows that add others up, each with its label."""
    groups = [(f"{group.key}-total", group.total) for group in spec.groups if group.total]
    return [*groups, *((foot.key, foot.label) for foot in spec.feet)]


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
