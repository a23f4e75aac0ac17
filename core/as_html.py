"""Blocks as HTML, for the page and, without links, for the PDF.

The cells of a table are built here in plain code: a template included per cell takes ten times as long, and a wide
table has ten thousand of them.
"""

from collections.abc import Iterable
from itertools import groupby, zip_longest

from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from core.blocks import (
    EMPTY,
    NUMERIC,
    Block,
    Cell,
    CellPart,
    Chart,
    Column,
    Facts,
    HeaderCell,
    Kind,
    Level,
    Prose,
    RowGroup,
    RowRole,
    Table,
    TableRow,
    shown,
)
from core.charts import drawing
from core.markdown import rendered
from core.plain_text import Reading, cell_html
from core.plain_text import html as plain_html

NOT_STATED = SafeString('<span class="blank" title="Not stated">–<span class="vis"> not stated</span></span>')
SHORT = 14  # characters that need not wrap: a ref, a tranche
LINE_BREAK = SafeString("<br>")
NO_ATTRIBUTES = SafeString("")


def html(block: Block, *, links: bool = True) -> SafeString:
    """Return the block's HTML. Without links (on paper) nothing points back into the application."""
    match block:
        case Table():
            context = {
                "table": block,
                "head": [[(cell, _head_css(cell.column)) for cell in line] for line in block.header_rows()],
                "bodies": format_html_join("\n", "{}", ((body,) for body in _bodies(block, links=links))),
                "links": links,
            }
            return render_to_string("components/table.html", context)
        case Facts():
            facts = [(fact, _figure(fact.cell, shown(fact.cell, fact.kind), links=links)) for fact in block.facts]
            return render_to_string("components/facts.html", {"block": block, "facts": facts})
        case Prose():
            entries = [(e, _read(e.text, e.reading), _read(e.second, e.reading)) for e in block.entries]
            return render_to_string("components/prose.html", {"block": block, "entries": entries})
        case Chart():
            return render_to_string("components/chart.html", {"block": block, "drawing": drawing(block)})


def _read(text: str, reading: Reading) -> SafeString:
    return rendered(text) if reading is Reading.MARKDOWN else plain_html(text)


def _bodies(table: Table, *, links: bool) -> Iterable[SafeString]:
    """One body a group and one for the foot, because the head of a group heads all that shares its body."""
    for group, rows in [*((group, group.rows) for group in table.groups), (None, table.foot)]:
        if rows:
            banner = _banner(table, group) if group and group.label else ""
            lines = format_html_join("\n", "{}", ((_row(table, row, links=links),) for row in rows))
            yield format_html("<tbody>\n{}{}\n</tbody>", banner, lines)


def _banner(table: Table, group: RowGroup) -> SafeString:
    """What heads the rows of a group: its label, and over the columns of each top band what they are in this group."""
    widths = [len(list(run)) for band, run in groupby(table.columns, lambda column: column.bands[:1]) if band]
    if not group.bands:
        head = '<tr class="group"><th scope="rowgroup" colspan="{}">{}</th></tr>\n'
        return format_html(head, len(table.columns), group.label)
    spans = list(zip_longest(widths, group.bands[: len(widths)], fillvalue=""))
    cells = format_html_join("", '<td colspan="{}">{}</td>', spans)
    head = '<tr class="group"><th scope="rowgroup" colspan="{}">{}</th>{}</tr>\n'
    return format_html(head, len(table.columns) - sum(widths), group.label, cells)


def _row(table: Table, row: TableRow, *, links: bool) -> SafeString:
    found = ((_cell(_stated(row, column), column, row, table, links=links),) for column in table.columns)
    return format_html('<tr class="{}">{}</tr>', row.role, format_html_join("", "{}", found))


