"""The pages that are read. Every view begins by fetching what the address names with the reader's own eyes."""

from dataclasses import replace
from functools import partial
from typing import cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.roles import Permission
from core.blocks import Report
from core.crumbs import Crumb
from core.dates import long_date
from core.files import attachment
from core.http import HttpRequest
from jobs.models import StoredFile
from programmes.access import access_or_404, may_manage_people
from programmes.editing.listing import LISTINGS, PAGE, SORTS, narrowed
from programmes.forms.listing import ListForm
from reports import editions as edition_tables
from reports import findings as finds
from reports import history as histories
from reports import layout as layouts
from reports import listing as lists
from reports import printing
from reports.evidence import evidence as read_evidence
from reports.fetch import Fetched, RowLink, fetch
from reports.formats import FORMATS, TABLE_FORMATS, Format, file_name
from reports.month_links import acts
from reports.navigation import crumbs, strip
from reports.page import on_page, shown
from reports.portfolio import portfolio as read_portfolio


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/portfolio.html", {"table": read_portfolio(request.user)})


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest month this person may see, or a page that says there is none yet."""
    access = access_or_404(request.user, slug)
    if periods := access.periods():
        return redirect("scorecard", slug, periods[-1].label)
    context = {
        "programme": access.programme,
        "may_manage_people": may_manage_people(cast("User", request.user), access.programme),
    }
    return render(request, "reports/no_month.html", context)


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
        "position": layouts.position(reading),
        "sections": on_page(reading, report),
        "crumbs": crumbs(fetched),
        "strip": strip(fetched),
        "downloads": [
            (found.label, reading.link("download", found.code)) for found in FORMATS.values() if found.code != "html"
        ],
        "table_formats": list(TABLE_FORMATS.values()),
        "amended": fetched.amended,
        "replaced_by": fetched.replaced_by,
        "may_set_up": reading.past is None and fetched.access.may_for_all(Permission.SHAPE, reading.tree),
        "acts": acts(fetched),
        "may_see_history": fetched.access.may_for_all(Permission.VIEW_HISTORY, reading.tree),
        "may_manage_people": fetched.access.may_for_all(Permission.MANAGE_PEOPLE, reading.tree),
    }
    return render(request, "reports/scorecard.html", context)


@require_safe
def editions(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """The editions of a month, and what the one being read changed."""
    fetched = fetch(request, slug, label)
    reading = fetched.reading
    if not reading.is_whole:
        raise PermissionDenied("The editions of a month are for those with a role over the whole programme.")
    known = fetched.editions()
    context = {
        "reading": reading,
        "crumbs": crumbs(fetched, reading.scope),
        "editions": edition_tables.editions(reading, known),
        "changed": edition_tables.changed(reading, known),
    }
    return render(request, "reports/editions.html", context)


@require_safe
def download(request: HttpRequest, slug: str, label: str, code: str) -> HttpResponse:
    """The whole report as a file."""
    fetched = fetch(request, slug, label)
    found = _format(FORMATS, code)
    report = _built(fetched)
    return _pdf(request, fetched, report) if code == "pdf" else _file(report, found)


@require_safe
def table(request: HttpRequest, slug: str, label: str, key: str, code: str) -> HttpResponse:
    """One table of the report at an address of its own."""
    report = _only(_built(fetch(request, slug, label)), key)
    return _file(report, _format(TABLE_FORMATS, code), part=key)


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
    fetched = replace(fetched, reading=fetched.reading.within(node))
    reading = fetched.reading
    scale = reading.scheme.scale(dimension, node.tier)
    if scale is None:
        raise Http404(f"{node.name} is not rated for {dimension}.")
    section = read_evidence(reading, reading.scheme.dimensions[dimension], scale, fetched.months)
    context = {
        "reading": reading,
        "section": section,
        "standing": layouts.standing(reading),
        "crumbs": crumbs(fetched, node),
        "scorecard": reading.link("scorecard"),
    }
    template = "reports/evidence.html" + ("#panel" if request.htmx else "")
    return render(request, template, context)


@require_safe
def listing(request: HttpRequest, slug: str, label: str, what: str) -> HttpResponse:
    """Products or milestones: the rows under a count."""
    fetched = fetch(request, slug, label)
    reading, kind = fetched.reading, LISTINGS[what]
    form = ListForm(request.GET, scheme=reading.scheme, tree=reading.tree, scope=reading.scope, tops=fetched.tops)
    sort = request.GET.get("sort", "ref")
    found = narrowed(kind, reading.period, reading.scope, form.cleaned_data if form.is_valid() else {}, sort)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    caption = f"{what.capitalize()}, {long_date(reading.period.as_at)}"
    context = {
        "reading": reading,
        "what": what,
        "form": form,
        "page": page,
        "table": lists.table(kind, reading, page, caption, row_link=_row_link(request, fetched)),
        "state": layouts.state(reading.period),
        "counted": lists.counted(kind, reading, form, page.paginator.count),
        "sorts": SORTS,
        "sort": sort,
        "may_change": fetched.may_report,
        "crumbs": crumbs(fetched, reading.scope),
    }
    return render(request, "reports/listing.html", context, status=200 if form.is_valid() else 422)


@require_safe
def findings(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """What the checks find: the rows under the scorecard's counts."""
    fetched = fetch(request, slug, label)
    reading = fetched.reading
    asked = finds.asked_or_404(request, reading)
    page = Paginator(asked.found, PAGE).get_page(request.GET.get("page"))
    context = {
        "reading": reading,
        "asked": asked,
        "page": page,
        "state": layouts.state(reading.period),
        "table": finds.table(reading, page, row_link=_row_link(request, fetched)),
        "files": [
            (found.label, reading.link("findings_file", found.code, **asked.query)) for found in TABLE_FORMATS.values()
        ],
        "crumbs": crumbs(fetched, reading.scope),
    }
    return render(request, "reports/findings.html", context)


