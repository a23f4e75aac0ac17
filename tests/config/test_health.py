import shutil
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config import health
from core import startup, triggers
from jobs import tasks
from jobs.models import Heartbeat, Job
from tests.roles import owner

pytestmark = pytest.mark.django_db


def ready(client):
    """Return the status, and the names of what is not well."""
    response = client.get("/health/ready")
    answer = response.json()
    assert answer["ready"] is (response.status_code == 200)
    assert answer["checks"].keys() == {"database", "migrations", "triggers", "queue", "worker", "disk"}
    return response.status_code, [name for name, found in answer["checks"].items() if not found["ok"]]


@pytest.fixture
def worker():
    return Heartbeat.objects.create(worker="w")


def test_live_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")

    assert (response.status_code, response.content) == (200, b"ok")


def test_live_answers_where_pages_are_only_for_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/health/live").status_code == 200
    assert client.get("/").status_code == 301


def test_ready_when_all_is_well(client, worker, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        assert ready(client) == (200, [])


def test_not_ready_without_a_worker(client):
    assert ready(client) == (503, ["worker"])


def test_not_ready_when_no_worker_has_been_heard_of(client, worker):
    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(seconds=61))

    assert ready(client) == (503, ["worker"])


def test_not_ready_while_a_trigger_is_missing(client, worker):
    (name, table), *_ = triggers._present(connection)
    with owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))

    assert ready(client) == (503, ["triggers"])
    assert name in startup.refusal(connection)


def test_not_ready_while_a_migration_waits(client, worker):
    MigrationRecorder(connection).record_unapplied("jobs", "0001_initial")

    assert ready(client) == (503, ["migrations"])


def test_not_ready_when_a_job_has_waited_too_long(client, worker):
    tasks.enqueue(kind="simple", key="k", arguments={}, title="It", by=None)
    assert ready(client) == (200, [])

    Job.objects.update(due_at=timezone.now() - timedelta(seconds=601))
    assert ready(client) == (503, ["queue"])


def test_a_job_that_is_put_off_keeps_nobody_waiting(client, worker):
    tasks.enqueue(kind="simple", key="k", arguments={}, title="It", by=None)
    Job.objects.update(created_at=timezone.now() - timedelta(hours=1), due_at=timezone.now() + timedelta(minutes=1))

    assert ready(client) == (200, [])


def test_not_ready_when_the_disk_is_nearly_full(client, worker, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**12, 10**12, 499_000_000))

    assert ready(client) == (503, ["disk"])


def test_what_cannot_be_asked_is_not_well_and_says_nothing_more(client, worker, monkeypatch):
    def broken():
        raise DatabaseError("permission denied for table django_migrations")

    monkeypatch.setitem(health.IN_DATABASE, "migrations", broken)

    assert client.get("/health/ready").json()["checks"]["migrations"] == {"ok": False}
    assert ready(client) == (503, ["migrations"])


def test_a_database_with_its_triggers_is_not_refused():
    assert startup.refusal(connection) == ""
