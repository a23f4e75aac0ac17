"""Whether what was closed is still what was closed. Higher apps add what they keep."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import CharField
from django.db.models.functions import Cast

from accounts import audit
from accounts.models import AuditEntry
from core import triggers
from programmes.models import Particulars, Period
from programmes.months.closing import CLOSING, SEALING
from programmes.months.digest import digest, take_again
from programmes.months.record import record, subject


@dataclass(frozen=True, slots=True)
class Differs:
    """Something is not as it was closed, or cannot be shown to be."""

    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Something is still to be made, which is no fault."""

    subject: str
    sentence: str


type Source = Callable[[], Iterable[Differs | Pending]]

sources: list[Source] = []

# What the audit has of a closed month beside its digest, by what it is called in the entry.
RECORDED = {
    "previous": "The month that {} is set beside is not the one that the audit has.",
    "opened_at": "When {} was opened is not what the audit has.",
    "closed_at": "When {} was closed is not what the audit has.",
}
PARTICULARS = {
    "name": "The name of the programme in {} is not the one that the audit has.",
    "council": "The council in {} is not the one that the audit has.",
    "provenance": "Where the rows of {} come from is not what the audit has.",
}


def verified(printed: Iterable[str] = ()) -> Iterator[Differs | Pending]:
    """Everything that differs or is pending: the triggers, every month closed, then what higher apps keep.

    `printed` are heads of the audit that stand on paper, as "seq:hash".
    """
    for name in triggers.missing(connection):
        yield Differs(name, f"The database lacks the trigger {name}. Run: manage.py migrate")
    entries = list(AuditEntry.objects.filter(what__in=[CLOSING, SEALING]).order_by("seq"))  # first: more may close
    ordered = Period.objects.select_related("programme", "scheme_version", "previous__programme").order_by(
        "programme__slug", "label", "edition"
    )
    periods = {str(period.pk): period for period in ordered}
    closed = [period for period in periods.values() if not period.is_open]
    for period in closed:
        yield from of(period)
    yield from _against_all(entries, periods)
    for period in _unrecorded():
        yield Differs(subject(period), f"{period} is closed, and no entry of the audit says that it was.")
    heads = {f"the closing of {p} of {p.programme}": p.audit_head for p in closed if p.audit_head}
    heads |= {f"the report that prints {head}": head for head in printed}
    if sentence := audit.verify(heads):
        yield Differs("audit", sentence)
    for source in sources:
        yield from source()


def of(period: Period) -> Iterator[Differs]:
    """What is not in a closed period as it was when it closed."""
    name = subject(period)
    now = take_again(period, period.digested)
    for label, was in period.digested.items():
        found = now[label]
        if found["rows"] != was["rows"]:
            yield Differs(
                name, f"{period} held {was['rows']} rows of {label} when it closed and holds {found['rows']}."
            )
        elif found["sha256"] != was["sha256"]:
            yield Differs(name, f"A row of {label} in {period} is not what it was when it closed.")
    if digest(period, period.digested) != period.digest:
        yield Differs(name, f"The closing record of {period} does not fit its digest.")


def _against_all(entries: Iterable[AuditEntry], periods: Mapping[str, Period]) -> Iterator[Differs]:
    """What closed months say otherwise than the entries of their closing, or of their sealing at an upgrade."""
    closings = [entry for entry in entries if entry.what == CLOSING]
    sealings: dict[str, AuditEntry] = {}
    for entry in entries:
        if entry.what == SEALING and entry.stated("closed_at"):
            sealings.setdefault(entry.subject_key, entry)  # of two, the second was none of ours
    rows = {str(row.period_id): row for row in Particulars.objects.filter(period__in=list(map(int, sealings)))}
    for entry in closings:
        key = entry.subject_key
        period = periods.get(key)
        yield from (found := list(_against(entry, period)))
        if period is None or found:
            continue
        if entry.stated("closed_at"):
            yield from _against_record(entry, period)
        elif key in sealings:
            yield from _against_record(sealings[key], period)
            yield from _against_particulars(sealings[key], period, rows.get(key))
        else:
            yield Differs(subject(period), f"No entry of the audit says when {period} was opened and closed.")


def _against(entry: AuditEntry, period: Period | None) -> Iterator[Differs]:
    """What a period says otherwise than the entry of its closing, which nobody rewrites without breaking the chain."""
    name = entry.subject  # as it was: the label and the edition may be what was changed
    if period is None:
        yield Differs(f"{entry.programme} {name}", f"{name} of {entry.programme} was closed and is gone.")
        return
    where, held_by = subject(period), entry.stated("held_by")
    if period.is_open:
        yield Differs(where, f"{name} was closed and is open now.")
        return
    if period.digest != entry.stated("digest"):
        yield Differs(where, f"The digest of {name} is not the one that the audit has of its closing.")
    if period.audit_head != entry.head:
        yield Differs(where, f"{name} does not say any more where the audit stood when it closed.")
    if period.override != entry.reason:
        yield Differs(where, f"The reason why {name} was closed all the same is not the one that the audit has.")
    if held_by is not None and period.held_by != held_by:  # older entries do not say it
        yield Differs(where, f"What held {name} back is not what the audit has of its closing.")
    if period.remarks != (entry.stated("remarks") or []):
        yield Differs(where, f"What was said of {name} as it closed is not what the audit has.")


def _against_record(entry: AuditEntry, period: Period) -> Iterator[Differs]:
    now = record(period)
    for key, sentence in RECORDED.items():
        if now[key] != entry.stated(key):
            yield Differs(subject(period), sentence.format(entry.subject))


def _against_particulars(entry: AuditEntry, period: Period, row: Particulars | None) -> Iterator[Differs]:
    """Of a month that was closed before its digest held them."""
    for key, sentence in PARTICULARS.items():
        if getattr(row, key, None) != entry.stated(key):
            yield Differs(subject(period), sentence.format(entry.subject))


def _unrecorded() -> Iterable[Period]:
    """Closed periods without an entry of their closing, in one query: with two, one may close between them."""
    entries = AuditEntry.objects.filter(what=CLOSING).values("subject_key")
    closed = Period.objects.closed().annotate(key=Cast("pk", CharField()))
    return closed.exclude(key__in=entries).select_related("programme").order_by("programme__slug", "label", "edition")
