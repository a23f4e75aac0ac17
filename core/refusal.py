"""A change that cannot be made, said in a sentence, and the page that says it where no view does."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Refused(Exception):
    """The action cannot be done; the message is a sentence for the person who asked. Nothing was changed."""


class Refusals:
    """Middleware: answers 409 with the sentence of a refusal that a view did not show in its own page.

    Where htmx asked for a fragment the sentence is announced, and what stands on the page stays as it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if "HX-Request" not in request.headers:
            return render(request, "409.html", {"sentence": str(exception)}, status=409)
        response = HttpResponse(str(exception), content_type="text/plain; charset=utf-8", status=409)
        response["HX-Retarget"], response["HX-Reswap"] = "#announce", "textContent"
        return response
