"""Who changed what: the audit entries of a programme, or those of none, narrowed, as a table and as files."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import hashed
from accounts.models import AuditEntry, AuditQuerySet, User
from core import as_csv
from core.blocks import Cell, CellPart, Column, Kind, RowGroup, Table, TableRow
from core.dates import long_date
from core.words import holds
from programmes.access import access_or_404, may_see_history
from programmes.models import Programme
from reports.audit_words import in_words, steps
from reports.forms import HistoryForm

PAGE = 50  # entries a page
NOBODY = "none"  # in an address: a command, with no person behind it


@dataclass(frozen=True)
class History:
    """The entries asked for, newest first."""

    programme: Programme | None  # None: those that belong to no programme
    form: HistoryForm
    narrowed: AuditQuerySet  # by everything that is asked for but the words
    words: str

    @property
    def title(self) -> str:
        return f"History of {self.programme}" if self.programme else "History outside programmes"

    @property
    def caption(self) -> str:
        return f"Changes {f'in {self.programme}' if self.programme else 'outside programmes'}, newest first"

    def entries(self) -> Iterator[AuditEntry]:
        return (entry for entry in self.narrowed.iterator() if holds(entry.subject, self.words))

    def page(self, number: str | None) -> "Page[AuditEntry]":
        """One page. Of a long history with words asked for it reads what each entry is of, and whole those it shows."""
        if not self.words:
            return Paginator(self.narrowed, PAGE).get_page(number)
        subjects = self.narrowed.values_list("pk", "subject").iterator()
        found = [pk for pk, subject in subjects if holds(subject, self.words)]
        page: Page[Any] = Paginator(found, PAGE).get_page(number)
        page.object_list = self.narrowed.filter(pk__in=page.object_list)
        return page


def asked_history(request: HttpRequest, slug: str) -> History:
    """Read the history of a programme, or for "" that of no programme, as the address narrows it.

    The first tells of every workstream, so it is for those alone whose role holds for the whole programme; the other
    tells who was given the right to set up programmes, so it is for those who have it.
    """
    user = cast("User", request.user)
    programme = _programme(user, slug) if slug else None
    if programme is None and not user.sets_up_programmes:
        raise PermissionDenied("The history outside programmes is for those who may set up programmes.")
    entries = AuditEntry.objects.filter(programme=slug)
    people, changes = _choices(entries)
    form = HistoryForm(request.GET, people=people, changes=changes)
    asked = form.cleaned_data if form.is_valid() else {}
    return History(programme, form, _narrowed(entries, asked).newest_first(), asked.get("q", ""))


def _programme(user: User, slug: str) -> Programme:
    programme = access_or_404(user, slug).programme
    if not may_see_history(user, programme):
        raise PermissionDenied("Your role does not read the history of the whole programme.")
    return programme


def _narrowed(entries: AuditQuerySet, asked: Mapping[str, Any]) -> AuditQuerySet:
    if person := asked.get("person"):
        entries = entries.filter(actor_key=None if person == NOBODY else int(person))
    if asked.get("what"):
        entries = entries.filter(what=asked["what"])
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
    people = sorted(named.items(), key=lambda choice: (choice[0] == NOBODY, choice[1].casefold()))
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
    rows = tuple(TableRow(str(entry.seq), _cells(entry)) for entry in entries)
    empty = "Nothing matches. Widen the filter." if history.form.has_changed() else "Nothing has been changed yet."
    return Table("history", history.caption, COLUMNS, (RowGroup("", "", rows),), empty=empty)


def _cells(entry: AuditEntry) -> dict[str, Cell]:
    at = timezone.localtime(entry.at)
    return {
        "at": Cell(f"{long_date(at.date())}, {at:%H:%M:%S}"),
        "what": Cell(in_words(entry.what)),
        "values": Cell("", parts=tuple(CellPart(text) for text in steps(entry.before, entry.after))),
        **{name: Cell(getattr(entry, name)) for name in ("actor", "role", "subject", "reason")},
    }


# --- As files -----------------------------------------------------------------------------------------------


def csv(history: History) -> bytes:
    """The table with every entry, its moments in ISO, and what the page has no room for."""
    rows = tuple(
        TableRow(
            str(entry.seq),
            _cells(entry)
            | {"at": Cell(_utc(entry)), "seq": Cell(entry.seq)}
            | {name: Cell(getattr(entry, name)) for name in ("request_id", "hash")},
        )
        for entry in history.entries()
    )
    return as_csv.dump(Table("history", history.caption, FILE_COLUMNS, (RowGroup("", "", rows),)))


def as_json(history: History) -> bytes:
    """Every column as it was hashed, so that anybody can take the hash of an entry again."""
    entries = [hashed(entry) | {"hash": entry.hash} for entry in history.entries()]
    document = {"programme": history.programme.slug if history.programme else "", "entries": entries}
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
