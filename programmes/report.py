"""A report: sections of a month under one head, as every medium is written from it."""

from accounts.models import AuditEntry
from core.blocks import Proof, Report, Section
from core.dates import long_date
from programmes.models import Period
from programmes.month import Month


def bound(month: Month, layout: str, sections: tuple[Section, ...], *, proof: Proof | None = None) -> Report:
    """These sections as a report of the month, under this name."""
    name = month.tree.root.name if month.tree.root else month.particulars.name
    # They name returns of any workstream: only the report of the whole is for those alone who may read of each.
    remarks = tuple(month.period.remarks) if month.is_whole else ()
    return Report(
        programme=month.programme.slug,
        workstream=month.scope.ref,
        is_whole=month.is_whole,
        title=f"{name}: {layout}" if month.is_whole else f"{month.scope.name}: {layout}, {name}",
        period=month.period.label,
        edition=month.period.edition,
        as_at=month.period.as_at,
        standing=standing(month),
        layout=layout,
        sections=sections,
        override=month.period.override,
        held_by=tuple(month.period.held_by),
        remarks=remarks,
        reading=month.period.read_as,
        notes=(*_closing_record(month.period), *remarks, *filter(None, month.particulars.provenance.split("\n\n"))),
        proof=proof,
    )


def proof_of(period: Period) -> Proof | None:
    """The newest entry of the audit that wrote into a month; of a closed one that of its closing, with the digest."""
    head = period.audit_head
    if not head:
        newest = AuditEntry.objects.filter(period_key=period.pk).newest_first().only("seq", "hash").first()
        head = newest.head if newest else ""
    number, _, hashed = head.partition(":")
    return Proof(int(number), hashed, period.digest) if head else None


def standing(month: Month) -> str:
    """The position with the edition that is read."""
    return f"{position(month)} Edition {month.period.edition}."


def position(month: Month) -> str:
    """One sentence or two: which positions are shown and whether they can still change."""
    beside = f", beside {long_date(month.past.as_at)}" if month.past else ""
    return f"Position as at {long_date(month.period.as_at)}{beside}. {state(month.period)}"


def state(period: Period) -> str:
    """One sentence: whether what is shown can still change."""
    return "This month is still open: its figures can change." if period.is_open else "This month is closed."


def _closing_record(period: Period) -> list[str]:
    """What a reader of this edition must know: why it was opened again, and what it was closed in spite of."""
    said = []
    if period.reason:
        said.append(f"Edition {period.edition} of {period.name} was opened because: {period.reason}")
    if period.override:
        said.append(f"{period.name} was closed all the same because: {period.override}")
        said += [f"It was held back: {sentence}" for sentence in period.held_by]
    return said
