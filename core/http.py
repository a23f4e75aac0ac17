"""A request as our views get it."""

import django.http
from django_htmx.middleware import HtmxDetails


class HttpRequest(django.http.HttpRequest):
    """As `HtmxMiddleware` hands it on."""

    htmx: HtmxDetails
