"""Holds every laid-out box to its page, and changes the HTML of what runs over it, so that it is laid out again.

A table that is too wide turns its page, then tightens, then goes on in column parts. Words that nothing lets break may
then break anywhere. Rows so high that a heading is left alone on the page before them need not keep together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes

from reports.pdf import columns
from reports.pdf.marks import Box, unwrapped

TOLERANCE = 1.0  # CSS pixels: half a collapsed border, and what is lost in rounding
TIGHT = 0.8  # how wide a table is once it is tight, beside what it was
NAME = 40  # letters of a row's head that should stand in a line before the table is left as it is
LETTER = 5.0  # CSS pixels
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "caption")
NAMED = 60  # characters of what is named


class DoesNotFit(Exception):
    """Something cannot be laid out within its page. The text is its name."""


@dataclass(eq=False, slots=True)
class Overrun:
    """What ends outside the text of its page: a table, or the block that holds the words."""

    element: Element
    is_off_paper: bool = False
    widths: list[float] = field(default_factory=list)  # of a table's columns


@dataclass(slots=True)
class Layout:
    """What was found wrong in a laid-out document."""

    overruns: dict[Element, Overrun] = field(default_factory=dict)
    stranded: list[Element] = field(default_factory=list)  # tables whose heading stands at the end of the page before
    turned_width: float = 0  # of the text on a page that lies on its side

    def __bool__(self) -> bool:
        return bool(self.overruns or self.stranded)


def lay_out(document: Any, **given: Any) -> Any:
    """Lay out an HTML document, again for as long as something runs over and can be changed so that it does not."""
    root = document.etree_element
    while True:
        try:
            laid_out = document.render(**given)
        except AssertionError:  # WeasyPrint's own, where rows that have to keep together are higher than a page
            if not _loosen(root.find("body")):  # the root's own classes are read once, when it is parsed
                raise
            continue
        found = inspect(laid_out.pages)
        if not found or not _refit(root, found, laid_out.pages):
            return laid_out


def inspect(pages: Iterable[Any]) -> Layout:
    """Look at every box of every page."""
    layout = Layout()
    heading_is_last = False
    for each in pages:
        page = _Page(each._page_box, layout)
        page.inspect()
        if heading_is_last and page.tables:
            layout.stranded.append(page.tables[0])
        heading_is_last = page.last is not None and page.last.tag in HEADINGS
    return layout


class _Page:
    def __init__(self, box: Box, layout: Layout) -> None:
        self._box = box
        self._layout = layout
        self._paper = (box.margin_width(), box.margin_height())
        self._text = (box.content_box_x(), box.content_box_x() + box.width)
        self.tables: list[Element] = []
        self.last: Element | None = None  # the block of the words that stand last
        layout.turned_width = max(self._paper) - box.margin_left - box.margin_right

    def inspect(self) -> None:
        children = list(map(unwrapped, self._box.children))
        body = next(child.element for child in children if child.element is not None).find("body")
        for child in children:
            if isinstance(child, boxes.MarginBox):
                last = self.last
                self._visit(child, body, (0, self._paper[0]))
                self.last = last
            else:
                self._visit(child, body, self._text)

    def _visit(self, box: Box, holder: Element, room: tuple[float, float]) -> None:
        """Look at a box and all in it; `holder` is the table or the block that is changed should they run over."""
        if isinstance(box, boxes.TableBox):
            holder = box.element
            self.tables.append(holder)
            self._hold(box.position_x, box.position_x + box.border_width(), holder, room, box.column_widths)
        elif isinstance(box, (boxes.TextBox, boxes.ReplacedBox)):
            if isinstance(box, boxes.ReplacedBox) or box.text.strip():
                self._hold(box.position_x, box.position_x + box.width, holder, room)
                self._hold_height(box, holder)
                self.last = holder
            return
        elif _is_block(box) and holder.tag != "table":
            holder = box.element
        for child in map(unwrapped, box.children):
            self._visit(child, holder, room)

    def _hold(
        self, left: float, right: float, holder: Element, room: tuple[float, float], widths: Iterable[float] = ()
    ) -> None:
        if room[0] - TOLERANCE <= left and right <= room[1] + TOLERANCE:
            return
        found = self._layout.overruns.setdefault(holder, Overrun(holder))
        found.is_off_paper |= left < -TOLERANCE or right > self._paper[0] + TOLERANCE
        found.widths = found.widths or list(widths)

    def _hold_height(self, box: Box, holder: Element) -> None:
        if box.position_y < -TOLERANCE or box.position_y + box.height > self._paper[1] + TOLERANCE:
            self._layout.overruns.setdefault(holder, Overrun(holder)).is_off_paper = True


def _is_block(box: Box) -> bool:
    return isinstance(box, boxes.BlockContainerBox) and box.element is not None and not box.is_table_wrapper


def _refit(root: Element, layout: Layout, pages: Iterable[Any]) -> bool:
    """Change the document so that what runs over has more room; return whether anything could be done.

    Raise DoesNotFit where nothing can, and something is off the paper.
    """
    parents = {kid: parent for parent in root.iter() for kid in parent}
    places = _places(pages)
    changes = [_loosen(parents[table]) for table in layout.stranded]
    for overrun in layout.overruns.values():
        done = (
            _refit_table(overrun, parents, places, layout.turned_width)
            if overrun.widths
            else _mark(overrun.element, "anywhere")
        )
        if overrun.is_off_paper and not done:
            raise DoesNotFit(_name(overrun.element))
        changes.append(done)
    return any(changes)


def _loosen(around: Element) -> bool:
    """Let the rows within an element part from each other, and if that was not enough go on on the next page."""
    return _mark(around, "loose") or _mark(around, "broken")


def _refit_table(
    overrun: Overrun, parents: dict[Element, Element], places: dict[Element, columns.Span], room: float
) -> bool:
    table, widths = overrun.element, overrun.widths
    if _mark(_section(table, parents), "landscape") and sum(widths) + _wanting(table, widths[0]) <= room:
        return True
    if _mark(table, "tight"):
        widths = [width * TIGHT for width in widths]
        if sum(widths) <= room:
            return True
    parts = columns.divide(table, places, widths, room)
    if not parts[1:]:
        return _mark(table, "anywhere")
    around = parents[table]
    at = list(around).index(table)
    around[at : at + 1] = parts
    return True


def _wanting(table: Element, width: float) -> float:
    """Return what the first column lacks to set the names in it in lines rather than word by word."""
    names = (len("".join(head.itertext())) for head in table.iter("th") if head.get("scope") == "row")
    return max(0.0, min(NAME, max(names, default=0)) * LETTER - width)


def _section(table: Element, parents: dict[Element, Element]) -> Element:
    """Return what turns with a table: its section, so that its heading stays above it."""
    found = table
    while found.tag not in ("section", "main", "body"):
        found = parents[found]
    return found


def _places(pages: Iterable[Any]) -> dict[Element, columns.Span]:
    return {
        box.element: (box.grid_x, box.grid_x + box.colspan)
        for page in pages
        for box in _descendants(page._page_box)
        if isinstance(box, boxes.TableCellBox)
    }


def _descendants(box: Box) -> Iterator[Box]:
    yield box
    for child in map(unwrapped, getattr(box, "children", ())):
        yield from _descendants(child)


def _mark(element: Element, name: str) -> bool:
    """Give an element a class of the stylesheet; return whether it is new to it."""
    names = element.get("class", "").split()
    if name in names:
        return False
    element.set("class", " ".join([*names, name]))
    return True


def _name(element: Element) -> str:
    caption = element.find("caption")
    words = " ".join("".join((element if caption is None else caption).itertext()).split())
    return words if len(words) <= NAMED else words[:NAMED].rstrip() + "…"
