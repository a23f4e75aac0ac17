"""Checks that a PDF is tagged as PDF/UA-1 asks: our reading of its rules, with pikepdf. Not a validator.

`problems(pdf)` returns one readable sentence for each fault, none for a sound file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

STANDARD_TYPES = frozenset(
    [
        "Document",
        "Part",
        "Art",
        "Sect",
        "Div",
        "BlockQuote",
        "Caption",
        "TOC",
        "TOCI",
        "Index",
        "NonStruct",
        "Private",
        "P",
        "H",
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "L",
        "LI",
        "Lbl",
        "LBody",
        "Table",
        "TR",
        "TH",
        "TD",
        "THead",
        "TBody",
        "TFoot",
        "Span",
        "Quote",
        "Note",
        "Reference",
        "BibEntry",
        "Code",
        "Link",
        "Annot",
        "Ruby",
        "Warichu",
        "Figure",
        "Formula",
        "Form",
    ]
)
CHILDREN = {  # types that may hold only these
    "Table": {"Caption", "THead", "TBody", "TFoot", "TR"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"Caption", "LI"},
    "LI": {"Lbl", "LBody"},
}
PARENTS = {  # types that may stand only in these
    "Caption": {"Table", "L", "Figure"},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "LI": {"L"},
    "Lbl": {"LI"},
    "LBody": {"LI"},
}
GROUPING = {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", *CHILDREN}  # hold no text of their own
NEVER_EMPTY = frozenset(
    ["P", "TH", "Link", "Lbl", "LI", "L", "Caption", "Figure", "Span", "H1", "H2", "H3", "H4", "H5", "H6"]
)
PAINTING = frozenset(["Tj", "TJ", "'", '"', "Do", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "INLINE IMAGE"])


@dataclass
class Tag:
    """One structure element, unwrapped."""

    entry: Dictionary
    kind: str
    parent: "Tag | None"
    tags: "list[Tag]" = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)  # (page, MCID)
    objects: list[tuple[int, int]] = field(default_factory=list)  # what OBJR point at

    @property
    def is_empty(self) -> bool:
        return not (self.tags or self.marks or self.objects)

    def attribute(self, name: str) -> Any:
        found = self.entry.get(Name.A)
        for each in found if isinstance(found, Array) else [found]:
            if isinstance(each, Dictionary) and name in each:
                return each[name]
        return None

    def number(self, name: str) -> int:
        value = self.attribute(name)
        return 1 if value is None else int(value)

    def walk(self) -> "Iterator[Tag]":
        yield self
        for tag in self.tags:
            yield from tag.walk()


class Sample:
    """An opened PDF and its structure."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        tree = pdf.Root.StructTreeRoot
        self.parents = dict(_number_tree(tree.ParentTree))
        self.roots = [self._read(kid, None) for kid in tree.K]
        self.tags = [tag for root in self.roots for tag in root.walk()]

    def _read(self, entry: Dictionary, parent: Tag | None) -> Tag:
        tag = Tag(entry, str(entry.S)[1:], parent)
        kids = entry.get(Name.K, Array())
        for kid in kids if isinstance(kids, Array) else [kids]:
            if isinstance(kid, int):
                tag.marks.append((self.pages[entry.Pg.objgen], kid))
            elif kid.get(Name.Type) == Name.MCR:
                tag.marks.append((self.pages[kid.get(Name.Pg, entry.get(Name.Pg)).objgen], int(kid.MCID)))
            elif kid.get(Name.Type) == Name.OBJR:
                tag.objects.append(kid.Obj.objgen)
            else:
                tag.tags.append(self._read(kid, tag))
        return tag

    def of_kind(self, *kinds: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.kind in kinds]


