"""The files of an example: which rows each holds, and how a line becomes one.

An app above adds its own with `register` when it is ready. A file of positions states a thing from a month on (`from`),
until another line of the same `ref` does, and so does a file of its details; every other file's lines belong to one
month (`period`). A file that an
example does not have is empty.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.dates import PublishedDate
from programmes.models import (
    Detail,
    Identity,
    InPeriod,
    MilestonePosition,
    Narrative,
    Position,
    Product,
    ProductPosition,
    Rating,
    SectionNote,
    Workstream,
    WorkstreamPosition,
)
from programmes.models.stated_dates import date_columns

type Line = Mapping[str, str]


class Known(defaultdict[type[Identity], dict[str, Any]]):
    """The identities made so far, by their model and ref."""

    def __init__(self) -> None:
        super().__init__(dict)

    def get_named(self, identity: type[Identity], ref: str) -> Any:
        """The thing of this ref; None for "". Raise LookupError for a ref that no line before has stated."""
        return self[identity][ref] if ref else None


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """One file of an example: `name`.csv holds rows of `model`, and `columns` gives what a line says of one."""

    name: str
    model: type[InPeriod]
    columns: Callable[[Line, Known], dict[str, Any]]

    @property
    def month(self) -> str:
        """The column that says to which month a line belongs."""
        return "from" if issubclass(self.model, Position | Detail) else "period"


FILES: list[ExampleFile] = []


def register(*files: ExampleFile) -> None:
    """Add files, those of what others stand under first."""
    FILES.extend(files)


def stated(text: str) -> PublishedDate | None:
    return PublishedDate.as_printed(text) if text else None


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def flag(text: str) -> bool:
    return {"yes": True, "no": False, "": False}[text]


def same(line: Line, *names: str) -> dict[str, str]:
    """What a line says in columns that are called as the row's are."""
    return {name: line[name] for name in names}


def _workstream(line: Line, known: Known) -> dict[str, Any]:
    parent = known.get_named(Workstream, line["parent"])
    stated = line.get("tier")  # a file without the column, or a line that leaves it empty, says one below the parent
    return {"parent": parent, "sort": int(line["order"]), "tier": int(stated) if stated else None} | same(
        line, "name", "lead"
    )


def _product(line: Line, known: Known) -> dict[str, Any]:
    return {
        "workstream": known.get_named(Workstream, line["workstream"]),
        "parent": known.get_named(Product, line["parent"]),
        "critical": flag(line["critical"]),
        "decision_on": day(line["decision_on"]),
        "legal_advice": flag(line["legal_advice"]) if line["legal_advice"] else None,
        **same(line, "title", "tranche", "owner", "status", "decision_body"),
        **date_columns("due_baseline", stated(line["due_baseline"])),
        **date_columns("due_forecast", stated(line["due_forecast"])),
    }


def _milestone(line: Line, known: Known) -> dict[str, Any]:
    return {
        "product": known.get_named(Product, line["product"]),
        "workstream": known.get_named(Workstream, line["workstream"]),
        "delivered_on": day(line["delivered_on"]),
        **same(line, "title", "status", "status_text"),
        **date_columns("baseline", stated(line["baseline"])),
        **date_columns("forecast", stated(line["forecast"])),
    }


def _rating(line: Line, known: Known) -> dict[str, Any]:
    workstream = known.get_named(Workstream, line["workstream"])
    return {"workstream": workstream} | same(line, "dimension", "level", "reason", "direction")


def _narrative(line: Line, known: Known) -> dict[str, Any]:
    workstream = known.get_named(Workstream, line["workstream"])
    return {"workstream": workstream, "seq": int(line["seq"])} | same(line, "kind", "heading", "text", "second")


def _section(line: Line, _known: Known) -> dict[str, Any]:
    return {"section": line["section"], "as_at": day(line["as_at"]), "caveat": line["caveat"]}


register(
    ExampleFile("workstreams", WorkstreamPosition, _workstream),
    ExampleFile("products", ProductPosition, _product),
    ExampleFile("milestones", MilestonePosition, _milestone),
    ExampleFile("ratings", Rating, _rating),
    ExampleFile("narrative", Narrative, _narrative),
    ExampleFile("sections", SectionNote, _section),
)
