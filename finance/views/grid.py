"""Editing the amounts of a money table, all of its lines at once: typed, or pasted from a spreadsheet."""

from dataclasses import dataclass, field
from hashlib import sha256

import django.http
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import HttpRequest
from core.refusal import Refused
from core.words import how_many
from finance.asked import is_typed
from finance.editing import GridNotSaved, paste, save
from finance.facts import MoneyLine
from finance.grid import CELLS_AT_ONCE, Grid, Typed, columns_of, grid, in_words
from finance.models import FinanceLinePosition
from finance.pasting import Misfit
from finance.scheme import MoneyTable, tables
from finance.tables import shown
from programmes.access import scope_or_404
from programmes.actions.positions import ManyStale
from programmes.month import Month
from programmes.navigation import crumbs
from programmes.views.fetch import came_from, fetch_open, seen_by


@dataclass(frozen=True)
class Reply:
    """What came of something that was sent and not saved."""

    status: int = 200
    sentences: list[str] = field(default_factory=list)
    is_preview: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def money_edit(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    try:
        month = fetch_open(request, slug, label)
    except Refused as refused:
        if request.method != "POST":
            raise
        return _given_back(request, str(refused))
    month = month.within(scope_or_404(month.access, month.period, month.tree, request.GET.get("workstream", "")))
    if not month.reach_of_any(FinanceLinePosition.writers):
        raise PermissionDenied("The amounts are for other roles to change.")
    spec = _table(month, request.GET.get("table", ""))
    if request.method != "POST":
        return _page(request, _read(request, month, spec), Reply())
    typed = Typed.of(request.POST, seen_by(request))
    found = _read(request, month, spec, typed)
    text = request.POST.get("paste", "")
    if text.strip() and ("preview" in request.POST or request.POST.get("left") != _mark(text)):
        return _page(request, found, _preview(request, found.grid, text), typed)
    return _save(request, found, typed)


@dataclass(frozen=True)
class Opened:
    """What the address asks for: the grid, and which part of a table that is too long for one page."""

    grid: Grid
    page: Page[tuple[str, MoneyLine]]


def _table(month: Month, code: str) -> MoneyTable:
    known = {each.code: each for each in tables(month.scheme).values() if is_typed(each)}
    spec = known.get(code) if code else next(iter(known.values()), None)
    if spec is None:
        raise Http404(f"The scheme of {month.period} has no money table {code} with amounts to edit.")
    return spec


def _read(request: HttpRequest, month: Month, spec: MoneyTable, typed: Typed | None = None) -> Opened:
    at_once = max(1, CELLS_AT_ONCE // len(columns_of(spec)))
    page = Paginator(shown(month, spec), at_once).get_page(request.GET.get("page"))
    return Opened(grid(month, spec, list(page), typed), page)


def _save(request: HttpRequest, found: Opened, typed: Typed) -> HttpResponse:
    month, spec = found.grid.month, found.grid.spec
    if typed.beyond(found.grid):
        return _page(request, found, Reply(409), typed)
    try:
        saved = save(found.grid)
    except GridNotSaved as error:
        return _page(request, found, Reply(409 if error.is_late else 422), typed)
    except ManyStale:
        return _page(request, _read(request, month.anew(), spec, typed), Reply(409), typed)
    except Refused as refused:
        again = _read(request, month.anew(), spec, typed)
        return _page(request, again, Reply(409, [str(refused)]), typed)
    if saved.lines:
        messages.success(request, f"Saved: {how_many(saved.amounts, 'amount')} in {how_many(saved.lines, 'line')}.")
    else:
        messages.info(request, "Nothing was changed: the figures said so already.")
    return redirect(request.get_full_path())


def _preview(request: HttpRequest, found: Grid, text: str) -> Reply:
    """Lay a block over the grid, to be looked at: nothing is saved."""
    try:
        left_out = paste(found, text, ref=request.POST.get("from_line", ""), place=request.POST.get("from_column", ""))
    except (Misfit, Refused) as error:
        return Reply(422, [str(error)])
    return Reply(422 if left_out else 200, left_out, is_preview=True)


def _mark(text: str) -> str:
    """What tells a block that has been looked at from another one."""
    return sha256("\n".join(text.split("\n")).encode()).hexdigest()


def _given_back(request: django.http.HttpRequest, sentence: str) -> HttpResponse:
    """What was typed for a month that has been closed meanwhile: it stands there to be copied."""
    typed = Typed.of(request.POST, {})
    kept = [(in_words(name), text) for name, text in typed.texts.items() if typed.is_changed(name)]
    context = {"sentence": sentence, "kept": kept, "pasted": request.POST.get("paste", "")}
    return render(request, "finance/money_given_back.html", context, status=409)


def _page(request: HttpRequest, found: Opened, said: Reply, typed: Typed | None = None) -> HttpResponse:
    made, text = found.grid, request.POST.get("paste", "")
    month = made.month
    is_laid = said.is_preview and not said.sentences
    choices = [each for each in tables(month.scheme).values() if is_typed(each)]
    context = {
        "month": month,
        "crumbs": crumbs(month, month.scope),
        "grid": made,
        "page": found.page,
        "tables": [(each, month.link("money_edit", table=each.code), each is made.spec) for each in choices],
        "next": came_from(request),
        "sentences": said.sentences,
        "is_preview": said.is_preview,
        "is_refused": said.status != 200,  # noqa: PLR2004 -- the status of a page on which nothing is wrong
        "beyond": typed.beyond(made) if typed else [],
        "late": [line for line in made.lines if line.is_held or line.is_stale],
        "faults": [(line, cell) for line, cell in made.cells if cell.fault],
        "questions": [(line, cell) for line, cell in made.cells if cell.question and not cell.is_sure],
        "changes": [(line, cell) for line, cell in made.cells if cell.changes] if said.is_preview else [],
        "paste": "" if is_laid else text,
        "left": _mark(text) if said.is_preview and text else "",
        "from_line": request.POST.get("from_line", ""),
        "from_column": request.POST.get("from_column", ""),
        "places": [(" ".join(place), label) for place, label in zip(made.columns, made.labels, strict=True)],
    }
    return render(request, "finance/money_edit.html", context, status=said.status)
