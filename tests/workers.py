"""Doing queued work: in the test's own process, or in processes that can be killed."""

import os
import subprocess
import sys
import time
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from jobs.models import Job
from jobs.worker import Worker


def work_off(tasks=None):
    """Work until nothing is waiting, or so many tasks are done.

    Without the thread beside the loop: it cannot see what a test has not committed.
    """
    worker = Worker(until_empty=True)
    worker.max_tasks = tasks
    with patch.object(db_worker, "close_old_connections"):  # the test's transaction would go with its connection
        db_worker.Worker.run(worker)


def wait_until_due():
    """Let the pause before the next attempt pass."""
    now = timezone.now()
    Job.objects.update(due_at=now)
    DBTaskResult.objects.filter(status="READY").update(run_after=now)


@pytest.fixture
def start_worker():
    """Return a function that starts a worker in a process of its own, on the database of the test."""
    started = []

    def start(*arguments, lease=2, **more):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker", *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
                "TEST_DATABASE": str(connection.settings_dict["NAME"]),
                "JOB_LEASE": str(lease),
                **more,
            },
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, list(Job.objects.values())
        time.sleep(0.05)
