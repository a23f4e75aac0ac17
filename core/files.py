"""A file as an answer."""

from django.http import HttpResponse


def attachment(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    """A download that a browser saves and never runs. `name` is plain, so nothing in it needs quoting."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
