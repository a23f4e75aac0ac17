"""Small matters of words."""

import re
import unicodedata
from collections.abc import Sequence

# Letters and signs by their category, and yet nothing is seen: Hangul fillers, a Braille cell without a dot.
BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
SOFT_HYPHEN = "\u00ad"
SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")  # what a word processor sets between words
# Signs that differ from program to program, by the plain one that a keyboard has.
ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        SOFT_HYPHEN: "",
    }
)
SILENT = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})  # without a letter to stand on


def printed(text: str) -> str:
    """What is seen of a text, to ask whether it says anything: each run of spaces is one, what prints nothing is gone.

    Marks that stand on another character count with that one, so they are gone too.
    """
    seen = (char if _is_seen(char) else " " if char.isspace() else "" for char in text)
    return " ".join("".join(seen).split())


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in SILENT and char not in BLANK


def how_many(n: int, thing: str) -> str:
    """Say how many: "1 product", "1,234 products"."""
    return f"{n:,} {thing if n == 1 else thing + 's'}"


def one(thing: str) -> str:
    """Say that it is one of them: "a product", "an action"."""
    return f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"


def some_of(names: Sequence[str], most: int = 3) -> str:
    """The first of these names, and how many more there are: "P-1, P-2, P-3 and 4 more"."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def holds(text: str, words: str) -> bool:
    """Whether these words are in the text, however the two are written (`folded`); "" is in any.

    Lists are narrowed by it and not by a query, because SQLite folds the letters A to Z alone, and PostgreSQL no ß.
    """
    return folded(words) in folded(text)


def folded(text: str) -> str:
    """A text as it is compared: whatever its case, its accents, and the quotes, dashes, hyphens and spaces it uses.

    "Café – ‘Phase 2’" from a word processor is "cafe - 'phase 2'" from a keyboard. A soft hyphen is no letter.
    """
    apart = unicodedata.normalize("NFKD", text.translate(ALIKE))
    letters = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(letters.casefold().split())


def on_plain_spaces(text: str) -> str:
    """A name or a title as it is kept: one plain space for each run of spaces and tabs, and no hidden hyphen."""
    return SPACES.sub(" ", text.replace(SOFT_HYPHEN, "")).strip()
