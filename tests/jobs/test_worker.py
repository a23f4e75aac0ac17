"""Workers in processes of their own, killed without warning."""

import signal

import pytest

from jobs import tasks
from jobs.models import Heartbeat, Job, StoredFile, is_worker_there
from tests.jobs.conftest import states
from tests.roles import ROLE, unguarded
from tests.workers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hold(tmp_path):
    """While this file is there, slow work goes on."""
    path = tmp_path / "hold"
    path.touch()
    return path


def lines(log):
    return log.read_text().split()


def test_a_worker_killed_in_the_middle_loses_no_job_and_does_none_twice(start_worker, ask, log, hold):
    ask("slow", hold=str(hold))
    first = start_worker()
    wait_until(lambda: lines(log) == ["begun"])

    first.kill()
    first.wait()
    assert states() == {"wanted": "running"}
    start_worker()
    wait_until(lambda: lines(log) == ["begun", "begun"])
    hold.unlink()
    wait_until(lambda: states() == {"wanted": "done"})

    job = Job.objects.get()
    assert (job.attempts, job.result, StoredFile.objects.count()) == (2, {"file": "slow"}, 1)
    assert lines(log) == ["begun", "begun", "ended"]


def test_a_worker_that_only_slept_past_its_lease_cannot_finish_what_another_has(start_worker, ask, log, hold):
    ask("slow", hold=str(hold))
    first = start_worker()
    wait_until(lambda: lines(log) == ["begun"])
    first.send_signal(signal.SIGSTOP)
    start_worker()
    wait_until(lambda: lines(log) == ["begun", "begun"])
    ticket = Job.objects.get().ticket

    first.send_signal(signal.SIGCONT)
    hold.unlink()
    wait_until(lambda: lines(log).count("ended") == 2)
    wait_until(lambda: states() == {"wanted": "done"})

    job = Job.objects.get()
    assert (job.attempts, job.ticket, StoredFile.objects.count()) == (2, ticket, 1)


def test_a_job_that_kills_its_worker_is_given_up_and_the_others_are_done(start_worker, ask, log):
    ask("deadly", "poison")
    for n in range(3):
        ask("simple", f"good-{n}")

    def finished():
        if worker[0].poll() is not None:
            worker[0] = start_worker(lease=1)
        return "failed" in states().values()

    worker = [start_worker(lease=1)]
    wait_until(finished, seconds=60)
    wait_until(lambda: sorted(states().values()) == ["done", "done", "done", "failed"])

    assert lines(log).count("tried") == 3
    assert sorted(line for line in lines(log) if line != "tried") == ["good-0", "good-1", "good-2"]
    assert Job.objects.get(key="poison").error == tasks.LOST


def test_two_workers_do_every_job_once(start_worker, ask, log):
    for n in range(200):
        ask("simple", f"job-{n}")

    workers = [start_worker("--until-empty", lease=30) for _ in range(2)]
    for worker in workers:
        assert worker.wait(timeout=60) == 0

    assert set(states().values()) == {"done"}
    assert sorted(lines(log)) == sorted(f"job-{n}" for n in range(200))
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}
    assert Heartbeat.objects.count() == 0


def test_a_worker_asked_to_stop_finishes_its_job_first(start_worker, ask, log, hold):
    ask("slow", hold=str(hold))
    ask("simple", "next")
    worker = start_worker(lease=30)
    wait_until(lambda: lines(log) == ["begun"])

    worker.terminate()
    hold.unlink()

    assert worker.wait(timeout=60) == 0
    assert states() == {"wanted": "done", "next": "queued"}
    assert not is_worker_there()


def test_a_worker_that_cannot_finish_in_time_hands_its_job_back(start_worker, ask, log, hold):
    ask("slow", hold=str(hold))
    worker = start_worker(lease=30)
    wait_until(lambda: lines(log) == ["begun"])
    assert is_worker_there()

    worker.terminate()

    assert worker.wait(timeout=60) == 0
    assert Job.objects.values_list("state", "attempts").get() == ("queued", 0)
    assert not is_worker_there()


def test_a_job_that_takes_too_long_is_tried_again_and_then_given_up(start_worker, ask, log, hold):
    ask("slow", hold=str(hold))
    for _ in range(3):
        assert start_worker(lease=30, JOB_LIMIT="1").wait(timeout=60) == 1

    assert (lines(log), Job.objects.get().error) == (["begun"] * 3, tasks.TOO_LONG)


@pytest.mark.postgresql("SQLite has no roles")
def test_a_worker_is_the_role_that_owns_nothing(start_worker, ask):
    ask("who")

    assert start_worker("--until-empty").wait(timeout=60) == 0

    assert Job.objects.get().result == {"who": ROLE}


def test_a_worker_refuses_a_database_without_its_triggers(start_worker):
    with unguarded():
        worker = start_worker()
        _, said = worker.communicate(timeout=60)

    assert worker.returncode == 1
    assert said.startswith("The database lacks ")
    assert said.endswith("so Plumbline does not start: run “manage.py migrate”.\n")
