"""`manage.py worker`: does the long work that people ask for. Any number may run, on any machine."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection

from core import startup
from jobs.worker import Worker


class Command(BaseCommand):
    help = "Make what people have asked for (PDFs), until a signal asks to stop."
    requires_system_checks = ()  # `run`, `migrate` and lint do them; a worker that died is back sooner

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="stop once nothing is waiting")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refusal = startup.refusal(connection)
        except DatabaseError as error:
            sys.exit(f"The database cannot be read: {str(error).strip()}")
        if refusal:
            sys.exit(refusal)
        worker = Worker(until_empty=options["until_empty"])
        worker.configure_signals()
        worker.run()
