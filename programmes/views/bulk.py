"""A page that changes many products or milestones at once."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.as_html import header_cells
from core.http import HttpRequest
from core.refusal import Refused
from core.words import how_many
from programmes.access import scope_or_404
from programmes.editing.bulk import MOST, NotSaved, Problem, Written, changeable, chosen, save_all
from programmes.editing.lines import address, line
from programmes.editing.listing import PAGE, narrowed
from programmes.forms.bulk import ChangeForm
from programmes.forms.listing import ListForm
from programmes.month import Month
from programmes.rows import Row, RowKind, listed_kinds
from programmes.tree import Node
from programmes.views.fetch import came_from, fetch_open, seen_by, stamp, stamps


class Found(NamedTuple):
    """What the address asks for, of this person's."""

    scope: Node
    filter: ListForm
    page: Page[Any]
    seen: list[str]  # stamps of all rows that match, or where they are too many of those on the page


class Outcome(NamedTuple):
    """What came of a change that was not written."""

    status: int
    sentences: list[str]
    problems: list[Problem]


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest, slug: str, label: str, what: str) -> HttpResponse:
    month = fetch_open(request, slug, label)
    kind = listed_kinds().get(what)
    if kind is None or not kind.is_in(month) or kind.listing is None or kind.listing.changes is None:
        raise Http404(f"There are no {what} to change.")
    changes = kind.listing.changes
    if not month.reach_of_any(kind.model.writers):
        raise PermissionDenied(f"The {what} are for other roles to change.")
    if request.method != "POST":
        return _page(request, month, kind, changes(month=month), Outcome(200, [], []))
    is_confirmed = "confirm" in request.POST
    form = changes(None if is_confirmed else request.POST, month=month)
    seen = seen_by(request)
    refs = [where.partition("/")[2] for where in seen] if "all" in request.POST else request.POST.getlist("row")
    rows = chosen(month, kind, refs) if len(refs) <= MOST else []
    faults = _faults(what, refs, rows)
    if faults or not (is_confirmed or form.is_valid()):
        return _page(request, month, kind, form, Outcome(422, faults, []))
    try:
        written = save_all(rows, {} if is_confirmed else form.changes(), month=month, seen=seen)
    except NotSaved as error:
        return _page(request, month, kind, form, Outcome(409 if error.is_stale else 422, [], error.problems))
    except Refused as refused:
        return _page(request, month, kind, form, Outcome(409, [str(refused)], []))
    _tell(request, what, rows, written, done="Confirmed" if is_confirmed else "Changed")
    return redirect(request.get_full_path())


def _faults(what: str, refs: list[str], rows: list[Row[Any]]) -> list[str]:
    """What is wrong with the choice of rows."""
    if len(refs) > MOST:
        return [f"At most {MOST} {what} can be changed at once. Narrow the filter and change them in parts."]
    if not refs:
        return [f"Tick the {what} to change."]
    if len(rows) < len(set(refs)):
        return [f"Some of these {what} are not there any more, or are not yours. Nothing was changed. Look again."]
    return []


def _tell(request: HttpRequest, what: str, rows: list[Row[Any]], written: Written, *, done: str) -> None:
    thing, same = what.removesuffix("s"), len(rows) - written.rows
    if not written.rows:
        messages.info(request, f"Nothing was changed: {how_many(same, thing)} said so already.")
        return
    rest = f" {how_many(same, thing)} said so already." if same else ""
    unseen = f" Their lead has still to look at {how_many(written.unseen, thing)}." if written.unseen else ""
    messages.success(request, f"{done}: {how_many(written.rows, thing)}.{rest}{unseen}")


def _find(request: HttpRequest, month: Month, kind: RowKind[Any]) -> Found:
    assert kind.listing is not None
    scope = scope_or_404(month.access, month.period, month.tree, request.GET.get("workstream", ""))
    form = kind.listing.form(request.GET, month=month, scope=scope)
    sort = request.GET.get("sort", "ref")
    asked = form.cleaned_data if form.is_valid() else {}
    rows = changeable(month, narrowed(kind.listing, month.period, scope, asked, sort))
    # A filter that cannot be read finds nothing: what it would have left out must not be changed by mistake.
    page = Paginator(rows if form.is_valid() else rows.none(), PAGE).get_page(request.GET.get("page"))
    one_by_one = page.paginator.num_pages == 1 or page.paginator.count > MOST
    return Found(scope, form, page, [stamp(row) for row in page] if one_by_one else stamps(rows))


def _page(request: HttpRequest, month: Month, kind: RowKind[Any], form: ChangeForm, said: Outcome) -> HttpResponse:
    assert kind.listing is not None
    found, what = _find(request, month, kind), kind.listing.what
    count = found.page.paginator.count
    shown = [kind.of(month, row) for row in found.page]
    context = {
        "month": month,
        "what": what,
        "edition": month.period.edition if month.period.edition > 1 else None,  # for the list that it leads to
        "next": came_from(request),
        "scope": found.scope,
        "filter": found.filter,
        "page": found.page,
        "seen": found.seen,
        "head": header_cells(kind.table(month, "")),
        "lines": [line(month, target) for target in shown],
        "caption": f"{what.capitalize()} to change, {month.period.name}",
        "ticked": set(request.POST.getlist("row")),
        "all": "all" in request.POST,
        "count": count,
        "most": MOST,
        "sorts": kind.listing.sorts,
        "sort": request.GET.get("sort", "ref"),
        "form": form,
        "sentences": said.sentences,
        "problems": [(each, address(month, kind, each.target.key)) for each in said.problems],
    }
    status = said.status if found.filter.is_valid() else 422
    return render(request, "programmes/bulk.html", context, status=status)
