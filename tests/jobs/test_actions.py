import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobs import actions
from jobs.models import Heartbeat, Job, StoredFile
from tests.workers import work_off

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "row",
    [
        {"done": 2, "total": 1},
        {"attempts": 4},
        {"state": "running"},
        {"state": "running", "started_at": timezone.now(), "heartbeat_at": timezone.now()},
        {"state": "done"},
        {"state": "done", "finished_at": timezone.now(), "error": "but"},
        {"state": "failed", "finished_at": timezone.now()},
        {"state": "queued", "finished_at": timezone.now()},
        {"ticket": uuid.UUID(int=1), "key": "other"},
        {"key": "wanted"},
    ],
)
def test_the_database_refuses_a_job_that_cannot_be(row):
    Job.objects.create(kind="k", key="wanted", title="It", ticket=uuid.UUID(int=1))

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(**{"kind": "k", "key": "another", "title": "It"} | row)


def test_tidying_drops_what_is_old_and_nothing_else(ask):
    now = timezone.now()
    for key, days in (("old", 2), ("new", 0)):
        actions.store_file(key=key, name=key, content_type="text/plain", content=b"x")
        StoredFile.objects.filter(key=key).update(made_at=now - timedelta(days=days))
        Heartbeat.objects.create(worker=key, seen_at=now - timedelta(days=days))
    ask("simple", "made")
    work_off()
    ask("simple", "waiting")
    DBTaskResult.objects.update(enqueued_at=now - timedelta(days=2))

    actions.tidy()

    assert list(StoredFile.objects.values_list("key", flat=True)) == ["new"]
    assert list(Heartbeat.objects.values_list("worker", flat=True)) == ["new"]
    assert set(Job.objects.values_list("key", flat=True)) == {"made", "waiting"}
    assert DBTaskResult.objects.get().id == Job.objects.get(key="waiting").ticket

    Job.objects.filter(key="made").update(finished_at=now - timedelta(days=31))
    actions.tidy()
    assert Job.objects.get().key == "waiting"


def test_tidying_drops_sessions_that_have_ended():
    now = timezone.now()
    for key, hours in (("ended", -1), ("open", 1)):
        Session.objects.create(session_key=key, expire_date=now + timedelta(hours=hours))

    actions.tidy()

    assert [session.pk for session in Session.objects.all()] == ["open"]


def test_the_same_file_twice_is_one(db):
    first = actions.store_file(key="k", name="a.txt", content_type="text/plain", content=b"1")
    assert actions.store_file(key="k", name="a.txt", content_type="text/plain", content=b"2").pk == first.pk
    assert bytes(StoredFile.objects.kept("k").get().content) == b"2"
