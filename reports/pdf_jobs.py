"""PDFs of reports. Laying one out takes seconds, so it is a job; the finished file serves whoever may read the same."""

import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import User
from core.blocks import Report
from core.formats import file_name
from jobs import actions, tasks
from jobs.kinds import Failed, JobKind
from jobs.models import Job
from jobs.work import Arguments, Work
from programmes.models import Period
from programmes.month import Month, month_or_404, whole_month
from reports import layouts, printed
from reports.formats import FORMATS
from reports.pdf import PdfFailed, PdfUnavailable, fingerprint

PDF = FORMATS["pdf"]


def order(month: Month, report: Report, *, by: User) -> Job:
    """Have the PDF of this report made for a person; the same one twice is one job."""
    arguments = {
        "programme": report.programme,
        "label": report.period,
        "edition": report.edition,
        "workstream": report.workstream,
        "layout": report.layout,
        "home": month.link("scorecard"),
    }
    title = f"{report.title}, {month.period} (PDF)"
    return tasks.enqueue(kind=KIND.name, key=f"{key(report)}/{by.pk}", arguments=arguments, title=title, by=by)


def make(work: Work) -> dict[str, Any]:
    asked = work.arguments
    work.step(0, 3, "reading the month")
    report = layouts.build(_ordered(asked), asked["layout"])
    work.step(1, 3, "laying out the pages")
    try:
        content = printed.pdf(report)
    except (PdfUnavailable, PdfFailed) as error:
        raise Failed(str(error)) from error
    work.step(2, 3, "storing the file")
    name = file_name(report, PDF.suffix)
    stored = actions.store_file(key=key(report), name=name, content_type=PDF.content_type, content=content)
    work.step(3, 3)
    return {"file": stored.key}


def may_have(user: User, asked: Arguments) -> bool:
    try:
        month_or_404(user, asked["programme"], asked["label"], edition=str(asked["edition"]), ref=asked["workstream"])
    except (Http404, PermissionDenied):
        return False
    return True


KIND = JobKind("report.pdf", make, may_have, lambda asked: str(asked["home"]))


def key(report: Report) -> str:
    """The same for the same edition, workstream, layout, words, figures and what makes PDFs, and for no other."""
    digest = hashlib.sha256(f"{fingerprint()}\n{printed.document(report)}".encode())
    return f"{report.programme}/{report.period}/{report.edition}/{report.workstream}/{digest.hexdigest()}"


def _ordered(asked: Arguments) -> Month:
    """Read what was ordered, for nobody in particular: who may have the result is asked when it is month."""
    period = (
        Period.objects.select_related("programme", "scheme_version", "previous__scheme_version")
        .filter(programme__slug=asked["programme"], label=asked["label"], edition=asked["edition"])
        .first()
    )
    if period is None:
        raise Failed("The month it was to show is not there any more.")
    month = whole_month(period)
    scope = month.tree.by_ref.get(asked["workstream"])
    if scope is None:
        raise Failed("The workstream it was to show is not there any more.")
    return month.within(scope)
