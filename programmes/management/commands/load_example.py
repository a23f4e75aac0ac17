from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from core.commands import is_prepared
from programmes.actions import Refused
from programmes.examples import loading


class Command(BaseCommand):
    help = "Load an example programme with its people, unless it is there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", choices=[*loading.names(), "all"], help="an example, or all")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        if not is_prepared():  # the first command a newcomer runs in an empty folder
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
        for example in loading.names() if name == "all" else [name]:
            try:
                programme, is_new = loading.load(example)
            except Refused as error:
                raise CommandError(f"{example} is not loaded. {error}") from error
            self.stdout.write(f"{programme.name}: {'loaded' if is_new else 'is there already, left as it is'}.")
