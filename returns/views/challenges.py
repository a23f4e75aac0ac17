"""Asking about a return, answering, and settling what was asked.

What is refused, as where somebody else was quicker, comes back in the form in which it was typed.
"""

import django.http
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from core.refusal import Refused
from returns import challenges
from returns.forms import AnswerForm, AskForm, SettleForm
from returns.views.returns import fetch, page


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: django.http.HttpRequest, slug: str, label: str, ref: str) -> HttpResponse:
    """Ask something. Read, after signing in again, this address and the next lead back to the return."""
    if request.method != "POST":
        return redirect("my_return", slug, label, ref)
    month, unit = fetch(request, slug, label, ref)
    form = AskForm(request.POST, prefix="ask")
    if not form.is_valid():
        return page(request, month, unit, ask=form)
    try:
        asked = challenges.ask(month, unit, **form.cleaned_data, by=month.user)
    except Refused as refused:
        form.add_error(None, str(refused))
        return page(request, month, unit, ask=form, status=409)
    messages.success(request, "Asked." if asked else "This is asked already.")
    return redirect("my_return", slug, label, ref)


@require_http_methods(["GET", "HEAD", "POST"])
def challenge(  # noqa: PLR0917 -- the parts of its address
    request: django.http.HttpRequest, slug: str, label: str, ref: str, number: int, act: str
) -> HttpResponse:
    """Answer a challenge, or settle it."""
    if request.method != "POST":
        return redirect("my_return", slug, label, ref)
    month, unit = fetch(request, slug, label, ref)
    form: AnswerForm | SettleForm
    if act == "answer":
        form = AnswerForm(request.POST, prefix=f"answer-{number}")
    elif act == "settle":
        form = SettleForm(request.POST, prefix=f"settle-{number}")
    else:
        raise Http404(f"Nobody can {act} a challenge.")
    if not form.is_valid():
        return page(request, month, unit, said=(number, form))
    said = challenges.answer if isinstance(form, AnswerForm) else challenges.settle
    try:
        done = said(month, unit, number, **form.cleaned_data, by=month.user)
    except Refused as refused:
        form.add_error(None, str(refused))
        return page(request, month, unit, said=(number, form), status=409)
    messages.success(request, "Kept with the return." if done else "This has been said already.")
    return redirect("my_return", slug, label, ref)