@require_safe
def findings_file(request: HttpRequest, slug: str, label: str, code: str) -> HttpResponse:
    """The findings asked for, all of them, as a file."""
    reading = fetch(request, slug, label).reading
    report = finds.report(reading, finds.asked_or_404(request, reading).found)
    return _file(report, _format(TABLE_FORMATS, code))


@require_safe
def history(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Who changed what in a programme, or outside of any, newest first."""
    found = histories.fetch(request, slug)
    page = found.page(request.GET.get("page"))
    place = [slug] if slug else []
    name = "history_file" if slug else "history_outside_file"
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "history": found,
        "form": found.form,
        "page": page,
        "table": histories.table(found, page),
        "files": [
            (file.label, reverse(name, args=[*place, code], query=query)) for code, file in histories.FILES.items()
        ],
        "crumbs": [
            Crumb("Portfolio", reverse("portfolio")),
            *([Crumb(found.programme.name, reverse("programme", args=place))] if found.programme else []),
            Crumb("History"),
        ],
    }
    return render(request, "reports/history.html", context, status=200 if found.form.is_valid() else 422)


@require_safe
def history_file(request: HttpRequest, code: str, slug: str = "") -> HttpResponse:
    """Every entry that the filter leaves, as a file."""
    found = histories.fetch(request, slug)
    file = histories.FILES.get(code)
    if file is None or not found.form.is_valid():
        raise Http404(f"There is no such {code} of this history.")
    name = f"{slug or 'outside-programmes'}-history.{code}"
    return attachment(file.write(found), content_type=file.content_type, name=name)


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/glossary.html")


def _row_link(request: HttpRequest, fetched: Fetched) -> RowLink:
    """From the page asked for to a row, and back."""
    return partial(fetched.row_link, back=request.get_full_path())


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


def _file(report: Report, found: Format, part: str = "") -> HttpResponse:
    name = file_name(report, found.suffix, part)
    return attachment(found.write(report), content_type=found.content_type, name=name)


def _pdf(request: HttpRequest, fetched: Fetched, report: Report) -> HttpResponse:
    """The PDF of exactly this report if there is one, else the page of the job that makes it.

    The one read that writes: a link is how every other format is asked for too. Whoever only looks whether the link
    leads anywhere asks with HEAD, and has nothing made.
    """
    if stored := StoredFile.objects.kept(printing.key(report)).first():
        return attachment(bytes(stored.content), content_type=stored.content_type, name=stored.name)
    if request.method == "HEAD":
        return HttpResponse(content_type=printing.PDF.content_type)
    return redirect("job", printing.order(fetched.reading, report, by=cast("User", request.user)).pk)
