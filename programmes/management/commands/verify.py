import json
import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from core.commands import DataCommand
from programmes.months.verification import Differs, verified

HEAD = re.compile("[1-9][0-9]{0,17}:[0-9a-f]{64}")


class Command(DataCommand):
    help = "Recompute what every closed month held and say what differs. Exit status 1 where anything does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="NUMBER:HASH",
            help="an entry of the audit as a report prints it, which the database is to have; may be given again",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        for head in options["head"]:
            if not HEAD.fullmatch(head):
                raise CommandError(f"“{head}” is no NUMBER:HASH. Write it as the report prints it, 12:3fa0….")
        found = list(verified(options["head"]))
        differs = [each for each in found if isinstance(each, Differs)]
        if options["format"] == "json":
            rows = [
                {"state": type(each).__name__.lower(), "subject": each.subject, "sentence": each.sentence}
                for each in found
            ]
            self.stdout.write(json.dumps({"verified": not differs, "found": rows}, ensure_ascii=False))
        else:
            for each in found:
                self.stdout.write(f"{type(each).__name__}: {each.subject}. {each.sentence}")
        if differs:
            raise CommandError(f"{len(differs)} closed things are not as they were. The first: {differs[0].sentence}")
        if options["format"] == "text":
            self.stdout.write("Every closed month is as it was closed.")
