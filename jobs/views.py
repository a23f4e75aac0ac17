"""The page of a job, and the file it made. A job is its owner's: to anybody else it does not exist."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from core.files import attachment
from core.http import HttpRequest
from jobs import actions
from jobs.kinds import Failed, kind_of
from jobs.models import Job, is_worker_there


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is. The page asks for its own middle every second, and without script for itself."""
    found = _own_or_404(request, pk)
    try:
        home = kind_of(found.kind).home(found.arguments)
    except Failed:
        home = ""
    context = {
        "job": found,
        "home": home,
        "nobody_works": found.is_active and not is_worker_there(),
        "file": actions.kept_name((found.result or {}).get("file", "")) if found.state == Job.State.DONE else "",
    }
    return render(request, "jobs/job.html" + ("#progress" if request.htmx else ""), context)


@require_safe
def job_file(request: HttpRequest, pk: int) -> HttpResponse:
    """What the job made. Whether the person may have it is asked now: a role may have ended since they asked for it."""
    found = _own_or_404(request, pk)
    stored = actions.kept((found.result or {}).get("file", ""))
    if found.state != Job.State.DONE or stored is None:
        raise Http404("There is no such file, or no longer: files are kept for a day.")
    if not kind_of(found.kind).may_have(_user(request), found.arguments):
        raise PermissionDenied("You may no longer read what this file is made of.")
    return attachment(bytes(stored.content), content_type=stored.content_type, name=stored.name)


def _own_or_404(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(Job.objects.owned_by(_user(request)), pk=pk)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # sign-in is the rule
