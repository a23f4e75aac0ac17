"""Addresses for those who are not on a page: in a mail, on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings


def public(path: str) -> str:
    """Return the whole address of a page of ours, or its path alone where PUBLIC_URL names no host (on a laptop)."""
    return urljoin(settings.PUBLIC_URL, path)


def on_terminal(address: str) -> str:
    """Return an address that leads to our pages from this machine, whatever of it is known already.

    Without PUBLIC_URL they are where `manage.py run` serves now, else where it would.
    """
    try:
        served = _note().read_text(encoding="utf-8")
    except OSError:
        served = f"http://127.0.0.1:{settings.PORT}"
    return urljoin(settings.PUBLIC_URL or served, address)


@contextmanager
def noted(address: str) -> Iterator[None]:
    """Note where we serve, for as long as we do, for the commands of other terminals."""
    _note().write_text(address, encoding="utf-8")
    try:
        yield
    finally:
        _note().unlink(missing_ok=True)


def _note() -> Path:
    path: Path = settings.DATA_DIR / "served-at"
    return path
