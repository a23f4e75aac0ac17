"""Makes a parsed HTML document fit for paper: characters the typeface has, links that lead somewhere."""

import logging
import re
import unicodedata
from functools import lru_cache
from xml.etree.ElementTree import Element

from reports.pdf import fonts

logger = logging.getLogger(__name__)

SVG = "{http://www.w3.org/2000/svg}"
SPOKEN_ATTRIBUTES = ("alt", "title", "aria-label", "data-footer")
INVISIBLE = frozenset("\n\r\t\u200b")  # laid out, never drawn
STAND_INS = {  # what people paste from Word and Teams, and our typeface lacks
    "●": "•",
    "◦": "•",
    "▪": "•",
    "\uf0b7": "•",  # Word's bullet, in the private area of its Symbol font
    "‐": "-",
    "‑": "-",
    "✔": "✓",
    "\u2028": " ",
    "\u2029": " ",
}
# A link in a file on somebody's disk needs a whole address. The rest (javascript:, file:, a path of this site)
# leads nowhere or somewhere bad: its words stay, the link goes.
LINK = re.compile(r"#.|(https?|mailto|tel):", re.IGNORECASE)
NUMBER = re.compile(r"-?\d{1,9}")
SHOWN = 100  # characters of such an address in the log
# What no line breaks in: a word such as an address, or words that a copy from Word glued by non-breaking spaces.
GLUED = r"(?:[^\s\u200b]|[\u00a0\u2007\u202f])"
LONG_WORD, LONG_IN_CELL = (re.compile(f"{GLUED}{{{length}}}(?={GLUED})") for length in (50, 24))
ZERO_WIDTH_SPACE = "\u200b"
# WeasyPrint stops altogether when a colour profile cannot be had, so none is asked for.
UNSTOPPABLE = re.compile(r"@(color-profile)", re.IGNORECASE)


def drawing_rules(stylesheet: str) -> str:
    """Return what the stylesheet says for `drawing`, a medium no document is."""
    import tinycss2  # comes with WeasyPrint

    rules = tinycss2.parse_stylesheet(stylesheet, skip_comments=True, skip_whitespace=True)
    return "".join(
        tinycss2.serialize(rule.content)
        for rule in rules
        if getattr(rule, "lower_at_keyword", "") == "media" and "drawing" in tinycss2.serialize(rule.prelude)
    )


def prepare(root: Element, drawing_style: str) -> bool:
    """Change the document in place; return whether it says its language and its title, as PDF/UA demands."""
    replaced: set[str] = set()
    unlinked: list[str] = []
    title = ""
    in_cells = {inner for cell in root.iter() if cell.tag in ("th", "td") for inner in cell.iter()}
    for element in list(root.iter()):
        if not isinstance(element.tag, str):  # a comment
            continue
        if element.tag == "style":
            element.text = UNSTOPPABLE.sub("@no-\\1", element.text or "")
        elif element.tag.startswith(SVG):
            _style_drawing(element, drawing_style)
        elif element.tag == "a" and not LINK.match(element.get("href", "#top").strip()):
            unlinked.append(element.attrib.pop("href")[:SHOWN])
        elif element.tag == "ol" and NUMBER.fullmatch(element.get("start", "")):
            _number_from(int(element.get("start", "")), element)
        _make_legible(element, replaced, LONG_IN_CELL if element in in_cells else LONG_WORD)
        if element.tag == "title":
            title = title or (element.text or "").strip()
    if replaced:
        logger.info("Characters the PDF's typeface lacks were replaced: %s", " ".join(sorted(replaced)))
    if unlinked:
        logger.info("Links that lead nowhere from a file were taken out: %s", unlinked)
    return bool(title and root.get("lang"))


def _number_from(first: int, element: Element) -> None:
    """Number a list as its author does, which WeasyPrint would begin at 1."""
    element.set("style", f"counter-reset: list-item {first - 1}; {element.get('style', '')}")


def _style_drawing(element: Element, style: str) -> None:
    """Give a drawing our typeface and our rules: the document's own stylesheet does not reach into it."""
    if element.tag == f"{SVG}svg":
        rules = Element(f"{SVG}style")
        rules.text = style
        element.insert(0, rules)
        element.set("font-family", fonts.FAMILY)
    elif "font-family" in element.attrib:
        element.set("font-family", fonts.FAMILY)


def _make_legible(element: Element, replaced: set[str], too_long: re.Pattern[str]) -> None:
    element.text = _breakable(legible(element.text, replaced), too_long)
    element.tail = _breakable(legible(element.tail, replaced), too_long)
    for name in SPOKEN_ATTRIBUTES:
        if name in element.attrib:
            element.set(name, legible(element.get(name), replaced) or "")


def _breakable(text: str | None, too_long: re.Pattern[str]) -> str | None:
    """Let a word longer than any column break. `overflow-wrap: anywhere` does too, and doubles the time."""
    return too_long.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", text) if text else text


def legible(text: str | None, replaced: set[str]) -> str | None:
    """Return the text with every character the typeface lacks replaced, and add those characters to `replaced`.

    Left alone they would be drawn in whatever font the machine has (another line break, another file) or as empty
    boxes that a screen reader cannot read either.
    """
    if text is None or text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    drawn = fonts.characters()
    missing = {char for char in set(text) if ord(char) not in drawn and char not in INVISIBLE}
    if not missing:
        return text
    replaced |= missing
    return text.translate({ord(char): _stand_in(char) for char in missing})


@lru_cache(maxsize=4096)
def _stand_in(char: str) -> str:
    """Return the nearest thing the typeface can draw; at last the character's name: “[white heavy check mark]”."""
    if char in STAND_INS:
        return STAND_INS[char]
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category in ("Cc", "Cf", "Cs", "Mn", "Me"):
        return ""
    for form in ("NFKC", "NFKD"):
        plainer = unicodedata.normalize(form, char)
        if all(ord(part) in fonts.characters() for part in plainer):
            return plainer
    return f"[{unicodedata.name(char, '').lower() or f'character {ord(char):X}'}]"
