import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.commands import DataCommand
from programmes.models import Period, Programme
from reports import layout as layouts
from reports.formats import FORMATS
from reports.pdf import PdfFailed, PdfUnavailable
from reports.reading import Reading


class Command(DataCommand):
    help = "Write a report of a month: of the newest closed edition, else of the open one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("programme", metavar="PROGRAMME", help="its short name, as in its address")
        parser.add_argument("label", metavar="YYYY-MM")
        parser.add_argument("--edition", type=int, help="an edition other than the newest")
        parser.add_argument("--layout", default=layouts.DEFAULT)
        parser.add_argument("--section", default="", help="one section of the layout")
        parser.add_argument("--workstream", default="", metavar="REF", help="a workstream with all below it")
        parser.add_argument("--format", required=True, choices=sorted(FORMATS))
        parser.add_argument("--output", metavar="FILE", help="a file to write; without it, standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        reading = _reading(options)
        try:
            report = layouts.build(reading, options["layout"], options["section"])
            content = FORMATS[options["format"]].write(report)
        except (layouts.Unknown, PdfUnavailable, PdfFailed) as error:
            raise CommandError(str(error)) from error
        if not options["output"]:
            sys.stdout.buffer.write(content)
            return
        try:
            Path(options["output"]).write_bytes(content)
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}.") from error


def _reading(options: dict[str, Any]) -> Reading:
    programme = Programme.objects.filter(slug=options["programme"]).first()
    if programme is None:
        raise CommandError(f"There is no programme “{options['programme']}”.")
    editions = programme.periods.filter(label=options["label"]).select_related(
        "scheme_version", "previous__scheme_version"
    )
    if options["edition"] is not None:
        editions = editions.filter(edition=options["edition"])
    period: Period | None = editions.newest_first().first()
    if period is None:
        edition = f", edition {options['edition']}" if options["edition"] is not None else ""
        raise CommandError(f"{programme} has no month {options['label']}{edition}.")
    try:
        reading = Reading.of(programme, period)
    except LookupError as error:
        raise CommandError(str(error)) from error
    if not options["workstream"]:
        return reading
    scope = reading.tree.by_ref.get(options["workstream"])
    if scope is None:
        raise CommandError(f"{period} of {programme} has no workstream {options['workstream']}.")
    return reading.within(scope)
