"""Keeping the report of a period once it has closed, and saying whether what was kept is still as it was."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.models import User
from core.triggers import Trigger, append_only
from jobs import actions
from jobs.kinds import Failed, Kind
from jobs.models import Job
from jobs.work import Work
from programmes.models import Period
from programmes.verification import Differs, Pending
from reports import layout as layouts
from reports.formats import FORMATS
from reports.models import KeptReport
from reports.pdf import PdfFailed, PdfUnavailable
from reports.reading import Reading


def keep(period: Period) -> str:
    """Keep the default layout of a closed period in each medium that is not kept yet; it may be run again.

    Not in the transaction of the closing, because a PDF takes a second. Return why a medium cannot be made now and
    stays pending, or "".
    """
    wanted = still_wanted(period)
    if not wanted:
        return ""
    reason = ""
    report = layouts.build(Reading.of(period.programme, period))
    for medium in wanted:
        try:
            content = FORMATS[medium].write(report)
        except (PdfUnavailable, PdfFailed) as error:
            reason = str(error)
            continue
        # Whoever was faster has kept the same.
        KeptReport.objects.get_or_create(
            period=period,
            layout=layouts.DEFAULT,
            medium=medium,
            defaults={"content": content, "sha256": hashlib.sha256(content).hexdigest()},
        )
    return reason


def still_wanted(period: Period) -> list[str]:
    """The media in which a closed period is not kept yet."""
    kept = KeptReport.objects.filter(period=period, layout=layouts.DEFAULT).values_list("medium", flat=True)
    return [medium for medium in KeptReport.Medium.values if medium not in set(kept)]


def order(period: Period, by: User | None) -> Job:
    """Have a worker keep the report of a closed period. The job is a row of the caller's transaction."""
    asked = {"programme": period.programme.slug, "label": period.label, "edition": period.edition}
    key = "/".join(str(part) for part in asked.values())
    title = f"The report of {period} of {period.programme}, to be kept"
    return actions.enqueue(kind=KIND.name, key=key, arguments=asked, title=title, by=by)


def make(work: Work) -> dict[str, Any]:
    asked = work.arguments
    period = Period.objects.select_related("programme", "scheme_version", "previous__scheme_version").get(
        programme__slug=asked["programme"], label=asked["label"], edition=asked["edition"]
    )
    if reason := keep(period):
        raise Failed(reason)
    return {}


HOW = "A worker does it, or: manage.py keep_reports"
KIND = Kind(
    "report.keep",
    make,
    lambda _user, _asked: False,  # there is no file to have
    lambda asked: reverse("scorecard", args=[asked["programme"], asked["label"]]),
)


def verified() -> Iterator[Differs | Pending]:
    """What was kept and is another thing now, and what is still to be kept."""
    kept = {(row.period_id, row.medium): row for row in KeptReport.objects.filter(layout=layouts.DEFAULT)}
    for period in Period.objects.closed().select_related("programme").order_by("programme__slug", "label", "edition"):
        for medium in KeptReport.Medium:
            subject = f"{period.programme.slug} {period.label} edition {period.edition}, {medium.label}"
            row = kept.get((period.pk, medium.value))
            if row is None:
                yield Pending(subject, f"The {medium.label} of {period} is still to be kept. {HOW}")
            elif not row.is_as_kept:
                yield Differs(subject, f"The {medium.label} of {period} is not the file that was kept.")


def triggers() -> Iterator[Trigger]:
    return append_only(KeptReport, "a kept report never changes")
