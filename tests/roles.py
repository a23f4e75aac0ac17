"""On PostgreSQL the tests do everything as a role that may read and write rows and nothing else, as web and worker do.

What only a table's owner may do (migrations, emptying tables, taking triggers away) says so: `with owner()`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import InternalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Model

from core import triggers

ROLE = "plumbline_tests"  # a name of its own: on a server that is somebody's, the real one may be there too
CREATE = f"""
DO $$ BEGIN CREATE ROLE {ROLE};
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another run has made it, perhaps just now
END $$
"""


def assume() -> None:
    """Have every connection take the role from now on, those of other threads too: the database has been made."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(CREATE)
            cursor.execute(rights(database=connection.settings_dict["NAME"], owner=connection.settings_dict["USER"]))
        connection.close()
    connection_created.connect(take)


def lay_down() -> None:
    """Be the owner again, who throws the database away."""
    connection_created.disconnect(take)


def take(connection: BaseDatabaseWrapper, role: str = ROLE, **_: Any) -> None:
    """SQLite has no roles. (Django's own option, `assume_role`, would be taken before the database is made.)"""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {role}")


def rights(*, database: str, owner: str) -> str:
    """What deploy/roles.sql grants, for this database, this owner and the role of the tests."""
    text = (Path(__file__).parent.parent / "deploy" / "roles.sql").read_text(encoding="utf-8")
    (granted,) = re.findall(r"^BEGIN;$.*?^COMMIT;$", text, re.MULTILINE | re.DOTALL)
    names = {"DATABASE plumbline": f'DATABASE "{database}"', "plumbline_owner": f'"{owner}"', "plumbline": ROLE}
    return re.sub(r"\b(DATABASE plumbline|plumbline_owner|plumbline)\b", lambda name: names[name[0]], granted)


@contextmanager
def owner() -> Iterator[None]:
    """What is done within is done as the owner of the tables, on the connection of this thread."""
    take(connection, "NONE")
    try:
        yield
    finally:
        with suppress(InternalError):  # a transaction that is broken: its end puts the role back
            take(connection)


@contextmanager
def unguarded() -> Iterator[None]:
    """Without the triggers: what is done within is done behind their back, as only the owner could."""
    with owner():
        triggers.drop(connection)
    yield
    with owner():
        triggers.install(connection)


@contextmanager
def table(model: type[Model]) -> Iterator[None]:
    """With a table for a model that a test declares."""
    with owner(), connection.schema_editor() as editor:
        editor.create_model(model)
    yield
    with owner(), connection.schema_editor() as editor:
        editor.delete_model(model)
