"""Writers of one SQLite file, from several threads and processes. Nothing of this asks which database the tests are on."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import OperationalError

from core.sqlite.base import Queue

THREADS, TURNS = 4, 25

# Each adds one to what it has read, so that whoever reads too early loses what somebody else added.
ADD = f"""
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import connection, transaction

def add(_):
    for _ in range({TURNS}):
        with transaction.atomic(), connection.cursor() as cursor:
            (total,) = cursor.execute("SELECT total FROM sum").fetchone()
            cursor.execute("UPDATE sum SET total = %s", [total + 1])
    connection.close()

with ThreadPoolExecutor({THREADS}) as pool:
    list(pool.map(add, range({THREADS})))
"""

# Takes the turn, says so and keeps it.
STAY = """
import sys
from core.sqlite.base import Queue
Queue(sys.argv[1]).enter(60)
print("in", flush=True)
sys.stdin.read()
"""


def python(code, *arguments, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG_")}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=settings.BASE_DIR,
        env=kept | {"DJANGO_SETTINGS_MODULE": "config.settings", **more},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def line(tmp_path):
    return Queue(str(tmp_path / "line"))


def wait_until(condition):
    for _ in range(6000):
        if condition():
            return
        threading.Event().wait(0.01)
    pytest.fail("It has not come about in a minute.")


def test_processes_that_write_at_once_lose_nothing_and_none_fails(tmp_path):
    with sqlite3.connect(tmp_path / "plumbline.sqlite3") as database:
        database.execute("CREATE TABLE sum (total INTEGER)")
        database.execute("INSERT INTO sum VALUES (0)")

    writers = [python(ADD, DATA_DIR=str(tmp_path)) for _ in range(2)]

    assert [(*writer.communicate(timeout=120), writer.returncode) for writer in writers] == [("", "", 0)] * 2
    assert database.execute("SELECT total FROM sum").fetchone() == (2 * THREADS * TURNS,)
    database.close()


def test_whoever_came_first_has_the_first_turn(line):
    turns = []

    def come(name):
        line.enter(60)
        turns.append(name)
        line.leave()

    line.enter(60)
    with ThreadPoolExecutor(5) as pool:
        for n in range(5):
            pool.submit(come, n)
            wait_until(lambda before=n: len(line._waiting) == before + 2)
        line.leave()

    assert turns == [0, 1, 2, 3, 4]


def test_whoever_waits_in_vain_says_so_as_sqlite_does_and_holds_nobody_up(line):
    line.enter(60)
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(OperationalError, match=r"^database is locked$"):
            pool.submit(line.enter, 0.01).result()
        line.leave()
        pool.submit(line.enter, 60).result()
    line.leave()


def test_a_process_that_dies_in_its_turn_gives_it_to_the_next(line):
    other = python(STAY, line.path)
    assert other.stdout.readline() == "in\n"
    with ThreadPoolExecutor(1) as pool:
        turn = pool.submit(line.enter, 60)
        wait_until(lambda: line._file is not None)
        assert not turn.done()

        other.send_signal(signal.SIGKILL)
        turn.result(timeout=60)
    line.leave()
    other.communicate()


def test_where_no_file_can_be_made_the_threads_still_stand_in_line(tmp_path):
    line = Queue(str(tmp_path / "nowhere" / "line"))
    line.enter(60)
    with ThreadPoolExecutor(1) as pool, pytest.raises(OperationalError):
        pool.submit(line.enter, 0.01).result()
    line.leave()
