"""Copying positions from one period into another: one INSERT … SELECT a table, compiled by the ORM.

Models are found by subclass, so that what higher apps report is copied without being imported here.
"""

from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import F, Value

from programmes.models import Period, Position


def position_models() -> list[type[Position]]:
    """Every kind of position of every app, in one fixed order."""
    found = (model for model in apps.get_models() if issubclass(model, Position))
    return sorted(found, key=lambda model: model._meta.label)


def copy_forward(source: Period, target: Period) -> int:
    """Copy every live position of `source` into `target` and return how many; what starts afresh does."""
    return sum(_copy(model, source, target) for model in position_models())


def _copy(model: type[Position], source: Period, target: Period) -> int:
    columns: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key or field.generated:
            continue
        name = str(field.column)
        if field.name == "period":
            columns[name] = Value(target.pk, output_field=models.BigIntegerField())
        elif field.name in model.starts_afresh:
            columns[name] = Value(model.starts_afresh[field.name], output_field=field)
        else:
            columns[name] = F(field.attname)
    return _insert_select(model, model._default_manager.filter(period=source, withdrawn=False), columns)


def _insert_select(model: type[Position], rows: models.QuerySet[Position], columns: dict[str, Any]) -> int:
    """Run INSERT INTO model (columns) SELECT their expressions FROM rows; return how many rows it wrote."""
    select, params = rows.order_by("pk").values_list(*columns.values()).query.sql_with_params()
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) {select}", params)
        return int(cursor.rowcount)
