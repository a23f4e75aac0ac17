"""Triggers: the rules that the database itself holds, whoever writes to it and however.

An app registers what it wants (`register`), as one statement a database. They are dropped before migrations, because
SQLite rebuilds a table by copying it and would either lose its triggers or stumble over those of others, and installed
after them. `missing` is asked at start and by the health check: without them a closed month is only a promise.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

PREFIX = "plumbline_"
CHECK_VIOLATION = "23514"  # so that PostgreSQL raises what SQLite's ABORT raises: IntegrityError

REFUSE = f"""
CREATE OR REPLACE FUNCTION {PREFIX}refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = '{CHECK_VIOLATION}'; END $$
"""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger by name, and what makes it on each database. A function it needs on PostgreSQL comes first."""

    name: str
    table: str
    sqlite: str  # "" where that database needs none
    postgresql: str
    function: str = ""


type Source = Callable[[], Iterable[Trigger]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Have these triggers installed. Asked when they are, so that models are loaded by then."""
    _sources.append(source)


def wanted() -> Iterator[Trigger]:
    for source in _sources:
        yield from source()


def refuse(table: str, events: Iterable[str], sentence: str, when: str = "") -> Iterator[Trigger]:
    """Triggers that refuse these events ("UPDATE", "DELETE", "UPDATE OF ref") on a table's rows, or those that match.

    `when` is a condition on OLD and NEW that both databases read.
    """
    for event in events:
        kind = event.split()[0].lower()
        name = f"{PREFIX}{kind}_{table}"
        condition = f"WHEN ({when}) " if when else ""
        yield Trigger(
            name,
            table,
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition}"
            f"EXECUTE FUNCTION {PREFIX}refuse('{sentence}')",
            REFUSE,
        )


def append_only(model: type[Model], sentence: str) -> Iterator[Trigger]:
    """Triggers for a table whose rows are added and never change."""
    table = model._meta.db_table
    yield from refuse(table, ["UPDATE", "DELETE"], sentence)
    yield from no_replacing(model, ["INSERT"], sentence)
    yield no_truncation(table, sentence)


def no_replacing(model: type[Model], events: Iterable[str], sentence: str, kept: str = "") -> Iterator[Trigger]:
    """Triggers that refuse a row ("INSERT", "UPDATE") with a key that another has, or another that matches `kept`.

    On SQLite, OR REPLACE deletes that other one, and asks no trigger of deletion unless the connection asked for it:
    ours do (`recursive_triggers`), one opened by hand does not. PostgreSQL has nothing like it. `kept` is a condition
    on the other row, called `held`.
    """
    table, own = model._meta.db_table, model._meta.pk.column
    for event in events:
        name = f"{PREFIX}{event.lower()}_over_{table}"
        others = [f"held.{own} <> OLD.{own}"] if event == "UPDATE" else []
        others += [kept] if kept else []
        taken = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} AS held WHERE {' AND '.join([*same, *others])})"
            for same in ([f"held.{column} = NEW.{column}" for column in key] for key in _keys(model))
        )
        statement = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {taken} "
        yield Trigger(name, table, f"{statement}BEGIN SELECT RAISE(ABORT, '{sentence}'); END", "")


def _keys(model: type[Model]) -> Iterator[list[str]]:
    """The columns of each key of a table, but not of one that holds for some of its rows alone."""
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    alone = [[field.name] for field in model._meta.concrete_fields if field.unique]
    for names in (*alone, *(constraint.fields for constraint in model._meta.total_unique_constraints)):
        yield [columns[name] for name in names]


def no_truncation(table: str, sentence: str) -> Trigger:
    """SQLite has no TRUNCATE."""
    name = f"{PREFIX}truncate_{table}"
    statement = f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {PREFIX}refuse('{sentence}')"
    return Trigger(name, table, "", statement, REFUSE)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every wanted trigger in place, for the tables that exist."""
    drop(connection)
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for trigger in wanted():
            statement = trigger.sqlite if connection.vendor == "sqlite" else trigger.postgresql
            if not statement or trigger.table not in tables:
                continue
            if connection.vendor == "postgresql" and trigger.function:
                cursor.execute(trigger.function)
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger of ours away."""
    with connection.cursor() as cursor:
        for name, table in _present(connection):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of wanted triggers that the database does not have, or that somebody has switched off."""
    present = {name for name, _ in _present(connection, active=True)}
    needed = {t.name for t in wanted() if (t.sqlite if connection.vendor == "sqlite" else t.postgresql)}
    return sorted(needed - present)


def _present(connection: BaseDatabaseWrapper, *, active: bool = False) -> list[tuple[str, str]]:
    sqlite = f"SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{PREFIX}%'"
    postgresql = (
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
        f"WHERE NOT tgisinternal AND tgname LIKE '{PREFIX}%'" + (" AND tgenabled IN ('O', 'A')" if active else "")
    )
    with connection.cursor() as cursor:
        cursor.execute(sqlite if connection.vendor == "sqlite" else postgresql)
        return [(name, table) for name, table in cursor.fetchall()]


def before_migrations(using: str, **_kwargs: Any) -> None:
    drop(connections[using])


def after_migrations(using: str, **_kwargs: Any) -> None:
    install(connections[using])
