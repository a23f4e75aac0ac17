"""What the function of a kind is given: its arguments, and where it reports how far it is."""

import time
from collections.abc import Mapping
from typing import Any

from jobs.models import Job

type Arguments = Mapping[str, Any]

PACE = 0.5  # seconds between two reports that are written: each is a transaction


class Lost(Exception):
    """The lease ran out and the job was given to another worker, so this one ends."""


class Work:
    """A job while a worker works on it: the one argument of `JobKind.work`.

    `arguments` are what the job was ordered with. `step` reports how far the work has come, for the job's page to show:

        def count(work: Work) -> dict[str, Any]:
            slugs = work.arguments["slugs"]
            for n, slug in enumerate(slugs):
                work.step(n, len(slugs), f"counting {slug}")
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._written = -PACE

    @property
    def arguments(self) -> Arguments:
        arguments: Arguments = self.job.arguments
        return arguments

    def step(self, done: int, total: int, message: str = "") -> None:
        """Report that `done` of `total` are behind us. Raise Lost where the job is no longer ours.

        Not within a transaction: nobody sees it before the end of that.
        """
        now = time.monotonic()
        if now - self._written < PACE and 0 < done < total and message == self.job.message:
            return
        self._written, self.job.message = now, message
        if not Job.objects.held(str(self.job.ticket)).update(done=done, total=total, message=message):
            raise Lost
