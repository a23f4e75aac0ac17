"""Loading an example: its months are opened, filled and closed one after the other by the same actions as anyone's.

A folder holds `programme.json`, `scheme.json`, `periods.csv`, `people.csv` and the files of rows that apps have
registered (`programmes.examples.files`). The last month stays open. A `scheme-2.json` is added for the month that names
it in `periods.csv` (`scheme`), else after the last, and any further versions in the order of their numbers.
"""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from programmes.actions import add_scheme, close_period, open_period
from programmes.examples.files import FILES, ExampleFile, Known, Line, flag
from programmes.founding.shipped import versions
from programmes.models import Detail, Membership, Period, Position, Programme, SchemeVersion, Workstream
from programmes.months.closing import keep_by_worker
from programmes.scheme import Scheme

FOLDER = Path(__file__).resolve().parent


def names() -> list[str]:
    return sorted(path.parent.name for path in FOLDER.glob("*/programme.json"))


@transaction.atomic
def load(name: str) -> tuple[Programme, bool]:
    """Load the example unless its programme is there; return it and whether it was loaded now. All or nothing."""
    about = json.loads((FOLDER / name / "programme.json").read_text(encoding="utf-8"))
    if found := Programme.objects.filter(slug=about["slug"]).first():
        return found, False
    return Example(FOLDER / name, about).load(), True


class Example:
    def __init__(self, folder: Path, about: Mapping[str, str]) -> None:
        self.folder = folder
        self.programme = Programme.objects.create(**about)
        self.documents = versions(folder)
        Scheme.parse(self.documents[0])  # a broken one is no example
        SchemeVersion.objects.create(programme=self.programme, number=1, document=self.documents[0])
        self.known = Known()

    def load(self) -> Programme:
        lines = self.lines("periods")
        months = [line["label"] for line in lines]
        self.refuse_lost_rows(months)
        for line in lines:
            self.add_schemes(int(line.get("scheme") or 1))
            period = open_period(self.programme, line["label"])
            self.fill(period)
            if line["label"] != months[-1]:
                keep_by_worker(close_period(period), by=None)
        self.add_schemes(len(self.documents))
        self.invite()
        return self.programme

    def add_schemes(self, number: int) -> None:
        """Add the versions up to this one that are not there yet."""
        for document in self.documents[self.programme.schemes.count() : number]:
            add_scheme(self.programme, document)

    def lines(self, file: str, **where: str) -> list[Line]:
        """The rows of a file whose columns have these values."""
        path = self.folder / f"{file}.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as rows:
            return [line for line in csv.DictReader(rows) if all(line[k] == v for k, v in where.items())]

    def refuse_lost_rows(self, months: list[str]) -> None:
        """Raise ValueError for a row of a month that never opens: nothing else would say that it is not loaded."""
        for file in FILES:
            if lost := {line[file.month] for line in self.lines(file.name)} - set(months):
                names = ", ".join(sorted(lost))
                raise ValueError(f"{file.name}.csv has rows of {names}, which periods.csv does not open.")

    def fill(self, period: Period) -> None:
        for file in FILES:
            lines = self.lines(file.name, **{file.month: period.label})
            if issubclass(file.model, Position):
                self.state(period, file, file.model, lines)
            elif issubclass(file.model, Detail):
                self.detail(period, file, lines)
            else:
                rows = [file.model(period=period, **file.columns(line, self.known)) for line in lines]
                file.model._default_manager.bulk_create(rows)

    def state(self, period: Period, file: ExampleFile, model: type[Position], lines: list[Line]) -> None:
        """Write positions as these rows state them, over what was carried; new refs become identities first."""
        (key,) = model.natural_key
        identity: Any = model.identity_fields()[key]
        known = self.known[identity]
        fresh = [identity(programme=self.programme, ref=line["ref"]) for line in lines if line["ref"] not in known]
        known |= {thing.ref: thing for thing in identity._default_manager.bulk_create(fresh)}
        positions = [
            model(
                period=period,
                withdrawn=flag(line["withdrawn"]),
                **{key: known[line["ref"]]},
                **file.columns(line, self.known),
            )
            for line in lines
        ]
        written = [field.name for field in model.written_fields() if field.name not in {"period", key}]
        model._default_manager.bulk_create(
            positions, update_conflicts=True, unique_fields=["period", key], update_fields=written
        )

    def detail(self, period: Period, file: ExampleFile, lines: list[Line]) -> None:
        """Write details as these lines state them, over what was carried."""
        rows = [file.model(period=period, **file.columns(line, self.known)) for line in lines]
        key = ["period", *file.model.natural_key]
        written = [field.name for field in file.model.written_fields() if field.name not in key]
        file.model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=written)

    def invite(self) -> None:
        """Make the example's people, who cannot sign in until a demonstration gives them a password."""
        for line in self.lines("people"):
            user = User.objects.filter(email__iexact=line["email"]).first()
            user = user or User.objects.create_user(
                line["email"], name=line["name"], sets_up_programmes=line["role"] == Role.ADMINISTRATOR
            )
            Membership.objects.create(
                user=user, workstream=self.known[Workstream][line["workstream"]], role=line["role"]
            )
