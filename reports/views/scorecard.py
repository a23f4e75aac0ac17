"""The pages on which a month is read: portfolio, scorecard, the evidence under a rating, one whole table."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.roles import Permission
from core.formats import TABLE_FORMATS
from core.http import HttpRequest
from programmes import navigation
from programmes.access import access_or_404, may_manage_people
from programmes.navigation import crumbs, strip
from programmes.report import position, standing
from programmes.views.fetch import fetch
from reports import edition_tables, keeping, layouts
from reports.evidence import evidence_section
from reports.formats import FORMATS
from reports.glossary import words_lacking
from reports.month_links import month_links
from reports.page import on_page, page_block
from reports.portfolio import portfolio_table
from reports.views.files import only


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/portfolio.html", {"table": portfolio_table(request.user)})


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest month this person may see, or a page that says there is none yet."""
    access = access_or_404(request.user, slug)
    if periods := access.periods:
        return redirect("scorecard", slug, periods[-1].label)
    context = {
        "programme": access.programme,
        "may_manage_people": may_manage_people(cast("User", request.user), access.programme),
    }
    return render(request, "reports/no_month.html", context)


@require_safe
def about(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Whose programme it was in this month, and where its rows came from."""
    month = fetch(request, slug, label)
    context = {"month": month, "particulars": month.particulars, "crumbs": crumbs(month, month.scope)}
    return render(request, "reports/about.html", context)


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/glossary.html", {"lacks": words_lacking(request.user)})


@require_safe
def scorecard(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    month = fetch(request, slug, label)
    report = layouts.build(month)
    context = {
        "month": month,
        "report": report,
        "position": position(month),
        "sections": on_page(month, report),
        "crumbs": crumbs(month),
        "strip": strip(month),
        "downloads": [
            (found.label, month.link("download", found.code)) for found in FORMATS.values() if found.code != "html"
        ],
        "table_formats": list(TABLE_FORMATS.values()),
        "kept": [(each.get_medium_display(), month.link("kept", each.medium)) for each in keeping.kept_of(month)],
        "amended": navigation.amended(month),
        "replaced_by": navigation.replaced_by(month),
        "may_set_up": month.past is None and month.access.may_for_all(Permission.SHAPE, month.tree),
        "month_links": month_links(month),
        "may_see_history": month.access.may_for_all(Permission.VIEW_HISTORY, month.tree),
        "may_manage_people": month.access.may_for_all(Permission.MANAGE_PEOPLE, month.tree),
    }
    return render(request, "reports/scorecard.html", context)


@require_safe
def editions(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """The editions of a month, and what the one being read changed."""
    month = fetch(request, slug, label)
    if not month.is_whole:
        raise PermissionDenied("The editions of a month are for those with a role over the whole programme.")
    known = navigation.editions(month)
    context = {
        "month": month,
        "crumbs": crumbs(month, month.scope),
        "editions": edition_tables.editions(month, known),
        "changed": edition_tables.changed(month, known),
    }
    return render(request, "reports/editions.html", context)


@require_safe
def whole_table(request: HttpRequest, slug: str, label: str, key: str) -> HttpResponse:
    """One table with every row, on a page or in place of the shortened one."""
    month = fetch(request, slug, label)
    report = only(layouts.build(month), key)
    (table,) = report.tables()
    context = {
        "month": month,
        "report": report,
        "shown": page_block(month, table, limit=table.size),
        "crumbs": crumbs(month, month.scope),
        "table_formats": list(TABLE_FORMATS.values()),
    }
    return render(request, "reports/table.html" + ("#block" if request.htmx else ""), context)


@require_safe
def evidence(request: HttpRequest, slug: str, label: str, ref: str, dimension: str) -> HttpResponse:
    """Why a rating has its colour: a page, or opened under the table it stands in."""
    month = fetch(request, slug, label, within=False)
    node = month.tree.by_ref.get(ref)
    if node is None or node.pk not in month.visible:
        raise Http404(f"No workstream {ref} of yours in this month.")
    month = month.within(node)
    scale = month.scheme.scale(dimension, node.tier)
    if scale is None:
        raise Http404(f"{node.name} is not rated for {dimension}.")
    section = evidence_section(month, month.scheme.dimensions[dimension], scale, navigation.months(month))
    context = {
        "month": month,
        "section": section,
        "standing": standing(month),
        "crumbs": crumbs(month, node),
        "scorecard": month.link("scorecard"),
    }
    template = "reports/evidence.html" + ("#panel" if request.htmx else "")
    return render(request, template, context)
