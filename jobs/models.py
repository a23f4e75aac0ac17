"""Long work somebody asked for, the files it made, the letters that go out, and the workers that are alive.

`Job` is the truth about a piece of work. The queue of django-tasks-db only carries tickets: a worker that holds a
ticket which the job no longer names has lost its lease, and changes nothing.
"""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User

MAX_ATTEMPTS = 3
KEPT = timedelta(days=1)  # files are for downloading, not for filing: the report itself can be had again


def lease() -> timedelta:
    """Return how long a worker may be silent before its job is given to another."""
    return timedelta(seconds=settings.JOB_LEASE)


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> Self:
        """Still wanted: waiting or being worked on."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def held(self, ticket: str) -> Self:
        """Return the job being worked on with this ticket, or nothing once the ticket has lost its worth."""
        return self.filter(ticket=ticket, state=Job.State.RUNNING)

    def silent(self, now: datetime) -> Self:
        """Being worked on by nobody that has been heard of within the lease."""
        return self.filter(state=Job.State.RUNNING, heartbeat_at__lt=now - lease())

    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)


class Job(models.Model):
    """One piece of long work. While it is queued or running there is no second one for the same thing."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Being made"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, help_text="what is wanted; the same thing has the same key")
    arguments = models.JSONField(default=dict)
    title = models.CharField(max_length=600)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs")
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0: not known yet")
    message = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True, help_text="why it failed, for the person who asked")
    attempts = models.PositiveSmallIntegerField(default=0)
    ticket = models.UUIDField(null=True, blank=True, unique=True, help_text="the queue's entry that may work on it")
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now, help_text="nobody begins it before")
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state__in=["queued", "running"]), name="job_wanted_once"
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="job_done_within_total"),
            models.CheckConstraint(condition=Q(attempts__lte=MAX_ATTEMPTS), name="job_attempts_bounded"),
            models.CheckConstraint(
                condition=(
                    Q(state="queued", started_at=None, heartbeat_at=None, finished_at=None, error="")
                    | Q(
                        state="running",
                        ticket__isnull=False,
                        started_at__isnull=False,
                        heartbeat_at__isnull=False,
                        finished_at=None,
                        error="",
                    )
                    | Q(state="done", finished_at__isnull=False, error="")
                    | (Q(state="failed", finished_at__isnull=False) & ~Q(error=""))
                ),
                name="job_state_has_its_moments",
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="job_queue")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_active(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def kept(self, key: str) -> Self:
        """The file of this key, or nothing where there is none (any more)."""
        return self.filter(key=key, made_at__gte=timezone.now() - KEPT)


class StoredFile(models.Model):
    """A file a job made, in the database: it is there when the job is done and not before, from every machine.

    A file on disk would have to be made durable beside the row, shared between web and worker, and swept up after a
    worker that died between the two. Reports are a few hundred kilobytes and kept for a day.
    """

    key = models.CharField(max_length=200, unique=True, help_text="the same content has the same key")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    objects = StoredFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class LetterQuerySet(models.QuerySet["Letter"]):
    def about(self, thing: str) -> Self:
        """What was sent about a thing, newest first."""
        return self.filter(pk__in=Matter.objects.filter(about=thing).values("letter")).order_by("-pk")

    def unsettled(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(state__in=[Letter.State.QUEUED, Letter.State.SENDING])


class Letter(models.Model):
    """An e-mail that is sent once. Written by `letters.post` alone."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not sent"

    to = models.EmailField(max_length=254, help_text="the address as it was when the letter was written")
    recipient = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="letters")
    subject = models.TextField()
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, help_text="why it was not sent, or may not have been")

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state__in=["queued", "sending"], sent_at=None, error="")
                    | Q(state="sent", sent_at__isnull=False, error="")
                    | (Q(state="failed", sent_at=None) & ~Q(error=""))
                ),
                name="letter_state_has_its_moments",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} (to {self.to})"


class Matter(models.Model):
    """One of the things that a letter tells its reader, who is told each of them once."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="matters")
    key = models.CharField(max_length=200, help_text="what is told, and whom; the same has the same key")
    about = models.CharField(max_length=200, blank=True, help_text="by which a page lists what was sent about a thing")
    given_up = models.BooleanField(default=False, help_text="the letter was not sent, so another may tell this")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(given_up=False), name="matter_told_once"),
        ]
        indexes = [models.Index(fields=["about", "letter"], name="matters_about")]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """A worker that runs, or did a moment ago."""

    worker = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.worker


def last_heartbeat() -> datetime | None:
    return Heartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()


def is_worker_there() -> bool:
    seen = last_heartbeat()
    return seen is not None and seen > timezone.now() - lease()
