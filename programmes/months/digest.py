"""The digest of a period: a SHA-256 over everything reported in it, the same on every database.

Rows are taken model by model in label order, as canonical JSON with refs for identities and no keys of the database,
sorted by code point; then the scheme they are read by. Which columns were taken is recorded at closing, so that a
column added later changes nothing; one renamed later is looked up in RENAMED.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict

from django.apps import apps

from programmes.models import Identity, InPeriod, Period
from programmes.months.reported import in_period_models


class Taken(TypedDict):
    """What was digested of one model."""

    columns: list[str]
    rows: int
    sha256: str


type Record = dict[str, Taken]  # by model's label

# What a field or a model was called when a period was closed -> what it is called now: "programmes.Rating.level" or
# "programmes.Rating". A migration that renames one adds its line.
RENAMED: dict[str, str] = {}


def take(period: Period) -> Record:
    """Digest every model over the columns it has today."""
    return {
        model._meta.label: _taken(
            period,
            model._meta.label,
            [field.name for field in model.written_fields() if field.name not in {"period", *model.undigested}],
        )
        for model in in_period_models()
    }


def take_again(period: Period, recorded: Mapping[str, Taken]) -> Record:
    """Digest the same models over the same columns as were recorded."""
    return {label: _taken(period, label, was["columns"]) for label, was in recorded.items()}


def digest(period: Period, record: Mapping[str, Taken]) -> str:
    """Return the SHA-256 of the period with what was taken of it, in hexadecimal."""
    head = [period.programme.slug, period.label, period.edition, period.as_at, period.reason]
    models = [[label, record[label]] for label in sorted(record)]
    return _sha256(canonical([head, models, period.scheme_version.document]))


def canonical(value: Any) -> str:
    """JSON with one way to write each value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _taken(period: Period, label: str, columns: list[str]) -> Taken:
    model: type[InPeriod] = apps.get_model(RENAMED.get(label, label))
    paths = [path_of(model, RENAMED.get(f"{label}.{name}", name)) for name in columns]
    rows = model._default_manager.filter(period=period).order_by().values_list(*paths)
    lines = sorted(canonical(row) for row in rows)
    return Taken(columns=columns, rows=len(lines), sha256=_sha256("\n".join(lines)))


def path_of(model: type[InPeriod], name: str) -> str:
    """An identity is known by its ref; its key differs from database to database."""
    target = model._meta.get_field(name).related_model
    return f"{name}__ref" if isinstance(target, type) and issubclass(target, Identity) else name


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> str:
    match value:
        case dt.date():  # a moment is a date too
            return value.isoformat()
        case Decimal():
            return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form yet.")
