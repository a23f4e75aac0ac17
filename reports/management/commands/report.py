import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.commands import DataCommand
from programmes.command_line import add_month, named_month, named_workstream
from reports import layout as layouts
from reports.formats import FORMATS
from reports.pdf import PdfFailed, PdfUnavailable
from reports.reading import Reading


class Command(DataCommand):
    help = "Write a report of a month: of the newest closed edition, else of the open one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_month(parser)
        parser.add_argument("--layout", default=layouts.DEFAULT)
        parser.add_argument("--section", default="", help="one section of the layout")
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
    try:
        period = named_month(options)
        reading = Reading.of(period.programme, period)
        scope = named_workstream(options, period, reading.tree)
    except LookupError as error:
        raise CommandError(str(error)) from error
    return reading.within(scope) if scope else reading
