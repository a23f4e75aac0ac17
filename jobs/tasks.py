"""The queue: the task that works on a job, and everything that puts a job into the queue, the first time or again.

The queue carries the number of a job and nothing else. What is in it names the task by its path, `jobs.tasks.work`.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.tasks import TaskContext, TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from jobs.actions import begin, fail, finish
from jobs.kinds import Failed, kind_of
from jobs.models import MAX_ATTEMPTS, Job, lease
from jobs.work import Lost, Work

logger = logging.getLogger(__name__)

LOST = f"The worker stopped {MAX_ATTEMPTS} times while it was working on this."
BROKEN = f"It failed {MAX_ATTEMPTS} times ({{}}). Whoever runs Plumbline finds more in its log."
TOO_LONG = f"It took too long, {MAX_ATTEMPTS} times."


@task(takes_context=True)
def work(context: TaskContext[Any, Any], pk: int) -> None:
    """Work on a job. Whatever happens in it is the job's state in the end, never an error of the queue's."""
    ticket = str(context.task_result.id)
    job = begin(pk=pk, ticket=ticket)
    if job is None:
        return
    try:
        kind = kind_of(job.kind)
        result = kind.work(Work(job))
    except Failed as refusal:
        fail(Job.objects.held(ticket), reason=str(refusal))
    except Lost:
        logger.warning("Job %s was given to another worker meanwhile", pk)
    except Exception as error:
        logger.exception("Job %s failed", pk)
        reason = BROKEN.format(type(error).__name__)
        try_again(Job.objects.held(ticket), reason=reason, pause=kind.pause_after(job.attempts))
    else:
        finish(ticket=ticket, result=result)


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


def try_again(held: QuerySet[Job], *, reason: str, pause: timedelta = timedelta()) -> None:
    """Put a job back in the queue, or fail it with this reason where it has been tried often enough.

    Nobody begins it before the pause is over.
    """
    with transaction.atomic():
        if not fail(held.filter(attempts__gte=MAX_ATTEMPTS), reason=reason):
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


def _queue(pk: int) -> None:
    due_at = Job.objects.values_list("due_at", flat=True).get(pk=pk)
    later = work.using(run_after=due_at if due_at > timezone.now() else None)
    Job.objects.filter(pk=pk).update(ticket=later.enqueue(pk).id)


def _requeue(held: QuerySet[Job], **more: Any) -> None:
    """Give each of these jobs a new ticket; whoever holds the old one has lost the job."""
    for pk, ticket in list(held.values_list("pk", "ticket")):
        fresh = {"started_at": None, "heartbeat_at": None, "done": 0, "total": 0, "message": ""}
        if held.filter(pk=pk, ticket=ticket).update(state=Job.State.QUEUED, ticket=None, **fresh, **more):
            _queue(pk)
