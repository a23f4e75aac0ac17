"""What `make load` prints: the highest rate at which 300 people can read and save, on one web process and on two.

Half of the requests are saves. They come at a steady rate whatever the answers take, and an answer's time is counted
from the moment it was due, so that a server that falls behind shows it. A rate holds where 19 of 20 pages come within
half a second, 19 of 20 saves within 0.4, and none fails. Rates are tried for some seconds each: doubled until one does
not hold, then narrowed down; what holds is tried again for longer. One that cannot hold any more, because too many are
late already, is given up at once. At the end the database is asked: saves that were accepted, versions and audit
entries are the same number, or the whole has failed.

PostgreSQL is that of `make stack`, SQLite that of `make run`; ARGS=sqlite or ARGS=postgresql measures one of them.
Everything runs on loopback and ends by itself, after some ten minutes.
"""

import contextlib
import http.client
import itertools
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LIMITS = {"page": 0.5, "save": 0.4}  # seconds within which 19 of 20 have to be answered
FIRST, CLOSE = 20, 1.12  # requests a second to begin with, and how near the lowest that fails is to what holds
WARM, TRIAL, PROOF = 6, 12, 30  # seconds: nothing is counted, a rate is tried, what was found is held to
PEOPLE, THREADS = 300, 96
MONTH = "/programmes/somerset/2022-06/"
QUIET = 180  # seconds the workers are given to be done with what loading the example asks of them
HEAD = f"{'':<12}{'webs':>5}{'a second':>10}{'page p50':>10}{'p95':>6}{'save p50':>10}{'p95, ms':>9}{'saves':>8}"


def main() -> int:
    if sys.argv[1:] in (["prepare"], ["count"]):
        print(json.dumps(prepare() if sys.argv[1] == "prepare" else count()))
        return 0
    print(HEAD, flush=True)
    for name, server in (("PostgreSQL", stack), ("SQLite", run)):
        for webs in (1, 2):
            if name.lower() in sys.argv[1:] or not sys.argv[1:]:
                with server(webs) as (ports, environment):
                    load = Load(ports, _in_django("prepare", environment))
                    found = load.highest()
                    load.check(_in_django("count", environment))
                    print(f"{name:<12}{webs:>5}{found}{load.accepted:>8}", flush=True)
    return 0


# --- The servers ------------------------------------------------------------------------------------------------------


@contextmanager
def stack(webs: int) -> Iterator[tuple[list[int], dict[str, str]]]:
    """Two webs of one process each. Where one is measured, nobody asks the other."""
    with tempfile.TemporaryDirectory(prefix="load-", dir=ROOT / ".cache") as folder:
        port, place = free_ports(), Path(folder)
        started = {"STACK_DIR": folder, "PORT": str(port), "DEMO": "1", "LOG_LEVEL": "ERROR"}
        with serving([sys.executable, "scripts/stack.py"], started, "The stack is ready"):
            yield (
                [port, port + 1][:webs],
                {
                    "PG_HOST": (place / "pg" / "postmaster.pid").read_text().splitlines()[4],
                    "PG_NAME": "plumbline",
                    "PG_USER": "plumbline",
                    "PG_PASSWORD_FILE": str(place / "secrets" / "pg_password"),
                    "SECRET_KEY_FILE": str(place / "secrets" / "secret_key"),
                    "DATA_DIR": str(place / "data"),
                },
            )


@contextmanager
def run(webs: int) -> Iterator[tuple[list[int], dict[str, str]]]:
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        port = free_ports()
        started = {
            "DATA_DIR": folder,
            "PORT": str(port),
            "DEMO": "1",
            "LOG_LEVEL": "ERROR",
            "WEB_CONCURRENCY": str(webs),
        }
        with serving([sys.executable, "manage.py", "run"], started, "Plumbline is ready"):
            yield [port], {"DATA_DIR": folder}


