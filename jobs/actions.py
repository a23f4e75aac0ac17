"""Every change of a job. Each is a compare-and-set on its state and ticket, so that any number of workers may try."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from jobs.models import KEPT, MAX_ATTEMPTS, Heartbeat, Job, Letter, StoredFile, lease

logger = logging.getLogger(__name__)

LOST = f"The worker stopped {MAX_ATTEMPTS} times while it was working on this."
BROKEN = f"It failed {MAX_ATTEMPTS} times ({{}}). Whoever runs Plumbline finds more in its log."
TOO_LONG = f"It took too long, {MAX_ATTEMPTS} times."


def enqueue(*, kind: str, key: str, arguments: Mapping[str, Any], title: str, by: User | None) -> Job:
    """Have something made, or return the job that is already making it.

    The job and its place in the queue are rows of the caller's transaction: no worker sees them before it commits,
    none is left if it rolls back, and a process that dies right after the commit has lost nothing.
    """
    same = Job.objects.filter(kind=kind, key=key)
    if wanted := same.active().first():
        return wanted
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, key=key, arguments=dict(arguments), title=title, owner=by)
            _queue(job.pk)
    except IntegrityError:  # somebody was faster, and it may be done by now
        return same.latest("pk")
    job.refresh_from_db()
    return job


def begin(*, pk: int, ticket: str) -> Job | None:
    """Take the job for a worker. None: it is not waiting, or not with this ticket."""
    now = timezone.now()
    taken = Job.objects.filter(pk=pk, ticket=ticket, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, started_at=now, heartbeat_at=now
    )
    return Job.objects.select_related("owner").get(pk=pk) if taken else None


def beat(*, ticket: str) -> None:
    Job.objects.held(ticket).update(heartbeat_at=timezone.now())


def finish(*, ticket: str, result: Mapping[str, Any]) -> bool:
    """Record the result. False: the lease had run out, so the result is another worker's to record."""
    held = Job.objects.held(ticket)
    done = held.update(state=Job.State.DONE, result=dict(result), done=F("total"), finished_at=timezone.now())
    return bool(done)


def fail(*, ticket: str, reason: str) -> bool:
    return _fail(Job.objects.held(ticket), reason)


def try_again(held: QuerySet[Job], *, reason: str, pause: timedelta = timedelta()) -> None:
    """Put a job back in the queue, or fail it with this reason where it has been tried often enough.

    Nobody begins it before the pause is over.
    """
    with transaction.atomic():
        if not _fail(held.filter(attempts__gte=MAX_ATTEMPTS), reason):
            _requeue(held, due_at=timezone.now() + pause)


def hand_back(*, ticket: str) -> None:
    """Put a job back in the queue because its worker has to go. That was not the job's fault, so it does not count."""
    with transaction.atomic():
        _requeue(Job.objects.held(ticket), attempts=F("attempts") - 1)


def reap() -> int:
    """Give jobs of workers that are gone to others. Return how many were found."""
    now = timezone.now()
    silent = list(Job.objects.silent(now).values_list("pk", "ticket"))
    for pk, ticket in silent:
        logger.warning("Job %s: its worker has not been heard of", pk)
        try_again(Job.objects.silent(now).filter(pk=pk, ticket=ticket), reason=LOST)
    # A worker that died between taking the ticket and beginning the job has left it waiting for nobody.
    valid = DBTaskResult.objects.filter(
        Q(status=TaskResultStatus.READY) | Q(status=TaskResultStatus.RUNNING, started_at__gt=now - lease())
    )
    stranded = Job.objects.filter(state=Job.State.QUEUED).exclude(ticket__in=valid.values("id"))
    for pk, ticket in list(stranded.values_list("pk", "ticket")):
        with transaction.atomic():
            _requeue(Job.objects.filter(pk=pk, ticket=ticket, state=Job.State.QUEUED))
    return len(silent)


def tidy() -> None:
    """Drop files after a day, and what the queue remembers; jobs, which say who asked for what, after a month.

    Sessions that have ended go too: a browser that is closed leaves its own behind.
    """
    now = timezone.now()
    StoredFile.objects.filter(made_at__lt=now - KEPT).delete()
    # No page lists these, and a link for a new password in them has ended.
    Letter.objects.filter(matters=None, created_at__lt=now - KEPT).delete()
    DBTaskResult.objects.filter(enqueued_at__lt=now - KEPT).exclude(
        id__in=Job.objects.active().filter(ticket__isnull=False).values("ticket")
    ).delete()
    Job.objects.filter(finished_at__lt=now - 30 * KEPT).delete()
    Heartbeat.objects.filter(seen_at__lt=now - KEPT).delete()
    call_command("clearsessions")


def keep(*, key: str, name: str, content_type: str, content: bytes) -> StoredFile:
    """Store a file. The same key means the same content, so a second one replaces the first."""
    fields = {"name": name, "content_type": content_type, "content": content, "made_at": timezone.now()}
    stored, _ = StoredFile.objects.update_or_create(key=key, defaults=fields)
    return stored


def _queue(pk: int) -> None:
    from jobs.tasks import work  # it calls the actions above

    due_at = Job.objects.values_list("due_at", flat=True).get(pk=pk)
    later = work.using(run_after=due_at if due_at > timezone.now() else None)
    Job.objects.filter(pk=pk).update(ticket=later.enqueue(pk).id)


def _requeue(held: QuerySet[Job], **more: Any) -> None:
    """Give each of these jobs a new ticket; whoever holds the old one has lost the job."""
    for pk, ticket in list(held.values_list("pk", "ticket")):
        fresh = {"started_at": None, "heartbeat_at": None, "done": 0, "total": 0, "message": ""}
        if held.filter(pk=pk, ticket=ticket).update(state=Job.State.QUEUED, ticket=None, **fresh, **more):
            _queue(pk)


def _fail(held: QuerySet[Job], reason: str) -> bool:
    return bool(held.update(state=Job.State.FAILED, error=reason, finished_at=timezone.now()))
