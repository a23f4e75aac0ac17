"""Addresses for those who are not on a page: in a mail, on a terminal."""

from urllib.parse import urljoin

from django.conf import settings


def public(path: str) -> str:
    """Return the whole address of a page of ours, or its path alone where PUBLIC_URL names no host (on a laptop)."""
    return urljoin(settings.PUBLIC_URL, path)