@contextmanager
def serving(command: list[str], environment: dict[str, str], sign: str) -> Iterator[None]:
    """Run a server until the end of the block; the block begins when it has said that it is ready."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=_clean() | environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    try:
        for line in process.stdout:
            if sign in line:
                break
        else:
            sys.exit("The server ended before it was ready.")
        threading.Thread(target=process.stdout.read, daemon=True).start()  # a full pipe would stop it
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def free_ports() -> int:
    """The first of two ports in a row that nothing listens on."""
    for port in range(20_000 + os.getpid() % 20_000, 60_000, 2):
        with contextlib.suppress(OSError), socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port
    sys.exit("No port is free.")


def _clean() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def _in_django(step: str, environment: dict[str, str]):  # noqa: ANN202
    settings = {"HTTPS": "0", "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, __file__, step],
        cwd=ROOT,
        env=_clean() | settings | environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


# --- In a process of its own, on the server's database ----------------------------------------------------------------


def prepare() -> list[dict[str, str]]:
    """Make the people, each a lead with a product of their own, signed in; return what each needs to save it."""
    import django

    django.setup()
    from accounts.models import User
    from programmes.models import Membership, ProductPosition

    _wait_until_quiet()
    positions = ProductPosition.objects.filter(period__label="2022-06").live()
    found = list(positions.select_related("product", "workstream").order_by("product__ref")[:PEOPLE])
    people = []
    for n, position in enumerate(found):
        user = User.objects.create_user(f"lead{n}@council.example", name=f"Lead {n}")
        Membership.objects.create(user=user, workstream=position.workstream, role="lead")
        people.append(
            {
                "session": _signed_in(user),
                "unit": position.workstream.ref,
                "ref": position.product.ref,
                "version": position.version,
                "form": _form(user, position.product.ref),
            }
        )
    return people


def _wait_until_quiet() -> None:
    from jobs.models import Job

    deadline = time.monotonic() + QUIET
    while Job.objects.active().exists() and time.monotonic() < deadline:
        time.sleep(0.5)


def _signed_in(user) -> str:  # noqa: ANN001
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _form(user, ref: str) -> dict[str, str]:  # noqa: ANN001
    """What the person's browser would send of the product as it stands."""
    from programmes.month import open_month_or_404
    from programmes.rows import KINDS

    month = open_month_or_404(user, "somerset", "2022-06")
    kind = KINDS["product"]
    form = kind.form(month=month, target=kind.find(month, ref))
    return {name: "on" if value is True else str(value) for name, value in form.as_data().items()}


def count() -> dict[str, int]:
    """What the database says of the saves, once they are over."""
    import django

    django.setup()
    from django.db.models import F, Sum

    from accounts import audit
    from accounts.models import AuditEntry
    from programmes.models import ProductPosition

    positions = ProductPosition.objects.filter(period__label="2022-06")
    return {
        "versions": positions.aggregate(n=Sum(F("version") - 1))["n"],
        "entries": AuditEntry.objects.filter(what__startswith="product.").count(),
        "chain holds": int(audit.verify() == ""),
    }


# --- The load ---------------------------------------------------------------------------------------------------------


class Trial:
    """So many seconds of requests at one rate."""

    def __init__(self, rate: int, seconds: int) -> None:
        self.rate, self.planned = rate, rate * seconds
        self.taken: dict[str, list[float]] = {what: [] for what in LIMITS}
        self.late = dict.fromkeys(LIMITS, 0)
        self.waiting: dict[int, float] = {}  # when each that is not answered yet was due
        self.errors: list[str] = []

    def answered(self, n: int) -> None:
        seconds = time.monotonic() - self.waiting.pop(n)
        self.taken[kind(n)].append(seconds)
        self.late[kind(n)] += seconds > LIMITS[kind(n)]

    def holds(self) -> bool:
        """Whether it can still be said to hold: not once more than one in twenty of all that come is late."""
        now, late = time.monotonic(), dict(self.late)
        for n, due in list(self.waiting.items()):
            late[kind(n)] += now - due > LIMITS[kind(n)]
        return not self.errors and max(late.values()) <= self.planned / 2 / 20

    def __str__(self) -> str:
        figures = [cut * 1000 for what in LIMITS for cut in _cuts(self.taken[what])]
        return f"{self.rate:>10}" + "".join(f"{f:>{w}.0f}" for f, w in zip(figures, (10, 6, 10, 9), strict=True))


