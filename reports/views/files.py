"""Reports and tables as files, and what every view that writes one shares."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from accounts.models import User
from core.blocks import Report
from core.files import attachment
from core.formats import TABLE_FORMATS, Format, file_name
from core.http import HttpRequest
from jobs.models import StoredFile
from programmes.month import Month
from programmes.views.fetch import fetch
from reports import keeping, layouts, pdf_jobs
from reports.formats import FORMATS
from reports.models import KeptReport


@require_safe
def download(request: HttpRequest, slug: str, label: str, code: str) -> HttpResponse:
    """The whole report as a file: the scorecard, or with `?layout=` another layout of the scheme."""
    month = fetch(request, slug, label)
    found = format_or_404(FORMATS, code)
    try:
        report = layouts.build(month, request.GET.get("layout", layouts.DEFAULT))
    except layouts.Unknown as error:
        raise Http404(str(error)) from error
    return _pdf(request, month, report) if code == "pdf" else file(report, found)


@require_safe
def table(request: HttpRequest, slug: str, label: str, key: str, code: str) -> HttpResponse:
    """One table of the report at an address of its own."""
    report = only(layouts.build(fetch(request, slug, label)), key)
    return file(report, format_or_404(TABLE_FORMATS, code), part=key)


@require_safe
def kept(request: HttpRequest, slug: str, label: str, code: str) -> HttpResponse:
    """The report as it was kept when the month closed, byte for byte."""
    month = fetch(request, slug, label, within=False)
    if not keeping.readable(month):
        raise PermissionDenied("What was kept of a closed month is for those who work on the whole programme.")
    rows = KeptReport.objects.select_related("period__programme")
    found = get_object_or_404(rows, period=month.period, layout=layouts.DEFAULT, medium=code)
    return attachment(bytes(found.content), content_type=FORMATS[code].content_type, name=keeping.file_name(found))


def only(report: Report, key: str) -> Report:
    try:
        return layouts.only_table(report, key)
    except layouts.Unknown as error:
        raise Http404(str(error)) from error


def format_or_404(known: dict[str, Format], code: str) -> Format:
    if code not in known:
        raise Http404(f"There is no {code} of this. There is: {', '.join(known)}.")
    return known[code]


def file(report: Report, found: Format, part: str = "") -> HttpResponse:
    name = file_name(report, found.suffix, part)
    return attachment(found.write(report), content_type=found.content_type, name=name)


def _pdf(request: HttpRequest, month: Month, report: Report) -> HttpResponse:
    """The PDF of exactly this report if there is one, else the page of the job that makes it.

    The one read that writes: a link is how every other format is asked for too. Whoever only looks whether the link
    leads anywhere asks with HEAD, and has nothing made.
    """
    if stored := StoredFile.objects.kept(pdf_jobs.key(report)).first():
        return attachment(bytes(stored.content), content_type=stored.content_type, name=stored.name)
    if request.method == "HEAD":
        return HttpResponse(content_type=pdf_jobs.PDF.content_type)
    return redirect("job", pdf_jobs.order(month, report, by=cast("User", request.user)).pk)
