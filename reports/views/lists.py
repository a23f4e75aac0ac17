"""What the checks find, as a list."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.formats import TABLE_FORMATS
from core.http import HttpRequest
from programmes.editing.listing import PAGE
from programmes.navigation import crumbs, row_link
from programmes.report import state
from programmes.views.fetch import fetch
from reports import findings_list
from reports.views.files import file, format_or_404


@require_safe
def findings(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """What the checks find: the rows under the scorecard's counts."""
    month = fetch(request, slug, label)
    asked = findings_list.asked_or_404(request, month)
    page = Paginator(asked.found, PAGE).get_page(request.GET.get("page"))
    context = {
        "month": month,
        "asked": asked,
        "page": page,
        "state": state(month.period),
        "table": findings_list.table(month, page, row_link=row_link(month, back=request.get_full_path())),
        "files": [
            (found.label, month.link("findings_file", found.code, **asked.query)) for found in TABLE_FORMATS.values()
        ],
        "crumbs": crumbs(month, month.scope),
    }
    return render(request, "reports/findings.html", context)


@require_safe
def findings_file(request: HttpRequest, slug: str, label: str, code: str) -> HttpResponse:
    """The findings asked for, all of them, as a file."""
    month = fetch(request, slug, label)
    report = findings_list.report(month, findings_list.asked_or_404(request, month).found)
    return file(report, format_or_404(TABLE_FORMATS, code))
