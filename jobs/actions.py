"""What happens to a job at work, the files that jobs make, and the sweeping up.

Each change of a job is a compare-and-set on its state and ticket, so that any number of workers may try. What puts a
job into the queue stands in `tasks`.
"""

from collections.abc import Mapping
from typing import Any

from django.core.management import call_command
from django.db.models import F, QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobs.models import KEPT, Heartbeat, Job, Letter, StoredFile


def begin(*, pk: int, ticket: str) -> Job | None:
    """Take the job for a worker. None: it is not waiting, or not with this ticket."""
    now = timezone.now()
    taken = Job.objects.filter(pk=pk, ticket=ticket, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, started_at=now, heartbeat_at=now
    )
    return Job.objects.select_related("owner").get(pk=pk) if taken else None


def beat(*, ticket: str) -> None:
    """Record that the worker with this ticket is alive. Nothing happens once the ticket has lost its worth."""
    Job.objects.held(ticket).update(heartbeat_at=timezone.now())


def finish(*, ticket: str, result: Mapping[str, Any]) -> bool:
    """Record the result. False: the lease had run out, so the result is another worker's to record."""
    held = Job.objects.held(ticket)
    done = held.update(state=Job.State.DONE, result=dict(result), done=F("total"), finished_at=timezone.now())
    return bool(done)


def fail(jobs: QuerySet[Job], *, reason: str) -> bool:
    """Fail these jobs. The reason is for the person who asked. False: none of them was there to fail."""
    return bool(jobs.update(state=Job.State.FAILED, error=reason, finished_at=timezone.now()))


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


def store_file(*, key: str, name: str, content_type: str, content: bytes) -> StoredFile:
    """Store a file. The same key means the same content, so a second one replaces the first."""
    fields = {"name": name, "content_type": content_type, "content": content, "made_at": timezone.now()}
    stored, _ = StoredFile.objects.update_or_create(key=key, defaults=fields)
    return stored
