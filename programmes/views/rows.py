"""Changing one row: a page of its own, or its line in a list in place."""

import json
from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission
from core.http import HttpRequest
from core.refusal import Refused
from programmes.actions import NEW, Stale, remove_row
from programmes.actions.rows import added_since, last_entry
from programmes.editing import drafts
from programmes.editing.guards import hindrance
from programmes.editing.lineage import lineage_of
from programmes.editing.lines import acts, address, differences, line, may_change, may_confirm, stated
from programmes.models import Draft, WorkstreamPosition
from programmes.month import Month
from programmes.rows import Row, RowForm
from programmes.rows import workstreams as tree
from programmes.rows.base import BLANK
from programmes.views.fetch import came_from, fetch_row

TRIES = 20  # for a number that somebody else took first
CHANGED = "{} was changed meanwhile, so it was not taken away. Look at it again."


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, slug: str, label: str, kind: str, key: str) -> HttpResponse:
    """Change a row, or add one. `?line` gives the line as it stands, for whoever leaves the form again."""
    month, target = fetch_row(request, slug, label, kind, key)
    if "line" in request.GET and request.htmx and request.method != "POST":
        return _line(request, month, target)
    if target.is_withdrawn:
        return _withdrawn(request, month, target)
    if request.method == "POST":
        return _save(request, target.kind.form(request.POST, month=month, target=target), typed=request.POST)
    if sentence := hindrance(month, frozenset({target.node.pk}), target.kind.model.writers):
        return _locked(request, month, target, sentence)
    draft = drafts.draft_of(month, target)
    form = target.kind.form(month=month, target=target, initial=draft.values if draft else None)
    return _form(request, form, {}, draft=draft)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, slug: str, label: str, kind: str, key: str) -> HttpResponse:
    """Keep what is typed, or, asked to discard it, forget it. Read, after signing in again, it leads to the row."""
    if request.method != "POST":
        return redirect("row", slug, label, kind, key)
    month, target = fetch_row(request, slug, label, kind, key)
    if "discard" in request.POST:
        drafts.discard(month, target, request.POST)
        if request.htmx:
            return _form(request, target.kind.form(month=month, target=target), {})
        return redirect(came_from(request) or address(month, target.kind, target.key))
    kept = drafts.keep(month, target, request.POST)
    return render(request, "programmes/_draft_kept.html", {"draft": kept})


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, label: str, kind: str, key: str) -> HttpResponse:
    """Take away an entry that was said this month, after asking once."""
    month, target = fetch_row(request, slug, label, kind, key)
    if target.kind.stays:
        raise Refused(f"{target.about} cannot be taken away: {target.kind.stays}.")
    if request.method == "POST":
        return _remove(request, month, target)
    if target.is_new:
        raise Refused(f"{target.about} is not there, or has been taken away already.")
    return render(
        request, "programmes/remove.html", {"line": line(month, target), "next": came_from(request), "month": month}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, slug: str, label: str, kind: str, key: str) -> HttpResponse:
    """Say that a row carried from last period still holds: it is saved as it stands, if it can be. Read, as `draft`."""
    if request.method != "POST":
        return redirect("row", slug, label, kind, key)
    month, target = fetch_row(request, slug, label, kind, key)
    if target.is_new or target.is_withdrawn:
        raise Refused(f"{target.about}: there is nothing to confirm.")
    if not may_confirm(month, target):
        raise Refused(f"{target.about}: whether it still holds is for those to say who report on {target.node.name}.")
    if target.is_unseen and request.POST.get("seen") != str(target.row.version):
        raise Refused(f"{target.about} was changed meanwhile. Look at it again before you confirm it.")
    as_it_stands = target.kind.form(month=month, target=target).as_data()
    return _save(request, target.kind.form(as_it_stands, month=month, target=target), typed=None)


def _save(request: HttpRequest, form: RowForm[Any], *, typed: QueryDict | None) -> HttpResponse:
    """Save, and forget the draft of what was typed."""
    month, target = form.month, form.target
    if not form.is_valid():
        return _form(request, form, {}, status=422)
    try:
        key = save(form, typed=typed)
    except Stale as stale:
        return _conflict(request, form, stale)
    except Refused as refused:
        if typed is None:
            raise
        return _form(request, form, {"refused": str(refused)}, status=409)
    month = month.again() if isinstance(target.row, WorkstreamPosition) else month.anew()
    saved = target.kind.find(month, key)
    if request.htmx:
        return _line(request, month, saved)
    messages.success(request, f"Saved: {saved.about}.")
    return redirect(came_from(request) or address(month, saved.kind, saved.key))


def _remove(request: HttpRequest, month: Month, target: Row[Any]) -> HttpResponse:
    """Taken away already, as by a double click, is taken away."""
    if not target.is_new:
        if any(request.POST.get(name) != str(value) for name, value in target.seen.items()):
            raise Refused(CHANGED.format(target.about))
        touches = frozenset({target.node.pk})
        try:
            remove_row(target.row, seen=target.row.version, about=target.about, touches=touches, by=month.user)
        except Stale as stale:
            raise Refused(CHANGED.format(target.about)) from stale
        messages.success(request, f"Taken away: {target.about}.")
    return redirect(came_from(request) or address(month, target.kind, target.key))


