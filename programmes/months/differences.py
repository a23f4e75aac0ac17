"""What one edition of a month says otherwise than another, row by row and field by field."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from programmes.models import AppendOnly, InPeriod, Period
from programmes.models.named import word
from programmes.months.digest import path_of
from programmes.months.reported import in_period_models

# How a row is kept, not what it says.
UNSAID = frozenset({"version", "carried", "changed_by_others"})

type Values = dict[str, Any]  # by field


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that was changed, or ("" for the field) a row that came or went."""

    kind: str  # what is reported: "rating"
    subject: str  # its natural key in words: "FIN, overall"
    field: str
    was: str | None  # None: there was no such row
    now: str | None


def differences(old: Period, new: Period) -> list[Difference]:
    """Everything that differs, kind by kind and by subject: one query a kind and edition.

    What was said on the way (`AppendOnly`) is left out: it tells how the rows came about, and the rows are here.
    """
    reported = (model for model in in_period_models() if not issubclass(model, AppendOnly))
    return [found for model in reported for found in _of(model, old, new)]


def _of(model: type[InPeriod], old: Period, new: Period) -> Iterator[Difference]:
    was, now = _rows(model, old), _rows(model, new)
    kind = word(model)
    for key in sorted(was.keys() | now.keys()):
        subject = ", ".join(key)
        if key not in now:
            yield Difference(kind, subject, "", "there", None)
        elif key not in was:
            yield Difference(kind, subject, "", None, "there")
        else:
            for field, value in now[key].items():
                if value != was[key][field]:
                    yield Difference(kind, subject, _label(model, field), _said(was[key][field]), _said(value))


def _rows(model: type[InPeriod], period: Period) -> dict[tuple[str, ...], Values]:
    fields = [field.name for field in model.written_fields() if field.name not in {"period", *UNSAID}]
    rows = model._default_manager.filter(period=period).values_list(*(path_of(model, name) for name in fields))
    found = (dict(zip(fields, row, strict=True)) for row in rows)
    return {tuple(str(row[name]) for name in model.natural_key): row for row in found}


def _label(model: type[InPeriod], field: str) -> str:
    return str(getattr(model._meta.get_field(field), "verbose_name", field))


def _said(value: Any) -> str:
    match value:
        case None | "":
            return "not stated"
        case []:
            return "none"
        case list():
            return ", ".join(map(str, value))
        case bool():
            return "yes" if value else "no"
        case dt.date():
            return value.isoformat()
    return str(value)
