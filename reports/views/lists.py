"""The lists under the counts: products, milestones, and what the checks find."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.dates import long_date
from core.http import HttpRequest
from programmes.editing.listing import LISTINGS, PAGE, SORTS, narrowed
from programmes.forms.listing import ListForm
from programmes.navigation import crumbs, row_link
from programmes.views.fetch import fetch
from reports import findings as finds
from reports import layout as layouts
from reports import listing as lists
from reports.formats import TABLE_FORMATS
from reports.views.files import file, format_or_404


@require_safe
def listing(request: HttpRequest, slug: str, label: str, what: str) -> HttpResponse:
    """Products or milestones: the rows under a count."""
    month = fetch(request, slug, label)
    kind = LISTINGS[what]
    form = ListForm(request.GET, scheme=month.scheme, tree=month.tree, scope=month.scope, tops=month.tops)
    sort = request.GET.get("sort", "ref")
    found = narrowed(kind, month.period, month.scope, form.cleaned_data if form.is_valid() else {}, sort)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    caption = f"{what.capitalize()}, {long_date(month.period.as_at)}"
    context = {
        "month": month,
        "what": what,
        "form": form,
        "page": page,
        "table": lists.table(kind, month, page, caption, row_link=row_link(month, back=request.get_full_path())),
        "state": layouts.state(month.period),
        "counted": lists.counted(kind, month, form, page.paginator.count),
        "sorts": SORTS,
        "sort": sort,
        "may_change": month.may_report,
        "crumbs": crumbs(month, month.scope),
    }
    return render(request, "reports/listing.html", context, status=200 if form.is_valid() else 422)


@require_safe
def findings(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """What the checks find: the rows under the scorecard's counts."""
    month = fetch(request, slug, label)
    asked = finds.asked_or_404(request, month)
    page = Paginator(asked.found, PAGE).get_page(request.GET.get("page"))
    context = {
        "month": month,
        "asked": asked,
        "page": page,
        "state": layouts.state(month.period),
        "table": finds.table(month, page, row_link=row_link(month, back=request.get_full_path())),
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
    report = finds.report(month, finds.asked_or_404(request, month).found)
    return file(report, format_or_404(TABLE_FORMATS, code))
