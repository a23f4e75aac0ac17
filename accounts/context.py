"""What every template may know of this installation."""

from django.conf import settings
from django.http import HttpRequest


def deployment(_request: HttpRequest) -> dict[str, bool]:
    return {"demo": settings.DEMO}
