"""What `make bench` prints: Somerset and ten times Somerset, measured on this machine. Medians after a warm-up.

Each size is measured in a process and a database of its own, so that peak memory and cold starts mean something; on
SQLite as in production, and on the PostgreSQL of the tests (scripts/test.py), which does not wait for its disk.
"""

import copy
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
RUNS = 15
DIGESTED = 20_000  # rows
SAVES = 200
FIRST_VISIT = (
    "css/plumbline.css",
    "css/forms.css",
    "js/plumbline.js",
    "django_htmx/htmx-2.min.js",
    "img/plumbline.svg",
)


def main() -> int:
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
        return 0
    from scripts.test import postgresql

    _print("SQLite", {times: _in_a_process(times, {}) for times in (1, 10)})
    with postgresql() as server:
        sizes = {}
        for times in (1, 10):
            with _database(server) as database:
                sizes[times] = _in_a_process(times, database)
    _print("PostgreSQL", sizes)
    return 0


def _print(database: str, sizes: dict[int, dict[str, float]]) -> None:
    width = max(len(name) for name in sizes[1])
    print(f"{database:{width}}  {'Somerset':>12}  {'ten times':>12}  {'ratio':>6}")
    for name, once in sizes[1].items():
        tenfold = sizes[10][name]
        print(f"{name:{width}}  {once:12,.1f}  {tenfold:12,.1f}  {tenfold / once:6.1f}")
    print(flush=True)


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


