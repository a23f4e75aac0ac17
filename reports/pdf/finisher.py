"""Replaces WeasyPrint's tags by ours, just before the file is written."""

from collections.abc import Iterator
from typing import Any

import pydyf

from reports.pdf import marks, standards, tables
from reports.pdf.structure import HOLDS_BLOCKS, INLINE, Annotation, Builder, Mark, StructElem

POINTS = 0.75  # to a CSS pixel
NUMBERINGS = {"ol": "/Decimal", "ul": "/Disc", "dl": "/None"}
MAY_BE_EMPTY = frozenset({"TD", "TH", "TR"})


def finish(document: Any, pdf: pydyf.PDF) -> None:
    """Give a laid-out document the structure of its HTML, and say what it keeps. Called by WeasyPrint."""
    builder = Builder()
    page_marks = marks.of_pages(document, pdf)
    for page, page_marks_ in zip(document.pages, page_marks, strict=True):
        builder.add_page(page._page_box, page_marks_)
    tidy(builder.root)
    _Writer(pdf, [len(each) for each in page_marks], builder).write()
    standards.claim(pdf)


def tidy(node: StructElem) -> None:
    """Dissolve divisions, give loose text a paragraph, drop what is empty. Changes the tree in place."""
    kids: list[StructElem | Mark | Annotation] = []
    for kid in node.kids:
        if isinstance(kid, StructElem):
            tidy(kid)
            if kid.kind == "Div":
                kids += kid.kids
                continue
            if not kid.kids and kid.kind not in MAY_BE_EMPTY:
                continue
            if kid.kind == "TH" and not kid.kids:
                kid.kind = "TD"  # a header without words is an empty corner
        kids.append(kid)
    node.kids = list(_paragraphs(kids)) if node.kind in HOLDS_BLOCKS else kids
    for kid in node.nodes():
        kid.parent = node


def _paragraphs(kids: "list[StructElem | Mark | Annotation]") -> "Iterator[StructElem | Mark | Annotation]":
    """Yield the kids, each run of loose text and links among them wrapped in a paragraph."""
    loose: StructElem | None = None
    for kid in kids:
        if isinstance(kid, StructElem) and kid.kind not in INLINE:
            loose = None
            yield kid
            continue
        if loose is None:
            loose = StructElem("P")
            yield loose
        loose.kids.append(kid)
        if isinstance(kid, StructElem):
            kid.parent = loose


