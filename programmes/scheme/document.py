"""A scheme's document: read from a file, and walked by a reader that knows its place in it."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

# What no line of print shows: control characters, halves of a pair, marks that turn the reading direction.
UNSEEN = r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"


class SchemeError(ValueError):
    """The document breaks a rule; the message names the place."""


class HasCode(Protocol):
    @property
    def code(self) -> str: ...


def read(content: bytes) -> dict[str, Any]:
    """Read a file's content as a document. Raise SchemeError with a sentence where it is not JSON that can be kept.

    What Python would let pass and no database or paper takes, or what would be lost without a word, is refused:
    characters that cannot be seen, numbers that are none, a name that stands twice in one object.
    """
    try:
        found = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_once_each, parse_constant=_no_number, parse_float=_no_number
        )
    except UnicodeDecodeError as error:
        raise SchemeError("The file is not text in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise SchemeError(f"The file is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from error
    except RecursionError as error:
        raise SchemeError("The file is nested too deep to be a scheme.") from error
    except SchemeError:
        raise
    except ValueError as error:  # a whole number of thousands of digits
        raise SchemeError("The file has a number that is too long.") from error
    if not isinstance(found, dict):
        raise SchemeError("scheme: must be an object.")
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        for text in (key, *(value if isinstance(value, list) else (value,))):
            if isinstance(text, str) and re.search(UNSEEN, text):
                raise SchemeError(f"What stands under “{key.strip()}” holds a character that cannot be seen.")
        if key in found:
            raise SchemeError(f"The file names “{key}” twice in one place, so one of the two would be lost.")
        found[key] = value
    return found


def _no_number(text: str) -> Any:
    # The digest of a month is taken over its scheme, and databases do not give a fraction back as it was written.
    raise SchemeError(f"The file has the number {text}; a scheme has whole numbers alone.")


class Place:
    """A part of the document that knows where it stands, so that every complaint does too.

    An app reads its part of the scheme with it, and each method raises SchemeError with the path of what is wrong:

        place.text("label"), place.maybe_day("due_by"), place.by_code("responses", read_response)
    """

    def __init__(self, path: str, value: Any) -> None:
        self.path, self.value = path, value
        if not isinstance(value, Mapping):
            raise SchemeError(f"{path}: must be an object.")

    def __contains__(self, key: str) -> bool:
        return key in self.value

    def _typed[T](self, key: str, kind: type[T], what: str) -> T:
        value = self.value.get(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(key, f"must be {what}.")
        return value

    def wrong(self, key: str, complaint: str) -> SchemeError:
        """The error that says so of what stands under this key, to be raised."""
        return SchemeError(f"{self.path}.{key}: {complaint}")

    def text(self, key: str) -> str:
        value = self._typed(key, str, "text")
        if not value.strip():
            raise self.wrong(key, "must not be empty.")
        return value

    def maybe_text(self, key: str) -> str:
        """The text, "" where there is none."""
        return self.text(key) if self.value.get(key) else ""

    def maybe_texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list, none where there is no list."""
        items = self._typed(key, list, "a list") if key in self else []
        if not all(isinstance(item, str) and item.strip() for item in items):
            raise self.wrong(key, "must be a list of texts.")
        return tuple(items)

    def texts_by_name(self, key: str) -> Mapping[str, str]:
        """The texts of an object by their names."""
        inside = self.inside(key)
        if "" in inside:
            raise self.wrong(key, "has a name that is empty.")
        return {name: inside.text(name) for name in inside.value}

    def integer(self, key: str) -> int:
        return self._typed(key, int, "a whole number")

    def flag(self, key: str) -> bool:
        return self._typed(key, bool, "true or false")

    def maybe_flag(self, key: str) -> bool:
        return self.flag(key) if key in self else False

    def maybe_day(self, key: str) -> dt.date | None:
        return self.day(key) if self.value.get(key) else None

    def day(self, key: str) -> dt.date:
        try:
            return dt.date.fromisoformat(self.text(key))
        except ValueError as error:
            raise self.wrong(key, "must be a day written 2022-06-30.") from error

    def inside(self, key: str) -> "Place":
        """The object under this key."""
        return Place(f"{self.path}.{key}", self.value.get(key))

    def each(self, key: str) -> Iterable["Place"]:
        """The objects of the list under this key."""
        items = self._typed(key, list, "a list")
        return (Place(f"{self.path}.{key}[{n}]", item) for n, item in enumerate(items))

    def by_code[T: HasCode](self, key: str, read: Callable[["Place"], T]) -> Mapping[str, T]:
        """The same, each read and found by its code, which stands once."""
        out: dict[str, T] = {}
        for item in map(read, self.each(key)):
            if item.code in out:
                raise self.wrong(key, f"the code “{item.code}” stands twice.")
            out[item.code] = item
        return out

    def one_of[T](self, key: str, known: Mapping[str, T]) -> T:
        """What the code under this key stands for."""
        code = self.text(key)
        if code not in known:
            raise self.wrong(key, f"“{code}” is not one of {', '.join(known)}.")
        return known[code]
