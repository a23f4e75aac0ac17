"""Dates as they are stated: in words or as a day (`core.dates.PublishedDate`).

Each takes three columns: its words, "" when it is one day, and the first and last day that they can mean. An end that
words leave open is null, and both are where words hold no date, such as “TBC”.
"""

from typing import Any

from django.db.models import Case, F, Model, Q, When

from core.blocks import Cell
from core.dates import PublishedDate


def in_order(field: str) -> Q:
    """The first day of a stated date is not after the last. Words alone leave one of them open."""
    first, last = f"{field}_earliest", f"{field}_latest"
    both = Q(**{f"{first}__isnull": False, f"{last}__isnull": False})  # a check that comes out NULL lets a row pass
    has_words = ~Q(**{f"{field}_text": ""})
    is_open = Q(**{first: None}) | Q(**{last: None})
    return Q(**{first: None, last: None}) | (both & Q(**{f"{last}__gte": F(first)})) | (has_words & is_open)


def due_by(forecast: str, baseline: str) -> Case:
    """The last day of the date that is forecast, or of the baseline where nothing is forecast; null where it is open.

    What is forecast without a last day is neither on time nor late.
    """
    says_nothing = Q(**{f"{forecast}_text": "", f"{forecast}_latest": None})
    return Case(When(says_nothing, then=F(f"{baseline}_latest")), default=F(f"{forecast}_latest"))


def date_columns(field: str, stated: PublishedDate | None) -> dict[str, Any]:
    """The three columns of a stated date, for `update` and `create`."""
    return {
        f"{field}_text": stated.text if stated else "",
        f"{field}_earliest": stated.earliest if stated else None,
        f"{field}_latest": stated.latest if stated else None,
    }


def date_stated(row: Model, field: str) -> str:
    """A date of a row as it was stated, "" where none is."""
    stated = stated_of(row, field)
    return str(stated) if stated else ""


def stated_of(row: Model, field: str) -> PublishedDate | None:
    """A date of a row, None where none is stated."""
    text, first, last = (getattr(row, f"{field}_{column}") for column in ("text", "earliest", "latest"))
    return PublishedDate(first, last, text) if text or last else None


def by_when(row: Model, field: str) -> str:
    """By a day or a time as it was stated: “by 30 June 2022”; words that say no last day, or “by” themselves, alone."""
    stated = stated_of(row, field)
    is_complete = stated is None or stated.latest is None or stated.text.lower().startswith("by ")
    return str(stated or "") if is_complete else f"by {stated}"


def date_cell(row: Model, field: str) -> Cell:
    """A date as it was stated, in a table: its words, or the day."""
    return Cell(getattr(row, f"{field}_latest"), getattr(row, f"{field}_text"))