def problems(pdf: bytes) -> list[str]:
    """Return what is wrong with a PDF's structure, in words."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        found = list(_in_catalog(opened))
        if Name.StructTreeRoot not in opened.Root:
            return [*found, "The document has no structure tree."]
        sample = Sample(opened)
        for check in (_in_tags, _in_headings, _in_tables, _in_identifiers, _in_content, _in_links, _in_fonts):
            found += check(sample)
    return found


def _in_catalog(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        if str(metadata.get("pdfuaid:part", "")) != "1":
            yield "The metadata does not claim PDF/UA-1."
        if not metadata.get("dc:title"):
            yield "The metadata has no title."
    if not root.get(Name.Lang):
        yield "The document has no language."
    if not (Name.MarkInfo in root and root.MarkInfo.get(Name.Marked) == True):  # noqa: E712 - a PDF boolean
        yield "The document is not marked as tagged."
    if not (Name.ViewerPreferences in root and root.ViewerPreferences.get(Name.DisplayDocTitle) == True):  # noqa: E712
        yield "The window would show the file name, not the title."
    if Name.Outlines not in root:
        yield "The document has no bookmarks."


def _in_tags(sample: Sample) -> Iterator[str]:
    for tag in sample.tags:
        parent = tag.parent.kind if tag.parent else ""
        if tag.kind not in STANDARD_TYPES:
            yield f"{tag.kind} is no standard type."
        if tag.parent and tag.entry.P.objgen != tag.parent.entry.objgen:
            yield f"A {tag.kind} names another parent than the {parent} it stands in."
        if tag.marks and tag.kind in GROUPING:
            yield f"Text stands loose in a {tag.kind}."
        if tag.is_empty and tag.kind in NEVER_EMPTY:
            yield f"A {tag.kind} is empty."
        if tag.kind in PARENTS and parent not in PARENTS[tag.kind]:
            yield f"A {tag.kind} stands in a {parent}."
        yield from (
            f"A {tag.kind} holds a {kid.kind}."
            for kid in tag.tags
            if kid.kind not in CHILDREN.get(tag.kind, {kid.kind})
        )
        if tag.kind == "LI" and any(kid.kind == "Lbl" for kid in tag.tags[1:]):
            yield "A list’s item has its label behind its body."
        if tag.kind == "Figure":
            yield from _in_figure(tag)
        if _has_labels(tag) and tag.attribute("/ListNumbering") is None:
            yield "A list with labels does not say how it is numbered."


def _has_labels(tag: Tag) -> bool:
    return tag.kind == "L" and any(kid.kind == "Lbl" for item in tag.tags for kid in item.tags)


def _in_figure(tag: Tag) -> Iterator[str]:
    if not str(tag.entry.get(Name.Alt, "")).strip():
        yield "A figure has no alternative text."
    box = tag.attribute("/BBox")
    if box is None:
        yield "A figure does not say where it is."
        return
    left, bottom, right, top = map(float, box)
    width, height = (float(side) for side in list(tag.entry.Pg.MediaBox)[2:])
    if not (0 <= left <= right <= width and 0 <= bottom <= top <= height):
        yield f"A figure’s box lies outside its page: {[left, bottom, right, top]}."


def _in_headings(sample: Sample) -> Iterator[str]:
    levels = [int(tag.kind[1]) for tag in sample.tags if tag.kind[0] == "H" and tag.kind[1:].isdigit()]
    for before, after in pairwise([0, *levels]):
        if after > before + 1:
            yield f"A heading of level {after} follows one of level {before}."


def _in_tables(sample: Sample) -> Iterator[str]:
    for table in sample.of_kind("Table"):
        rows = [tag for tag in table.walk() if tag.kind == "TR" and _table_of(tag) is table]
        widths = _widths(rows)
        if len(set(widths)) > 1:
            yield f"A table’s rows are of different widths: {widths}."
        if not any(cell.kind == "TH" for row in rows for cell in row.tags):
            yield "A table has no header cell."
    for cell in sample.of_kind("TH"):
        if cell.attribute("/Scope") not in (Name.Row, Name.Column, Name.Both):
            yield "A header cell has no scope."
    for cell in sample.of_kind("TD"):
        if not cell.attribute("/Headers"):
            yield "A cell names no header."


def _table_of(tag: Tag) -> Tag | None:
    found = tag.parent
    while found and found.kind != "Table":
        found = found.parent
    return found


def _widths(rows: list[Tag]) -> list[int]:
    widths = []
    reaching: list[tuple[int, int]] = []  # rows still covered from above, and how many columns
    for row in rows:
        own = sum(cell.number("/ColSpan") for cell in row.tags)
        widths.append(own + sum(columns for _, columns in reaching))
        reaching = [(left - 1, columns) for left, columns in reaching if left > 1]
        reaching += [
            (cell.number("/RowSpan") - 1, cell.number("/ColSpan")) for cell in row.tags if cell.number("/RowSpan") > 1
        ]
    return widths


def _in_identifiers(sample: Sample) -> Iterator[str]:
    named = [(bytes(tag.entry.ID), tag) for tag in sample.tags if Name.ID in tag.entry]
    known = dict(named)
    if len(known) != len(named):
        yield "Two tags have the same identifier."
    listed = {}
    if Name.IDTree in sample.pdf.Root.StructTreeRoot:
        names = list(sample.pdf.Root.StructTreeRoot.IDTree.Names)
        keys = [bytes(key) for key in names[::2]]
        if keys != sorted(keys):
            yield "The list of identifiers is not in order."
        listed = dict(zip(keys, (entry.objgen for entry in names[1::2]), strict=True))
    if listed != {key: tag.entry.objgen for key, tag in known.items()}:
        yield "The list of identifiers is not that of the tags."
    for cell in sample.of_kind("TD"):
        for header in cell.attribute("/Headers") or ():
            if known.get(bytes(header)) is None or known[bytes(header)].kind != "TH":
                yield f"A cell names a header that is not there: {header}."


def _in_content(sample: Sample) -> Iterator[str]:
    owners = {mark: tag for tag in sample.tags for mark in tag.marks}
    if len(owners) != sum(len(tag.marks) for tag in sample.tags):
        yield "Two tags own the same content."
    seen: set[tuple[int, int]] = set()
    for number, page in enumerate(sample.pdf.pages):
        if page.obj.get(Name.Tabs) != Name.S:
            yield f"Page {number + 1} is not walked in the order of its structure."
        back = sample.parents.get(int(page.obj.get(Name.StructParents, -1)), [])
        for fault, mcid in _in_stream(page):
            if fault:
                yield f"Page {number + 1}: {fault}."
                continue
            seen.add((number, mcid))
            owner = owners.get((number, mcid))
            if owner is None:
                yield f"Page {number + 1}: content {mcid} belongs to no tag."
            elif mcid >= len(back) or back[mcid] is None or back[mcid].objgen != owner.entry.objgen:
                yield f"Page {number + 1}: content {mcid} does not lead back to its tag."
    for number, mcid in owners.keys() - seen:
        yield f"Page {number + 1}: content {mcid}, which a tag owns, is not there."


def _in_stream(page: pikepdf.Page) -> Iterator[tuple[str, int]]:
    """Yield the faults of a page's content, and ("", MCID) for each mark."""
    marks: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                properties = operands[1] if len(operands) > 1 and isinstance(operands[1], Dictionary) else Dictionary()
                kind = "artifact" if operands[0] == Name.Artifact else "content" if Name.MCID in properties else ""
                if kind and any(marks):
                    yield f"{kind} inside {next(filter(None, marks))}", 0
                if properties.get(Name.Type) == Name.Pagination and Name.Subtype not in properties:
                    yield "a running title that is neither header nor footer", 0
                marks.append(kind)
                if kind == "content":
                    yield "", int(properties.MCID)
            case "EMC":
                marks.pop()
            case painting if painting in PAINTING and not any(marks):
                yield f"{painting} paints what is neither content nor artifact", 0