class _Writer:
    """Writes the structure into the file's objects, in the place of WeasyPrint's."""

    def __init__(self, pdf: pydyf.PDF, mark_counts: list[int], builder: Builder) -> None:
        self._pdf = pdf
        self._root, self._furniture = builder.root, builder.furniture
        dictionaries = [item for item in pdf.objects if isinstance(item, pydyf.Dictionary)]
        self._pages = [item for item in dictionaries if item.get("Type") == "/Page"]
        self._tree = next(item for item in dictionaries if item.get("Type") == "/StructTreeRoot")
        # An object once numbered cannot be taken out of the file, so WeasyPrint's become ours.
        self._spare = [item for item in dictionaries if item.get("Type") in ("/StructElem", "/OBJR")]
        self._spare.reverse()
        self._owners: list[list[bytes | None]] = [[None] * count for count in mark_counts]
        self._links: list[tuple[Annotation, bytes]] = []
        self._spoken: dict[Mark, str] = {}
        self._identifiers: dict[StructElem, str] = {}
        self._headers: dict[StructElem, list[StructElem]] = {}
        self._named: list[tuple[str, bytes]] = []

    def write(self) -> None:
        self._name_headers(self._root)
        for item in self._spare:
            item.clear()
        document = self._add(self._root, self._tree.reference)
        self._tree["K"] = pydyf.Array([document])
        if self._named:
            names = pydyf.Array()
            for name, reference in sorted(self._named):
                names.extend((pydyf.String(name), reference))
            self._tree["IDTree"] = self._new({"Names": names}).reference
        for number, page in enumerate(self._pages):
            self._mark_page(number, page)
            self._keep_links(number, page)
        self._write_parents()

    def _new(self, values: dict[str, Any]) -> pydyf.Dictionary:
        if self._spare:
            item = self._spare.pop()
            item.update(values)
        else:
            item = pydyf.Dictionary(values)
            self._pdf.add_object(item)
        return item

    def _name_headers(self, node: StructElem) -> None:
        """Number the header cells of all tables, and find which cells they speak for."""
        if node.kind == "Table":
            self._headers.update(tables.headers(node))
        if node.kind == "TH":
            self._identifiers[node] = f"h{len(self._identifiers) + 1:05}"
        for kid in node.nodes():
            self._name_headers(kid)

    def _add(self, node: StructElem, parent: bytes) -> bytes:
        """Write a node and all below it; return its reference."""
        entry = self._new({"Type": "/StructElem", "S": f"/{node.kind}", "P": parent})
        page = next((kid.page for kid in node.kids if isinstance(kid, Mark)), None)
        if page is not None:
            entry["Pg"] = self._pages[page].reference
        entry.update(self._attributes(node))
        entry["K"] = pydyf.Array([self._kid(kid, page, entry.reference) for kid in node.kids])
        if node in self._identifiers:
            self._named.append((self._identifiers[node], entry.reference))
        if node.says and len(node.kids) == 1 and isinstance(node.kids[0], Mark):
            mark = node.kids[0]
            self._spoken[mark] = f" {node.says}" if mark.text[:1].isspace() else node.says
        return bytes(entry.reference)

    def _kid(self, kid: StructElem | Mark | Annotation, page: int | None, owner: bytes) -> Any:
        if isinstance(kid, StructElem):
            return self._add(kid, owner)
        if isinstance(kid, Annotation):
            self._links.append((kid, owner))
            at = self._pages[kid.page].reference
            return pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.entry.reference, "Pg": at})
        self._owners[kid.page][kid.number] = owner
        if kid.page == page:
            return kid.number
        return pydyf.Dictionary({"Type": "/MCR", "Pg": self._pages[kid.page].reference, "MCID": kid.number})

    def _attributes(self, node: StructElem) -> dict[str, Any]:
        texts = {"Alt": node.alt, "ActualText": node.says, "E": node.expands, "Lang": node.language}
        found: dict[str, Any] = {key: pydyf.String(text) for key, text in texts.items() if text}
        if node.kind in ("TH", "TD"):
            found["A"] = self._cell(node)
        elif node.kind == "L":
            found["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": NUMBERINGS[node.element.tag]})
        elif node.kind == "Figure":
            found["A"] = pydyf.Dictionary({"O": "/Layout", "Placement": "/Block", "BBox": self._bounds(node)})
        if node in self._identifiers:
            found["ID"] = pydyf.String(self._identifiers[node])
        return found

    def _cell(self, node: StructElem) -> pydyf.Dictionary:
        cell = pydyf.Dictionary({"O": "/Table"})
        if node.columns > 1:
            cell["ColSpan"] = node.columns
        if node.rows > 1:
            cell["RowSpan"] = node.rows
        if node.kind == "TH":
            cell["Scope"] = "/Row" if tables.is_row_header(node) else "/Column"
        elif speakers := self._headers.get(node):
            cell["Headers"] = pydyf.Array([pydyf.String(self._identifiers[each]) for each in speakers])
        return cell

    def _bounds(self, node: StructElem) -> pydyf.Array:
        """Return a picture's place in the PDF's measure: points from the page's foot."""
        width, height = self._pages[node.first_page]["MediaBox"][2:]
        left, top, right, bottom = (value * POINTS for value in node.box)
        corners = ((left, width), (height - bottom, height), (right, width), (height - top, height))
        return pydyf.Array([min(max(value, 0.0), end) for value, end in corners])

    def _mark_page(self, number: int, page: pydyf.Dictionary) -> None:
        """Make an artifact of every mark that no tag owns."""
        content = self._pdf.objects[_number(page["Contents"])].stream
        for at, operation in enumerate(content):
            if operation == b"BDC":  # after a tag and its properties
                content[at - 2 : at] = self._properties(Mark(number, content[at - 1]["MCID"]), content[at - 2])

    def _properties(self, mark: Mark, tag: str) -> tuple[str, pydyf.Dictionary]:
        if role := self._furniture.get(mark):
            return "/Artifact", pydyf.Dictionary({"Type": "/Pagination", "Subtype": f"/{role}"})
        if self._owners[mark.page][mark.number] is None:
            return "/Artifact", pydyf.Dictionary({"Type": "/Layout"})
        properties = pydyf.Dictionary({"MCID": mark.number})
        if mark in self._spoken:  # here too, so that searching and copying find the word
            properties["ActualText"] = pydyf.String(self._spoken[mark])
        return tag, properties

    def _keep_links(self, number: int, page: pydyf.Dictionary) -> None:
        """Drop the links that no tag owns, such as those in a running title."""
        ours = [note.entry.reference for note, _ in self._links if note.page == number]
        if "Annots" in page:
            page["Annots"] = pydyf.Array([reference for reference in page["Annots"] if reference in ours])

    def _write_parents(self) -> None:
        """Write the way back: from each mark and each link to its tag."""
        numbers = pydyf.Array()
        for number, owners in enumerate(self._owners):
            numbers.extend((number, pydyf.Array([owner or b"null" for owner in owners])))
        for number, (note, owner) in enumerate(self._links, start=len(self._owners)):
            note.entry["StructParent"] = number
            note.entry["Contents"] = pydyf.String(note.words)
            numbers.extend((number, owner))
        self._pdf.objects[_number(self._tree["ParentTree"])]["Nums"] = numbers
        self._tree["ParentTreeNextKey"] = len(self._owners) + len(self._links)


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