class Load:
    def __init__(self, ports: list[int], people: list[dict]) -> None:
        self.ports, self.people = ports, people
        self.accepted, self.number = 0, itertools.count()
        self.lock = threading.Lock()
        self.busy = [threading.Lock() for _ in people]  # nobody sends two forms at once

    def highest(self) -> Trial:
        """The highest rate that holds."""
        self.run(FIRST // 2, WARM)
        holds, fails, rate = 0, 0, FIRST
        while rate and not (holds and fails and fails / holds < CLOSE):
            if self.run(rate, TRIAL).holds():
                holds = rate
            else:
                fails = rate
            rate = round((holds * fails) ** 0.5) if holds and fails else holds * 2 or fails // 2
            if rate in {holds, fails}:
                break
        while holds:
            proof = self.run(holds, PROOF)
            if proof.holds():
                return proof
            holds = int(holds / CLOSE)
        sys.exit("Not even one request a second holds.")

    def run(self, rate: int, seconds: int) -> Trial:
        """Try a rate, to the last answer, until it cannot hold any more."""
        trial = Trial(rate, seconds)
        chance = random.Random(1)  # the same people every time
        start = time.monotonic() + 0.5
        with ThreadPoolExecutor(THREADS) as pool:
            for n in range(trial.planned):
                person, due = chance.randrange(len(self.people)), start + n / rate
                time.sleep(max(0, due - time.monotonic()))
                trial.waiting[n] = due
                pool.submit(self.one, trial, n, person)
                if not trial.holds():
                    break
        for error in trial.errors[:3]:
            print(f"At {rate} a second: {error}", file=sys.stderr, flush=True)
        return trial

    def one(self, trial: Trial, n: int, number: int) -> None:
        person, what = self.people[number], kind(n)
        with self.busy[number]:
            try:
                status = self.save(n, person) if what == "save" else self.page(n, person)
            except (OSError, http.client.HTTPException) as error:
                status = repr(error)
        with self.lock:
            trial.answered(n)
            if status != HTTPStatus.OK:
                trial.errors.append(f"{what}: {status}")
            elif what == "save":
                self.accepted += 1

    def page(self, n: int, person: dict) -> int:
        unit = person["unit"]
        pages = (f"returns/{unit}/", f"returns/{unit}/tasks/plan/", f"?workstream={unit}")
        return self.ask(n, "GET", MONTH + pages[n // 2 % len(pages)], person)

    def save(self, n: int, person: dict) -> int:
        owner = f"Owner {next(self.number)}"  # another one each time: what is saved as it stands is not written
        form = person["form"] | {"seen": person["version"], "owner": owner, "csrfmiddlewaretoken": "c" * 32}
        status = self.ask(n, "POST", f"{MONTH}rows/product/{person['ref']}/", person, urlencode(form))
        person["version"] += status == HTTPStatus.OK
        return status

    def ask(self, n: int, method: str, address: str, person: dict, body: str | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[n // 2 % len(self.ports)], timeout=90)
        headers = {"Cookie": f"sessionid={person['session']}; csrftoken={'c' * 32}"}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        try:
            connection.request(method, address, body, headers)
            response = connection.getresponse()
            response.read()
            return response.status
        finally:
            connection.close()

    def check(self, counted: dict[str, int]) -> None:
        """End with an error where a save was lost, or written without an audit entry."""
        if {self.accepted, counted["versions"], counted["entries"]} != {self.accepted} or not counted["chain holds"]:
            sys.exit(f"{self.accepted} saves accepted, {counted} in the database.")


def kind(n: int) -> str:
    """What the nth request is: every second is a save."""
    return "save" if n % 2 else "page"


def _cuts(taken: list[float]) -> tuple[float, float]:
    """The median and what 19 of 20 stay under."""
    cuts = statistics.quantiles(taken, n=20)
    return statistics.median(taken), cuts[-1]


if __name__ == "__main__":
    sys.exit(main())
