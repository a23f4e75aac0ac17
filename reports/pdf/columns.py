"""Divides a table that is wider than its page into parts that repeat its first column.

CSS breaks a table between its rows only, so its HTML is divided: each part is a table of its own, whose caption says
which part it is, with the heads of the rows and the header cells that stand over its columns.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from xml.etree.ElementTree import Element, SubElement

type Span = tuple[int, int]  # columns, from the first to the one after the last


def divide(table: Element, places: Mapping[Element, Span], widths: Sequence[float], room: float) -> list[Element]:
    """Return the table in parts that fit into the room, if its columns stay as wide as they are.

    `places` says which columns each of its cells covers.
    """
    bands = {span for span in places.values() if 1 < span[1] - span[0] < len(widths)}
    spans = list(_spans(widths, bands, room - widths[0]))
    return [_part(table, places, span, number, len(spans)) for number, span in enumerate(spans, start=1)]


def _spans(widths: Sequence[float], bands: Collection[Span], room: float) -> Iterator[Span]:
    """Yield the columns of each part but the first column; a band that fits into one part is not cut."""
    uncut = {
        column for first, end in bands if sum(widths[first:end]) <= room for column in range(max(first, 1) + 1, end)
    }
    start, last = 1, len(widths)
    while start < last:
        ends = [end for end in range(start + 1, last + 1) if sum(widths[start:end]) <= room] or [start + 1]
        end = max((end for end in ends if end not in uncut), default=ends[-1])
        yield start, end
        start = end


def _part(table: Element, places: Mapping[Element, Span], span: Span, number: int, parts: int) -> Element:
    part = deepcopy(table)
    columns = {0, *range(*span)}
    for row, copied in list(zip(table.iter(), part.iter(), strict=True)):
        if row.tag == "tr":
            copied[:] = [cell for old, cell in zip(row, copied, strict=True) if _cut(cell, places.get(old), columns)]
        if number > 1:  # a name stands once in a document
            copied.attrib.pop("id", None)
    _say_which(part, f"part {number} of {parts}")
    return part


def _cut(cell: Element, place: Span | None, columns: set[int]) -> bool:
    """Narrow a cell to the columns of its part; return whether anything of it is there."""
    if place is None:  # of a table within the table
        return True
    left = len(columns & set(range(*place)))
    cell.set("colspan", str(left))
    return left > 0


def _say_which(part: Element, words: str) -> None:
    caption = part.find("caption")
    if caption is None:
        caption = SubElement(part, "caption")
        part.remove(caption)
        part.insert(0, caption)
        caption.text = words.capitalize()
    elif len(caption):
        caption[-1].tail = f"{caption[-1].tail or ''}, {words}"
    else:
        caption.text = f"{(caption.text or '').rstrip()}, {words}"