def stacking_cells(table: Table, row: TableRow) -> SafeString:
    """The cells of one row, for a page that puts something beside them and stacks them where it is narrow.

    There each carries its column's name, and all say what they are: a cell that is a block is none to some browsers.
    """
    head, cell = SafeString(' role="rowheader"'), ' role="cell" data-column="{}"'
    found = (
        (
            _cell(
                _stated(row, column),
                column,
                row,
                table,
                links=True,
                attributes=head if column.is_header else format_html(cell, column.label),
            ),
        )
        for column in table.columns
    )
    return format_html_join("", "{}", found)


def _stated(row: TableRow, column: Column) -> Cell:
    return row.cells.get(column.key, EMPTY)


def header_cells(table: Table) -> list[tuple[HeaderCell, str]]:
    """The columns' own heads with their classes, for the same pages: a table with bands is no list to edit."""
    return [(cell, _head_css(cell.column)) for line in table.header_rows() for cell in line]


def _cell(
    cell: Cell, column: Column, row: TableRow, table: Table, *, links: bool, attributes: SafeString = NO_ATTRIBUTES
) -> SafeString:
    text = shown(cell, column.kind, column.places)
    panel = f"open-{table.key}" if table.opens and not column.is_header else ""
    lines = [_figure(cell, text, links=links, panel=panel)] if text or not cell.parts else []
    lines += [_part(part, links=links, panel=panel) for part in cell.parts]
    content = format_html_join(LINE_BREAK, "{}", ((line,) for line in lines))
    for number in cell.notes:
        content += format_html(' <sup class="ref">{}</sup>', f"note {number}")
    if column.is_header:
        return format_html('<th scope="row"{}>{}</th>', attributes, content)
    return format_html('<td class="{}"{}>{}</td>', _css(cell, column, row), attributes, content)


def _figure(cell: Cell, text: str, *, links: bool, panel: str = "") -> SafeString:
    """What stands in a cell or beside a fact's name, linked to its evidence."""
    if cell.level:
        content = _level(cell.level, cell.text)
    elif cell.value is None and not text:
        return NOT_STATED
    elif isinstance(cell.value, str):
        content = cell_html(text, links=not (links and cell.href))
    else:
        content = escape(text)
    if cell.sense:
        content += format_html(' <span class="sense">{}</span>', cell.sense)
    return _linked(content, cell.href if links else "", panel)


def _part(part: CellPart, *, links: bool, panel: str) -> SafeString:
    text = _linked(escape(part.text), part.href if links else "", panel)
    return format_html('<span class="part">{}</span>', text)


def _linked(content: SafeString, href: str, panel: str) -> SafeString:
    """Lead to the evidence; where the table has a panel for it, a script opens it there."""
    if not href:
        return content
    if panel:
        return format_html(
            '<a href="{0}" hx-get="{0}" hx-target="#{1}" hx-swap="innerHTML show:#{1}:nearest">{2}</a>',
            href,
            panel,
            content,
        )
    return format_html('<a href="{}">{}</a>', href, content)


def _level(level: Level, text: str) -> SafeString:
    """Glyph and letter with the word for a screen reader, or glyph and word where there is room for it."""
    if text:
        return format_html('<span class="glyph" aria-hidden="true">{}</span> {}', level.glyph, text)
    return format_html(
        '<span class="glyph" aria-hidden="true">{}</span> {}<span class="vis"> {}</span>',
        level.glyph,
        level.letter,
        level.word,
    )


def _css(cell: Cell, column: Column, row: TableRow) -> str:
    names = [str(column.kind)]
    if cell.level:
        names.append(f"level-{cell.level.token}")
    if column.is_past:
        names.append("last")
    if cell.sense:
        names.append(cell.sense)
    texts = (shown(cell, column.kind), *(part.text for part in cell.parts))
    if column.kind is Kind.TEXT and max(map(len, texts)) <= SHORT:
        names.append("short")
    if row.role is RowRole.BODY and cell.value == 0 and column.kind in NUMERIC:
        names.append("zero")
    return " ".join(names)


def _head_css(column: Column | None) -> str:
    if column is None:
        return ""
    names = [str(column.kind)]
    if column.is_past:
        names.append("last")
    if len(column.label) <= SHORT:
        names.append("short")
    return " ".join(names)
