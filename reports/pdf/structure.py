"""The logical structure of a document as a screen reader will walk it, made from the HTML rather than from the layout.

WeasyPrint makes a tag of every box: a table over three pages becomes three tables, a heading's words hang in anonymous
spans, repeated headers and running titles are content. Here every HTML element becomes one tag, however many pages it
spans; what only repeats or decorates becomes an artifact.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from weasyprint.formatting_structure import boxes

from reports.pdf.marks import Box, Marks, parts, unwrapped

SVG = "{http://www.w3.org/2000/svg}svg"

GROUPS = {"main": "Part", "article": "Art", "section": "Sect", "blockquote": "BlockQuote"}
BLOCKS = {
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "p": "P",
    "pre": "P",
    "figcaption": "P",
    "dl": "L",
    "ol": "L",
    "ul": "L",
    "table": "Table",
    "caption": "Caption",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
}
# Boxes of the page's layout that mean nothing; text of theirs becomes a paragraph.
DIVISIONS = {"div", "header", "footer", "nav", "aside", "figure", "address", "details", "summary", "hgroup"}
INLINE = frozenset({"Link", "Span"})
HOLDS_BLOCKS = frozenset({"Document", "Part", "Art", "Sect", "BlockQuote", "Div"})
SIGN = 3  # letters at most that a hidden word stands for; more are words themselves


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of text or a picture: the number it is marked with in its page's content."""

    page: int
    number: int
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Annotation:
    """The clickable rectangle of a link, one for each line it runs over."""

    page: int
    entry: Any  # its pydyf dictionary
    words: str


@dataclass(eq=False, slots=True)
class StructElem:
    """One tag to be: its PDF structure type, what it came from and what it holds."""

    kind: str
    element: Any = None
    parent: "StructElem | None" = None
    kids: "list[StructElem | Mark | Annotation]" = field(default_factory=list)
    first_page: int = 0
    columns: int = 1  # a cell's spans
    rows: int = 1
    alt: str = ""  # a picture in words
    says: str = ""  # what to read instead of the letters shown
    expands: str = ""  # what an abbreviation stands for
    language: str = ""
    box: tuple[float, float, float, float] = (0, 0, 0, 0)  # a picture's place on its page, in CSS pixels

    def add(self, kind: str, element: Any = None, page: int = 0, *, at: int | None = None) -> "StructElem":
        """Add a node, at the end unless said otherwise, and return it."""
        node = StructElem(kind, element, self, first_page=page)
        self.kids.insert(len(self.kids) if at is None else at, node)
        return node

    def nodes(self) -> "Iterator[StructElem]":
        """Yield the child nodes."""
        return (kid for kid in self.kids if isinstance(kid, StructElem))

    def nearest(self, *kinds: str) -> "StructElem | None":
        """Return this node or its closest ancestor of one of the kinds."""
        node: StructElem | None = self
        while node is not None and node.kind not in kinds:
            node = node.parent
        return node

    def scope(self) -> str:
        """Return a header cell's HTML scope."""
        return str(self.element.get("scope", "")).strip().lower()

    def has_class(self, name: str) -> bool:
        """Return whether the HTML element carries a class."""
        return self.element is not None and name in self.element.get("class", "").split()


