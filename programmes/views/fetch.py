"""From an address to the row it names, for whoever may change it, and back to where they came from."""

import re
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from core.http import HttpRequest
from programmes.actions.locking import address as row_address
from programmes.desk import Desk, desk_or_404
from programmes.editing.lines import may_change
from programmes.models import Versioned
from programmes.rows import KINDS, Row


def fetch_desk(request: HttpRequest, slug: str, label: str) -> Desk:
    return desk_or_404(cast("User", request.user), slug, label)


def fetch_row(request: HttpRequest, slug: str, label: str, kind: str, key: str) -> tuple[Desk, Row]:
    desk = fetch_desk(request, slug, label)
    if kind not in KINDS or "\0" in key:  # PostgreSQL does not even look for such a text
        raise Http404(f"There is no such row of the kind “{kind}”.")
    target = KINDS[kind].find(desk, key)
    if not may_change(desk, target):
        raise PermissionDenied(f"{target.about}: it is for another role to change.")
    return desk, target


def came_from(request: HttpRequest) -> str:
    """The page that led here; in place it is the one that stands in the browser. "" where it is none of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or request.htmx.current_url_abs_path or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else ""


def stamp(row: Versioned) -> str:
    """A row's address and version, for a hidden field of a page that shows it."""
    return f"{row_address(row)}:{row.version}"


def seen_by(request: HttpRequest) -> dict[str, int]:
    """The versions that stood on the page, by the rows' addresses."""
    stamps = (text.rpartition(":") for text in request.POST.getlist("seen"))
    return {where: int(version) for where, _, version in stamps if re.fullmatch("[0-9]{1,9}", version)}
