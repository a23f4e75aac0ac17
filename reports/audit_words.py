"""How an audit entry is told to its reader: what was done, to which fields, from what to what."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from core.dates import is_label, long_date, long_month

# Where a code's own word is not what people say.
THINGS = {"period": "month", "narrative": "entry", "sectionnote": "caveat"}
ACTS = {
    "add": "added",
    "admit": "let in",
    "change": "changed",
    "close": "closed",
    "confirm": "confirmed",
    "found": "set up",
    "grant": "given",
    "invite": "invited",
    "invite_again": "invited again",
    "keep": "kept",
    "make": "added",
    "merge": "merged",
    "move": "moved",
    "open": "opened",
    "remind": "asked for again by e-mail",
    "remove": "taken away",
    "reopen": "opened again",
    "restore": "taken back in",
    "seal": "sealed at an upgrade",
    "split": "split",
    "take_scheme": "given another scheme",
    "withdraw": "withdrawn",
}
FIELDS = {
    "held_by": "held back by",
    "previous": "set beside",
    "status_text": "note on the status",
    "dimensions": "bears on",
    "seq": "number",
}
ENDS = {"_text": ", as stated", "_earliest": ", first day", "_latest": ", last day"}  # of a date in three columns


def in_words(code: str) -> str:
    """Month opened, from period.open."""
    thing, _, act = code.partition(".")
    return _spaced(f"{THINGS.get(thing, thing)} {ACTS.get(act, act)}").capitalize()


def steps(before: Any, after: Any) -> list[str]:
    """What changed to what, a line each: "state: open → closed"."""
    if before is None and after is None:
        return []
    if isinstance(before, dict | None) and isinstance(after, dict | None):
        was, now = before or {}, after or {}
        keys = [key for key in sorted({*was, *now}) if key not in was or key not in now or was[key] != now[key]]
        return [f"{_field(key)}: {_step(was, now, key)}" for key in keys]
    return [f"{_said(before)} → {_said(after)}"]


def _field(key: str) -> str:
    if key in FIELDS:
        return FIELDS[key]
    end = next((end for end in ENDS if key.endswith(end)), "")
    return _spaced(key.removesuffix(end)) + ENDS.get(end, "")


def _step(was: Mapping[str, Any], now: Mapping[str, Any], key: str) -> str:
    if key not in was:
        return _said(now[key])
    return f"{_said(was[key])} → {_said(now[key]) if key in now else 'gone'}"


def _said(value: Any) -> str:
    match value:
        case None | "":
            return "not stated"
        case bool():
            return "yes" if value else "no"
        case str():
            return _day(value)
        case list():
            return ", ".join(map(_said, value)) or "none"
        case dict():
            return "; ".join(f"{key}: {_said(each)}" for key, each in value.items()) or "none"
        case _:
            return json.dumps(value)


def _day(text: str) -> str:
    """A day, a month or a moment, which an entry keeps as ISO, as it is printed everywhere; any other text as it is."""
    if is_label(text):
        return long_month(text)
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    if at.date().isoformat() == text:
        return long_date(at.date())
    if at.tzinfo and at.isoformat(timespec="microseconds") == text:
        at = timezone.localtime(at)
        return f"{long_date(at.date())}, {at:%H:%M:%S}"
    return text


def _spaced(words: str) -> str:
    return words.replace("_", " ")
