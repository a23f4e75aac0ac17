from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from core.commands import DataCommand
from programmes.actions import Refused, close_period, open_period
from programmes.models import Programme


class Command(DataCommand):
    help = "Open a month of a programme, or close it for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["open", "close"])
        parser.add_argument("programme", metavar="PROGRAMME", help="its short name, as in its address")
        parser.add_argument("label", metavar="YYYY-MM")

    def handle(self, *args: Any, action: str, programme: str, label: str, **options: Any) -> None:
        found = Programme.objects.filter(slug=programme).first()
        if found is None:
            raise CommandError(f"There is no programme “{programme}”.")
        try:
            if action == "open":
                period = open_period(found, label)
            else:
                open_edition = found.periods.open().filter(label=label).first()
                if open_edition is None:
                    raise CommandError(f"{label} of {found} is not open.")
                period = close_period(open_edition)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{period} of {found} is {period.get_state_display().lower()}.")
