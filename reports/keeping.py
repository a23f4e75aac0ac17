"""Keeping the report of a period right after it closes, and saying whether what was kept is still as it was."""

import hashlib
from collections.abc import Iterator

from core.triggers import Trigger, append_only
from programmes.models import Period
from programmes.verification import Differs, Pending
from reports import layout as layouts
from reports.formats import FORMATS
from reports.models import KeptReport
from reports.pdf import PdfFailed, PdfUnavailable
from reports.reading import Reading


def keep(period: Period) -> None:
    """Keep the default layout of a closed period in each medium that is not kept yet.

    Called after the closing's transaction, because a PDF takes a second. What cannot be made now stays pending.
    """
    kept = set(KeptReport.objects.filter(period=period, layout=layouts.DEFAULT).values_list("medium", flat=True))
    wanted = [medium for medium in KeptReport.Medium.values if medium not in kept]
    if not wanted:
        return
    report = layouts.build(Reading.of(period.programme, period))
    for medium in wanted:
        try:
            content = FORMATS[medium].write(report)
        except (PdfUnavailable, PdfFailed):
            continue
        # Whoever was faster has kept the same.
        KeptReport.objects.get_or_create(
            period=period,
            layout=layouts.DEFAULT,
            medium=medium,
            defaults={"content": content, "sha256": hashlib.sha256(content).hexdigest()},
        )


def verified() -> Iterator[Differs | Pending]:
    """What was kept and is another thing now, and what is still to be kept."""
    kept = {(row.period_id, row.medium): row for row in KeptReport.objects.filter(layout=layouts.DEFAULT)}
    for period in Period.objects.closed().select_related("programme").order_by("programme__slug", "label", "edition"):
        for medium in KeptReport.Medium:
            subject = f"{period.programme.slug} {period.label} edition {period.edition}, {medium.label}"
            row = kept.get((period.pk, medium.value))
            if row is None:
                yield Pending(subject, f"The {medium.label} of {period} is still to be kept.")
            elif not row.is_as_kept:
                yield Differs(subject, f"The {medium.label} of {period} is not the file that was kept.")


def triggers() -> Iterator[Trigger]:
    return append_only(KeptReport._meta.db_table, "a kept report never changes")
