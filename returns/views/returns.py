"""The returns of a month: one with its tasks, and all of them for whoever accepts them."""

from collections import Counter
from collections.abc import Callable
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
from core.http import HttpRequest
from core.refusal import Refused
from core.words import how_many
from programmes.desk import Desk, desk_or_404, reading_desk_or_404
from programmes.tree import Node
from returns import actions, letters, rights
from returns.challenges import Challenge, challenges
from returns.forms import AcceptOwnForm, AnswerForm, AskForm, SendBackForm, SettleForm
from returns.mine import mine
from returns.models import ReturnStep
from returns.states import State
from returns.status import Standing, due_on, standings, states, units
from returns.tasks import PLAN, tasks

MARKS = {state.value: state.label for state in State} | {"late": "Late", "challenged": "Challenged"}


@require_safe
def my_returns(request: HttpRequest) -> HttpResponse:
    """Every return this person makes or has to look at, in every open month."""
    return render(request, "returns/my_returns.html", {"months": mine(cast("User", request.user))})


@require_http_methods(["GET", "HEAD", "POST"])
def returns(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Who has submitted, who is late; for the PMO, and accepting many. Of a closed month, how it came in."""
    find = desk_or_404 if request.method == "POST" else reading_desk_or_404
    desk = find(cast("User", request.user), slug, label)
    found = standings(desk, [unit for unit in units(desk) if unit.pk in desk.seen])
    if request.method == "POST":
        return _of_many(request, desk, found)
    wanted = request.GET.get("state", "")
    tally = Counter(mark for each in found for mark in each.marks)
    shown = [each for each in found if not wanted or wanted in each.marks]
    context = {
        "desk": desk,
        "due_on": due_on(desk.period),
        "found": shown,
        "may_tick": sum(each.is_ready for each in shown),
        "tick": "tick" in request.GET,
        "marks": [(mark, word, tally[mark]) for mark, word in MARKS.items() if tally[mark]],
        "total": len(found),
        "state": wanted,
        "accepts": rights.accepts(desk),
        "runs": desk.may_for_all(Permission.RUN_MONTHS),
    }
    return render(request, "returns/returns.html", context)


def _of_many(request: HttpRequest, desk: Desk, found: list[Standing]) -> HttpResponse:
    if not rights.accepts(desk):
        raise PermissionDenied("Returns are for the programme’s PMO to accept.")
    if chosen := set(request.POST.getlist("unit")):
        wanted = [each.unit for each in found if each.unit.ref in chosen]
        if len(wanted) < len(chosen):
            raise Refused("Some of what was ticked is no return of this month any more. Reload the page, tick again.")
        accepted = actions.accept(desk, wanted, by=desk.user)
        said = f"{how_many(accepted, 'return')} accepted." if accepted else "These were accepted already."
    else:
        said = "Tick the returns to accept first."
    messages.success(request, said)
    narrowed = urlencode({"state": request.GET["state"]}) if request.GET.get("state") else ""
    return redirect(f"{request.path}?{narrowed}" if narrowed else request.path)


@require_safe
def my_return(request: HttpRequest, slug: str, label: str, ref: str) -> HttpResponse:
    """One return: what it is made of, what is missing, what was done with it and asked about it."""
    return page(request, *_unit(reading_desk_or_404(cast("User", request.user), slug, label), ref))


@require_safe
def task(request: HttpRequest, slug: str, label: str, ref: str, code: str) -> HttpResponse:
    """One part of a return, its rows changed in place."""
    desk, unit = fetch(request, slug, label, ref)
    state = states(desk.period, [unit.pk]).get(unit.pk, State.STARTED)
    is_locked = _is_locked(desk, unit, state)
    found = tasks(rights.looking_on(desk) if is_locked else desk, unit)
    codes = [each.code for each in found]
    if code not in codes:
        raise Http404(f"There is no task {code} in the return of {unit.name}.")
    place = codes.index(code)
    context = {
        "desk": desk,
        "unit": unit,
        "task": found[place],
        "after": found[place + 1] if place + 1 < len(found) else None,
        "locked": rights.locked(desk, unit, state) if is_locked else "",
        "changes_many": code == PLAN and rights.reports(desk, unit) and not is_locked,
    }
    return render(request, "returns/task.html", context)


def _is_locked(desk: Desk, unit: Node, state: State) -> bool:
    """Whether a return that is this person's to change is not while it stands so."""
    return rights.reports(desk, unit) and not rights.may_write(desk, unit, state)


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
    desk, unit = fetch(request, slug, label, ref)
    if act == "send-back":
        return _send_back(request, desk, unit)
    if act == "accept":
        return _accept(request, desk, unit)
    if act in ACTS:
        action, said, already = ACTS[act]
        done = action(desk, unit, by=desk.user)
    else:
        raise Http404(f"Nobody can {act} a return.")
    messages.success(request, said if done else already)
    return redirect("my_return", slug, label, ref)


def _accept(request: django.http.HttpRequest, desk: Desk, unit: Node) -> HttpResponse:
    form = AcceptOwnForm(request.POST, prefix="own") if "own-reason" in request.POST else None
    if form and not form.is_valid():
        return page(request, desk, unit, own=form)
    try:
        done = actions.accept(desk, [unit], by=desk.user, reason=form.cleaned_data["reason"] if form else "")
    except Refused as refused:
        if form is None:
            raise
        form.add_error(None, str(refused))
        return page(request, desk, unit, own=form, status=409)
    messages.success(request, "Accepted." if done else "This was accepted already.")
    return redirect("my_return", desk.access.programme.slug, desk.period.label, unit.ref)


def _send_back(request: HttpRequest, desk: Desk, unit: Node) -> HttpResponse:
    form = SendBackForm(request.POST, prefix="back")
    if not form.is_valid():
        return page(request, desk, unit, back=form)
    try:
        done = actions.send_back(desk, unit, reason=form.cleaned_data["reason"], by=desk.user)
    except Refused as refused:
        form.add_error(None, str(refused))
        return page(request, desk, unit, back=form, status=409)
    messages.success(request, "Sent back, with your reason." if done else "You have sent this back already.")
    return redirect("my_return", desk.access.programme.slug, desk.period.label, unit.ref)


def fetch(request: django.http.HttpRequest, slug: str, label: str, ref: str) -> tuple[Desk, Node]:
    """A return of the open month that this person may see."""
    return _unit(desk_or_404(cast("User", request.user), slug, label), ref)


def _unit(desk: Desk, ref: str) -> tuple[Desk, Node]:
    return desk, unit_or_404(desk, ref)


def unit_or_404(desk: Desk, ref: str) -> Node:
    """Raise Http404 for a workstream that makes no return, or is not theirs."""
    unit = desk.node_or_404(ref, desk.seen)
    if unit.tier > desk.scheme.return_tier:
        raise Http404(f"{unit.name} is reported in the return of {desk.unit(unit).name}.")
    return unit


def page(
    request: django.http.HttpRequest,
    desk: Desk,
    unit: Node,
    *,
    back: SendBackForm | None = None,
    own: AcceptOwnForm | None = None,
    ask: AskForm | None = None,
    said: tuple[int, AnswerForm | SettleForm] | None = None,
    status: int = 422,
) -> HttpResponse:
    """The page of a return; a form that is given has something wrong with it, or what it says was refused."""
    (standing,) = standings(desk, [unit])
    at = rights.looking_on(desk) if _is_locked(desk, unit, standing.state) else desk
    found = tasks(at, unit) if desk.period.is_open else []
    asked = challenges(desk, unit)
    context = {
        "desk": desk,
        "unit": unit,
        "standing": standing,
        "tasks": found,
        "missing": [point for each in found for point in each.missing],
        "steps": ReturnStep.objects.of(desk.period).filter(workstream=unit.pk).order_by("-seq"),
        "challenges": [_with_forms(each, said) for each in asked],
        "letters": letters.sent(desk, unit),
        "back": back or SendBackForm(prefix="back"),
        "own": own or AcceptOwnForm(prefix="own"),
        "ask": ask or AskForm(prefix="ask"),
        "wrong": next(filter(None, [back, own, ask, said[1] if said else None]), None),
        **_may(desk, unit, standing),
        **_judges(desk, unit, standing, asked),
    }
    return render(request, "returns/my_return.html", context, status=status if context["wrong"] else 200)


def _may(desk: Desk, unit: Node, standing: Standing) -> dict[str, bool]:
    """What this person can do with the return as it stands, for the page's buttons; the actions ask again."""
    reports, reviews, accepts = rights.reports(desk, unit), rights.reviews(desk, unit), rights.accepts(desk)
    with_layer = standing.state is State.SUBMITTED
    takes_back = reports and not accepts  # whoever accepts changes a return as it lies
    passes_on = reviews and not accepts and standing.waits_for_review
    return {
        "takes_back": takes_back,
        "may_submit": reports and standing.state.is_open,
        "may_withdraw": takes_back and standing.state.is_with_reviewers and rights.withdraws(desk, unit),
        "may_pass_on": passes_on and not rights.submitted(desk, unit),
        "may_send_back": (reviews and with_layer) or (accepts and not standing.state.is_open),
        "may_ask": reviews,
        "may_remind": accepts and standing.state.is_open and standing.due_on is not None,
        "may_answer": reports,
    }


def _judges(desk: Desk, unit: Node, standing: Standing, asked: list[Challenge]) -> dict[str, object]:
    """Whether this person may accept it and settle what is asked, or why that is for others: it is their own work."""
    is_open = any(each.is_open for each in asked)
    may_accept = rights.accepts(desk) and standing.state.is_with_reviewers
    return {
        "may_accept": may_accept,
        "for_others": rights.others_who_accept(desk) if may_accept and standing.is_own else [],
        "may_settle": is_open
        and rights.reviews(desk, unit)
        and rights.may_judge(desk, unit, standing.state, is_own=standing.is_own),
        "is_answered_by": {each.number for each in asked if each.is_answered_by(desk.user)},
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
