"""Reminding whose return is not in: each letter is shown as it will go out, then sent."""

from typing import cast

import django.http
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.refusal import Refused
from programmes.month import open_month_or_404
from returns import reminders, rights
from returns.status import standings, units
from returns.views.returns import unit_or_404

OPEN = 3  # letters that are shown unfolded


@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: django.http.HttpRequest, slug: str, label: str) -> HttpResponse:
    """Remind of every return that is not in, or of the one that the address names."""
    month = open_month_or_404(cast("User", request.user), slug, label)
    if not rights.accepts(month):
        raise PermissionDenied("Reminders are for the programme’s PMO to send.")
    ref = request.GET.get("unit", "")
    among = [unit_or_404(month, ref)] if ref else units(month)
    found = standings(month, among)
    chosen = request.POST.getlist("send")
    fault = "Tick whom to remind first." if request.method == "POST" and not chosen else ""
    status = 422 if fault else 200
    if chosen:
        try:
            said = reminders.remind(month, found, chosen=chosen, by=month.user)
        except Refused as refused:
            fault, status = str(refused), 409
        else:
            messages.success(request, str(said))
            place = ("my_return", [slug, label, ref]) if ref else ("returns", [slug, label])
            return redirect(reverse(place[0], args=place[1]))
    ready = reminders.prepared(month, found, by=month.user)
    context = {
        "month": month,
        "unit": among[0] if ref else None,
        "ready": ready,
        "fault": fault,
        "are_open": len(ready.reminders) <= OPEN,
    }
    return render(request, "returns/remind.html", context, status=status)
