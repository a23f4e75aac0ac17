"""Makes the kinds and the role of the tests known to a worker process."""

from pathlib import Path

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class Kinds(AppConfig):
    name = "tests.jobs"
    label = "kinds"
    path = str(Path(__file__).parent)

    def ready(self):
        from tests import roles
        from tests.jobs.kinds import register_all

        register_all()
        connection_created.connect(roles.take)
