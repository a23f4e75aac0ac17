"""Sign-in is the rule. Views that need none say so (`login_not_required`)."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from core.refusal import written


class LoginRequired(LoginRequiredMiddleware):
    """Sends a stranger to sign-in, but answers 401 where that would lose what somebody has written.

    htmx would follow the redirect, and put the sign-in page where a form was. A form sent whole comes back as the text
    that was in it.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], *view: Any
    ) -> HttpResponseBase | None:
        redirect = super().process_view(request, view_func, *view)
        if redirect and "HX-Request" in request.headers:
            return render(request, "account/_signed_out.html", status=401)
        if redirect and written(request):
            return render(request, "account/signed_out.html", {"sign_in": redirect["Location"]}, status=401)
        return redirect