class Builder:
    """Builds the structure of a document, page by page."""

    def __init__(self) -> None:
        self.root = StructElem("Document")
        self.furniture: dict[Mark, str] = {}  # running titles and page numbers → Header or Footer
        self._nodes: dict[Any, StructElem] = {}  # HTML element → the node that takes its content
        self._page = 0
        self._marks: Marks = {}

    def add_page(self, page_box: Box, marks: Marks) -> None:
        """Add what the next page shows."""
        self._marks = marks
        for child in map(unwrapped, page_box.children):
            if isinstance(child, boxes.MarginBox):
                self._note_furniture(child, "Header" if child.at_keyword.startswith("@top") else "Footer")
            else:
                self._visit(child, self.root)
        self._page += 1

    def _note_furniture(self, box: Box, role: str) -> None:
        for child in map(unwrapped, box.children):
            if child in self._marks:
                self.furniture[Mark(self._page, self._marks[child])] = role
            elif not isinstance(child, boxes.TextBox):
                self._note_furniture(child, role)

    def _visit(self, box: Box, node: StructElem) -> None:
        if isinstance(box, boxes.ReplacedBox):
            self._add_picture(box, node)
            return
        inner = self._enter(box, node)
        if inner is None:
            return
        if box.link_annotation is not None and (link := inner.nearest("Link")):
            link.kids.append(Annotation(self._page, box.link_annotation, _link_words(link.element)))
        for child in parts(box):
            if not isinstance(child, boxes.TextBox):
                self._visit(child, inner)
            elif child.text.strip():
                inner.kids.append(Mark(self._page, self._marks[child], child.text))

    def _add_picture(self, box: Box, node: StructElem) -> None:
        words = alternative(box.element)
        if not words or _is_hidden(box.element):
            return  # a picture without words is decoration
        figure = node.add("Figure", box.element, self._page)
        figure.alt = words
        left, top = box.content_box_x(), box.content_box_y()
        figure.box = (left, top, left + box.width, top + box.height)
        figure.kids.append(Mark(self._page, self._marks[box]))

    def _enter(self, box: Box, node: StructElem) -> StructElem | None:
        """Return the node that takes the content of a box, or None if nobody should hear of it."""
        element, tag = box.element, box.element_tag or ""
        if element is None or tag in ("html", "body"):
            return node
        if tag.endswith("::marker"):
            item = self._nodes.get(element, node).nearest("LI")
            return item.add("Lbl", None, self._page, at=0) if item else None
        if _is_hidden(element):
            return None
        known = self._nodes.get(element)
        if known is None:
            known = self._nodes[element] = self._make(box, tag, node)
        elif isinstance(box, boxes.TableRowGroupBox) and known.first_page < self._page and _repeats(box):
            return None
        return known

    def _make(self, box: Box, tag: str, node: StructElem) -> StructElem:
        """Return a new node for an element, or the given one if the element says nothing of its own."""
        element = box.element
        if kind := GROUPS.get(tag) or BLOCKS.get(tag):
            made = node.add(kind, element, self._page)
        elif tag in DIVISIONS:
            made = node.add("Div", element, self._page)
        elif tag in ("li", "dt", "dd"):
            made = self._make_item(tag, element, node)
        elif tag == "span" and "mark" in element.get("class", "").split() and (item := node.nearest("LI")):
            made = item.add("Lbl", element, self._page, at=0)  # what an author put before an item of theirs
        elif tag == "a" and box.link_annotation is not None:
            made = node.add("Link", element, self._page)
        elif element.get("lang") or (tag == "abbr" and element.get("title")):
            made = node.add("Span", element, self._page)
            made.expands = element.get("title", "") if tag == "abbr" else ""
        else:
            made = node
        if made is not node:
            made.language = element.get("lang", "")
            made.columns, made.rows = box.colspan, box.rowspan
        if says := spoken(element):
            made = made.add("Span", None, self._page)
            made.says = says
        return made

    def _make_item(self, tag: str, element: Any, node: StructElem) -> StructElem:
        """Return the body or label that a list's element fills; a term begins an item, definitions follow it."""
        items = node.nearest("L")
        if items is None:
            return node.add("P", element, self._page)
        last = next((kid for kid in reversed(items.kids) if isinstance(kid, StructElem)), None)
        item = last if tag == "dd" and last is not None else items.add("LI", None, self._page)
        return item.add("Lbl" if tag == "dt" else "LBody", element, self._page)


def alternative(element: Any) -> str:
    """Return a picture in words: an SVG's title, an image's alt."""
    if element.tag == SVG:
        title = element.find("{http://www.w3.org/2000/svg}title")
        return (title.text or "").strip() if title is not None else ""
    return str(element.get("alt", "")).strip()


def spoken(element: Any) -> str:
    """Return what to read for an element part of which is for screen readers alone (`.vis`), else "".

    The web hides those words from the eye; print leaves them out and gives them to the reader here. They stand for a
    letter or a sign that is shown (“Amber” for A, “not stated” for a dash) and follow anything longer. An element
    that holds a link keeps its own words, since reading something else instead would take the link away.
    """
    if not any(_is_visually_hidden(child) for child in element):
        return ""
    if any(child.tag == "a" and child.get("href") for child in element.iter() if child is not element):
        return ""
    shown = words(element, hidden=False)
    if len(shown) > SIGN or any(map(str.isdigit, shown)):
        return words(element)
    return " ".join(words(child) for child in element if _is_visually_hidden(child))


def words(element: Any, *, hidden: bool = True) -> str:
    """Return the text of an element as it is read aloud, with or without what is hidden from the eye."""
    return " ".join("".join(_pieces(element, hidden=hidden)).split())


def _pieces(element: Any, *, hidden: bool) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if not _is_hidden(child) and (hidden or not _is_visually_hidden(child)):
            yield from _pieces(child, hidden=hidden)
        yield child.tail or ""


def _is_visually_hidden(element: Any) -> bool:
    return "vis" in element.get("class", "").split()


def _is_hidden(element: Any) -> bool:
    return bool(element.get("aria-hidden") == "true")


def _repeats(box: Box) -> bool:
    return bool(box.is_header or box.is_footer)


def _link_words(element: Any) -> str:
    """Return a link in words, which must be more than its address."""
    label = " ".join((element.get("aria-label") or element.get("title") or words(element)).split())
    return label if " " in label else f"Link to {label or 'this picture'}"
