import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.commands import DataCommand
from programmes.command_line import add_month, named_month, named_workstream
from programmes.month import Month, whole_month
from reports import layouts
from reports.formats import FORMATS
from reports.pdf import PdfFailed, PdfUnavailable


class Command(DataCommand):
    help = "Write a report of a month: of the newest closed edition, else of the open one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_month(parser)
        parser.add_argument("--layout", default=layouts.DEFAULT)
        parser.add_argument("--section", default="", help="one section of the layout")
        parser.add_argument("--format", required=True, choices=sorted(FORMATS))
        parser.add_argument("--output", metavar="FILE", help="a file to write; without it, standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        month = _named(options)
        try:
            report = layouts.build(month, options["layout"], options["section"])
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


def _named(options: dict[str, Any]) -> Month:
    try:
        period = named_month(options)
        month = whole_month(period)
        scope = named_workstream(options, period, month.tree)
    except LookupError as error:
        raise CommandError(str(error)) from error
    return month.within(scope) if scope else month
