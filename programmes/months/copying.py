"""Copying what was reported from one period into another: one INSERT … SELECT a table, compiled by the ORM."""

from typing import Any

from django.db import connection, models
from django.db.models import F, Value

from programmes.models import InPeriod, Particulars, Period
from programmes.models.period import positions_model
from programmes.months.codes import rewritten
from programmes.months.reported import detail_models, in_period_models, position_models


def copy_forward(source: Period, target: Period) -> int:
    """Copy every live position of `source` with its details into the next month and return how many rows.

    What starts afresh does.

    Where that month is read by another scheme, codes which that retires become those it names instead.
    """
    copied = 0
    for model in position_models():
        rows = model._default_manager.filter(period=source, withdrawn=False)
        changed: dict[str, Any] = {
            name: Value(value, output_field=_field(model, name)) for name, value in model.starts_afresh.items()
        }
        if source.scheme_version_id != target.scheme_version_id:
            changed |= rewritten(model, target.scheme)
        copied += _copy(model, rows, target, changed)
    for detail in detail_models():
        (name,) = detail.stands_under
        of = positions_model(detail.above()[name])
        live = of._default_manager.filter(period=source, withdrawn=False).values(*of.natural_key)
        copied += _copy(detail, detail._default_manager.filter(period=source, **{f"{name}__in": live}), target, {})
    return copied


def copy_all(source: Period, target: Period) -> int:
    """Copy every row of `source` as it is into another edition of the same month and return how many.

    Its programme's particulars are there already, as they are now.
    """
    models = (model for model in in_period_models() if model is not Particulars)
    return sum(_copy(model, model._default_manager.filter(period=source), target, {}) for model in models)


def _copy(model: type[InPeriod], rows: models.QuerySet[InPeriod], target: Period, changed: dict[str, Any]) -> int:
    """Copy these rows into a period, with an expression for each field that does not stay as it is."""
    columns: dict[str, Any] = {}
    for field in model.written_fields():
        name = str(field.column)
        if field.name == "period":
            columns[name] = Value(target.pk, output_field=models.BigIntegerField())
        elif field.name in changed:
            columns[name] = changed[field.name]
        else:
            columns[name] = F(field.attname)
    return _insert_select(model, rows, columns)


def _field(model: type[InPeriod], name: str) -> Any:
    return model._meta.get_field(name)


def _insert_select(model: type[InPeriod], rows: models.QuerySet[InPeriod], columns: dict[str, Any]) -> int:
    """Run INSERT INTO model (columns) SELECT their expressions FROM rows; return how many rows it wrote."""
    select, params = rows.order_by("pk").values_list(*columns.values()).query.sql_with_params()
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) {select}", params)
        return int(cursor.rowcount)
