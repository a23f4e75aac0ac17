"""A PostgreSQL that restarts or is away, as those see it who ask Plumbline for a page meanwhile."""

import json
import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory

from tests.roles import owner

THREADS = 4

TERMINATE_ALL_OTHERS = """
SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.postgresql("SQLite has no server that restarts")
@pytest.mark.django_db(transaction=True)
def test_after_a_restart_the_next_request_of_every_thread_works():
    application = WSGIHandler()
    together = threading.Barrier(THREADS)

    def request():
        """Ask as gunicorn does, in a thread that goes on to the next request."""
        response = application(RequestFactory().get("/health/ready").environ, lambda *_: None)
        together.wait(timeout=60)
        response.close()
        return json.loads(response.content)["checks"]["database"]

    def leave():
        together.wait(timeout=60)
        connection.close()

    with ThreadPoolExecutor(THREADS) as web:

        def everyone(do):
            return [done.result() for done in [web.submit(do) for _ in range(THREADS)]]

        assert everyone(request) == [{"ok": True}] * THREADS
        with owner(), connection.cursor() as cursor:
            cursor.execute(TERMINATE_ALL_OTHERS)
            assert cursor.fetchone() == (THREADS,)
        assert everyone(request) == [{"ok": True}] * THREADS
        everyone(leave)


SILENT = """
import django, json, time
django.setup()
from django.test import Client
begun = time.monotonic()
answer = Client().get("/health/ready", headers={"host": "localhost"})
print(json.dumps([answer.status_code, answer.json()["checks"], time.monotonic() - begun]))
"""


def test_a_database_that_says_nothing_keeps_nobody_waiting_long(tmp_path):
    """Each thing that is asked of it would wait as long again."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = subprocess.run(
            [sys.executable, "-c", SILENT],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(tmp_path), "DISK_FREE_MB": "0"}
            | {"PG_HOST": "127.0.0.1", "PG_PORT": str(silent.getsockname()[1]), "HTTPS": "0"},
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
    status, checks, seconds = json.loads(answer.stdout)
    assert (status, checks.pop("disk")["ok"]) == (503, True)
    assert checks == {name: {"ok": False} for name in ("database", "migrations", "triggers", "queue", "worker")}
    assert seconds < 9
