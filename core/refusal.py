"""What cannot be done, said in a sentence on a page of its own, with what was written given back."""

import sys
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.views.defaults import bad_request, server_error

BUSY = "The database did not answer in time. Try again in a moment: what is sent twice is done once."

IN_PARTS = "Save a part of it at a time."


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
        sentence = str(exception)
        return _announced(request, sentence, 409) or render(request, "409.html", {"sentence": sentence}, status=409)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer what nothing else did (`handler500`), wherever it was raised.

    A database that is restarting, or kept busy by others for too long, is 503: what was tried can be tried again. That
    page asks nothing of the database, not even who reads it.
    """
    if not isinstance(sys.exception(), OperationalError):
        return server_error(request)
    page = {"written": written(request)}
    return _announced(request, BUSY, 503) or HttpResponse(render_to_string("503.html", page), status=503)


def unread(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that was not read (`handler400`): 413 with a sentence where it was more than we take at once.

    What was typed is not given back, since the form's token was among what was not read; the browser still has it.
    """
    match exception:
        case TooManyFieldsSent():
            most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
            what = f"This form has more than {most:,} fields"
        case RequestDataTooBig():
            what = f"More than {filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)} was sent"
        case TooManyFilesSent():
            what = f"More than {settings.DATA_UPLOAD_MAX_NUMBER_FILES} files were sent"
        case _:
            return bad_request(request, exception)
    sentence = f"{what}, which is more than is taken at once."
    page = render_to_string("413.html", {"sentence": sentence, "in_parts": IN_PARTS})
    announced = f"Nothing was saved. {sentence} {IN_PARTS}"
    return _announced(request, announced, 413) or HttpResponse(page, status=413)


def written(request: HttpRequest) -> list[str]:
    """Return each text of several words in what was sent: what a page gives back that cannot show the form.

    Only where a view was reached, and so the form's token checked: no other site is to write on our pages.
    """
    if request.resolver_match is None:
        return []
    texts = (text.strip() for name, texts in request.POST.lists() if "password" not in name for text in texts)
    return [text for text in texts if len(text.split()) > 1]


def context(request: HttpRequest) -> dict[str, Callable[[], list[str]]]:
    """Give every template `written`, for `components/written.html`."""
    return {"written": lambda: written(request)}


def _announced(request: HttpRequest, sentence: str, status: int) -> HttpResponse | None:
    """The sentence alone, beside what stands on the page; None where a whole page was asked for."""
    if "HX-Request" not in request.headers:
        return None
    response = HttpResponse(sentence, content_type="text/plain; charset=utf-8", status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#announce", "textContent"
    return response
