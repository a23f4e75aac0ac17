import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobs import actions, tasks
from jobs.models import Job
from tests.workers import work_off

pytestmark = pytest.mark.django_db


def test_twenty_clicks_are_one_job(ask, log):
    assert len({ask("simple").pk for _ in range(20)}) == 1

    work_off()

    job = Job.objects.get()
    assert (job.state, job.result, job.done, job.total, job.attempts) == ("done", {"answer": "wanted"}, 2, 2, 1)
    assert log.read_text() == "wanted\n"


def test_what_is_done_can_be_asked_for_again(ask, log):
    first = ask("simple")
    work_off()

    assert ask("simple").pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_are_one_job(ask):
    found, at_once = [], threading.Barrier(20)

    def click():
        at_once.wait()
        found.append(ask("simple").pk)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert len(found) == 20
    assert len(set(found)) == Job.objects.count() == DBTaskResult.objects.count() == 1


def test_a_job_of_a_transaction_rolled_back_does_not_run(ask, log):
    with transaction.atomic():
        ask("simple")
        transaction.set_rollback(True)

    work_off()

    assert (Job.objects.count(), DBTaskResult.objects.count(), log.read_text()) == (0, 0, "")


def test_what_fails_is_tried_three_times_and_holds_up_nobody(ask, log):
    ask("broken", "first")
    ask("simple", "second")

    work_off()

    first, second = Job.objects.order_by("pk")
    assert (first.state, first.attempts) == ("failed", 3)
    assert first.error == "It failed 3 times (ZeroDivisionError). Whoever runs Plumbline finds more in its log."
    assert second.state == "done"
    assert log.read_text() == "tried\nsecond\ntried\ntried\n"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("refused", "There is nothing to make it from."),
        ("unheard of", "This version of Plumbline does not know how to make “unheard of”."),
    ],
)
def test_what_cannot_be_done_is_not_tried_again(ask, kind, reason):
    ask(kind)

    work_off()

    job = Job.objects.get()
    assert (job.state, job.error, job.attempts) == ("failed", reason, 1)


def test_a_queue_entry_that_cannot_be_read_strands_no_job(ask):
    ask("simple")
    DBTaskResult.objects.update(task_path="jobs.tasks.gone")
    work_off()
    assert Job.objects.get().state == "queued"

    tasks.reap()
    work_off()

    assert Job.objects.get().state == "done"


class TestLease:
    @pytest.fixture
    def running(self, ask):
        job = ask("simple")
        return actions.begin(pk=job.pk, ticket=str(job.ticket))

    def silence(self, job, seconds):
        Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=seconds))

    def test_is_kept_while_the_worker_is_heard_of(self, running):
        self.silence(running, 59)

        assert tasks.reap() == 0
        running.refresh_from_db()
        assert running.state == "running"

    def test_run_out_gives_the_job_to_another_and_the_first_has_lost_it(self, running):
        self.silence(running, 61)

        assert tasks.reap() == 1
        assert tasks.reap() == 0
        assert not actions.finish(ticket=str(running.ticket), result={"answer": "late"})
        assert actions.begin(pk=running.pk, ticket=str(running.ticket)) is None
        work_off()

        running.refresh_from_db()
        assert (running.state, running.result, running.attempts) == ("done", {"answer": "wanted"}, 2)

    def test_run_out_a_third_time_fails_the_job(self, running):
        for attempt in (1, 2, 3):
            assert running.attempts == attempt
            self.silence(running, 61)
            tasks.reap()
            running.refresh_from_db()
            running = actions.begin(pk=running.pk, ticket=str(running.ticket)) or running

        assert (running.state, running.error) == (
            "failed",
            "The worker stopped 3 times while it was working on this.",
        )

    def test_handed_back_does_not_count(self, running):
        tasks.hand_back(ticket=str(running.ticket))

        running.refresh_from_db()
        assert (running.state, running.attempts) == ("queued", 0)

    def test_a_worker_that_died_before_it_began_leaves_nothing_waiting_for_ever(self, ask, log):
        ask("simple")
        DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now() - timedelta(seconds=59))
        tasks.reap()
        work_off()
        assert Job.objects.get().state == "queued"

        DBTaskResult.objects.update(started_at=timezone.now() - timedelta(seconds=61))
        tasks.reap()
        work_off()

        assert Job.objects.get().state == "done"
        assert log.read_text() == "wanted\n"
