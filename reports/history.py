"""Who changed what in a programme: its audit entries, narrowed, as a table and as files."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import HASHED
from accounts.models import AuditEntry, AuditQuerySet
from accounts.roles import Permission
from core import as_csv
from core.blocks import Cell, Column, Kind, Part, Row, RowGroup, Table
from core.dates import long_date
from programmes.access import access_or_404
from programmes.models import Programme
from programmes.tree import trees
from reports.forms import HistoryForm
from reports.telling import in_words, steps

PAGE = 50  # entries a page
NOBODY = "none"  # in an address: a command, with no person behind it


@dataclass(frozen=True)
class History:
    """The entries asked for, newest first."""

    programme: Programme
    form: HistoryForm
    entries: AuditQuerySet

    @property
    def caption(self) -> str:
        return f"Changes in {self.programme}, newest first"


def fetch(request: HttpRequest, slug: str) -> History:
    """Read a programme's history as the address narrows it.

    It tells of every workstream, so it is for those alone whose role holds for the whole programme.
    """
    access = access_or_404(request.user, slug)
    newest = next(filter(access.may_see, access.programme.periods.newest_first()), None)
    (tree,) = trees(newest)
    if not access.may_for_all(Permission.VIEW_HISTORY, tree):
        raise PermissionDenied("Your role does not read the history of the whole programme.")
    entries = AuditEntry.objects.filter(programme=access.programme.slug)
    people, changes = _choices(entries)
    form = HistoryForm(request.GET, people=people, changes=changes)
    asked = form.cleaned_data if form.is_valid() else {}
    return History(access.programme, form, _narrowed(entries, asked).newest_first())


def _narrowed(entries: AuditQuerySet, asked: Mapping[str, Any]) -> AuditQuerySet:
    if person := asked.get("person"):
        entries = entries.filter(actor_key=None if person == NOBODY else int(person))
    if asked.get("what"):
        entries = entries.filter(what=asked["what"])
    if asked.get("q"):
        entries = entries.filter(subject__icontains=asked["q"])
    if asked.get("since"):
        entries = entries.filter(at__gte=_midnight(asked["since"]))
    if asked.get("until"):
        entries = entries.filter(at__lt=_midnight(asked["until"] + dt.timedelta(days=1)))
    return entries


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


type Choices = list[tuple[str, str]]


def _choices(entries: AuditQuerySet) -> tuple[Choices, Choices]:
    """Everyone who made an entry, by the name they had at their last one, and every kind of change."""
    rows = entries.values_list("actor_key", "actor", "what").annotate(last=Max("seq")).order_by("last")
    named, codes = {}, set()
    for key, name, code, _ in rows:
        named[NOBODY if key is None else str(key)] = name
        codes.add(code)
    people = sorted(named.items(), key=lambda choice: (choice[0] == NOBODY, choice[1]))
    return people, [(code, in_words(code)) for code in sorted(codes)]


# --- As a table ---------------------------------------------------------------------------------------------

COLUMNS = (
    Column("at", "When", Kind.TEXT, is_header=True),
    Column("actor", "Who", Kind.TEXT),
    Column("role", "As", Kind.TEXT),
    Column("what", "Change", Kind.TEXT),
    Column("subject", "Of", Kind.TEXT),
    Column("values", "From and to", Kind.TEXT),
    Column("reason", "Reason", Kind.TEXT),
)
# What a file has besides, for whoever checks the chain or looks for a request.
FILE_COLUMNS = (
    *COLUMNS,
    *(Column(name, name.replace("_", " ").capitalize(), Kind.TEXT) for name in ("seq", "request_id", "hash")),
)


def table(history: History, entries: Iterable[AuditEntry]) -> Table:
    rows = tuple(Row(str(entry.seq), _cells(entry)) for entry in entries)
    empty = "Nothing matches. Widen the filter." if history.form.has_changed() else "Nothing has been changed yet."
    return Table("history", history.caption, COLUMNS, (RowGroup("", "", rows),), empty=empty)


def _cells(entry: AuditEntry) -> dict[str, Cell]:
    at = timezone.localtime(entry.at)
    return {
        "at": Cell(f"{long_date(at.date())}, {at:%H:%M:%S}"),
        "what": Cell(in_words(entry.what)),
        "values": Cell("", parts=tuple(Part(text) for text in steps(entry.before, entry.after))),
        **{name: Cell(getattr(entry, name)) for name in ("actor", "role", "subject", "reason")},
    }


# --- As files -----------------------------------------------------------------------------------------------


def csv(history: History) -> bytes:
    """The table with every entry, its moments in ISO, and what the page has no room for."""
    rows = tuple(
        Row(
            str(entry.seq),
            _cells(entry)
            | {"at": Cell(_utc(entry)), "seq": Cell(entry.seq)}
            | {name: Cell(getattr(entry, name)) for name in ("request_id", "hash")},
        )
        for entry in history.entries.iterator()
    )
    return as_csv.dump(Table("history", history.caption, FILE_COLUMNS, (RowGroup("", "", rows),)))


def as_json(history: History) -> bytes:
    """Every column as it was hashed, so that anybody can take the hash of an entry again."""
    entries = [
        {name: getattr(entry, name) for name in HASHED} | {"at": _utc(entry), "hash": entry.hash}
        for entry in history.entries.iterator()
    ]
    document = {"programme": history.programme.slug, "entries": entries}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _utc(entry: AuditEntry) -> str:
    return entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class File:
    label: str
    content_type: str
    write: Callable[[History], bytes]


FILES = {
    "csv": File("CSV", "text/csv; charset=utf-8", csv),
    "json": File("JSON", "application/json", as_json),
}
