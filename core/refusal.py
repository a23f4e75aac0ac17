"""A change that cannot be made, said in a sentence, and the page that says it where no view does."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

BUSY = "The database did not answer in time. Try again in a moment: what is sent twice is done once."


class Refused(Exception):
    """The action cannot be done; the message is a sentence for the person who asked. Nothing was changed."""


class Refusals:
    """Middleware: answers 409 with the sentence of a refusal that a view did not show in its own page.

    A database that is restarting, or kept busy by others for too long, is 503: what was tried can be tried again. Where
    htmx asked for a fragment the sentence is announced, and what stands on the page stays as it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        is_fragment = "HX-Request" in request.headers
        if isinstance(exception, OperationalError):
            logger.error("The database did not answer", exc_info=exception)
            # The page asks nothing of the database, not even who reads it.
            return _announced(BUSY, 503) if is_fragment else HttpResponse(render_to_string("503.html"), status=503)
        if not isinstance(exception, Refused):
            return None
        sentence = str(exception)
        if is_fragment:
            return _announced(sentence, 409)
        return render(request, "409.html", {"sentence": sentence}, status=409)


def _announced(sentence: str, status: int) -> HttpResponse:
    response = HttpResponse(sentence, content_type="text/plain; charset=utf-8", status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#announce", "textContent"
    return response
