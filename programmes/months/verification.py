"""Whether what was closed is still what was closed. Higher apps add what they keep."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import CharField
from django.db.models.functions import Cast

from accounts import audit
from accounts.models import AuditEntry
from core import triggers
from programmes.models import Period
from programmes.months.closing import CLOSING
from programmes.months.digest import digest, take_again


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


def verified() -> Iterator[Differs | Pending]:
    """Everything that differs or is pending: the triggers, every month closed, then what higher apps keep."""
    for name in triggers.missing(connection):
        yield Differs(name, f"The database lacks the trigger {name}. Run: manage.py migrate")
    closings = list(AuditEntry.objects.filter(what=CLOSING).order_by("seq"))  # first: more may close meanwhile
    ordered = Period.objects.select_related("programme", "scheme_version").order_by(
        "programme__slug", "label", "edition"
    )
    periods = {str(period.pk): period for period in ordered}
    closed = [period for period in periods.values() if not period.is_open]
    for period in closed:
        yield from of(period)
    for entry in closings:
        yield from _against(entry, periods.get(entry.subject_key))
    for period in _unrecorded():
        yield Differs(_subject(period), f"{period} is closed, and no entry of the audit says that it was.")
    heads = {f"the closing of {p} of {p.programme}": p.audit_head for p in closed if p.audit_head}
    if sentence := audit.verify(heads):
        yield Differs("audit", sentence)
    for source in sources:
        yield from source()


def of(period: Period) -> Iterator[Differs]:
    """What is not in a closed period as it was when it closed."""
    subject = _subject(period)
    now = take_again(period, period.digested)
    for label, was in period.digested.items():
        found = now[label]
        if found["rows"] != was["rows"]:
            yield Differs(
                subject, f"{period} held {was['rows']} rows of {label} when it closed and holds {found['rows']}."
            )
        elif found["sha256"] != was["sha256"]:
            yield Differs(subject, f"A row of {label} in {period} is not what it was when it closed.")
    if digest(period, period.digested) != period.digest:
        yield Differs(subject, f"The closing record of {period} does not fit its digest.")


def _against(entry: AuditEntry, period: Period | None) -> Iterator[Differs]:
    """What a period says otherwise than the entry of its closing, which nobody rewrites without breaking the chain."""
    name = entry.subject  # as it was: the label and the edition may be what was changed
    if period is None:
        yield Differs(f"{entry.programme} {name}", f"{name} of {entry.programme} was closed and is gone.")
        return
    subject, held_by = _subject(period), entry.stated("held_by")
    if period.is_open:
        yield Differs(subject, f"{name} was closed and is open now.")
        return
    if period.digest != entry.stated("digest"):
        yield Differs(subject, f"The digest of {name} is not the one that the audit has of its closing.")
    if period.override != entry.reason:
        yield Differs(subject, f"The reason why {name} was closed all the same is not the one that the audit has.")
    if held_by is not None and period.held_by != held_by:  # older entries do not say it
        yield Differs(subject, f"What held {name} back is not what the audit has of its closing.")
    if period.remarks != (entry.stated("remarks") or []):
        yield Differs(subject, f"What was said of {name} as it closed is not what the audit has.")


def _unrecorded() -> Iterable[Period]:
    """Closed periods without an entry of their closing, in one query: with two, one may close between them."""
    entries = AuditEntry.objects.filter(what=CLOSING).values("subject_key")
    closed = Period.objects.closed().annotate(key=Cast("pk", CharField()))
    return closed.exclude(key__in=entries).select_related("programme").order_by("programme__slug", "label", "edition")


def _subject(period: Period) -> str:
    return f"{period.programme.slug} {period.label} edition {period.edition}"
