"""`scripts/stack.py`, whole: what Docker Compose would run, as the role that may only read and write rows."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from scripts import stack as script
from tests import signals

ROOT = Path(__file__).resolve().parents[2]


def free_pair():
    """The first of two ports in a row that nothing listens on."""
    for port in range(20_000 + os.getpid() % 20_000, 60_000, 2):
        with contextlib.suppress(OSError), socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port
    raise AssertionError("no port is free")


@pytest.fixture(scope="module")
def folder():
    """Not under the temporary folder: as root PostgreSQL runs as somebody else, who has to reach it."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="stack-", dir=ROOT / ".cache"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def stack(folder):
    """Return the first port and what was said until it was ready."""
    port = free_pair()
    process = start(folder, port)
    said = ""
    try:
        while "The stack is ready" not in said:
            line = process.stdout.readline()
            assert line, f"It ended before it was ready:\n{said}"
            said += line
        yield port, said
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert said.splitlines()[-1:] == ["The stack has stopped."]
    assert not (folder / "pg" / "postmaster.pid").exists()


def start(folder, port):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with signals.heard():
        return subprocess.Popen(
            [sys.executable, "scripts/stack.py"],
            cwd=ROOT,
            env=kept | {"LC_ALL": "C.UTF-8", "STACK_DIR": str(folder), "PORT": str(port), "DEMO": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def ready(port):
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    asked.request("GET", "/health/ready")
    checks = json.load(asked.getresponse())["checks"]
    return [name for name, found in checks.items() if not found["ok"]]


def sign_in(folder, role="plumbline"):
    where = (folder / "pg" / "postmaster.pid").read_text().splitlines()[4]
    return psycopg.connect(host=where, user=role, dbname="plumbline", autocommit=True)


def test_its_run_folder_is_nobody_elses(tmp_path):
    (tmp_path / "run").mkdir(mode=0o755)
    runtime = script.private(tmp_path / "run")
    assert (runtime, runtime.stat().st_mode & 0o777) == (tmp_path / "run", 0o700)
    assert (runtime / "python_PostgresServer").is_dir()


def test_two_webs_answer_and_all_is_well(stack):
    port, said = stack
    deadline = time.monotonic() + 30
    while ready(port) and time.monotonic() < deadline:  # the workers may still be starting
        time.sleep(0.2)

    assert f"http://127.0.0.1:{port}/ and http://127.0.0.1:{port + 1}/" in said
    assert [ready(port), ready(port + 1)] == [[], []]


def test_everything_signs_in_as_the_role_that_owns_nothing(stack, folder):
    ready(stack[0])
    with sign_in(folder, "postgres") as database:
        users = database.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'plumbline' AND pid <> pg_backend_pid()"
        )
        assert users.fetchall() == [("plumbline",)]
        owners = database.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        assert owners.fetchall() == [("plumbline_owner",)]
        rights = database.execute(
            "SELECT DISTINCT privilege_type FROM information_schema.role_table_grants WHERE grantee = 'plumbline' ORDER BY 1"
        )
        assert [right for (right,) in rights] == ["DELETE", "INSERT", "SELECT", "UPDATE"]


def test_text_sorts_by_code_point_whatever_the_servers_locale_is(stack, folder):
    with sign_in(folder, "postgres") as database:
        locales = database.execute(
            "SELECT datname, datcollate, datctype, pg_encoding_to_char(encoding) FROM pg_database "
            "WHERE datname IN ('plumbline', 'postgres') ORDER BY 1"
        )
        assert locales.fetchall() == [("plumbline", "C", "C", "UTF8"), ("postgres", *["C.UTF-8"] * 2, "UTF8")]


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE programmes_period CASCADE",
        "ALTER TABLE programmes_period DISABLE TRIGGER ALL",
        "DROP TRIGGER plumbline_update_programmes_period ON programmes_period",
        "DROP TABLE programmes_period CASCADE",
        "CREATE OR REPLACE FUNCTION plumbline_freeze() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TEMPORARY TABLE programmes_period (id bigint, state text)",
        "CREATE TABLE programmes_other (id bigint)",
        "CREATE SCHEMA other",
        "SET session_replication_role = replica",
        "SET ROLE plumbline_owner",
    ],
)
def test_what_keeps_a_month_closed_is_out_of_that_roles_reach(stack, folder, statement):
    with sign_in(folder) as database, pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute(statement)


def test_a_second_stack_leaves_the_first_alone(stack, folder):
    said, _ = start(folder, stack[0]).communicate(timeout=30)

    assert said == f"A stack runs in {folder} already: stop it, or set STACK_DIR to another folder.\n"
    assert ready(stack[0]) == []
