"""The returns of a month: one with its tasks, and all of them for whoever accepts them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

import django.http
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.roles import Permission
from assurance.running import held_in
from core.http import HttpRequest
from core.refusal import Refused
from core.words import how_many
from programmes.editing.parts import parts
from programmes.month import Month, open_month_or_404, worked_month_or_404
from programmes.rows import KINDS, Held
from programmes.rows.part import Part
from programmes.tree import Node
from returns import actions, letters, rights
from returns.forms import AcceptOwnForm, AnswerForm, AskForm, SendBackForm, SettleForm
from returns.mine import mine
from returns.models import ReturnStep
from returns.people import people
from returns.record import Challenge, challenges, last_step, steps
from returns.states import ReturnState
from returns.status import Basis, Standing, due_on, rows_of, standing_from, standings, units
from returns.tasks import tasks

MARKS = {state.value: state.label for state in ReturnState} | {"late": "Late", "challenged": "Challenged"}


@require_safe
def my_returns(request: HttpRequest) -> HttpResponse:
    """Every return this person makes or has to look at, in every open month."""
    return render(request, "returns/my_returns.html", {"months": mine(cast("User", request.user))})


@require_http_methods(["GET", "HEAD", "POST"])
def returns(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Who has submitted, who is late; for the PMO, and accepting many. Of a closed month, how it came in."""
    find = open_month_or_404 if request.method == "POST" else worked_month_or_404
    month = find(cast("User", request.user), slug, label)
    found = standings(month, [unit for unit in units(month) if unit.pk in month.seen])
    if request.method == "POST":
        return _of_many(request, month, found)
    wanted = request.GET.get("state", "")
    tally = Counter(mark for each in found for mark in each.marks)
    shown = [each for each in found if not wanted or wanted in each.marks]
    context = {
        "month": month,
        "due_on": due_on(month.period),
        "found": shown,
        "may_tick": sum(each.is_ready for each in shown),
        "tick": "tick" in request.GET,
        "marks": [(mark, word, tally[mark]) for mark, word in MARKS.items() if tally[mark]],
        "total": len(found),
        "state": wanted,
        "accepts": rights.accepts(month),
        "runs": month.may_for_all(Permission.RUN_MONTHS),
    }
    return render(request, "returns/returns.html", context)


def _of_many(request: HttpRequest, month: Month, found: list[Standing]) -> HttpResponse:
    if not rights.accepts(month):
        raise PermissionDenied("Returns are for the programme’s PMO to accept.")
    if chosen := set(request.POST.getlist("unit")):
        wanted = [each.unit for each in found if each.unit.ref in chosen]
        if len(wanted) < len(chosen):
            raise Refused("Some of what was ticked is no return of this month any more. Reload the page, tick again.")
        accepted = actions.accept(month, wanted, by=month.user)
        said = f"{how_many(accepted, 'return')} accepted." if accepted else "These were accepted already."
    else:
        said = "Tick the returns to accept first."
    messages.success(request, said)
    narrowed = urlencode({"state": request.GET["state"]}) if request.GET.get("state") else ""
    return redirect(f"{request.path}?{narrowed}" if narrowed else request.path)


@require_safe
def my_return(request: HttpRequest, slug: str, label: str, ref: str) -> HttpResponse:
    """One return: what it is made of, what is missing, what was done with it and asked about it."""
    return page(request, *_unit(worked_month_or_404(cast("User", request.user), slug, label), ref))


@require_safe
def task(request: HttpRequest, slug: str, label: str, ref: str, code: str) -> HttpResponse:
    """One part of a return, its rows changed in place."""
    month, unit = fetch(request, slug, label, ref)
    last = last_step(month, unit)
    is_locked = _is_locked(month, unit, last)
    found = parts(Held(rights.looking_on(month) if is_locked else month, unit))
    codes = [each.code for each in found]
    if code not in codes:
        raise Http404(f"There is no task {code} in the return of {unit.name}.")
    place = codes.index(code)
    context = {
        "month": month,
        "unit": unit,
        "task": found[place],
        "after": found[place + 1] if place + 1 < len(found) else None,
        "locked": rights.locked(month, unit, last) if is_locked else "",
        "in_bulk": _in_bulk(found[place]) if rights.reports(month, unit) and not is_locked else [],
    }
    return render(request, "returns/task.html", context)


