"""A report as a workbook: a contents sheet, one sheet a table, one for the words.

No formula, no macro, no hidden part, no author: what is handed on holds what is on the page and nothing else.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as Field
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from core.as_csv import FORMULA_STARTS
from core.blocks import EMPTY, NUMERIC, Cell, Column, Facts, Kind, Prose, Report, RowRole, Table, TableRow, shown
from core.dates import long_date

# The levels' colours as spreadsheets take them; the page has the same in its custom properties.
FILLS = {
    "green": ("1C7A37", "FFFFFF"),
    "amber": ("F2B01E", "1B1400"),
    "red": ("B3261E", "FFFFFF"),
    "blue": ("1F5FA6", "FFFFFF"),
    "none": ("E6E9EC", "3D444B"),
    "yellow": ("FFE14D", "1B1700"),
    "orange": ("B84A00", "FFFFFF"),
    "purple": ("68379A", "FFFFFF"),
    "teal": ("0B6670", "FFFFFF"),
    "pink": ("B0246F", "FFFFFF"),
    "brown": ("6B4423", "FFFFFF"),
    "grey": ("565E66", "FFFFFF"),
}
BEFORE, AFTER = {Kind.MONEY: '"£"'}, {Kind.PERCENT: '"%"'}  # a number, as the page prints it
RESERVED = ("Contents", "Text", "History")  # our own sheets, and a name that Excel keeps for itself
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
TEXT_LIMIT = 32_767  # Excel's own; openpyxl would cut there without a word
FIXED_TIME = dt.datetime(2000, 1, 1)  # noqa: DTZ001 -- a workbook has no zone; fixed so that the same input gives the same bytes
LINE_HEIGHT, MOST_LINES = 15.0, 27  # points; Excel holds a row to 409
RULE = Border(bottom=Side(style="medium"))


def _font(**style: Any) -> Font:
    """One face throughout: a font without a name is whatever the reader's program takes."""
    return Font(name="Calibri", **({"size": 11} | style))


BOLD, TITLE, FAINT = _font(bold=True), _font(bold=True, size=14), _font(color="4A5259")


def dump(report: Report) -> bytes:
    """Return the report as XLSX, the same bytes for the same report."""
    book = Workbook()
    book.properties.creator = ""
    book.properties.title = _clean(f"{report.title}, {report.period}")
    book.properties.created = book.properties.modified = FIXED_TIME
    contents = book.active
    contents.title = "Contents"
    sheets: dict[str, Table] = {}
    for table in report.tables():
        if not table.is_empty:
            sheets[_sheet_name(table.key, sheets)] = table
    for name, table in sheets.items():
        _write_table(book.create_sheet(name), table)
    texts = list(_texts(report))
    if texts:
        _write_texts(book.create_sheet("Text"), texts)
    _write_contents(contents, report, sheets, has_text=bool(texts))
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    # openpyxl stamps the moment of saving on the properties and on every part: both are put back.
    fixed = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _sheet_name(key: str, taken: Iterable[str]) -> str:
    """A valid name of at most 31 characters, unlike every other in the book."""
    words = re.sub(r"[\[\]:*?/\\'_-]", " ", _clean(key)).split()
    plain = " ".join(words).capitalize()[:28].rstrip() or "Table"
    others = {other.casefold() for other in (*RESERVED, *taken)}
    name, n = plain, 2
    while name.casefold() in others:
        name, n = f"{plain} {n}", n + 1
    return name


def _clean(text: str) -> str:
    """Text as a workbook can hold it: lines end one way, and what XML has no place for is left out."""
    return NOT_IN_XML.sub("", re.sub(r"\r\n?", "\n", text))


def _put(field: Field, value: str | int | Decimal | dt.date | None) -> Field:
    """Write a value as what it is: text that begins with "=" or reads "#REF!" stays text."""
    if isinstance(value, str):
        clean = _clean(value)
        if len(clean) > TEXT_LIMIT:
            clean = clean[: TEXT_LIMIT - 60] + " … (continues: see the page, the PDF or the JSON)"
        field.value = clean
        field.data_type = "s"
        field.quotePrefix = clean.startswith(FORMULA_STARTS)
        field.alignment = Alignment(wrap_text=True, vertical="top")
    else:
        field.value = value
    return field


