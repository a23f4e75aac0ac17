"""Changing one row: a page of its own, or its line in a list in place."""

import json
from typing import cast

import django.http
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from core.refusal import Refused
from programmes import drafts
from programmes.actions import Stale, remove_row
from programmes.desk import Desk, desk_or_404
from programmes.lines import address, differences, line, may_change
from programmes.rows import KINDS, Row, RowForm

TRIES = 5  # for a number that somebody else took first


class HttpRequest(django.http.HttpRequest):
    """A request as `HtmxMiddleware` hands it on."""

    htmx: HtmxDetails


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, slug: str, label: str, kind: str, key: str) -> HttpResponse:
    """Change a row, or add one. `?line` gives the line as it stands, for whoever leaves the form again."""
    desk, target = _fetch(request, slug, label, kind, key)
    if "line" in request.GET and request.htmx:
        return _line(request, desk, target)
    if request.method == "POST":
        return _save(request, desk, target)
    draft = drafts.draft_of(desk, target)
    form = target.kind.form(desk=desk, target=target, initial=drafts.initial(draft))
    return _form(request, form, {"draft": draft})


@require_POST
def draft(request: HttpRequest, slug: str, label: str, kind: str, key: str) -> HttpResponse:
    """Keep what is typed, or, asked to discard it, forget it."""
    desk, target = _fetch(request, slug, label, kind, key)
    if "discard" in request.POST:
        drafts.drop(desk, target)
        return redirect(_back_to(request, address(desk, target.kind, target.key)))
    kept = drafts.keep(desk, target, request.POST)
    return render(request, "programmes/_draft_kept.html", {"draft": kept})


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, label: str, kind: str, key: str) -> HttpResponse:
    """Take away an entry that was said this month, after asking once."""
    desk, target = _fetch(request, slug, label, kind, key)
    shown = line(desk, target)
    if not shown.may_remove:
        raise Refused(f"{target.about} cannot be taken away.")
    if request.method != "POST":
        return render(request, "programmes/remove.html", {"line": shown, "next": _next(request), "desk": desk})
    seen = request.POST.get("seen", "")
    if not seen.isdecimal():
        raise Refused("Reload the page, then try again.")
    try:
        remove_row(target.row, seen=int(seen), about=target.about, touches=frozenset({target.node.pk}), by=desk.user)
    except Stale as stale:
        raise Refused(f"{target.about} was changed meanwhile, so it was not taken away. Look at it again.") from stale
    messages.success(request, f"Taken away: {target.about}.")
    return redirect(_back_to(request, address(desk, target.kind, target.key)))


def _fetch(request: HttpRequest, slug: str, label: str, kind: str, key: str) -> tuple[Desk, Row]:
    desk = desk_or_404(cast("User", request.user), slug, label)
    if kind not in KINDS:
        raise Http404(f"There is no kind of row “{kind}”.")
    target = KINDS[kind].find(desk, key)
    if not may_change(desk, target):
        raise PermissionDenied(f"{target.about}: it is for another role to change.")
    return desk, target


def _save(request: HttpRequest, desk: Desk, target: Row) -> HttpResponse:
    form = target.kind.form(request.POST, desk=desk, target=target)
    if not form.is_valid():
        return _form(request, form, {}, status=422)
    try:
        saved = save(form)
    except Stale as stale:
        return _conflict(request, form, stale)
    drafts.drop(desk, target)
    if request.htmx:
        return _line(request, desk, saved)
    messages.success(request, f"Saved: {saved.about}.")
    return redirect(_back_to(request, address(desk, saved.kind, saved.key)))


def save(form: RowForm) -> Row:
    """Save a valid form and return the row as it is then.

    A new row whose number somebody else took first takes the next one. Raise Stale or Refused.
    """
    desk, target = form.desk, form.target
    touches = frozenset({target.node.pk})
    for attempt in range(TRIES):
        try:
            target.kind.save(
                target.row,
                form.values(),
                seen=form.cleaned_data["seen"],
                about=target.about,
                touches=touches,
                by=desk.user,
            )
        except Stale:
            if not (target.is_new and target.fresh) or attempt == TRIES - 1:
                raise
            target = target.kind.find(desk, target.fresh)
        else:
            break
    return target.kind.find(desk, target.own_key)


def _conflict(request: HttpRequest, form: RowForm, stale: Stale) -> HttpResponse:
    """Both versions, with the writer's text kept. Saving again then writes over what they have seen."""
    data = cast("QueryDict", form.data).copy()
    data["seen"] = str(stale.theirs.version if stale.theirs else 0)
    again = type(form)(data, desk=form.desk, target=form.target)
    again.is_valid()
    context: dict[str, object] = {
        "conflict": True,
        "theirs": stale.theirs,
        "differences": differences(again, stale.theirs),
    }
    return _form(request, again, context, status=409)


def _form(request: HttpRequest, form: RowForm, context: dict[str, object], status: int = 200) -> HttpResponse:
    desk, target = form.desk, form.target
    context |= {
        "form": form,
        "target": target,
        "desk": desk,
        "address": address(desk, target.kind, target.key),
        "drafts": address(desk, target.kind, target.key, "draft"),
        "width": len(target.kind.columns(desk)) + 1,
        "next": _next(request),
    }
    template = "programmes/row.html" + ("#form" if request.htmx else "")
    return render(request, template, context, status=status)


def _line(request: HttpRequest, desk: Desk, target: Row) -> HttpResponse:
    """The line in place of its form; nothing where a row that was begun is not there."""
    shown = None if target.is_new and target.fresh else line(desk, target)
    context = {"line": shown, "here": request.htmx.current_url_abs_path}
    response = render(request, "programmes/row.html#line", context)
    if request.method == "POST":
        response["HX-Trigger"] = json.dumps({"announce": "Saved."})
    return response


def _next(request: HttpRequest) -> str:
    """The page that leads here; in place it is the one that stands in the browser."""
    return request.POST.get("next") or request.GET.get("next") or request.htmx.current_url_abs_path or ""


def _back_to(request: HttpRequest, otherwise: str) -> str:
    """Where the person came from, if that is a page of ours."""
    wanted = _next(request)
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise
