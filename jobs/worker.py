"""One worker: the loop of django-tasks-db, and beside it a thread that says it is alive and looks for those that died.

The loop alone has no lease: what it was working on when it was killed would stay "running" for ever.
"""

import logging
import os
import threading
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as Loop
from django_tasks_db.models import DBTaskResult

from jobs import actions, letters, tasks
from jobs.models import Heartbeat, Job

logger = logging.getLogger(__name__)

GRACE = 5  # seconds that a job under way is given once the worker is asked to stop
TIDY_EVERY = 3600


class Worker(Loop):
    def __init__(self, *, until_empty: bool = False) -> None:
        super().__init__(
            queue_names=["default"],
            interval=0.5,
            batch=until_empty,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(16),
            excluded_queue_names=[],
        )
        self.ticket = ""  # of the job under way
        self.since = 0.0
        self.asked_to_stop = 0.0

    def shutdown(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Begin nothing more. The pulse sees to it that a job under way does not keep us."""
        self.running = False
        self.asked_to_stop = self.asked_to_stop or time.monotonic()

    def run_task(self, db_task_result: "DBTaskResult[Any, Any]") -> None:
        self.since, self.ticket = time.monotonic(), str(db_task_result.id)
        try:
            super().run_task(db_task_result)
        finally:
            self.ticket = ""

    def run(self) -> None:
        pulse = Pulse(self)
        pulse.start()
        try:
            super().run()
        finally:
            pulse.finish()


class Pulse(threading.Thread):
    """The thread beside the loop."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(daemon=True)
        self.worker = worker
        self.over = threading.Event()
        self.every = max(settings.JOB_LEASE / 6, 0.2)
        self.beaten = self.tidied = 0.0

    def start(self) -> None:
        Heartbeat.objects.create(worker=self.worker.worker_id)
        super().start()

    def finish(self) -> None:
        self.over.set()
        self.join()
        Heartbeat.objects.filter(worker=self.worker.worker_id).delete()

    def run(self) -> None:
        try:
            while not self.over.wait(0.2):
                try:
                    self.look()
                except DatabaseError:  # locked or restarting: the lease is longer than that lasts
                    logger.exception("The heartbeat could not be written")
                    connection.close()
        except Exception:
            logger.exception("The heartbeat stopped, so the worker does")
            os._exit(1)
        finally:
            connection.close()

    def look(self) -> None:
        """Once in a while beat and reap; at once leave a job that took too long, or that we cannot wait for."""
        now, ticket = time.monotonic(), self.worker.ticket
        if ticket and self.worker.asked_to_stop and now - self.worker.asked_to_stop > GRACE:
            tasks.hand_back(ticket=ticket)
            self.leave(0)
        if ticket and now - self.worker.since > settings.JOB_LIMIT:
            tasks.try_again(Job.objects.held(ticket), reason=tasks.TOO_LONG)
            self.leave(1)
        if now - self.beaten < self.every:
            return
        self.beaten = now
        if ticket:
            actions.beat(ticket=ticket)
        Heartbeat.objects.update_or_create(worker=self.worker.worker_id, defaults={"seen_at": timezone.now()})
        tasks.reap()
        letters.settle()
        if not self.tidied or now - self.tidied > TIDY_EVERY:
            self.tidied = now
            actions.tidy()

    def leave(self, code: int) -> None:
        """End the process with the job in the middle: no exception reaches a main thread that computes or waits."""
        Heartbeat.objects.filter(worker=self.worker.worker_id).delete()
        logger.warning("A job was left unfinished and is back in the queue")
        os._exit(code)
