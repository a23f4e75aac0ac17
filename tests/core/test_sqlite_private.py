"""Who can read the file of a council's SQLite, and how it is checked."""

import re
import shlex
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3._functions import register
from django.db.utils import ConnectionHandler

NAMES = ["council.sqlite3", "council.sqlite3-shm", "council.sqlite3-wal"]


@pytest.fixture
def write(tmp_path, django_db_blocker):
    """Return a function that opens the database as the product does, writes into it and gives the modes of its files."""
    options = {"init_command": "PRAGMA journal_mode=WAL;"}
    database = {"ENGINE": "core.sqlite", "NAME": tmp_path / NAMES[0], "OPTIONS": options}
    opened = ConnectionHandler({"default": database})["default"]

    def write():
        with opened.cursor() as cursor:
            cursor.execute("CREATE TABLE month (label TEXT)")
        return {path.name: stat.S_IMODE(path.stat().st_mode) for path in sorted(tmp_path.iterdir())}

    with django_db_blocker.unblock():
        yield write
        opened.close()


def test_a_new_file_is_its_owners_alone_and_so_are_those_beside_it(write):
    assert write() == dict.fromkeys(NAMES, 0o600)


def test_files_of_before_are_made_so(write, tmp_path):
    with sqlite3.connect(tmp_path / NAMES[0]) as before:
        before.execute("PRAGMA journal_mode=WAL")
        before.execute("CREATE TABLE programme (name TEXT)")
        for name in NAMES:
            (tmp_path / name).chmod(0o644)
        assert write() == dict.fromkeys(NAMES, 0o600)
    before.close()


def test_the_product_uses_it():
    assert connection.vendor != "sqlite" or connection.settings_dict["ENGINE"] == "core.sqlite"


@pytest.mark.parametrize(("row", "said"), [("FIN", "('ok',)"), ("fin", "('CHECK constraint failed in workstream',)")])
def test_the_handbooks_check_reads_a_constraint_that_plain_sqlite_cannot(tmp_path, row, said):
    """Its REGEXP is Django's."""
    file = tmp_path / "plumbline-backup.sqlite3"
    with sqlite3.connect(file) as made:
        register(made)
        made.execute("CREATE TABLE workstream (ref TEXT CHECK (ref REGEXP '^[A-Z]+$'))")
        made.execute("PRAGMA ignore_check_constraints=ON")
        made.execute("INSERT INTO workstream VALUES (?)", [row])
    made.close()
    with sqlite3.connect(file) as plain, pytest.raises(sqlite3.OperationalError, match="REGEXP"):
        plain.execute("PRAGMA integrity_check").fetchall()
    plain.close()

    handbook = (Path(settings.BASE_DIR) / "docs" / "deploy.md").read_text(encoding="utf-8")
    (command,) = [
        found for found in re.findall(r"(?:^    .*\n)+", handbook, re.MULTILINE) if "integrity_check" in found
    ]
    _, *arguments, _ = shlex.split(command.replace("\\\n", " "))
    done = subprocess.run([sys.executable, *arguments, file], capture_output=True, text=True, check=True)
    assert done.stdout == f"{said}\n"
