"""What the function of a kind is given: its arguments, and where it reports how far it is."""

import time

from jobs.kinds import Arguments
from jobs.models import Job

PACE = 0.5  # seconds between two reports that are written: each is a transaction


class Lost(Exception):
    """The lease ran out and the job was given to another worker, so this one ends."""


class Work:
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
