import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from jobs import actions
from jobs.models import Job
from tests.factories import person
from tests.jobs import kinds


@pytest.fixture(autouse=True)
def known_kinds():
    kinds.register_all()


@pytest.fixture
def log(tmp_path):
    """The file that work writes its lines into."""
    path = tmp_path / "log"
    path.touch()
    return path


@pytest.fixture
def ask(log):
    """Return a function that has a job enqueued."""

    def ask(kind, key="wanted", by=None, **arguments):
        return actions.enqueue(
            kind=kind, key=key, arguments={"log": str(log), **arguments}, title=f"The {key} of {kind}", by=by
        )

    return ask


@pytest.fixture
def owner(db):
    return person()


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


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, list(Job.objects.values())
        time.sleep(0.05)


def states():
    return dict(Job.objects.values_list("key", "state"))
