"""Doing queued work in the test's own process."""

from unittest.mock import patch

from django_tasks_db.management.commands import db_worker

from jobs.worker import Worker


def work_off():
    """Work until nothing is waiting, without the thread beside the loop: it cannot see what a test has not committed."""
    with patch.object(db_worker, "close_old_connections"):  # the test's transaction would go with its connection
        db_worker.Worker.run(Worker(until_empty=True))