def _in_links(sample: Sample) -> Iterator[str]:
    owned = {reference: tag for tag in sample.tags for reference in tag.objects}
    destinations = set(_destinations(sample.pdf))
    for page in sample.pdf.pages:
        for link in page.obj.get(Name.Annots, []):
            words = str(link.get(Name.Contents, ""))
            if " " not in words.strip() or words.startswith(("#", "http")):
                yield f"A link is not described in words: {words!r}."
            owner = owned.get(link.objgen)
            if owner is None or owner.kind != "Link":
                yield "A link belongs to no tag."
            elif sample.parents[int(link.get(Name.StructParent, -1))].objgen != owner.entry.objgen:
                yield "A link does not lead back to its tag."
            if Name.Dest in link and str(link.Dest) not in destinations:
                yield f"A link leads nowhere: {link.Dest}."


def _in_fonts(sample: Sample) -> Iterator[str]:
    for font in fonts(sample.pdf):
        inner = font.DescendantFonts[0] if Name.DescendantFonts in font else font
        descriptor = inner.get(Name.FontDescriptor, Dictionary())
        if not any(file in descriptor for file in (Name.FontFile, Name.FontFile2, Name.FontFile3)):
            yield f"{font.BaseFont} is not embedded."
        if Name.ToUnicode not in font:
            yield f"{font.BaseFont} cannot be read as text."


def fonts(pdf: pikepdf.Pdf) -> list[Dictionary]:
    """Return the fonts a PDF uses."""
    found = [item for item in pdf.objects if isinstance(item, Dictionary) and item.get(Name.Type) == Name.Font]
    return [font for font in found if font.Subtype not in (Name.CIDFontType0, Name.CIDFontType2)]


def _destinations(pdf: pikepdf.Pdf) -> Iterator[str]:
    if Name.Names in pdf.Root and Name.Dests in pdf.Root.Names:
        yield from map(str, list(pdf.Root.Names.Dests.Names)[::2])


def _number_tree(node: Dictionary) -> Iterator[tuple[int, Any]]:
    for kid in node.get(Name.Kids, []):
        yield from _number_tree(kid)
    numbers = list(node.get(Name.Nums, []))
    for key, value in zip(numbers[::2], numbers[1::2], strict=True):
        yield int(key), value
