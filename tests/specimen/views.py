"""A page: how many hazards there are of each likelihood and impact."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.blocks import Cell, Column, Kind, RowGroup, Table, TableRow
from programmes.month import Month
from programmes.navigation import crumbs
from programmes.views.fetch import fetch
from tests.specimen.sections import by_score

STEPS = range(1, 6)


@require_safe
def matrix(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    month = fetch(request, slug, label)
    context = {
        "month": month,
        "table": table(month),
        "hazards": month.link("hazards"),
        "crumbs": crumbs(month, month.scope),
    }
    return render(request, "specimen/matrix.html", context)


def table(month: Month) -> Table:
    count = Counter((row.likelihood, row.impact) for row in by_score(month))
    columns = (
        Column("likelihood", "Likelihood", Kind.COUNT, is_header=True),
        *(Column(str(n), f"Impact {n}", Kind.COUNT) for n in STEPS),
    )
    rows = tuple(
        TableRow(str(m), {"likelihood": Cell(m)} | {str(n): Cell(count[m, n]) for n in STEPS}) for m in reversed(STEPS)
    )
    return Table("matrix", f"Hazards by likelihood and impact, {month.period.name}", columns, (RowGroup("", "", rows),))
