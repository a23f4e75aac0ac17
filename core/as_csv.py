"""Tables as CSV, one file a table, safe to open in a spreadsheet."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from decimal import Decimal

from core.blocks import EMPTY, Cell, Column, Table, shown

# A spreadsheet takes a cell that begins so for a formula. Full-width forms are folded to these by some of them.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """Return text that no spreadsheet runs: a leading apostrophe where it would.

    Text that has apostrophes there already gets one more, so that reading back removes exactly one.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def dump(table: Table) -> bytes:
    """Return one table as UTF-8 CSV with a byte order mark, which Excel needs to read £ and é.

    Text is quoted and numbers are not: some spreadsheets split what is not quoted at semicolons too.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_STRINGS)
    grouped = any(group.label for group in table.groups)
    head = [_heading(column) for column in table.columns]
    writer.writerow([guarded(text) for text in (["Group"] if grouped else []) + head])
    for group, row in table.lines():
        line = [_plain(row.cells.get(column.key, EMPTY), column) for column in table.columns]
        writer.writerow(([guarded(group.label if group else "")] if grouped else []) + line)
    return out.getvalue().encode("utf-8-sig")


def _heading(column: Column) -> str:
    """A column's whole heading; money that the page prints in thousands or millions stands here in pounds."""
    label = " – ".join((*column.bands, column.label))
    return f"{label} (£)" if column.unit else label


def bundle(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of (name, content), the same bytes for the same input."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _plain(cell: Cell, column: Column) -> str | int | Decimal:
    """Return a number as a number, a day as ISO, a rating as its word, anything else as printed; parts follow it."""
    value: str | int | Decimal
    match cell.value:
        case int():
            value = cell.value
        case Decimal():
            value = Decimal(f"{cell.value:f}")  # without an exponent
        case dt.date() if not cell.text:
            value = cell.value.isoformat()
        case _:
            value = cell.level.word if cell.level else shown(cell, column.kind, column.places)
    if cell.parts:
        value = "; ".join(filter(None, [str(value), *(part.text for part in cell.parts)]))
    return guarded(value) if isinstance(value, str) else value
