"""The page of a job, and the file it made. A job is its owner's: to anybody else it does not exist."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from core.files import attachment
from core.http import HttpRequest
from jobs.kinds import Failed, kind_of
from jobs.models import Job, StoredFile, is_worker_there


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is. The page asks for its own middle every second, and without script for itself."""
    found = _own_or_404(request, pk)
    try:
        home = kind_of(found.kind).home(found.arguments)
        file = _made_by(found).values_list("name", flat=True).first()
    except Failed:  # a later version made it
        home, file = "", None
    context = {
        "job": found,
        "home": home,
        "nobody_works": found.is_active and not is_worker_there(),
        "file": file,
    }
    return render(request, "jobs/job.html" + ("#progress" if request.htmx else ""), context)


@require_safe
def job_file(request: HttpRequest, pk: int) -> HttpResponse:
    """What the job made. Whether the person may have it is asked now: a role may have ended since they asked for it."""
    found = _own_or_404(request, pk)
    stored = _made_by(found).first()
    if stored is None:
        raise Http404("There is no such file, or no longer: files are kept for a day.")
    try:
        kind = kind_of(found.kind)
    except Failed as unknown:  # nobody can say who may have it
        raise Http404(str(unknown)) from unknown
    if not kind.may_have(_user(request), found.arguments):
        raise PermissionDenied("You may no longer read what this file is made of.")
    return attachment(bytes(stored.content), content_type=stored.content_type, name=stored.name)


def _own_or_404(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(Job.objects.owned_by(_user(request)), pk=pk)


def _made_by(job: Job) -> QuerySet[StoredFile]:
    if job.state != Job.State.DONE:
        return StoredFile.objects.none()
    return StoredFile.objects.kept((job.result or {}).get("file", ""))


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # sign-in is the rule
