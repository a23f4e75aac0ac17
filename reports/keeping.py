"""Keeping the report of a period once it has closed, and saying whether what was kept is still as it was."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, User
from core.triggers import Trigger, append_only
from jobs import tasks
from jobs.kinds import Failed, JobKind
from jobs.models import Job
from jobs.work import Work
from programmes.access import Audience, roles_in_words
from programmes.models import Period
from programmes.month import Month, whole_month
from programmes.months.verification import Differs, Pending
from reports import layouts
from reports.formats import FORMATS
from reports.models import KeptReport
from reports.pdf import PdfFailed, PdfUnavailable


def keep(period: Period, by: User | None = None) -> str:
    """Keep the default layout of a closed period in each medium that is not kept yet; it may be run again.

    Not in the transaction of the closing, because a PDF takes a second. Return why a medium cannot be made now and
    stays pending, or "".
    """
    wanted = still_wanted(period)
    if not wanted:
        return ""
    reason = ""
    report = layouts.build(whole_month(period))
    for medium in wanted:
        try:
            content = FORMATS[medium].write(report)
        except (PdfUnavailable, PdfFailed) as error:
            reason = str(error)
            continue
        _keep(period, medium, content, by)
    return reason


@transaction.atomic
def _keep(period: Period, medium: str, content: bytes, by: User | None) -> None:
    """Keep a file, and its hash in the audit: beside the file alone it could be changed with it."""
    sha256 = hashlib.sha256(content).hexdigest()
    row, is_new = KeptReport.objects.get_or_create(
        period=period, layout=layouts.DEFAULT, medium=medium, defaults={"content": content, "sha256": sha256}
    )
    if is_new:  # else whoever was faster has kept the same, and said so
        audit.record(
            what=KIND.name,
            subject=str(row),
            subject_key=_key(period, medium),
            programme=period.programme.slug,
            after={"sha256": sha256},
            role=roles_in_words(by, period.programme),
            by=by,
        )


def _key(period: Period, medium: str) -> str:
    return f"{period.pk}/{layouts.DEFAULT}/{medium}"


def still_wanted(period: Period) -> list[str]:
    """The media in which a closed period is not kept yet."""
    kept = KeptReport.objects.filter(period=period, layout=layouts.DEFAULT).values_list("medium", flat=True)
    return [medium for medium in KeptReport.Medium.values if medium not in set(kept)]


def order(period: Period, by: User | None) -> Job:
    """Have a worker keep the report of a closed period. The job is a row of the caller's transaction."""
    asked = {"programme": period.programme.slug, "label": period.label, "edition": period.edition}
    key = "/".join(str(part) for part in asked.values())
    title = f"The report of {period} of {period.programme}, to be kept"
    return tasks.enqueue(kind=KIND.name, key=key, arguments=asked, title=title, by=by)


def make(work: Work) -> dict[str, Any]:
    asked = work.arguments
    period = Period.objects.select_related("programme", "scheme_version", "previous__scheme_version").get(
        programme__slug=asked["programme"], label=asked["label"], edition=asked["edition"]
    )
    if reason := keep(period, by=work.job.owner):
        raise Failed(reason)
    return {}


def readable(month: Month) -> bool:
    """Whether this person may have what was kept: all of the programme, as those read it who work on it."""
    return month.is_whole and not month.period.is_open and month.audience is Audience.STAFF


def kept_of(month: Month) -> list[KeptReport]:
    """What was kept of the month, the PDF first, without its content; nothing for who may not have it."""
    if not readable(month):
        return []
    return list(
        KeptReport.objects.filter(period=month.period, layout=layouts.DEFAULT).defer("content").order_by("-medium")
    )


def file_name(kept: KeptReport) -> str:
    """somerset-2022-06-scorecard-kept.pdf: never the name of one drawn today."""
    period = kept.period
    edition = f"-edition-{period.edition}" if period.edition > 1 else ""
    return f"{period.programme.slug}-{period.label}{edition}-{kept.layout}-kept.{FORMATS[kept.medium].suffix}"


HOW = "A worker does it, or: manage.py keep_reports"
KIND = JobKind(
    "report.keep",
    make,
    lambda _user, _asked: False,  # there is no file to have
    lambda asked: reverse("scorecard", args=[asked["programme"], asked["label"]]),
)


def verified() -> Iterator[Differs | Pending]:
    """What was kept and is another thing now or gone, and what is still to be kept."""
    recorded: dict[str, set[str]] = defaultdict(set)  # read first: more may be kept meanwhile
    for entry in AuditEntry.objects.filter(what=KIND.name):
        recorded[entry.subject_key].add(entry.stated("sha256"))
    kept = {
        (row.period_id, row.medium): {row.sha256, row.sha256_now}
        for row in KeptReport.objects.filter(layout=layouts.DEFAULT).iterator(chunk_size=10)
    }
    for period in Period.objects.closed().select_related("programme").order_by("programme__slug", "label", "edition"):
        for medium in KeptReport.Medium:
            subject = f"{period.programme.slug} {period.label} edition {period.edition}, {medium.label}"
            then, now = recorded[_key(period, medium)], kept.get((period.pk, medium.value), set())
            if not then | now:
                yield Pending(subject, f"The {medium.label} of {period} is still to be kept. {HOW}")
            elif not now:
                yield Differs(subject, f"The {medium.label} of {period} was kept and is gone.")
            elif len(then | now) > 1:  # one that was kept before the audit said so has its own hash alone
                yield Differs(subject, f"The {medium.label} of {period} is not the file that was kept.")


def triggers() -> Iterator[Trigger]:
    return append_only(KeptReport, "a kept report never changes")
