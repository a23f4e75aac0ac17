"""What `make bench` prints: Somerset and ten times Somerset, on SQLite and on PostgreSQL beside each other.

Every size and database is measured in a process and a database of its own (scripts/measured.py), so that peak memory
and cold starts mean something. The two databases take turns, page by page and run by run, so that whatever else the
machine is doing slows both; "of work" is the ratio of the time in which processors were at work for the page, which
others disturb least. PostgreSQL is that of the tests (scripts/test.py), which does not wait for its disk.

Pages are read with 8 and with 60 months behind the open one. "Just opened": PostgreSQL's statistics are those of the
months before, as they are on the first day of a month for everybody. "Known": it has looked at the month since.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SIZES = {1: "Somerset", 10: "ten times"}
PAST = (8, 60)  # months
RUNS = 7
DATABASES = ("SQLite", "PostgreSQL")

type Page = tuple[float, float, float]  # milliseconds on SQLite, on PostgreSQL, ratio of the work


class Measured:
    """A process that measures one size on one database, and is told what to do next."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "scripts" / "measured.py"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, *arguments: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([what, *arguments]) + "\n")
        self.process.stdin.flush()
        if not (answer := self.process.stdout.readline()):
            sys.exit(f"What measures ended while it was asked for: {what}.")
        return json.loads(answer)


def main() -> int:
    from scripts.test import postgresql

    figures: dict[int, list[dict[str, float]]] = {}
    with postgresql() as server:
        for times in SIZES:
            with _processes(server) as both:
                figures[times] = _measure(times, both)
    for at, database in enumerate(DATABASES):
        _print_sizes(database, {times: found[at] for times, found in figures.items()})
    return 0


def _measure(times: int, both: list[Measured]) -> list[dict[str, float]]:
    """Print what pages cost; return the other figures of each database."""
    figures = [each.ask("load", times) for each in both]

    def add(what: str) -> None:
        for found, each in zip(figures, both, strict=True):
            found.update(each.ask(what))

    for past in PAST:
        for each in both:
            each.ask("open_months", past)
        just = _pages(both)
        for each in both:
            each.ask("look_at_the_month")
        _print_pages(f"{SIZES[times]}, {past} past months", just, _pages(both))
        if past == PAST[0]:
            add("beside_pages")
    add("closing")
    return figures


def _pages(both: list[Measured]) -> dict[str, Page]:
    """What each page takes on each database: medians, after a warm-up."""
    found: dict[str, Page] = {}
    for name in both[0].ask("pages"):
        for each in both:
            each.ask("read", name)
        turns = [[each.ask("read", name) for each in both] for _ in range(RUNS)]
        (sqlite, work), (postgresql, more_work) = (
            [statistics.median(figure) for figure in zip(*taken, strict=True)] for taken in zip(*turns, strict=True)
        )
        found[name] = (sqlite, postgresql, more_work / work)
    return found


def _print_pages(title: str, just: dict[str, Page], known: dict[str, Page]) -> None:
    head = "".join(f"  {name:>10}" for name in (*DATABASES, "ratio", "of work"))
    print(f"{title + ', ms':36}  {'just opened:':>46}  {'known:':>46}")
    print(f"{'':36}{head}{head}")
    for name, opened in just.items():
        both = ((a, b, b / a, work) for a, b, work in (opened, known[name]))
        print(f"{name:36}" + "".join(f"  {a:10.1f}  {b:10.1f}  {c:10.2f}  {d:10.2f}" for a, b, c, d in both))
    print(flush=True)


def _print_sizes(database: str, sizes: dict[int, dict[str, float]]) -> None:
    width = max(len(name) for name in sizes[1])
    print(f"{database:{width}}" + "".join(f"  {name:>12}" for name in (*SIZES.values(), "ratio")))
    for name, once in sizes[1].items():
        tenfold = sizes[10][name]
        print(f"{name:{width}}  {once:12,.1f}  {tenfold:12,.1f}  {tenfold / once:12.1f}")
    print(flush=True)


@contextmanager
def _processes(server: dict[str, str]) -> Iterator[list[Measured]]:
    """One process on an empty SQLite and one on an empty database of the server, while they are used."""
    from scripts.test import ENVIRONMENT

    with ExitStack() as stack:
        both = []
        for database in ({}, stack.enter_context(_database(server))):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="plumbline-bench-"))
            ours = {"DATA_DIR": folder, "HTTPS": "0", "DEMO": "0", "DJANGO_SETTINGS_MODULE": "config.settings"}
            both.append(Measured(ENVIRONMENT | database | ours))
            stack.callback(both[-1].process.wait)
            stack.callback(both[-1].process.kill)
        yield both


@contextmanager
def _database(server: dict[str, str]) -> Iterator[dict[str, str]]:
    """Make an empty database on the server while it is used; give the environment that leads to it."""
    import psycopg

    name = f"plumbline_bench_{os.getpid()}"
    names = {"host": "PG_HOST", "port": "PG_PORT", "user": "PG_USER", "password": "PG_PASSWORD"}
    access = {key: server[variable] for key, variable in names.items() if variable in server}
    with psycopg.connect(dbname="postgres", autocommit=True, **access) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield server | {"PG_NAME": name}
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
