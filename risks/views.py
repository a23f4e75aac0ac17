"""The pages on which risks are read: the overview of a month, and the report card of one risk."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import Permission
from core.blocks import Block, Table
from programmes.editing.lines import address
from programmes.month import Month
from programmes.navigation import crumbs, row_link
from programmes.report import standing, state
from programmes.rows import KINDS
from programmes.views.fetch import fetch
from risks import figures
from risks.models import RiskPosition
from risks.overview import facts, views
from risks.scheme import RULES
from risks.sections.cards import card
from risks.sections.heat_map import heat_map
from risks.sections.movement import exceptions, moved


@require_safe
def risk_overview(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Where the risks of a month stand, with the way from each figure to its rows."""
    month = fetch(request, slug, label)
    rules = RULES.of(month.scheme)
    context = {
        "month": month,
        "rules": rules,
        "state": state(month.period),
        "crumbs": crumbs(month, month.scope),
        "facts": facts(month),
        "views": views(month),
        "shown": _shown(month) if rules else [],
        "printed": month.link("download", "pdf", layout="risks") if "risks" in month.scheme.layouts else "",
        "lists": [(words, month.link(what)) for what, words in LISTS.items()],
    }
    return render(request, "risks/risk_overview.html", context)


LISTS = {"risks": "The register", "mitigations": "Mitigating actions", "issues": "Issues"}


SHOWN = 20  # rows of a table; more would be a list to filter, not an overview


def _shown(month: Month) -> list[tuple[Block, str, str]]:
    """The tables of the overview; of one with many rows the first, and where all of them are listed."""
    whole = {"risk_exceptions": "exception", "risk_movement": "moved"}
    found: list[tuple[Block, str, str]] = []
    for block in (*exceptions(month, {}), *heat_map(month, {}), *moved(month, {})):
        if isinstance(block, Table) and block.size > SHOWN:
            href = month.link("risks", which=whole[block.key], state="all", sort="-current_score")
            found.append((block.first(SHOWN), f"All {block.size} in the register", href))
        else:
            found.append((block, "", ""))
    return found


@require_safe
def risk(request: HttpRequest, slug: str, label: str, ref: str) -> HttpResponse:
    """The report card of a risk."""
    month = fetch(request, slug, label)
    found = figures.card_of(month, ref)
    if found is None:
        raise Http404(f"There is no risk {ref} of yours in {month.period}.")
    row = found.row
    link = row_link(month, back=request.get_full_path())
    context = {
        "month": month,
        "risk": row,
        "standing": standing(month),
        "crumbs": crumbs(month, month.tree.by_pk[row.workstream_id]),
        "blocks": card(month, found),
        "change": link("risk", row.risk.ref, row.workstream_id) if month.period.is_open else "",
        "add": _where_to_add(month, row),
        "register": month.link("risks"),
    }
    return render(request, "risks/risk.html", context)


def _where_to_add(month: Month, row: RiskPosition) -> str:
    """Where an action on it is begun; "" for whoever may not."""
    theirs = row.workstream_id in month.reach(Permission.REPORT)
    return address(month, KINDS["mitigation"], f"{row.risk.ref}/new") if theirs and not row.is_closed else ""
