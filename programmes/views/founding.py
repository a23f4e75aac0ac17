"""Setting up a programme, and what is next once it is there."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.roles import Permission
from programmes.access import access_or_404
from programmes.actions import Refused
from programmes.forms.founding import FoundingForm
from programmes.founding.actions import found
from programmes.founding.to_do import to_dos
from programmes.tree import trees


@require_http_methods(["GET", "HEAD", "POST"])
def found_programme(request: HttpRequest) -> HttpResponse:
    """The form that makes a programme. Sent with `check` it is read and nothing is made."""
    user = cast("User", request.user)
    if not user.sets_up_programmes:
        raise PermissionDenied("Setting up programmes is a right of its own, which you have not been given.")
    is_sent, is_check = request.method == "POST", "check" in request.POST
    form = FoundingForm(request.POST if is_sent else None, by=user)
    if is_sent and form.is_valid() and not is_check:
        try:
            programme, is_new = found(**form.chosen, by=user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = "is set up" if is_new else "was set up already: what you sent again has changed nothing"
            messages.success(request, f"{programme} {said}.")
            return redirect("setting_up", programme.slug)
    context = {"form": form, "is_read": is_check and form.is_valid()}
    return render(request, "programmes/found_programme.html", context, status=422 if form.errors else 200)


@require_safe
def setting_up(request: HttpRequest, slug: str) -> HttpResponse:
    """What a programme still lacks before its first month can close."""
    access = access_or_404(request.user, slug)
    period = access.programme.periods.newest_first().select_related("scheme_version").first()
    (tree,) = trees(period)
    if period is None or not access.may_for_all(Permission.SHAPE, tree):
        raise PermissionDenied(f"Setting up {access.programme} is for its PMO officers and administrators.")
    context = {"programme": access.programme, "period": period, "tree": tree, "tasks": to_dos(period, tree)}
    return render(request, "programmes/setting_up.html", context)
