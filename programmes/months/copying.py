"""Copying what was reported from one period into another: one INSERT … SELECT a table, compiled by the ORM."""

from typing import Any

from django.db import connection, models
from django.db.models import F, Value

from programmes.models import InPeriod, Period
from programmes.months.reported import in_period_models, position_models


def copy_forward(source: Period, target: Period) -> int:
    """Copy every live position of `source` into the next month and return how many; what starts afresh does."""
    return sum(
        _copy(model, model._default_manager.filter(period=source, withdrawn=False), target, model.starts_afresh)
        for model in position_models()
    )


def copy_all(source: Period, target: Period) -> int:
    """Copy every row of `source` as it is into another edition of the same month and return how many."""
    return sum(_copy(model, model._default_manager.filter(period=source), target, {}) for model in in_period_models())


def _copy(model: type[InPeriod], rows: models.QuerySet[InPeriod], target: Period, afresh: dict[str, Any]) -> int:
    columns: dict[str, Any] = {}
    for field in model.written_fields():
        name = str(field.column)
        if field.name == "period":
            columns[name] = Value(target.pk, output_field=models.BigIntegerField())
        elif field.name in afresh:
            columns[name] = Value(afresh[field.name], output_field=field)
        else:
            columns[name] = F(field.attname)
    return _insert_select(model, rows, columns)


def _insert_select(model: type[InPeriod], rows: models.QuerySet[InPeriod], columns: dict[str, Any]) -> int:
    """Run INSERT INTO model (columns) SELECT their expressions FROM rows; return how many rows it wrote."""
    select, params = rows.order_by("pk").values_list(*columns.values()).query.sql_with_params()
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) {select}", params)
        return int(cursor.rowcount)
