"""What `make load` prints: a minute of 300 people who read and save, on `make stack` and on one SQLite file.

Half of the requests are saves. They come at a steady rate whatever the answers take, and an answer's time is counted
from the moment it was due, so that a server that falls behind shows it. Everything runs on loopback and ends by itself.
"""

import contextlib
import http.client
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
SECONDS, RATE, PEOPLE, THREADS = 60, 20, 300, 64
MONTH = "/programmes/somerset/2022-06/"
QUIET = 180  # seconds the workers are given to be done with what loading the example asks of them


def main() -> int:
    if len(sys.argv) > 1:
        print(json.dumps(prepare() if sys.argv[1] == "prepare" else count()))
        return 0
    for name, server in (("PostgreSQL, two webs", stack), ("SQLite, one web", single)):
        with server() as (ports, environment):
            people = _in_django("prepare", environment)
            load = Load(ports, people)
            load.run()
            print(f"{name}: {load.report(_in_django('count', environment))}", flush=True)
    return 0


# --- The servers ------------------------------------------------------------------------------------------------------


@contextmanager
def stack() -> Iterator[tuple[list[int], dict[str, str]]]:
    with tempfile.TemporaryDirectory(prefix="load-", dir=ROOT / ".cache") as folder:
        port, place = free_ports(), Path(folder)
        started = {"STACK_DIR": folder, "PORT": str(port), "DEMO": "1"}
        with serving([sys.executable, "scripts/stack.py"], started, "The stack is ready"):
            yield (
                [port, port + 1],
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
def single() -> Iterator[tuple[list[int], dict[str, str]]]:
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        port = free_ports()
        started = {"DATA_DIR": folder, "PORT": str(port), "DEMO": "1"}
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
    from programmes.desk import desk_or_404
    from programmes.rows import KINDS

    desk = desk_or_404(user, "somerset", "2022-06")
    kind = KINDS["product"]
    form = kind.form(desk=desk, target=kind.find(desk, ref))
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


class Load:
    def __init__(self, ports: list[int], people: list[dict]) -> None:
        self.ports, self.people = ports, people
        self.taken: dict[str, list[float]] = {"page": [], "save": []}
        self.accepted, self.errors = 0, []
        self.lock = threading.Lock()
        self.busy = [threading.Lock() for _ in people]  # nobody sends two forms at once

    def run(self) -> None:
        chance = random.Random(1)  # the same minute every time
        order = [chance.randrange(len(self.people)) for _ in range(SECONDS * RATE)]
        start = time.monotonic() + 1
        with ThreadPoolExecutor(THREADS) as pool:
            for n, person in enumerate(order):
                due = start + n / RATE
                time.sleep(max(0, due - time.monotonic()))
                pool.submit(self.one, n, person, due)

    def one(self, n: int, number: int, due: float) -> None:
        person = self.people[number]
        what = "save" if n % 2 else "page"
        with self.busy[number]:
            try:
                status = self.save(n, person) if what == "save" else self.page(n, person)
            except OSError as error:
                status = repr(error)
        with self.lock:
            self.taken[what].append(time.monotonic() - due)
            if status != HTTPStatus.OK:
                self.errors.append((what, status))
            elif what == "save":
                self.accepted += 1

    def page(self, n: int, person: dict) -> int:
        unit = person["unit"]
        pages = (f"returns/{unit}/", f"returns/{unit}/tasks/plan/", f"?workstream={unit}")
        return self.ask(n, "GET", MONTH + pages[n // 2 % len(pages)], person)

    def save(self, n: int, person: dict) -> int:
        form = person["form"] | {"seen": person["version"], "owner": f"Owner {n}", "csrfmiddlewaretoken": "c" * 32}
        status = self.ask(n, "POST", f"{MONTH}rows/product/{person['ref']}/", person, urlencode(form))
        person["version"] += status == HTTPStatus.OK
        return status

    def ask(self, n: int, method: str, address: str, person: dict, body: str | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[n // 2 % len(self.ports)], timeout=30)
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

    def report(self, counted: dict[str, int]) -> str:
        """The figures in one line. End with an error where something was lost."""
        lost = {self.accepted, counted["versions"], counted["entries"]} != {self.accepted} or not counted["chain holds"]
        if lost or self.errors:
            sys.exit(f"{self.accepted} saves accepted, {counted} in the database, errors: {self.errors[:5]}")
        figures = ", ".join(f"{what} {_spread(taken)}" for what, taken in self.taken.items())
        return f"{figures}; {self.accepted} saves = versions = audit entries, 0 errors"


def _spread(taken: list[float]) -> str:
    cuts = statistics.quantiles(taken, n=20)
    return f"p50 {statistics.median(taken) * 1000:.0f} ms, p95 {cuts[-1] * 1000:.0f} ms ({len(taken)})"


if __name__ == "__main__":
    sys.exit(main())
