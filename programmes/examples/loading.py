"""Loading an example: its months are opened, filled and closed one after the other by the same actions as anyone's.

A folder holds `programme.json`, `scheme.json` and CSV files of rows. In `workstreams`, `products` and `milestones` a
row states a thing from a month on (`from`), until another row of the same ref does; `ratings`, `narrative` and
`sections` belong to one month. The last month stays open.
"""

import csv
import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from core.dates import PublishedDate
from programmes.actions import close_period, open_period
from programmes.models import (
    Membership,
    Milestone,
    MilestonePosition,
    Narrative,
    Period,
    Position,
    Product,
    ProductPosition,
    Programme,
    Rating,
    SchemeVersion,
    SectionNote,
    Workstream,
    WorkstreamPosition,
)
from programmes.models.stated_dates import date_columns
from programmes.months.closing import keep_by_worker
from programmes.scheme import Scheme

FOLDER = Path(__file__).resolve().parent
SINCE = ("workstreams", "products", "milestones")
OF_A_MONTH = ("ratings", "narrative", "sections")

type Line = Mapping[str, str]


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
        document = json.loads((folder / "scheme.json").read_text(encoding="utf-8"))
        Scheme.parse(document)  # a broken one is no example
        SchemeVersion.objects.create(programme=self.programme, number=1, document=document)
        self.workstreams: dict[str, Workstream] = {}
        self.products: dict[str, Product] = {}
        self.milestones: dict[str, Milestone] = {}

    def load(self) -> Programme:
        months = [line["label"] for line in self.lines("periods")]
        self.refuse_lost_rows(months)
        for label in months:
            period = open_period(self.programme, label)
            self.fill(period)
            if label != months[-1]:
                keep_by_worker(close_period(period), by=None)
        self.invite()
        return self.programme

    def lines(self, file: str, **where: str) -> list[Line]:
        """The rows of a file whose columns have these values."""
        with (self.folder / f"{file}.csv").open(encoding="utf-8", newline="") as rows:
            return [line for line in csv.DictReader(rows) if all(line[k] == v for k, v in where.items())]

    def refuse_lost_rows(self, months: list[str]) -> None:
        """Raise ValueError for a row of a month that never opens: nothing else would say that it is not loaded."""
        for file, column in [*((file, "from") for file in SINCE), *((file, "period") for file in OF_A_MONTH)]:
            if lost := {line[column] for line in self.lines(file)} - set(months):
                raise ValueError(f"{file}.csv has rows of {', '.join(sorted(lost))}, which periods.csv does not open.")

    def fill(self, period: Period) -> None:
        since = {"from": period.label}
        self.state(period, WorkstreamPosition, self.workstreams, self.lines("workstreams", **since), self.workstream)
        self.state(period, ProductPosition, self.products, self.lines("products", **since), self.product)
        self.state(period, MilestonePosition, self.milestones, self.lines("milestones", **since), self.milestone)
        Rating.objects.bulk_create(
            Rating(
                period=period,
                workstream=self.workstreams[line["workstream"]],
                **{key: line[key] for key in ("dimension", "level", "reason", "direction")},
            )
            for line in self.lines("ratings", period=period.label)
        )
        Narrative.objects.bulk_create(
            Narrative(
                period=period,
                workstream=self.workstreams[line["workstream"]],
                seq=int(line["seq"]),
                **{key: line[key] for key in ("kind", "heading", "text", "second")},
            )
            for line in self.lines("narrative", period=period.label)
        )
        SectionNote.objects.bulk_create(
            SectionNote(period=period, section=line["section"], as_at=day(line["as_at"]), caveat=line["caveat"])
            for line in self.lines("sections", period=period.label)
        )

    def state(
        self,
        period: Period,
        model: type[Position],
        known: dict[str, Any],
        lines: list[Line],
        columns: Callable[[Line], dict[str, Any]],
    ) -> None:
        """Write positions as these rows state them, over what was carried; new refs become identities first."""
        (key,) = model.natural_key
        identity: Any = model._meta.get_field(key).related_model
        fresh = [identity(programme=self.programme, ref=line["ref"]) for line in lines if line["ref"] not in known]
        known |= {thing.ref: thing for thing in identity._default_manager.bulk_create(fresh)}
        positions = [
            model(period=period, withdrawn=flag(line["withdrawn"]), **{key: known[line["ref"]]}, **columns(line))
            for line in lines
        ]
        written = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name not in {"period", key}]
        model._default_manager.bulk_create(
            positions, update_conflicts=True, unique_fields=["period", key], update_fields=written
        )

    def workstream(self, line: Line) -> dict[str, Any]:
        return {
            "parent": self.workstreams[line["parent"]] if line["parent"] else None,
            "sort": int(line["order"]),
            "name": line["name"],
            "lead": line["lead"],
        }

    def product(self, line: Line) -> dict[str, Any]:
        return {
            "workstream": self.workstreams[line["workstream"]],
            "parent": self.products[line["parent"]] if line["parent"] else None,
            "critical": flag(line["critical"]),
            "decision_on": day(line["decision_on"]),
            "legal_advice": flag(line["legal_advice"]) if line["legal_advice"] else None,
            **{key: line[key] for key in ("title", "tranche", "owner", "status", "decision_body")},
            **date_columns("due_baseline", stated(line["due_baseline"])),
            **date_columns("due_forecast", stated(line["due_forecast"])),
        }

    def milestone(self, line: Line) -> dict[str, Any]:
        return {
            "product": self.products[line["product"]] if line["product"] else None,
            "workstream": self.workstreams[line["workstream"]] if line["workstream"] else None,
            "delivered_on": day(line["delivered_on"]),
            **{key: line[key] for key in ("title", "status", "status_text")},
            **date_columns("baseline", stated(line["baseline"])),
            **date_columns("forecast", stated(line["forecast"])),
        }

    def invite(self) -> None:
        """Make the example's people, who cannot sign in until a demonstration gives them a password."""
        for line in self.lines("people"):
            user = User.objects.filter(email__iexact=line["email"]).first()
            user = user or User.objects.create_user(
                line["email"], name=line["name"], sets_up_programmes=line["role"] == Role.ADMINISTRATOR
            )
            Membership.objects.create(user=user, workstream=self.workstreams[line["workstream"]], role=line["role"])


def stated(text: str) -> PublishedDate | None:
    return PublishedDate.parse(text) if text else None


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def flag(text: str) -> bool:
    return {"yes": True, "no": False, "": False}[text]