def save(form: RowForm[Any], *, typed: QueryDict | None = None) -> str:
    """Save a valid form and forget the draft of what was typed; return the key of its row.

    A new row whose number somebody else took first takes the next one, once. Raise Stale or Refused; then neither is
    done: a save that fails afterwards is none.
    """
    month, target = form.month, form.target
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                _write(form, target)
                drafts.drop(month, form.target, typed)
        except Stale as stale:
            if form.cleaned_data["seen"] != NEW or not target.fresh or stale.theirs is None:
                raise
            # The next number before the look: what is added after the look then takes this number, and meets us there.
            tried, target = target, target.kind.find(month, target.fresh)
            if again := added_since(tried.row, stale.theirs):
                drafts.drop(month, form.target, typed)
                return tried.key_of(again)
        else:
            return target.own_key
    raise Refused("Too many people are adding entries at this moment. Wait a moment, then save again.")


def _write(form: RowForm[Any], target: Row[Any]) -> None:
    target.kind.save(
        target.row,
        form.values(),
        seen=form.cleaned_data["seen"],
        about=target.about,
        touches=form.touches(),
        by=form.month.user,
        before=form.month,
    )


def _conflict(request: HttpRequest, form: RowForm[Any], stale: Stale) -> HttpResponse:
    """Both versions, with the writer's text kept. Saving again then writes over what they have seen."""
    data = cast("QueryDict", form.data).copy()
    theirs = replace(form.target, row=stale.theirs).seen if stale.theirs else BLANK
    for name, value in theirs.items():
        data[name] = str(value)  # one by one: a merge would take the text for a list of values
    again = type(form)(data, month=form.month, target=form.target)
    again.is_valid()
    context: dict[str, object] = {
        "conflict": True,
        "theirs": stale.theirs,
        "by": last_entry(stale.theirs or form.target.row),
        "differences": differences(again, stale.theirs),
    }
    return _form(request, again, context, status=409)


def _form(
    request: HttpRequest, form: RowForm[Any], context: dict[str, object], status: int = 200, draft: Draft | None = None
) -> HttpResponse:
    month, target = form.month, form.target
    context |= {
        "draft": draft,
        "mark": drafts.form_of(draft, form.data),
        "form": form,
        "target": target,
        "month": month,
        "address": address(month, target.kind, target.key),
        "drafts": address(month, target.kind, target.key, "draft"),
        "width": len(target.kind.columns(month)) + 1,
        "next": came_from(request),
    }
    if not request.htmx:
        context |= _around(month, target)
    template = "programmes/row.html" + ("#form" if request.htmx else "")
    return render(request, template, context, status=status)


def _withdrawn(request: HttpRequest, month: Month, target: Row[Any]) -> HttpResponse:
    """One that is withdrawn is not changed but taken back in first."""
    if request.method == "POST" or request.htmx:
        raise Refused(f"{target.about} is withdrawn. Take it back in before you change it.")
    context = {"target": target, "month": month, "next": came_from(request)} | _around(month, target)
    return render(request, "programmes/row.html", context)


def _locked(request: HttpRequest, month: Month, target: Row[Any], sentence: str) -> HttpResponse:
    """One that is not theirs to change as things stand is there to be read: nobody types what cannot be saved."""
    if request.htmx:
        raise Refused(sentence)
    said = [] if target.is_new else stated(target.kind.form(month=month, target=target))
    context = {"target": target, "month": month, "next": came_from(request), "locked": sentence, "said": said}
    return render(request, "programmes/row.html", context | _back(month, target))


def _back(month: Month, target: Row[Any]) -> dict[str, str]:
    """Where a page that nothing led to leads back to: the return the row is in, or the month where it is in none."""
    place = (month.programme.slug, month.period.label)
    if Permission.REPORT not in target.kind.model.writers:
        return {"back": reverse("scorecard", args=place), "back_to": "Back to the scorecard"}
    unit = month.unit(target.node)
    return {"back": reverse("my_return", args=[*place, unit.ref]), "back_to": f"Back to the return of {unit.name}"}


def _around(month: Month, target: Row[Any]) -> dict[str, object]:
    """What a row's own page shows beside its form."""
    is_place = target.kind is tree.KIND and not (target.is_new or target.is_withdrawn)
    return {
        **_back(month, target),
        "acts": acts(month, target) if may_change(month, target) else [],
        "lineage": lineage_of(month, target),
        "gone": [line(month, row) for row in tree.withdrawn_under(month, target.node)] if is_place else [],
    }


def _line(request: HttpRequest, month: Month, target: Row[Any]) -> HttpResponse:
    """The line in place of its form; nothing where a row that was begun is not there."""
    shown = None if target.is_new and target.fresh else line(month, target)
    context = {"line": shown, "here": request.htmx.current_url_abs_path}
    response = render(request, "programmes/row.html#line", context)
    if request.method == "POST":
        response["HX-Trigger"] = json.dumps({"announce": "Saved."})
    return response
