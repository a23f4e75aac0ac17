"""Says which header cells speak for each cell of a table.

The rules are HTML's own (“forming relationships between data cells and header cells”), walked once from top to
bottom: a header speaks for the cells below it or beside it until one of the same width takes over. A banner that
starts a group of rows speaks for the rows up to the next banner, but not for a total.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reports.pdf.structure import StructElem

ROW_SCOPES = ("row", "rowgroup")
COLUMN_SCOPES = ("col", "colgroup")
UNGROUPED = ("total",)  # classes of rows that sum up all groups


@dataclass(slots=True)
class _Column:
    """The headers that hold for a column at the row reached so far."""

    headers: dict[tuple[int, int], list[StructElem]] = field(default_factory=dict)  # first column and width → cells
    fresh: set[tuple[int, int]] = field(default_factory=set)  # extents seen in the header rows just above
    in_header: bool = False

    def pass_header(self, extent: tuple[int, int], cell: StructElem) -> None:
        """Take a column header: it joins those right above it and replaces those further up."""
        if not self.in_header:
            self.fresh.clear()
        self.in_header = True
        if extent in self.fresh:
            self.headers[extent].append(cell)
        else:
            self.headers[extent] = [cell]
            self.fresh.add(extent)

    def cells(self) -> Iterator[StructElem]:
        for cells in self.headers.values():
            yield from cells


def is_row_header(cell: StructElem) -> bool:
    """Return whether a header cell speaks for what stands beside it. Unsaid, it does outside the table's head."""
    if scope := cell.scope():
        return scope in ROW_SCOPES
    return cell.nearest("THead") is None


def headers(table: StructElem) -> dict[StructElem, list[StructElem]]:
    """Return the header cells of each data cell: its group's, its row's, its columns' from the top."""
    walk = _Walk()
    for section in table.nodes():
        if section.kind in ("THead", "TBody", "TFoot"):
            walk.banner = None
            for row in section.nodes():
                walk.pass_row(row)
        elif section.kind == "TR":
            walk.pass_row(section)
    return walk.finished()


class _Walk:
    def __init__(self) -> None:
        self.banner: StructElem | None = None
        self._columns: dict[int, _Column] = {}
        self._open: list[tuple[int, int, StructElem]] = []  # cells that reach into later rows: last row, column, cell
        self._row = 0
        self._found: dict[StructElem, tuple[int, list[StructElem]]] = {}  # data cell → its column, its headers

    def pass_row(self, row: StructElem) -> None:
        placed = list(self._place(row))
        above = [cell for last, _, cell in self._open if last >= self._row and cell.kind == "TH"]
        beside = [cell for cell in (*above, *(cell for _, cell in placed)) if _speaks_sideways(cell)]
        for column, cell in placed:
            if cell.kind == "TH":
                self._pass_header(column, cell)
            else:
                self._pass_data(column, cell, beside, grouped=not any(map(row.has_class, UNGROUPED)))
        self._open += [(self._row + cell.rows - 1, column, cell) for column, cell in placed if cell.rows > 1]
        self._row += 1

    def _place(self, row: StructElem) -> Iterator[tuple[int, StructElem]]:
        """Yield the row's cells with their first columns, leaving out those taken from above."""
        taken = {
            column + extra for last, column, cell in self._open if last >= self._row for extra in range(cell.columns)
        }
        column = 0
        for cell in row.nodes():
            while column in taken:
                column += 1
            yield column, cell
            column += cell.columns

    def _column(self, number: int) -> _Column:
        return self._columns.setdefault(number, _Column())

    def _pass_header(self, column: int, cell: StructElem) -> None:
        if cell.scope() == "rowgroup":
            self.banner = cell
        if is_row_header(cell):
            return
        for number in range(column, column + cell.columns):
            self._column(number).pass_header((column, cell.columns), cell)

    def _pass_data(self, column: int, cell: StructElem, beside: list[StructElem], *, grouped: bool) -> None:
        found = [self.banner] if self.banner and grouped else []
        found += beside
        for number in range(column, column + cell.columns):
            self._column(number).in_header = False
            found += self._column(number).cells()
        self._found[cell] = (column, list(dict.fromkeys(found)))

    def finished(self) -> dict[StructElem, list[StructElem]]:
        """Return the answer; the empty corner above a column's header takes that header."""
        return {cell: found or list(self._column(column).cells()) for cell, (column, found) in self._found.items()}


def _speaks_sideways(cell: StructElem) -> bool:
    return cell.kind == "TH" and is_row_header(cell) and cell.scope() != "rowgroup"
