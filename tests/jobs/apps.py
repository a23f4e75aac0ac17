"""Makes the kinds of the tests known to a worker process."""

from pathlib import Path

from django.apps import AppConfig


class Kinds(AppConfig):
    name = "tests.jobs"
    label = "kinds"
    path = str(Path(__file__).parent)

    def ready(self):
        from tests.jobs.kinds import register_all

        register_all()
