"""Kinds of work for the tests. What runs writes a line into a file it is given."""

import os
import signal
import time
from pathlib import Path

from django.db import connection

from jobs import actions
from jobs.kinds import Failed, JobKind, register


def note(work, word):
    with Path(work.arguments["log"]).open("a") as log:
        log.write(f"{word}\n")


def simple(work):
    note(work, work.job.key)
    work.step(2, 2, "written")
    return {"answer": work.job.key}


def slow(work):
    """Takes as long as the file `hold` is there."""
    note(work, "begun")
    deadline = time.monotonic() + 60
    while Path(work.arguments["hold"]).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    actions.store_file(key="slow", name="slow.txt", content_type="text/plain", content=b"slow")
    note(work, "ended")
    return {"file": "slow"}


def broken(work):
    note(work, "tried")
    raise ZeroDivisionError


def refused(work):
    raise Failed("There is nothing to make it from.")


def deadly(work):
    """As if it used up all memory: the process goes without a word."""
    note(work, "tried")
    os.kill(os.getpid(), signal.SIGKILL)


def who(work):
    """Whom the database takes the worker for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return {"who": cursor.fetchone()[0]}


def may_have(user, arguments):
    return not Path(arguments["log"]).with_suffix(".forbidden").exists()


def register_all():
    for function in (simple, slow, broken, refused, deadly, who):
        register(JobKind(function.__name__, function, may_have, lambda arguments: "/glossary/"))