def _in_a_process(times: int, database: dict[str, str]) -> dict[str, float]:
    from scripts.test import ENVIRONMENT

    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        ours = {"DATA_DIR": folder, "HTTPS": "0", "DEMO": "0", "DJANGO_SETTINGS_MODULE": "config.settings"}
        done = subprocess.run(
            [sys.executable, __file__, str(times)],
            env=ENVIRONMENT | database | ours,
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


def measure(times: int) -> dict[str, float]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    started = time.perf_counter()
    programme = _load(times)
    figures = {"load the example, s": time.perf_counter() - started}
    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(_reader(programme), backend=settings.AUTHENTICATION_BACKENDS[0])
    address = f"/programmes/{programme.slug}/2022-06/"

    def get(address: str) -> bytes:
        response = client.get(address)
        assert response.status_code == HTTPStatus.OK, f"{address}: {response.status_code}"
        return b"".join(response)

    figures |= {
        "portfolio, ms": _median(lambda: get("/")),
        "scorecard, ms": _median(lambda: get(address)),
        "scorecard of the largest workstream, ms": _median(lambda: get(f"{address}?workstream=SA")),
        "evidence under a rating, ms": _median(lambda: get(f"{address}ratings/LGR/overall/")),
        "list of products, ms": _median(lambda: get(f"{address}products/")),
        "scorecard as JSON, ms": _median(lambda: get(f"{address}scorecard.json")),
        "scorecard as XLSX, ms": _median(lambda: get(f"{address}scorecard.xlsx"), runs=5),
        "scorecard page on the wire, KB": len(get(address)) / 1000,
        "first visit on the wire, KB": _first_visit(get, address) / 1000,
    }
    figures |= _saves(programme)
    figures["peak memory of the web process before PDF, MB"] = _peak()
    figures |= _pdf(programme)
    figures["peak memory with PDF, MB"] = _peak()
    return figures | _months(programme)


def _load(times: int):  # noqa: ANN202 -- models are there only after django.setup()
    from programmes.examples import loading

    folder = loading.FOLDER / "somerset"
    about = json.loads((folder / "programme.json").read_text(encoding="utf-8"))
    if times == 1:
        return loading.load("somerset")[0]

    class Larger(loading.Example):
        """Every sub-workstream, product and milestone so many times, under the same workstreams."""

        def lines(self, file: str, **where: str) -> list[loading.Line]:
            return [copy for line in super().lines(file, **where) for copy in _copies(file, line, times)]

    from django.db import transaction

    with transaction.atomic():
        return Larger(folder, about).load()


def _copies(file: str, line: dict[str, str], times: int) -> Iterator[dict[str, str]]:
    """The line itself, and copies whose refs tell them apart."""
    yield line
    mine = {
        "workstreams": ("ref",) if "-" in line.get("ref", "") else (),
        "products": ("ref", "workstream", "parent"),
        "milestones": ("ref", "product") if line.get("product") else (),
        "ratings": ("workstream",) if "-" in line.get("workstream", "") else (),
    }.get(file, ())
    for n in range(2, times + 1 if mine else 2):
        yield line | {key: f"{line[key]}~{n}" for key in mine if line[key]}


def _reader(programme):  # noqa: ANN001, ANN202
    """A director: the example's own people sign in nowhere but in a demonstration."""
    from accounts.models import User
    from programmes.models import Membership

    reader = User.objects.create_user("director@council.example", name="Director")
    Membership.objects.create(user=reader, workstream=programme.workstreams.get(ref="LGR"), role="director")
    return reader


def _median(ask: Callable[[], object], runs: int = RUNS) -> float:
    """Milliseconds."""
    ask()
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


def _first_visit(get: Callable[[str], bytes], address: str) -> int:
    """Bytes of the page and of everything it loads, as they are served."""
    return sum(len(get(each)) for each in (address, *(f"/static/{name}" for name in FIRST_VISIT)))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _pdf(programme) -> dict[str, float]:  # noqa: ANN001
    """Laying the scorecard out, which the worker does."""
    from reports import layout, paper
    from reports.reading import Reading

    report = layout.build(Reading.of(programme, programme.periods.get(label="2022-06")))
    started = time.perf_counter()
    size = len(paper.pdf(report))
    first = time.perf_counter() - started
    return {
        "PDF, first of a process, s": first,
        "PDF, warm, s": _median(lambda: paper.pdf(report), runs=3) / 1000,
        "PDF, KB": size / 1000,
    }


def _saves(programme) -> dict[str, float]:  # noqa: ANN001
    """A lead saving a product again and again: the whole request, and the action with guard and audit alone."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from programmes.desk import desk_or_404
    from programmes.models import Membership, ProductPosition
    from programmes.rows import KINDS

    kind = KINDS["product"]
    position = ProductPosition.objects.filter(period__label="2022-06").select_related("product", "workstream").first()
    lead = User.objects.create_user("lead@council.example", name="Lead")
    Membership.objects.create(user=lead, workstream=position.workstream, role="lead")
    client = Client(headers={"HX-Request": "true"})
    client.force_login(lead, backend=settings.AUTHENTICATION_BACKENDS[0])
    address = reverse("row", args=[programme.slug, "2022-06", "product", position.product.ref])

    def form(owner: str, *, is_sent: bool = False):  # noqa: ANN202
        desk = desk_or_404(lead, programme.slug, "2022-06")
        target = kind.find(desk, position.product.ref)
        data = kind.form(desk=desk, target=target).as_data() | {"owner": owner}
        return kind.form(data, desk=desk, target=target) if is_sent else data

    def request(n: int) -> Callable[[], object]:
        data = form(f"Owner {n}")
        return lambda: client.post(address, data).status_code == HTTPStatus.OK or sys.exit("A save was refused.")

    def action(n: int) -> Callable[[], object]:
        sent = form(f"Owner of action {n}", is_sent=True)
        assert sent.is_valid(), sent.errors
        given = {"seen": sent.cleaned_data["seen"], "about": sent.target.about, "touches": sent.touches(), "by": lead}
        return lambda: kind.save(sent.target.row, sent.values(), **given) or sys.exit("A save wrote nothing.")

    return {
        f"{what}, p95 of {SAVES}, ms": _p95(each)
        for what, each in (("save of a row, whole request", request), ("save with guard and audit alone", action))
    }


def _p95(prepared: Callable[[int], Callable[[], object]]) -> float:
    """Milliseconds that nineteen of twenty stay below. What is prepared for each is not counted."""
    taken = []
    for n in range(SAVES + 1):
        once = prepared(n)
        started = time.perf_counter()
        once()
        taken.append(time.perf_counter() - started)
    return statistics.quantiles(taken[1:], n=20)[-1] * 1000


def _months(programme) -> dict[str, float]:  # noqa: ANN001
    from programmes.actions import close_period, open_period
    from programmes.models import MilestonePosition, ProductPosition, WorkstreamPosition

    period = programme.periods.get(label="2022-06")
    rows = sum(m.objects.of(period).count() for m in (WorkstreamPosition, ProductPosition, MilestonePosition))
    started = time.perf_counter()
    close_period(period)
    closed = time.perf_counter()
    july = open_period(programme, "2022-07")
    opened = time.perf_counter()
    return {
        "positions of a month, thousands": rows / 1000,
        "close a month, ms": (closed - started) * 1000,
        "open a month, ms": (opened - closed) * 1000,
        f"digest {DIGESTED:,} rows, ms": _digest(july),
    }


def _digest(period) -> float:  # noqa: ANN001
    """Digesting a month with as many milestones more as make up the rows."""
    from programmes.digest import digest, take
    from programmes.models import Milestone, MilestonePosition

    found = sum(taken["rows"] for taken in take(period).values())
    refs = [Milestone(programme=period.programme, ref=f"MORE-{n}") for n in range(DIGESTED - found)]
    like = MilestonePosition.objects.of(period).first()
    positions = []
    for milestone in Milestone.objects.bulk_create(refs):
        positions.append(copy.copy(like))
        positions[-1].pk, positions[-1].milestone = None, milestone
    MilestonePosition.objects.bulk_create(positions)
    return _median(lambda: digest(period, take(period)), runs=5)


if __name__ == "__main__":
    sys.exit(main())
