"""Changes to a programme's months."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core import dates
from core.refusal import Refused
from programmes.access import may_run_months, roles_in_words
from programmes.actions.reasons import checked_reason
from programmes.models import Period, Programme
from programmes.month import whole_month
from programmes.months.closing import CLOSING, faults, objections, remarked
from programmes.months.codes import to_rewrite
from programmes.months.copying import copy_all, copy_forward
from programmes.months.digest import digest, take
from programmes.months.record import record
from programmes.months.versions import faults_when_carried

FURTHEST = 12  # months from one to the next: further is a slip of the pen, and would be open for good
SHOWN = 5


@transaction.atomic
def open_period(programme: Programme, label: str, *, by: User | None = None) -> Period:
    """Open a month, as at its last day, with every live position of the month before it.

    It is read by the newest version of the scheme; codes which that retires become those it names instead. Raise
    Refused where the label is no month, is there already, is not within a year after the last one, another is still
    open, or the scheme gives no meaning to what is carried.
    """
    _may(by, programme)
    if not dates.is_label(label):
        raise Refused(f"“{label}” is not a month. Write it as 2022-06.")
    name = dates.long_month(label)
    scheme = programme.schemes.order_by("-number").first()
    if scheme is None:
        raise Refused(f"{programme} has no scheme yet, so there is nothing to report by.")
    previous = programme.periods.newest_first().first()
    if previous and previous.label == label:
        raise Refused(f"{name} has been opened already.")
    if previous and previous.label > label:
        raise Refused(f"{name} is before {previous.name}, the last month opened.")
    if previous and dates.months_between(previous.label, label) > FURTHEST:
        raise Refused(f"{name} is more than {FURTHEST} months after {previous.name}, the last month opened.")
    if previous and previous.is_open:
        raise Refused(f"{previous.name} is still open. Close it before opening {name}.")
    try:
        with transaction.atomic():
            period = programme.periods.create(
                scheme_version=scheme, label=label, as_at=dates.label_end(label), previous=previous
            )
    except IntegrityError as error:  # somebody opened one between our look and our insert
        raise Refused(f"Another month of {programme} was opened at the same moment.") from error
    taken_over = _take_over(previous, period) if previous else {}
    _record("period.open", period, by=by, after={"state": period.state, **taken_over})
    return period


def _take_over(previous: Period, period: Period) -> dict[str, Any]:
    """Copy the live positions forward; return what the audit is to say where they are read by another scheme now."""
    if previous.scheme_version_id == period.scheme_version_id:
        copy_forward(previous, period)
        return {}
    version = period.scheme_version
    if found := list(faults_when_carried(previous, version.scheme)):  # written after the version was added
        raise Refused(f"{period.name} cannot be opened by {version}, the newest. {first_of(found)}")
    codes = to_rewrite(previous, version.scheme)
    copy_forward(previous, period)
    return {"scheme": version.number, **({"codes_rewritten": codes} if codes else {})}


@transaction.atomic
def close_period(period: Period, *, override: str = "", by: User | None = None) -> Period:
    """Close a month for good, with its digest.

    Raise Refused where it is closed already or its rows do not hold together, and where a gate holds it and no
    override, a reason of ten characters or more, is given.
    """
    # The lock comes first: whoever saves a row of this period meanwhile waits, or we do.
    period = (
        Period.objects.select_for_update(of=("self",))
        .select_related("programme", "scheme_version", "previous__programme")
        .get(pk=period.pk)
    )
    _may(by, period.programme)
    if not period.is_open:
        raise Refused(f"{period} is closed already.")
    if found := list(faults(period)):
        raise Refused(f"{period} cannot close. {first_of(found)}")
    override = checked_reason(override, f"{period} is closed all the same") if override else ""
    month = whole_month(period)
    period.held_by = objections(month)
    if period.held_by and not override:
        raise Refused(f"{period} is held back. {first_of(period.held_by)} Give a reason to close it all the same.")
    period.override = override if period.held_by else ""
    period.remarks = remarked(month)
    period.digested = take(period)
    period.digest = digest(period, period.digested)
    period.state = Period.State.CLOSED
    period.closed_at = timezone.now()
    # What verification holds the period's own row to: nobody changes that and the chain too without being found.
    after = {"state": period.state, "digest": period.digest, "held_by": period.held_by, **record(period)}
    after |= {"remarks": period.remarks} if period.remarks else {}
    _record(CLOSING, period, by=by, before={"state": Period.State.OPEN}, after=after, reason=period.override)
    period.audit_head = audit.head()  # with the entry of this closing: from now on nothing up to it can be cut off
    written = ["state", "closed_at", "held_by", "override", "remarks", "digested", "digest", "audit_head"]
    period.save(update_fields=written)
    return period


@transaction.atomic
def reopen_period(period: Period, *, reason: str, by: User | None = None) -> Period:
    """Open another edition of a closed month, filled with what the newest closed one holds; that stays as it is.

    Raise Refused where the month is not closed, an edition of it is open already, or the reason is too short.
    """
    _may(by, period.programme)
    reason = checked_reason(reason, f"{period.name} is opened again")
    editions = Period.objects.filter(programme=period.programme, label=period.label).order_by("-edition")
    newest = editions.select_for_update().first()
    if newest is None or newest.is_open:
        raise Refused(f"{period.name} is open already.")
    try:
        with transaction.atomic():
            again = Period.objects.create(
                programme=period.programme,
                scheme_version=newest.scheme_version,
                label=newest.label,
                edition=newest.edition + 1,
                as_at=newest.as_at,
                previous=newest.previous,
                reading=newest.reading,
                reason=reason,
            )
    except IntegrityError as error:
        raise Refused(f"{period.name} was opened again at the same moment.") from error
    copy_all(newest, again)
    _record("period.reopen", again, by=by, after={"state": again.state}, reason=again.reason)
    return again


def _may(by: User | None, programme: Programme) -> None:
    """Whoever is at the command line itself answers for what they do there."""
    if by is not None and not may_run_months(by, programme):
        raise Refused(f"{by} may not open, close or reopen a month of {programme}: that is for its PMO.")


def _record(
    what: str,
    period: Period,
    *,
    by: User | None,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        what=what,
        subject=str(period),
        subject_key=period.pk,
        programme=period.programme.slug,
        period=period.pk,
        before=before,
        after=after,
        reason=reason,
        role=roles_in_words(by, period.programme),
        by=by,
    )


def first_of(sentences: list[str]) -> str:
    """As many as fit a screen."""
    more = f" (and {len(sentences) - SHOWN} more)" if len(sentences) > SHOWN else ""
    return " ".join(sentences[:SHOWN]) + more
