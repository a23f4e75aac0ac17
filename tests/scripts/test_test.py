"""`scripts/test.py`: what it counts, how it ends, and which PostgreSQL it takes."""

import re
from collections import Counter

import pytest
from _pytest.mark.expression import Expression

from scripts import test as runner

EVERY_ENDING = """
import pytest
def test_passes(): pass
def test_fails(): assert False
def test_is_skipped(): pytest.skip()
@pytest.fixture
def broken(): raise OSError
def test_has_an_error(broken): pass
"""


BUSY = """
import time
def test_works():
    began = time.process_time()
    while time.process_time() - began < 0.3: pass
"""


@pytest.fixture
def finish(tmp_path, monkeypatch, capsys):
    """Return a function that runs a suite of its own and returns its counts and what it printed."""

    monkeypatch.setattr(runner, "CACHE", tmp_path)

    def finish(source, *arguments):
        (tmp_path / "test_something.py").write_text(source)
        (tmp_path / "pytest.ini").write_text("[pytest]\n")  # not ours, which loads Django
        chosen = [str(tmp_path / "test_something.py"), f"--config-file={tmp_path / 'pytest.ini'}", *arguments]
        counts = runner.Suite("SQLite", {}, chosen, tmp_path, live=False).finish()
        return counts, capsys.readouterr().out

    return finish


def test_every_ending_of_a_test_is_counted_and_what_was_kept_back_is_printed(finish):
    counts, printed = finish(EVERY_ENDING)
    assert counts == Counter(passed=1, failed=2, skipped=1)
    assert "def test_fails(): assert False" in printed
    closing = r"== SQLite: 1 passed, 2 failed, 1 skipped in \d+ s, (\d+) s of CPU"
    assert re.fullmatch(closing, printed.splitlines()[-1])


def test_a_suite_ends_with_the_files_that_cost_most(finish, tmp_path):
    for n in range(11):
        (tmp_path / f"test_{n}.py").write_text("def test_passes(): pass")
    (tmp_path / "test_busy.py").write_text(BUSY)

    counts, printed = finish("", *(str(path) for path in sorted(tmp_path.glob("test_*.py"))), "-p", "tests.costs")

    assert counts == Counter(passed=12)
    _, _, table = printed.partition("slowest files, in seconds of CPU")
    costs = [line.split() for line in table.splitlines() if line.strip()[:1].isdigit() and line.endswith(".py")]
    assert len(costs) == 10
    assert costs[0][1].endswith("test_busy.py")
    assert 0.3 <= float(costs[0][0]) < 3


@pytest.mark.parametrize(
    ("marks", "suites"),
    [
        (set(), ["SQLite", "PostgreSQL"]),
        ({"browser"}, ["SQLite"]),
        ({"no_database"}, ["PostgreSQL"]),
        ({"dealt", "on_sqlite"}, ["SQLite"]),
        ({"dealt", "on_postgresql"}, ["PostgreSQL"]),
    ],
)
def test_what_runs_where(marks, suites):
    chosen = {"SQLite": runner.ON_SQLITE, "PostgreSQL": runner.ON_POSTGRESQL}
    assert [
        name for name, wanted in chosen.items() if Expression.compile(wanted).evaluate(lambda mark, **_: mark in marks)
    ] == suites


def test_a_suite_that_breaks_before_its_tests_has_failed(finish):
    assert finish("", "--no-such-option")[0] == Counter(failed=1)


def test_a_suite_that_runs_nothing_has_nothing_to_count(finish):
    assert finish(EVERY_ENDING, "-k", "nothing")[0].total() == 0


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        (Counter(passed=3), "3 passed, 0 failed"),
        (Counter(passed=3, failed=1, skipped=2), "3 passed, 1 failed, 2 skipped"),
    ],
)
def test_the_closing_line_is_one_that_machines_read(counts, line):
    assert runner.closing_line(counts) == line


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("db.example", {"PG_HOST": "db.example"}),
        ("127.0.0.1:5433", {"PG_HOST": "127.0.0.1", "PG_PORT": "5433"}),
        ("/run/postgresql", {"PG_HOST": "/run/postgresql"}),
    ],
)
def test_a_postgresql_that_is_given_is_taken_with_its_user(monkeypatch, given, place):
    for name in ("PG_HOST", "PG_PORT", "PG_NAME", "PG_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PG_USER", "tester")
    monkeypatch.setenv("TEST_PG_HOST", given)
    with runner.postgresql() as database:
        assert database == {"PG_USER": "tester", **place}


class Finished:
    """A suite that has ended already."""

    def __init__(self, counts):
        self.counts = counts
        self.process = self

    def finish(self):
        return self.counts

    def wait(self):
        pass


@pytest.mark.parametrize(
    ("arguments", "sqlite", "postgresql", "status"),
    [
        ([], Counter(passed=2), Counter(passed=2), 0),
        ([], Counter(passed=2), Counter(passed=1, failed=1), 1),
        ([], Counter(failed=1), Counter(passed=2), 1),
        ([], Counter(passed=2), Counter(), 1),
        ([], Counter(), Counter(), 1),
        (["tests/browser"], Counter(passed=2), Counter(), 0),  # chosen, and for one database alone
        (["tests/browser"], Counter(passed=1, failed=1), Counter(), 1),
        (["-k", "a word in no test"], Counter(), Counter(), 1),
    ],
)
def test_both_suites_have_to_run_and_to_pass(monkeypatch, tmp_path, capsys, arguments, sqlite, postgresql, status):
    monkeypatch.setenv("TEST_PG_HOST", "db.example")
    monkeypatch.setattr(runner, "CACHE", tmp_path)  # no server runs there: this test may itself run on the one of ours
    monkeypatch.setattr(runner.signal, "signal", lambda *_: None)
    results = {"SQLite": sqlite, "PostgreSQL": postgresql}
    monkeypatch.setattr(runner, "Suite", lambda name, *_, **__: Finished(results[name]))
    assert runner.main(arguments) == status
    assert capsys.readouterr().out == runner.closing_line(sqlite + postgresql) + "\n"
