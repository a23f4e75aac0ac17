"""Running a month: opening it with its deadline, closing it, and opening a closed one again.

What is sent a second time, as by a double click, comes too late: it is led to where the first one was, and told that
it is done.
"""

import datetime as dt
from typing import cast

import django.http
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core import dates
from core.asking import ask
from core.fields import DayField, LongText, TextField, still_to_come
from core.refusal import Refused
from programmes.access import Access, access_or_404, may_run_months
from programmes.actions import REASON_LENGTH, reopen_period
from programmes.horizon import horizon
from programmes.models import Period
from programmes.month import Month, open_month_or_404
from programmes.months.closing import faults, notices_on, objections, remarked
from programmes.rows.base import LONG
from returns.gate import are_asked_for
from returns.months import close_month, open_month
from returns.status import due_on, today

AHEAD = 3  # months offered after the next one


class OpenForm(forms.Form):
    label = forms.ChoiceField(label="Month")
    due_on = DayField(
        label="Returns are due by the end of",
        error_messages={"required": "Name the day by whose end returns are due."},
    )

    def __init__(self, *args: object, after: Period | None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        label = self.fields["label"]
        assert isinstance(label, forms.ChoiceField)
        label.choices = [(month, dates.long_month(month)) for month in following(after)]
        scheme = after.scheme if after else None
        ask(self, horizon(scheme.starts_on, scheme.vesting_day, until=today()) if scheme else None)

    def clean_due_on(self) -> dt.date:
        return still_to_come(self.cleaned_data["due_on"])


class CloseForm(forms.Form):
    override = TextField(
        label="Why it is closed all the same",
        max_length=LONG,
        required=False,
        widget=LongText(),
        help_text="Printed with the month’s report",
    )


class ReopenForm(forms.Form):
    reason = TextField(
        label="Why it is opened again",
        max_length=LONG,
        widget=LongText(),
        help_text=f"At least {REASON_LENGTH} characters. Printed with the new edition",
        error_messages={"required": "Say why."},
    )


def following(after: Period | None) -> list[str]:
    """The months that may be opened now, the next one first."""
    label = after.label if after else f"{today():%Y-%m}"
    found = [dates.next_label(label)] if after else [dates.label_before(label), label]
    while len(found) <= AHEAD:
        found.append(dates.next_label(found[-1]))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def month_open(request: django.http.HttpRequest, slug: str) -> HttpResponse:
    """Open the next month with the deadline of its returns."""
    user = cast("User", request.user)
    access = _runs_months(user, slug)
    last = access.programme.periods.newest_first().first()
    form = OpenForm(_posted(request), after=last)
    context = {"programme": access.programme, "last": last, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            period = open_month(access.programme, form.cleaned_data["label"], form.cleaned_data["due_on"], by=user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            stood = f", with everything that stood in {last.name}" if last else ""
            messages.success(request, f"{period.name} is open{stood}.")
            return redirect("returns", slug, period.label)
    if form.errors and (opened := _opened_so(access, form)):
        messages.info(request, f"{opened.name} is open already.")
        return redirect("returns", slug, opened.label)
    return render(request, "returns/month_open.html", context, status=422 if form.errors else 200)


def _opened_so(access: Access, form: OpenForm) -> Period | None:
    """The month, where it is open with the deadline that this form names."""
    last, day = access.programme.periods.newest_first().first(), form.cleaned_data.get("due_on")
    is_so = last and last.is_open and last.label == form.data.get("label") and day and due_on(last) == day
    return last if is_so else None


@require_http_methods(["GET", "HEAD", "POST"])
def month_close(request: django.http.HttpRequest, slug: str, label: str) -> HttpResponse:
    """Close a month: what holds it, what cannot be overridden, and the button."""
    user = cast("User", request.user)
    access = _runs_months(user, slug)
    form = CloseForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        override = form.cleaned_data["override"]
        try:
            period = close_month(open_month_or_404(user, slug, label).period, override=override, by=user)
        except Refused as refused:
            newest = _newest(access, label)
            if newest and not newest.is_open and newest.override == override.strip():
                messages.info(request, f"{newest} is closed already.")
                return redirect("scorecard", slug, label)
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{period} is closed. It will never change.")
            return redirect("scorecard", slug, label)
    context = {"form": form, **_before_closing(open_month_or_404(user, slug, label))}
    return render(request, "returns/month_close.html", context, status=422 if form.errors else 200)


def _before_closing(month: Month) -> dict[str, object]:
    return {
        "month": month,
        "faults": list(faults(month.period, month.tree)),
        "held": objections(month),
        "remarks": remarked(month),
        "notices": notices_on(month),
        "are_asked_for": are_asked_for(month),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def month_reopen(request: django.http.HttpRequest, slug: str, label: str) -> HttpResponse:
    """Open another edition of a closed month."""
    user = cast("User", request.user)
    access = _runs_months(user, slug)
    newest = _newest(access, label)
    if newest is None:
        raise Http404(f"{access.programme} has no such month.")
    form = ReopenForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            period = reopen_period(newest, reason=reason, by=user)
        except Refused as refused:
            newest = _newest(access, label) or newest
            if newest.is_open and newest.reason == reason.strip():
                messages.info(request, f"{newest} is open already.")
                return redirect("returns", slug, label)
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{period} is open. The edition before it stays as it is.")
            return redirect("returns", slug, label)
    context = {"form": form, "newest": newest, "programme": access.programme}
    return render(request, "returns/month_reopen.html", context, status=422 if form.errors else 200)


def _newest(access: Access, label: str) -> Period | None:
    """The newest edition of a month."""
    editions = access.programme.periods.filter(label=label).select_related("programme", "scheme_version")
    return editions.order_by("-edition").first()


def _posted(request: django.http.HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing at all."""
    return request.POST if request.method == "POST" else None


def _runs_months(user: User, slug: str) -> Access:
    access = access_or_404(user, slug)
    if not may_run_months(user, access.programme):
        raise PermissionDenied("Months are for the programme’s PMO to open and close.")
    return access