def _in_bulk(part: Part) -> list[str]:
    """What in a part can be changed many at once: products, milestones."""
    listings = [KINDS[code].listing for code in part.kinds]
    return [listing.what for listing in listings if listing and listing.changes]


def _is_locked(month: Month, unit: Node, last: ReturnStep | None) -> bool:
    """Whether a return that is this person's to change is not, since this was done with it last."""
    return rights.reports(month, unit) and not rights.may_write(month, unit, last)


ACTS: dict[str, tuple[Callable[..., bool], str, str]] = {
    "submit": (actions.submit, "Submitted.", "This was submitted already."),
    "withdraw": (actions.withdraw, "Withdrawn: you can change it again.", "This was withdrawn already."),
    "pass-on": (actions.pass_on, "Passed on to the programme’s PMO.", "This was passed on already."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, slug: str, label: str, ref: str, act: str) -> HttpResponse:
    """Submit, withdraw, pass on, accept or send back. Read, after signing in again, it leads back to the return."""
    if request.method != "POST":
        return redirect("my_return", slug, label, ref)
    month, unit = fetch(request, slug, label, ref)
    if act == "send-back":
        return _send_back(request, month, unit)
    if act == "accept":
        return _accept(request, month, unit)
    if act in ACTS:
        action, said, already = ACTS[act]
        done = action(month, unit, by=month.user)
    else:
        raise Http404(f"Nobody can {act} a return.")
    messages.success(request, said if done else already)
    return redirect("my_return", slug, label, ref)


def _accept(request: django.http.HttpRequest, month: Month, unit: Node) -> HttpResponse:
    form = AcceptOwnForm(request.POST, prefix="own") if "own-reason" in request.POST else None
    if form and not form.is_valid():
        return page(request, month, unit, own=form)
    try:
        done = actions.accept(month, [unit], by=month.user, reason=form.cleaned_data["reason"] if form else "")
    except Refused as refused:
        if form is None:
            raise
        form.add_error(None, str(refused))
        return page(request, month, unit, own=form, status=409)
    messages.success(request, "Accepted." if done else "This was accepted already.")
    return redirect("my_return", month.programme.slug, month.period.label, unit.ref)


def _send_back(request: HttpRequest, month: Month, unit: Node) -> HttpResponse:
    form = SendBackForm(request.POST, prefix="back")
    if not form.is_valid():
        return page(request, month, unit, back=form)
    try:
        done = actions.send_back(month, unit, reason=form.cleaned_data["reason"], by=month.user)
    except Refused as refused:
        form.add_error(None, str(refused))
        return page(request, month, unit, back=form, status=409)
    messages.success(request, "Sent back, with your reason." if done else "You have sent this back already.")
    return redirect("my_return", month.programme.slug, month.period.label, unit.ref)


def fetch(request: django.http.HttpRequest, slug: str, label: str, ref: str) -> tuple[Month, Node]:
    """A return of the open month that this person may see."""
    return _unit(open_month_or_404(cast("User", request.user), slug, label), ref)


def _unit(month: Month, ref: str) -> tuple[Month, Node]:
    return month, unit_or_404(month, ref)


def unit_or_404(month: Month, ref: str) -> Node:
    """Raise Http404 for a workstream that makes no return, or is not theirs."""
    unit = month.node_or_404(ref, month.seen)
    if unit.tier > month.scheme.return_tier:
        raise Http404(f"{unit.name} is reported in the return of {month.unit(unit).name}.")
    return unit


def page(
    request: django.http.HttpRequest,
    month: Month,
    unit: Node,
    *,
    back: SendBackForm | None = None,
    own: AcceptOwnForm | None = None,
    ask: AskForm | None = None,
    said: tuple[int, AnswerForm | SettleForm] | None = None,
    status: int = 422,
) -> HttpResponse:
    """The page of a return; a form that is given has something wrong with it, or what it says was refused."""
    held, done, asked = held_in(month, unit), steps(month, unit), challenges(month, unit)
    standing = _standing(held, done, asked)
    at = rights.looking_on(month) if _is_locked(month, unit, standing.last) else month
    found = tasks(replace(held, month=at)) if month.period.is_open else []
    context = {
        "month": month,
        "unit": unit,
        "standing": standing,
        "tasks": found,
        "missing": [point for each in found for point in each.missing],
        "steps": done,
        "challenges": [_with_forms(each, said) for each in asked],
        "letters": letters.sent(month, unit),
        "back": back or SendBackForm(prefix="back"),
        "own": own or AcceptOwnForm(prefix="own"),
        "ask": ask or AskForm(prefix="ask"),
        "wrong": next(filter(None, [back, own, ask, said[1] if said else None]), None),
        **_may(month, unit, standing),
        **_judges(month, unit, standing, asked),
    }
    return render(request, "returns/my_return.html", context, status=status if context["wrong"] else 200)


def _standing(held: Held, done: list[ReturnStep], asked: list[Challenge]) -> Standing:
    """Where the return stands, from what its page shows anyway; of a closed month that is none of the rows."""
    month, unit = held.month, held.unit
    rows = Counter(row.as_last for row in held.all_rows()) if month.period.is_open else rows_of(month, unit)
    still_open = [each for each in asked if each.is_open]
    basis = Basis(done[0] if done else None, still_open, rows, due_on(month.period))
    return standing_from(month, unit, people(month), basis)


def _may(month: Month, unit: Node, standing: Standing) -> dict[str, bool]:
    """What this person can do with the return as it stands, for the page's buttons; the actions ask again."""
    reports, reviews, accepts = rights.reports(month, unit), rights.reviews(month, unit), rights.accepts(month)
    with_layer = standing.state is ReturnState.SUBMITTED
    takes_back = reports and not accepts  # whoever accepts changes a return as it lies
    passes_on = reviews and not accepts and standing.waits_for_review
    return {
        "takes_back": takes_back,
        "may_submit": reports and standing.state.is_open,
        "may_withdraw": takes_back
        and standing.state.is_with_reviewers
        and rights.withdraws(month, unit, standing.last),
        "may_pass_on": passes_on and not standing.is_own,
        "may_send_back": (reviews and with_layer) or (accepts and not standing.state.is_open),
        "may_ask": reviews,
        "may_remind": accepts and standing.state.is_open and standing.due_on is not None,
        "may_answer": reports,
    }


def _judges(month: Month, unit: Node, standing: Standing, asked: list[Challenge]) -> dict[str, object]:
    """Whether this person may accept it and settle what is asked, or why that is for others: it is their own work."""
    is_open = any(each.is_open for each in asked)
    may_accept = rights.accepts(month) and standing.state.is_with_reviewers
    return {
        "may_accept": may_accept,
        "for_others": rights.others_who_accept(month) if may_accept and standing.is_own else [],
        "may_settle": is_open and rights.reviews(month, unit) and rights.may_judge(month, unit, standing.last),
        "is_answered_by": {each.number for each in asked if each.is_answered_by(month.user)},
    }


def _with_forms(
    challenge: Challenge, said: tuple[int, AnswerForm | SettleForm] | None
) -> tuple[Challenge, AnswerForm, SettleForm]:
    number = challenge.number
    answer, settle = AnswerForm(prefix=f"answer-{number}"), SettleForm(prefix=f"settle-{number}")
    if said and said[0] == number:
        answer = said[1] if isinstance(said[1], AnswerForm) else answer
        settle = said[1] if isinstance(said[1], SettleForm) else settle
    return challenge, answer, settle
