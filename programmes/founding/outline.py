"""Workstreams written as an outline, one a line, and the refs that are made from their names. No Django here."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from core.words import folded, on_plain_spaces, printed

LENGTH = 200  # of a name and of a lead's post, in characters
LINES = 500
SHOWN = 60  # characters of a name in a sentence about it
INITIALS = 4  # letters of a ref made from several words
LETTERS = 3  # letters of a ref made from one
SMALL_WORDS = frozenset(("a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"))
NAMELESS = "WS"  # the ref of a workstream whose name has no letter of A to Z


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """One workstream as written."""

    ref: str
    name: str
    lead: str
    tier: int  # 1 is right below the programme
    parent: str  # the ref of the workstream above; "" right below the programme


@dataclass(slots=True)
class Outline:
    """What was read, and a sentence for each thing that is wrong with it."""

    lines: list[OutlineLine] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read(text: str, *, tiers: Sequence[str], taken: Collection[str] = ()) -> Outline:
    """Read an outline. `tiers` are the words for the tiers below the programme, `taken` are refs that nothing gets.

    A line stands right below the programme, at the first tier. With a dash it is of the second, with two of the third,
    and stands below the nearest line above that is of a higher one: a tier may be left out. An indented one stands
    below the nearest line above that is less indented. What follows a bar is the lead's post.
    """
    rows = text.splitlines()
    if sum(bool(row.strip()) for row in rows) > LINES:
        return Outline(faults=[f"There are more than {LINES} lines. Begin with fewer: the rest can be added later."])
    return _Reader(tiers, taken).read(rows)


class _Reader:
    def __init__(self, tiers: Sequence[str], taken: Collection[str]) -> None:
        self.tiers = tiers
        self.refs = set(taken)
        # The last line of each tier down to the last line, with its indent.
        self.above: list[tuple[OutlineLine, int]] = []
        self.numbers: dict[tuple[str, str], int] = {}  # (parent's ref, name) -> the line it stands in first
        self.outline = Outline()

    def read(self, rows: Sequence[str]) -> Outline:
        for number, row in enumerate(rows, 1):
            if row.strip():
                self.outline.faults += [f"Line {number}: {fault}" for fault in self._take(number, row)]
        return self.outline

    def _take(self, number: int, row: str) -> Iterator[str]:
        """Take a line in and yield what is wrong with it. Wrong or not, the lines below it have a place to stand."""
        indent, dashes, rest = _split(row)
        name, _, lead = (on_plain_spaces(part) for part in rest.partition("|"))
        depth = self._under(dashes) if dashes else self._depth(indent)
        if dashes and not self.above:
            yield f"“{_shown(name)}” is the first line and stands below nothing. Begin it without a dash."
        del self.above[depth:]
        parent = self.above[-1][0].ref if self.above else ""
        tier = 1 if not self.above else dashes + 1 if dashes else self.above[-1][0].tier + 1
        if tier > len(self.tiers):
            yield f"“{_shown(name)}” stands too deep: the lowest tier is the {self.tiers[-1]}."
        yield from _text_faults(name, lead)
        first = self.numbers.setdefault((parent, folded(name)), number)
        if name and first != number:
            yield f"“{_shown(name)}” stands in line {first} already."
        line = OutlineLine(self._ref(name, parent), name, lead, tier, parent)
        self.above.append((line, indent))
        self.outline.lines.append(line)

    def _under(self, dashes: int) -> int:
        """How many lines stand above one of so many dashes: those of a higher tier."""
        return sum(line.tier <= dashes for line, _ in self.above)

    def _depth(self, indent: int) -> int:
        """How many lines stand above one that is so far indented: the nearest less indented one and those above it."""
        less = (depth for depth, (_, other) in enumerate(self.above, 1) if other < indent)
        return max(less, default=0)

    def _ref(self, name: str, parent: str) -> str:
        """A ref that is not taken: letters of the name, or the parent's ref with a number."""
        siblings = sum(line.parent == parent for line in self.outline.lines)
        base = f"{parent}-{siblings + 1:02}" if parent else letters(name)
        ref, n = base, 1
        while ref in self.refs:
            n += 1
            ref = f"{base}-{n}" if parent else f"{base}{n}"
        self.refs.add(ref)
        return ref


def _split(row: str) -> tuple[int, int, str]:
    """How far a line is indented, how many dashes it begins with, and what follows them."""
    blanks, dashes, rest = re.fullmatch(r"(\s*)((?:-\s*)*)(.*)", row, re.DOTALL).groups()  # type: ignore[union-attr]
    return len(blanks.expandtabs(4)), dashes.count("-"), rest


def _shown(name: str) -> str:
    return name if len(name) <= SHOWN else f"{name[:SHOWN]}…"


def _text_faults(name: str, lead: str) -> Iterator[str]:
    if not printed(name):
        yield "there is no name."
    for what, text in (("The name", name), ("The lead’s post", lead)):
        if len(text) > LENGTH:
            yield f"{what} is {len(text)} characters long. At most {LENGTH} fit."
        if any(unicodedata.category(character) == "Cc" for character in text):
            yield f"{what} has a character in it that cannot be printed. Type it again."
    if "|" in lead:
        yield "there is more than one “|”. One parts the name from the lead’s post."


def letters(name: str) -> str:
    """FIN for “Finance”, HR for “Human resources”, CCP for “Customers, communities and partnerships”."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = re.findall("[A-Z0-9]+", plain.replace("'", ""))
    words = [word for word in words if word.lower() not in SMALL_WORDS] or words
    if len(words) > 1:
        return "".join(word[0] for word in words[:INITIALS])
    return words[0][:LETTERS] if words else NAMELESS
