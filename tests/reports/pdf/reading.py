"""Reads a PDF as its readers do: its tags as an outline of words, and everything that can be dug out of the file."""

import re
from io import BytesIO

import pikepdf
from pikepdf import Name


def texts(pdf):
    """Return the text of every mark: {(page, MCID): text}, and under (page, None) that of the artifacts."""
    found = {}
    for number, page in enumerate(pdf.pages):
        characters = {name: _characters(font) for name, font in page.obj.Resources.Font.items()}
        marks, letters = [], {}
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BDC" | "BMC":
                    properties = operands[1] if len(operands) > 1 else {}
                    marks.append(int(properties[Name.MCID]) if Name.MCID in properties else None)
                case "EMC":
                    marks.pop()
                case "Tf":
                    letters = characters[str(operands[0])]
                case "TJ":
                    codes = b"".join(bytes(part) for part in operands[0] if isinstance(part, pikepdf.String))
                    text = "".join(letters[codes[at : at + 2]] for at in range(0, len(codes), 2))
                    key = (number, marks[-1] if marks else None)
                    found[key] = found.get(key, "") + text
    return found


def _characters(font):
    """A font's table from glyph to text."""
    lines = re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", font.ToUnicode.read_bytes())
    return {bytes.fromhex(glyph.decode()): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in lines}


def read_aloud(tag, words):
    """Return what a screen reader says for a tag: its alternative words, or its text in the order of the tags."""
    for key in (Name.ActualText, Name.Alt):
        if key in tag.entry:
            return str(tag.entry[key])
    kids = {kid.entry.objgen: kid for kid in tag.tags}
    said = []
    for kid in tag.entry.get(Name.K, []):
        if isinstance(kid, int):
            said.append(words.get((_page(tag, kid), kid), ""))
        elif kid.get(Name.Type) == Name.MCR:
            said.append(next(words.get(mark, "") for mark in tag.marks if mark[1] == int(kid.MCID)))
        elif kid.objgen in kids:
            said.append(read_aloud(kids[kid.objgen], words))
    return " ".join(" ".join(said).split())


def _page(tag, mcid):
    return next(page for page, number in tag.marks if number == mcid)


def everything(pdf):
    """Return all bytes of a file: as they stand, every stream decoded, every string."""
    parts = [pdf]
    with pikepdf.open(BytesIO(pdf)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Stream):
                parts += [item.read_raw_bytes(), item.read_bytes()]
            parts.append(repr(item).encode())
    return b"\n".join(parts)
