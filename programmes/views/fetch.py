"""From an address to the month or row it names, for whoever may read or change it, and back to where they came from."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.http import HttpRequest as Request
from django.utils.http import url_has_allowed_host_and_scheme

from core.http import HttpRequest
from programmes.editing.lines import may_change
from programmes.models import Position
from programmes.models.named import address as row_address
from programmes.models.named import kind_of
from programmes.month import Month, month_or_404, open_month_or_404
from programmes.rows import KINDS, Row


def fetch(request: Request, slug: str, label: str, *, within: bool = True) -> Month:
    """The month to be read that the address names, with `?edition=` and, unless not `within`, `?workstream=`."""
    edition, ref = request.GET.get("edition", ""), request.GET.get("workstream", "")
    return month_or_404(request.user, slug, label, edition=edition, ref=ref if within else "")


def fetch_open(request: Request, slug: str, label: str) -> Month:
    """The month to be worked on that the address names."""
    return open_month_or_404(request.user, slug, label)


def fetch_row(request: Request, slug: str, label: str, kind: str, key: str) -> tuple[Month, Row[Any]]:
    month = fetch_open(request, slug, label)
    found = KINDS.get(kind)
    if found is None or not found.is_in(month) or "\0" in key:  # PostgreSQL does not even look for such a text
        raise Http404(f"There is no such row of the kind “{kind}”.")
    target = found.find(month, key)
    if not may_change(month, target):
        raise PermissionDenied(f"{target.about}: it is for another role to change.")
    return month, target


def came_from(request: HttpRequest) -> str:
    """The page that led here; in place it is the one that stands in the browser. "" where it is none of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or request.htmx.current_url_abs_path or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else ""


def stamp(row: Position) -> str:
    """A row's address and version, for a hidden field of a page that shows it."""
    return f"{row_address(row)}:{row.version}"


def stamps(rows: "QuerySet[Any]") -> list[str]:
    """The same of many positions of one kind, of which the page shows some: only what it takes is read."""
    (identity,) = rows.model.natural_key
    found = rows.values_list(f"{identity}__ref", "version")
    return [f"{kind_of(rows.model)}/{ref}:{version}" for ref, version in found]


def seen_by(request: HttpRequest) -> dict[str, int]:
    """The versions that stood on the page, by the rows' addresses."""
    stamps = (text.rpartition(":") for text in request.POST.getlist("seen"))
    return {where: int(version) for where, _, version in stamps if re.fullmatch("[0-9]{1,9}", version)}
