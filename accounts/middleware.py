"""Sign-in is the rule. Views that need none say so (`login_not_required`)."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render


class LoginRequired(LoginRequiredMiddleware):
    """Sends a stranger to sign-in, but answers 401 where a fragment of a page was asked for.

    htmx would follow the redirect, and put the sign-in page where a form was, over what somebody had typed.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], *view: Any
    ) -> HttpResponseBase | None:
        redirect = super().process_view(request, view_func, *view)
        if redirect and "HX-Request" in request.headers:
            return render(request, "account/_signed_out.html", status=401)
        return redirect
