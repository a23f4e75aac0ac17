"""Doing queued work in the test's own process."""

from unittest.mock import patch

from django_tasks_db.management.commands import db_worker

from jobs.worker import Worker


def work_off(tasks=None):
    """Work until nothing is waiting, or so many tasks are done.

    Without the thread beside the loop: it cannot see what a test has not committed.
    """
    worker = Worker(until_empty=True)
    worker.max_tasks = tasks
    with patch.object(db_worker, "close_old_connections"):  # the test's transaction would go with its connection
        db_worker.Worker.run(worker)
