from typing import Any

from django.core.management.base import CommandError

from core.commands import DataCommand
from programmes.models import Period
from reports import keeping


class Command(DataCommand):
    help = "Keep the reports of closed months that verify names as pending, without a worker."

    def handle(self, *args: Any, **options: Any) -> None:
        closed = Period.objects.closed().select_related("programme", "scheme_version", "previous__scheme_version")
        pending = 0
        for period in closed.order_by("programme__slug", "label", "edition"):
            if not keeping.still_wanted(period):
                continue
            if reason := keeping.keep(period):
                pending += 1
                self.stderr.write(f"The report of {period} of {period.programme} is still to be kept. {reason}")
            else:
                self.stdout.write(f"The report of {period} of {period.programme} is kept.")
        if pending:
            raise CommandError(f"{pending} of the reports could not be kept.")
