"""Finds which marked content of a page draws which box: the thread from the page's ink back to the HTML.

WeasyPrint marks each run of text and each picture with a number (MCID), and builds tags from the boxes of its layout,
page by page, visiting a box before its children. It keeps no list of which is which; but the tags stand in the file
in the order of that visit, so visiting the boxes once more, in step with them, gives it back.

The visit follows `weasyprint.pdf.tags._build_box_tree` of WeasyPrint 70; should another version visit otherwise, the
two fall out of step and `Mismatch` is raised: no document is better than one whose tags are wrong.
"""

from collections.abc import Iterator
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

type Box = Any  # WeasyPrint is untyped
type Marks = dict[Box, int]  # what a page draws: text or picture → MCID


class Mismatch(RuntimeError):
    """WeasyPrint's tags are not in the order of its boxes."""


def of_pages(document: Any, pdf: pydyf.PDF) -> list[Marks]:
    """Return the marks of every page. Read before the finisher changes any tag."""
    tags = (item for item in pdf.objects if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem")
    next(tags)  # the document itself
    pages = [_Page(tags).read(page._page_box) for page in document.pages]
    if next(tags, None) is not None:
        raise Mismatch
    return pages


def unwrapped(box: Box) -> Box:
    """Return the box itself where a placeholder stands for one that is positioned absolutely."""
    return box._box if isinstance(box, AbsolutePlaceholder) else box


def parts(box: Box) -> Iterator[Box]:
    """Yield the children of a box in reading order; lines, and the box around a table, are seen through."""
    for child in box.children:
        if isinstance(child, boxes.LineBox) or _is_inner_table(box, child):
            yield from map(unwrapped, child.children)
        else:
            yield unwrapped(child)


def _is_inner_table(box: Box, child: Box) -> bool:
    return box.element_tag == "table" and box.is_table_wrapper and isinstance(child, boxes.TableBox)


class _Page:
    def __init__(self, tags: Iterator[pydyf.Dictionary]) -> None:
        self._tags = tags
        self._marks: Marks = {}

    def read(self, page_box: Box) -> Marks:
        self._visit(page_box)
        return self._marks

    def _take(self) -> pydyf.Dictionary:
        tag = next(self._tags, None)
        if tag is None:
            raise Mismatch
        return tag

    def _visit(self, box: Box) -> None:
        if _is_untagged(box):
            for child in box.children:
                self._visit(unwrapped(child))
            return
        tag = self._take()
        if tag["S"] == "/LI" and _is_wrapped_item(box):
            tag = self._take()
        numbers = iter([kid for kid in tag["K"] if isinstance(kid, int)])  # of a picture, or a link's texts
        if isinstance(box, boxes.ReplacedBox):
            self._keep(box, next(numbers, None))
        for child in parts(box):
            if not isinstance(child, boxes.TextBox):
                self._visit(child)
            elif tag["S"] == "/Link":
                self._keep(child, next(numbers, None))
            else:
                self._keep(child, self._take()["K"][0])

    def _keep(self, box: Box, number: object) -> None:
        if not isinstance(number, int):
            raise Mismatch
        self._marks[box] = number


def _is_untagged(box: Box) -> bool:
    """Return whether WeasyPrint makes no tag of this box, only of its children."""
    if isinstance(box, (boxes.PageBox, boxes.MarginBox)):
        return True
    is_root = box.element is not None and box.element_tag in ("html", "body")
    return is_root and isinstance(box, boxes.ParentBox) and not isinstance(box, boxes.LineBox)


def _is_wrapped_item(box: Box) -> bool:
    """Return whether WeasyPrint makes two tags of this list item: one for the item and one for its body."""
    return box.element_tag in ("dt", "dd") or (
        box.element_tag == "li" and ("list-item" not in box.style["display"] or box.style["list_style_type"] == "none")
    )
