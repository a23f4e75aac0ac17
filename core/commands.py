"""The base of our own commands: they say so when the database is not prepared, before they touch it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def is_prepared() -> bool:
    """Whether every migration has been applied."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


class DataCommand(BaseCommand):
    def execute(self, *args: Any, **options: Any) -> str | None:
        if not is_prepared():
            raise CommandError("The database is not prepared for this version. Run: manage.py migrate")
        return super().execute(*args, **options)