def _write_table(sheet: Worksheet, table: Table) -> None:
    _put(sheet.cell(1, 1), table.caption).font = TITLE
    sheet.cell(1, 1).alignment = Alignment(wrap_text=False)
    line = 2
    for note in table.notes:
        _put(sheet.cell(line, 1), note).font = FAINT
        sheet.cell(line, 1).alignment = Alignment(wrap_text=False)
        line += 1
    grouped = any(group.label for group in table.groups)
    for depth in range(table.depth):
        for n, column in enumerate(table.columns, 1 + grouped):
            if len(column.bands) > depth:
                band = _put(sheet.cell(line, n), column.bands[depth])
                band.font, band.alignment = BOLD, Alignment(horizontal="right" if column.kind in NUMERIC else None)
        line += 1
    if grouped:
        _head(sheet.cell(line, 1), "Group")
    for n, column in enumerate(table.columns, 1 + grouped):
        _head(sheet.cell(line, n), column.label, column.kind)
    sheet.freeze_panes = sheet.cell(line + 1, 2 + grouped)
    for group, row in table.lines():
        line += 1
        if grouped:
            _put(sheet.cell(line, 1), group.label if group else "")
        _write_row(sheet, line, 1 + grouped, table, row)
    for n, width in enumerate(_widths(table, grouped=grouped), 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    _print_on_one_width(sheet)


def _write_row(sheet: Worksheet, line: int, first: int, table: Table, row: TableRow) -> None:
    for n, column in enumerate(table.columns, first):
        cell = row.cells.get(column.key, EMPTY)
        field = _put(sheet.cell(line, n), _excel_value(cell, column))
        if row.role in {RowRole.TOTAL, RowRole.SUBTOTAL} or column.is_header:
            field.font = BOLD
        if row.role is RowRole.UNACCOUNTED:
            field.font = _font(italic=True, bold=column.is_header)
        if isinstance(field.value, (int, Decimal, dt.date)):
            field.number_format = _number_format(field.value, column, cell.text)
        if cell.level:
            fill, ink = FILLS[cell.level.token]
            field.fill, field.font = (
                PatternFill("solid", fgColor=fill),
                _font(color=ink, bold=not column.is_past),
            )


def _number_format(value: int | Decimal | dt.date, column: Column, text: str) -> str:
    if isinstance(value, dt.date):
        return "d mmmm yyyy"
    places = "." + "0" * column.places if column.places else ""
    if column.unit:  # the cell holds pounds, and a comma behind the figure shows thousands of them
        figure = "#,##0" + places + "," * round(column.unit.scale.log10() / 3)
        return f"{figure};({figure})" if text.startswith("(") else figure
    return BEFORE.get(column.kind, "") + "#,##0" + places + AFTER.get(column.kind, "")


def _words(cell: Cell, column: Column) -> str:
    """What is read in a cell; a rating's word, because a colour and a letter alone are lost in a copy."""
    return cell.level.word if cell.level else shown(cell, column.kind, column.places)


def _excel_value(cell: Cell, column: Column) -> str | int | Decimal | dt.date | None:
    text = _words(cell, column)
    if cell.parts:
        return "\n".join(filter(None, [text, *(part.text for part in cell.parts)]))
    if isinstance(cell.value, (int, Decimal)) or (isinstance(cell.value, dt.date) and not cell.text):
        return cell.value
    return text or None


def _widths(table: Table, *, grouped: bool) -> list[int]:
    widths = [24] if grouped else []
    for column in table.columns:
        texts = [_words(row.cells.get(column.key, EMPTY), column) for _, row in table.lines()]
        longest = max([len(column.label), *(len(text) for text in texts)])
        widths.append(min(60, max(14 if column.kind in NUMERIC else 12, longest + 2)))
    return widths


def _texts(report: Report) -> Iterable[tuple[str, ...]]:
    """(section, heading, about, text, second) for every fact and every entry of narrative."""
    for section in report.sections:
        for block in section.blocks:
            match block:
                case Facts():
                    for fact in block.facts:
                        value = fact.cell.level.word if fact.cell.level else shown(fact.cell, fact.kind)
                        yield section.title, fact.label, "", value, fact.note
                case Prose():
                    for entry in block.entries:
                        heading = " – ".join(filter(None, [block.caption, entry.heading, entry.on, *entry.tags]))
                        yield section.title, heading, entry.about, entry.text, entry.second
                case _:
                    pass


def _write_texts(sheet: Worksheet, texts: Iterable[tuple[str, ...]]) -> None:
    for n, (text, width) in enumerate(
        [("Section", 28), ("Heading", 32), ("About", 32), ("Text", 80), ("Further", 40)], 1
    ):
        _head(sheet.cell(1, n), text)
        sheet.column_dimensions[get_column_letter(n)].width = width
    for line, values in enumerate(texts, 2):
        for n, value in enumerate(values, 1):
            _put(sheet.cell(line, n), value or None)
    sheet.freeze_panes = "A2"
    _give_room(sheet)
    _print_on_one_width(sheet)


def _write_contents(sheet: Worksheet, report: Report, sheets: Mapping[str, Table], *, has_text: bool) -> None:
    lines = [
        ("Report", report.title),
        ("Position", report.standing),
        ("As at", f"{long_date(report.as_at)}, edition {report.edition}"),
        *(("About the figures", note) for note in report.notes),
        *(("Proof", sentence) for sentence in (report.proof.sentences if report.proof else ())),
        *((f"Caveat: {section.title}", section.caveat) for section in report.sections if section.caveat),
    ]
    for n, (label, text) in enumerate(lines, 1):
        _put(sheet.cell(n, 1), label).font = BOLD
        _put(sheet.cell(n, 2), text)
    sheet.cell(1, 2).font = TITLE
    start = len(lines) + 2
    for n, text in enumerate(("Sheet", "What it holds"), 1):
        _head(sheet.cell(start, n), text)
    listed = [(name, table.caption) for name, table in sheets.items()]
    listed += [("Text", "Key points, narrative and single figures")] if has_text else []
    for line, (name, caption) in enumerate(listed, start + 1):
        link = _put(sheet.cell(line, 1), name)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{name}'!A1")
        link.font = _font(color="0B6E75", underline="single")
        _put(sheet.cell(line, 2), caption)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 100
    _give_room(sheet)
    _print_on_one_width(sheet)


def _head(field: Field, text: str, kind: Kind = Kind.TEXT) -> None:
    """A column's heading, over its figures."""
    _put(field, text).font = BOLD
    field.border = RULE
    field.alignment = Alignment(wrap_text=True, vertical="bottom", horizontal="right" if kind in NUMERIC else None)


def _give_room(sheet: Worksheet) -> None:
    """Make rows as high as their wrapped text needs: not every program does so when it opens a book."""
    for row in sheet.iter_rows():
        lines = [
            sum(
                1 + len(line) // int(sheet.column_dimensions[field.column_letter].width)
                for line in str(field.value).split("\n")
            )
            for field in row
            if field.value is not None
        ]
        if lines and max(lines) > 1:
            sheet.row_dimensions[row[0].row].height = LINE_HEIGHT * min(max(lines), MOST_LINES)


def _print_on_one_width(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
