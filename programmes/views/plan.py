"""Acts on the plan, each on a page of its own: move, split, merge, withdraw, take back in."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.as_html import header_cells
from core.http import HttpRequest
from core.refusal import Refused
from programmes.actions import Stale
from programmes.editing.lines import address, line
from programmes.forms.acts import FORMS, ActForm
from programmes.models import Position
from programmes.models.named import named
from programmes.views.fetch import came_from, fetch_row, seen_by, stamp

OVERTAKEN = (
    "was changed while you were deciding. Below is how it stands now; what you chose is kept. Look again, then confirm."
)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str, label: str, *, kind: str, ref: str, act: str) -> HttpResponse:
    form = _form(request, slug, label, kind=kind, ref=ref, act=act)
    if request.method != "POST":
        return _page(request, form, 200)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        done = form.act(seen_by(request))
    except Stale as stale:
        # What was chosen stays; beside it stands what is there now.
        form = _form(request, slug, label, kind=kind, ref=ref, act=act)
        changed = named(form.row if stale.theirs is None else cast("Position", stale.theirs))
        return _page(request, form, 409, refusal=f"{changed} {OVERTAKEN}")
    except Refused as refused:
        return _page(request, form, 409, refusal=str(refused))
    if done:
        messages.success(request, done)
    else:
        messages.info(request, f"Nothing was changed: {form.target.about} {form.already}.")
    return redirect(came_from(request) or address(form.month, form.target.kind, form.target.own_key))


def _form(request: HttpRequest, slug: str, label: str, *, kind: str, ref: str, act: str) -> ActForm:
    month, target = fetch_row(request, slug, label, kind, ref)
    possible = {*target.kind.acts, *(["restore"] if "withdraw" in target.kind.acts else [])}
    if target.is_new or act not in possible:
        raise Http404(f"There is no “{act}” of {target.about}.")
    return FORMS[act](request.POST if request.method == "POST" else None, month=month, target=target)


def _page(request: HttpRequest, form: ActForm, status: int, refusal: str = "") -> HttpResponse:
    context = {
        "form": form,
        "month": form.month,
        "target": form.target,
        "line": line(form.month, form.target),
        "head": header_cells(form.target.kind.table(form.month, "")),
        "with_it": [named(row) for row in form.with_it],
        "seen": [stamp(row) for row in [form.target.row, *form.with_it]],
        "refusal": refusal,
        "next": came_from(request),
        "address": address(form.month, form.target.kind, form.target.own_key),
    }
    return render(request, "programmes/plan.html", context, status=status)
