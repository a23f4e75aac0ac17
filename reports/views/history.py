"""Who changed what."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.crumbs import Crumb
from core.files import attachment
from core.http import HttpRequest
from reports import history as histories


@require_safe
def history(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Who changed what in a programme, or outside of any, newest first."""
    found = histories.fetch(request, slug)
    page = found.page(request.GET.get("page"))
    place = [slug] if slug else []
    name = "history_file" if slug else "history_outside_file"
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "history": found,
        "form": found.form,
        "page": page,
        "table": histories.table(found, page),
        "files": [
            (file.label, reverse(name, args=[*place, code], query=query)) for code, file in histories.FILES.items()
        ],
        "crumbs": [
            Crumb("Portfolio", reverse("portfolio")),
            *([Crumb(found.programme.name, reverse("programme", args=place))] if found.programme else []),
            Crumb("History"),
        ],
    }
    return render(request, "reports/history.html", context, status=200 if found.form.is_valid() else 422)


@require_safe
def history_file(request: HttpRequest, code: str, slug: str = "") -> HttpResponse:
    """Every entry that the filter leaves, as a file."""
    found = histories.fetch(request, slug)
    file = histories.FILES.get(code)
    if file is None or not found.form.is_valid():
        raise Http404(f"There is no such {code} of this history.")
    name = f"{slug or 'outside-programmes'}-history.{code}"
    return attachment(file.write(found), content_type=file.content_type, name=name)
