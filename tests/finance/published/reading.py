"""A report's table of money as other programs get it, beside a published one."""

import csv
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from core.as_json import dump
from programmes.month import whole_month
from reports import layouts

HERE = Path(__file__).parent
THOUSANDS, MILLIONS = 1_000, 1_000_000


def published(council, name):
    with (HERE / council / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class Read:
    """Rows by their heading's label and their own, and the notes at each cell. A foot stands under no heading.

    Where labels are not unique, rows are read by their keys instead.
    """

    rows: dict
    notes: dict
    every_note: list

    def column(self, key):
        return {row: cells[key] for row, cells in self.rows.items()}

    def money(self, *keys):
        """Pounds and print, by heading, row and column; of a blank neither."""
        return {
            (*row, key): (cells[key]["value"] and Decimal(cells[key]["value"]), cells[key].get("text", ""))
            for row, cells in self.rows.items()
            for key in keys
        }


def table(programme, month, layout, key, *, by_key=False):
    report = layouts.build(whole_month(programme.periods.get(label=month)), layout)
    blocks = (block for section in json.loads(dump(report))["sections"] for block in section["blocks"])
    (found,) = (block for block in blocks if block["key"] == key)
    headings = {group["key"]: group["label"] for group in found.get("groups", ())}
    rows, notes = {}, {}
    for row in found["rows"]:
        place = ("", row["key"]) if by_key else (headings.get(row["group"], ""), heading_of(row))
        assert place not in rows
        rows[place] = row["cells"]
        for column, cell in row["cells"].items():
            for number in cell.get("notes", ()):
                notes[*place, column] = found["notes"][number - 1]
    return Read(rows, notes, found.get("notes", []))


def heading_of(row):
    """What stands in the first column."""
    return next(iter(row["cells"].values()))["value"]


def stated(text, scale, places=0, *, brackets=False):
    """What a published figure is in pounds, and how it is printed in its unit."""
    if not text:
        return None, ""
    printed = f"{abs(Decimal(text)):,.{places}f}"
    if Decimal(text) < 0:
        printed = f"({printed})" if brackets else f"-{printed}"
    return Decimal(text) * scale, printed


def differing(found, expected):
    """Where the two differ: what the report has, and what was published."""
    assert found.keys() == expected.keys()
    return {place: (found[place], expected[place]) for place in found if found[place] != expected[place]}
