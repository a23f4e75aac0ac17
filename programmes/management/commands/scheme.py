from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from accounts.commands import add_person
from accounts.commands import person as find_person
from core.commands import DataCommand
from programmes.actions import Refused, add_scheme
from programmes.actions.schemes import Added
from programmes.models import Programme
from programmes.scheme import SchemeError, read

LARGEST = 1_000_000  # bytes: a hundred times Somerset's


class Command(DataCommand):
    help = "Add a version to the scheme of a programme, for the months that are opened from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("programme", metavar="PROGRAMME", help="its short name, as in its address")
        parser.add_argument("file", metavar="FILE", type=Path, help="the whole document, as JSON in UTF-8")
        parser.add_argument("--open-month", action="store_true", help="have the month that is open take it now")
        add_person(parser)

    def handle(self, *args: Any, programme: str, file: Path, open_month: bool, **options: Any) -> None:
        found = Programme.objects.filter(slug=programme).first()
        if found is None:
            raise CommandError(f"There is no programme “{programme}”.")
        by = find_person(options["person"])
        try:
            added = add_scheme(found, read(_content(file)), open_month=open_month, by=by)
        except (Refused, SchemeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_said(found, added))


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CommandError(f"{file} cannot be read: {why}.") from error
    if len(content) > LARGEST:
        raise CommandError(f"{file} is longer than {LARGEST:,} bytes, so it is no scheme.")
    return content


def _said(programme: Programme, added: Added) -> str:
    is_it = f"{added.version} of {programme} is added." if added.is_new else f"This is {added.version} of {programme}."
    if added.taken_by:
        return f"{is_it} {added.taken_by} has taken it."
    if added.is_new:
        return f"{is_it} The next month that is opened takes it."
    return f"Nothing changed. {is_it}"
