"""Whether a column's key is one of many, asked with one parameter however many there are."""

import json
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup
from django.db.models.sql.compiler import SQLCompiler


class OneOf(Lookup[list[int]]):
    """What `__in` asks, in a text that is the same for one key and for a thousand.

    A database plans and keeps a statement by its text, and PostgreSQL compares a row with one parameter after the
    other: a thousand of them took longer than the rest of the page.
    """

    prepare_rhs = False

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} IN (SELECT unnest(%s::bigint[]))", [*params, self.rhs]

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(self.rhs)]


def one_of(field: str, keys: Iterable[int]) -> OneOf:
    """For `filter`: the rows whose field or annotation, a key, is one of these."""
    return OneOf(F(field), sorted(keys))
