"""Who changed what."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.crumbs import Crumb
from core.files import attachment
from core.http import HttpRequest
from reports import audit_history


@require_safe
def history(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Who changed what in a programme, or outside of any, newest first."""
    found = audit_history.asked_history(request, slug)
    page = found.page(request.GET.get("page"))
    place = [slug] if slug else []
    name = "history_file" if slug else "history_outside_file"
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "history": found,
        "form": found.form,
        "page": page,
        "table": audit_history.table(found, page),
        "files": [
            (file.label, reverse(name, args=[*place, code], query=query)) for code, file in audit_history.FILES.items()
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
    found = audit_history.asked_history(request, slug)
    file = audit_history.FILES.get(code)
    if file is None or not found.form.is_valid():
        raise Http404(f"There is no such {code} of this history.")
    name = f"{slug or 'outside-programmes'}-history.{code}"
    return attachment(file.write(found), content_type=file.content_type, name=name)
