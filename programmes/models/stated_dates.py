"""Dates as they are stated: in words or as a day (`core.dates.PublishedDate`).

Each takes three columns: its words, "" when it is one day, and the first and last day that they can mean.
"""

from typing import Any

from django.db.models import F, Model, Q

from core.blocks import Cell
from core.dates import PublishedDate, long_date


def in_order(field: str) -> Q:
    """A stated date has both ends or neither, the first not after the last."""
    first, last = f"{field}_earliest", f"{field}_latest"
    both = Q(**{f"{first}__isnull": False, f"{last}__isnull": False})  # a check that comes out NULL lets a row pass
    return Q(**{first: None, last: None}) | (both & Q(**{f"{last}__gte": F(first)}))


def date_columns(field: str, stated: PublishedDate | None) -> dict[str, Any]:
    """The three columns of a stated date, for `update` and `create`."""
    return {
        f"{field}_text": stated.text if stated else "",
        f"{field}_earliest": stated.earliest if stated else None,
        f"{field}_latest": stated.latest if stated else None,
    }


def date_stated(row: Model, field: str) -> str:
    """A date of a row as it was stated, "" where none is."""
    day = getattr(row, f"{field}_latest")
    return (getattr(row, f"{field}_text") or long_date(day)) if day else ""


def date_cell(row: Model, field: str) -> Cell:
    """A date as it was stated, in a table: its words, or the day."""
    return Cell(getattr(row, f"{field}_latest"), getattr(row, f"{field}_text"))
