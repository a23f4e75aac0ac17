"""The list of any kind of row that has one: the rows under a count, read and taken as a file."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.files import attachment
from core.formats import TABLE_FORMATS, file_name
from core.http import HttpRequest
from programmes.editing.list_tables import counted, report, table
from programmes.editing.listing import PAGE, Listing, narrowed
from programmes.forms.listing import ListForm
from programmes.month import Month
from programmes.navigation import crumbs, row_link
from programmes.report import state
from programmes.rows import listed_kinds
from programmes.views.fetch import fetch


@require_safe
def listing(request: HttpRequest, slug: str, label: str, what: str) -> HttpResponse:
    month = fetch(request, slug, label)
    found = _listing(month, what)
    form, rows = _asked(request, month, found)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    asked = {name: values for name, values in request.GET.lists() if name != "page" and any(values)}
    theirs = month.reach_of_any(found.model.writers)
    context = {
        "month": month,
        "what": what,
        "form": form,
        "page": page,
        "table": table(found, month, page, row_link(month, back=request.get_full_path())),
        "state": state(month.period),
        "counted": counted(found, month, form, page.paginator.count),
        "files": [(file.label, month.link(f"{what}_file", file.code, **asked)) for file in TABLE_FORMATS.values()],
        "sorts": found.sorts,
        "sort": request.GET.get("sort", "ref"),
        "may_change": found.changes is not None and not theirs.isdisjoint(node.pk for node in month.scope.walk()),
        "crumbs": crumbs(month, month.scope),
    }
    return render(request, "programmes/listing.html", context, status=200 if form.is_valid() else 422)


@require_safe
def listing_file(request: HttpRequest, slug: str, label: str, what: str, code: str) -> HttpResponse:
    """Every row that the filter leaves, as a file."""
    month = fetch(request, slug, label)
    if code not in TABLE_FORMATS:
        raise Http404(f"There is no {code} of this. There is: {', '.join(TABLE_FORMATS)}.")
    found = _listing(month, what)
    form, rows = _asked(request, month, found)
    if not form.is_valid():
        raise Http404("The filter cannot be read. Go back to the list to see why.")
    made, file = report(found, month, rows), TABLE_FORMATS[code]
    return attachment(file.write(made), content_type=file.content_type, name=file_name(made, file.suffix))


def _listing(month: Month, what: str) -> Listing[Any]:
    kind = listed_kinds()[what]
    assert kind.listing is not None
    if not kind.is_in(month):
        raise Http404(f"There are no {what} in {month.programme}.")
    return kind.listing


def _asked(request: HttpRequest, month: Month, found: Listing[Any]) -> tuple[ListForm, Any]:
    """The form of the filter, and the rows that it leaves; all of them where it cannot be read."""
    form = found.form(request.GET, month=month, scope=month.scope)
    asked = form.cleaned_data if form.is_valid() else {}
    return form, narrowed(found, month.period, month.scope, asked, request.GET.get("sort", "ref"))
