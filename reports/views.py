"""The pages that are read. Every view begins by fetching what the address names with the reader's own eyes."""

import django.http
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from core.blocks import Report
from core.dates import long_date
from programmes.access import access_or_404
from reports import layout as layouts
from reports import listing as lists
from reports.evidence import evidence as read_evidence
from reports.fetch import Fetched, fetch
from reports.formats import FORMATS, TABLE_FORMATS, Format, file_name
from reports.forms import ListForm
from reports.navigation import crumbs, strip
from reports.page import on_page, shown
from reports.pdf import PdfFailed, PdfUnavailable
from reports.portfolio import portfolio as read_portfolio


class HttpRequest(django.http.HttpRequest):
    """A request as `HtmxMiddleware` hands it on."""

    htmx: HtmxDetails


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/portfolio.html", {"table": read_portfolio(request.user)})


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest month this person may see, or a page that says there is none yet."""
    access = access_or_404(request.user, slug)
    if periods := access.periods():
        return redirect("scorecard", slug, periods[-1].label)
    return render(request, "reports/no_month.html", {"programme": access.programme})


@require_safe
def about(request: HttpRequest, slug: str) -> HttpResponse:
    access = access_or_404(request.user, slug)
    return render(request, "reports/about.html", {"programme": access.programme})


@require_safe
def scorecard(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    fetched = fetch(request, slug, label)
    reading = fetched.reading
    report = layouts.build(reading)
    context = {
        "reading": reading,
        "report": report,
        "sections": on_page(reading, report),
        "crumbs": crumbs(fetched),
        "strip": strip(fetched),
        "downloads": [
            (found.label, reading.link("download", found.code)) for found in FORMATS.values() if found.code != "html"
        ],
        "table_formats": list(TABLE_FORMATS.values()),
    }
    return render(request, "reports/scorecard.html", context)


@require_safe
def download(request: HttpRequest, slug: str, label: str, code: str) -> HttpResponse:
    """The whole report as a file."""
    report = _built(fetch(request, slug, label))
    return _file(request, report, _format(FORMATS, code))


@require_safe
def table(request: HttpRequest, slug: str, label: str, key: str, code: str) -> HttpResponse:
    """One table of the report at an address of its own."""
    report = _only(_built(fetch(request, slug, label)), key)
    return _file(request, report, _format(TABLE_FORMATS, code), part=key)


@require_safe
def whole_table(request: HttpRequest, slug: str, label: str, key: str) -> HttpResponse:
    """One table with every row, on a page or in place of the shortened one."""
    fetched = fetch(request, slug, label)
    report = _only(_built(fetched), key)
    (table,) = report.tables()
    context = {
        "reading": fetched.reading,
        "report": report,
        "shown": shown(fetched.reading, table, limit=table.size),
        "crumbs": crumbs(fetched, fetched.reading.scope),
        "table_formats": list(TABLE_FORMATS.values()),
    }
    return render(request, "reports/table.html" + ("#block" if request.htmx else ""), context)


@require_safe
def evidence(request: HttpRequest, slug: str, label: str, ref: str, dimension: str) -> HttpResponse:
    """Why a rating has its colour: a page, or opened under the table it stands in."""
    fetched = fetch(request, slug, label, within=False)
    node = fetched.reading.tree.by_ref.get(ref)
    if node is None or node.pk not in fetched.visible:
        raise Http404(f"No workstream {ref} of yours in this month.")
    reading = fetched.reading.within(node)
    scale = reading.scheme.scale(dimension, node.tier)
    if scale is None:
        raise Http404(f"{node.name} is not rated for {dimension}.")
    section = read_evidence(reading, reading.scheme.dimensions[dimension], scale, fetched.periods)
    context = {
        "reading": reading,
        "section": section,
        "crumbs": crumbs(fetched, node),
        "scorecard": reading.link("scorecard"),
    }
    template = "reports/evidence.html" + ("#panel" if request.htmx else "")
    return render(request, template, context)


@require_safe
def listing(request: HttpRequest, slug: str, label: str, what: str) -> HttpResponse:
    """Products or milestones: the rows under a count."""
    fetched = fetch(request, slug, label)
    reading, kind = fetched.reading, lists.LISTINGS[what]
    form = ListForm(request.GET, reading=reading, tops=fetched.tops)
    sort = request.GET.get("sort", "ref")
    found = lists.rows(kind, reading, form.cleaned_data if form.is_valid() else {}, sort)
    page = Paginator(found, lists.PAGE).get_page(request.GET.get("page"))
    caption = f"{what.capitalize()}, {long_date(reading.period.as_at)}"
    context = {
        "reading": reading,
        "what": what,
        "form": form,
        "page": page,
        "table": lists.table(kind, reading, page, caption),
        "sorts": lists.SORTS,
        "sort": sort,
        "crumbs": crumbs(fetched, reading.scope),
    }
    return render(request, "reports/listing.html", context, status=200 if form.is_valid() else 422)


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/glossary.html")


def _built(fetched: Fetched) -> Report:
    return layouts.build(fetched.reading)


def _only(report: Report, key: str) -> Report:
    try:
        return layouts.only_table(report, key)
    except layouts.Unknown as error:
        raise Http404(str(error)) from error


def _format(known: dict[str, Format], code: str) -> Format:
    if code not in known:
        raise Http404(f"There is no {code} of this. There is: {', '.join(known)}.")
    return known[code]


def _file(request: HttpRequest, report: Report, found: Format, part: str = "") -> HttpResponse:
    """A download that a browser saves and never runs."""
    try:
        content = found.write(report)
    except (PdfUnavailable, PdfFailed) as error:
        return render(request, "reports/no_pdf.html", {"reason": str(error), "report": report}, status=503)
    response = HttpResponse(content, content_type=found.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name(report, found.suffix, part)}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
