"""Whether what was closed is still what was closed. Higher apps add what they keep."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

from accounts import audit
from core import triggers
from programmes.digest import digest, take_again
from programmes.models import Period


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
    """Everything that differs or is pending: the triggers, every closed period, then what higher apps keep."""
    for name in triggers.missing(connection):
        yield Differs(name, f"The database lacks the trigger {name}. Run: manage.py migrate")
    closed = Period.objects.closed().select_related("programme", "scheme_version")
    for period in closed.order_by("programme__slug", "label", "edition"):
        yield from of(period)
    heads = {f"the closing of {p} of {p.programme}": p.audit_head for p in closed if p.audit_head}
    if sentence := audit.verify(heads):
        yield Differs("audit", sentence)
    for source in sources:
        yield from source()


def of(period: Period) -> Iterator[Differs]:
    """What is not in a closed period as it was when it closed."""
    subject = f"{period.programme.slug} {period.label} edition {period.edition}"
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
