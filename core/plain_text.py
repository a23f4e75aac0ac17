"""What people type as plain text: its paragraphs, its lists, and how they are written as HTML.

Nothing in it is markup: every character is printed as it was typed. Lines end where their author ended them, and a
blank line begins a paragraph. Two or more lines one after the other that begin with the same bullet are a list, each
item behind the author's own mark. Numbers are words like any other, so that 2 stays 2 wherever it stands.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

LINE_END = re.compile("\r\n?|[\n\u2028]|(?P<paragraph>\u2029)")
# A dash, a minus or a star is a bullet with a space or a tab behind it; alone it may be a part of what is said.
BULLETED = re.compile(r"\s*(?:([•·])\s*|([–*-])\s+)(\S.*)")
# What keeps words together on a line is printed as a space: a text that holds nothing else would run off the page.
NON_BREAKING = {0x00A0: " ", 0x2007: " ", 0x202F: " "}
WEB = re.compile(r"\b(?:https?://|www\.)\w\S*", re.IGNORECASE)
MAIL = re.compile(r"[\w.+'-]+@(?:[\w-]+\.)+\w{2,}")
# An end of a line, or what an address has in it: most cells have neither, and a wide table has ten thousand of them.
SET_APART = re.compile("[\\r\\n\\u2028\\u2029@]|://|www[.]", re.IGNORECASE)
OPENING, CLOSING = "([{<'\"‘“«", ".,;:!?…)]}>'\"’”»"
LINE_BREAK = SafeString("<br>")


class Reading(TextChoices):
    """How a text is read: as it was typed, or as the Markdown that months were written in before."""

    PLAIN = "plain"
    MARKDOWN = "markdown"


class Paragraph(NamedTuple):
    """Lines one under the other."""

    lines: tuple[str, ...]


class Bullets(NamedTuple):
    """A list: what its author put before each item, and the items without it."""

    mark: str
    items: tuple[str, ...]


def read(text: str) -> Iterator[Paragraph | Bullets]:
    """The paragraphs and lists of a text, in order."""
    lines = LINE_END.sub(lambda end: "\n\n" if end["paragraph"] else "\n", text).split("\n")
    for is_said, run in groupby(lines, key=lambda line: bool(line.strip())):
        if is_said:
            yield from _parted(run)


def _parted(lines: Iterator[str]) -> Iterator[Paragraph | Bullets]:
    """Lines without a blank one among them: a bullet on one line alone leaves it a line like any other."""
    plain: list[str] = []
    for mark, run in groupby(lines, key=_mark):
        alike = [line.strip() for line in run]
        if not mark or len(alike) == 1:
            plain += alike
            continue
        if plain:
            yield Paragraph(tuple(plain))
            plain = []
        yield Bullets(mark, tuple(line[1:].strip() for line in alike))
    if plain:
        yield Paragraph(tuple(plain))


def _mark(line: str) -> str:
    found = BULLETED.fullmatch(line)
    return (found[1] or found[2]) if found else ""


def html(text: str) -> SafeString:
    """Return a text as paragraphs and lists, with web and mail addresses as links."""
    return _blocks(read(text), links=True)


def cell_html(text: str, *, links: bool) -> SafeString:
    """Return a text for a cell: a single paragraph stands there bare. Without links where it is one itself."""
    if not SET_APART.search(text):
        return escape(_may_wrap(text))
    match list(read(text)):
        case [Paragraph(lines)]:
            return _lines(lines, links=links)
        case blocks:
            return _blocks(blocks, links=links)


def _blocks(blocks: Iterable[Paragraph | Bullets], *, links: bool) -> SafeString:
    return format_html_join("\n", "{}", ((_block(block, links=links),) for block in blocks))


def _block(block: Paragraph | Bullets, *, links: bool) -> SafeString:
    match block:
        case Paragraph(lines):
            return format_html("<p>{}</p>", _lines(lines, links=links))
        case Bullets(mark, items):
            found = ((mark, _line(item, links=links)) for item in items)
            inner = format_html_join("", '<li><span class="mark">{}</span> {}</li>', found)
            return format_html('<ul class="marked">{}</ul>', inner)


def _lines(lines: tuple[str, ...], *, links: bool) -> SafeString:
    return format_html_join(LINE_BREAK, "{}", ((_line(line, links=links),) for line in lines))


def _line(line: str, *, links: bool) -> SafeString:
    plain = _may_wrap(line)
    if not links:
        return escape(plain)
    return format_html_join("", "{}", ((_linked(word),) for word in re.split(r"(\s+)", plain)))


def _may_wrap(line: str) -> str:
    return line if line.isascii() else line.translate(NON_BREAKING)


def _linked(word: str) -> SafeString:
    """A word, and where it is an address, a link there; brackets, quotes and stops around it stay outside."""
    web = WEB.search(word)
    begins = web.start() if web else len(word) - len(word.lstrip(OPENING))
    address = _without_closing(word[begins:])
    if web:
        href = address if "://" in address else f"https://{address}"
    elif MAIL.fullmatch(address):
        href = f"mailto:{address}"
    else:
        return escape(word)
    link = '{}<a href="{}" rel="noopener noreferrer">{}</a>{}'
    return format_html(link, word[:begins], href, address, word[begins + len(address) :])


def _without_closing(address: str) -> str:
    """An address without the stops, quotes and brackets behind it; one that closes a bracket of its own stays."""
    end, spare = len(address), address.count(")") - address.count("(")
    while end and address[end - 1] in CLOSING and (address[end - 1] != ")" or spare > 0):
        end -= 1
        spare -= address[end] == ")"
    return address[:end]
