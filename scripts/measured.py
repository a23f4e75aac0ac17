"""The process in which scripts/bench.py has one size measured on one database.

It reads what to do from its standard input, a JSON list a line (the name of a method of `Bench`, then its arguments),
and answers each with a line of JSON.
"""

import copy
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
django.setup()

from django.conf import settings  # noqa: E402 -- models are there only after django.setup()
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from core.dates import next_label  # noqa: E402
from programmes.actions import close_period, open_period  # noqa: E402
from programmes.examples import loading  # noqa: E402
from programmes.models import (  # noqa: E402
    Membership,
    Milestone,
    MilestonePosition,
    Narrative,
    Period,
    ProductPosition,
    Programme,
    Rating,
    SectionNote,
    WorkstreamPosition,
)
from programmes.months.reported import in_period_models  # noqa: E402

DIGESTED = 20_000  # rows
SAVES = 200
RISKS_A_TIME = 5  # times the example's 40: 2,000 where everything else is there ten times
FIRST_VISIT = (
    "css/levels.css",
    "css/plumbline.css",
    "css/forms.css",
    "js/plumbline.js",
    "django_htmx/htmx-2.min.js",
    "img/plumbline.svg",
)
PAGES = {
    "portfolio": "/",
    "history": "{programme}history/",
    "scorecard": "{month}",
    "scorecard of the largest workstream": "{month}?workstream=SA",
    "evidence under a rating": "{month}ratings/LGR/overall/",
    "list of products": "{month}products/",
    "list of milestones": "{month}milestones/",
    "list of risks": "{month}risks/",
    "list of risks, narrowed and sorted": "{month}risks/?which=exception&sort=-current_score",
    "risks at a glance": "{month}risk-overview/",
    "report card of a risk": "{month}risk/R-0001/",
    "findings": "{month}findings/",
    "returns": "{month}returns/",
    "a return": "{month}returns/FIN/",
    "a task of a return": "{month}returns/FIN/tasks/plan/",
    "a row": "{month}rows/rating/LGR/overall/",
    "many rows at once": "{month}bulk/products/",
    "closing": "{month}close/",
    "editions": "{month}editions/",
    "scorecard as JSON": "{month}scorecard.json",
    "money of 70 projects": "/programmes/nottinghamshire/2018-09/tables/savings/",
    "all money of a month": "/programmes/nottinghamshire/2018-09/money/",
}


class Bench:
    """One size on one database, with every month as the example's last one was reported."""

    programme: Programme
    client: Client

    def load(self, times: int) -> dict[str, float]:
        """Make the database and fill it; the last of the example's months is open."""
        settings.ALLOWED_HOSTS.append("testserver")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        _leave_statistics_to_us()
        started = time.perf_counter()
        self.programme = _load("somerset", times)
        taken = time.perf_counter() - started
        of_money = _load("nottinghamshire", times)
        reader = User.objects.create_user("pmo@council.example", name="PMO officer")
        for programme, root in ((self.programme, "LGR"), (of_money, "IC")):
            Membership.objects.create(user=reader, workstream=programme.workstreams.get(ref=root), role="pmo")
        self.client = Client(headers={"accept-encoding": "gzip"})
        self.client.force_login(reader, backend=settings.AUTHENTICATION_BACKENDS[0])
        return {"load the example, s": taken}

    def open_months(self, past: int) -> None:
        """Close and open until so many months lie behind the open one, which PostgreSQL has not looked at yet."""
        while (there := self.programme.periods.count()) <= past:
            close_period(self.period, override="To measure what the next one costs")
            if there == past:
                self.look_at_the_month()
            example = self.programme.periods.get(label="2022-06")
            opened = open_period(self.programme, next_label(self.period.label))
            for model in (Rating, Narrative, SectionNote):
                rows = list(model.objects.of(example))
                for row in rows:
                    row.pk, row.period = None, opened
                model.objects.bulk_create(rows)

    def look_at_the_month(self) -> None:
        """Renew what PostgreSQL knows of its tables, as autovacuum does in time. SQLite keeps no such statistics."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")

    def pages(self) -> list[str]:
        return list(PAGES)

    def read(self, page: str) -> tuple[float, float]:
        """Ask for a page; return the milliseconds it took, and those in which a processor was at work for it."""
        programme = reverse("programme", args=[self.programme.slug])
        address = PAGES[page].format(programme=programme, month=self.month)
        busy = _busy()
        taken = _milliseconds(lambda: self.get(address))
        return taken, _busy() - busy

    def beside_pages(self) -> dict[str, float]:
        figures = {
            "scorecard as XLSX, ms": _median(lambda: self.get(f"{self.month}scorecard.xlsx"), runs=5),
            "scorecard page on the wire, KB": len(self.get(self.month)) / 1000,
            "first visit on the wire, KB": self._first_visit() / 1000,
        }
        figures |= _saves(self.period)
        figures["peak memory of the web process before PDF, MB"] = _peak()
        figures |= _pdf(self.period)
        figures["peak memory with PDF, MB"] = _peak()
        return figures

    def closing(self) -> dict[str, float]:
        """Closing a month, opening the next one, and the digest of a large one."""
        kinds = (WorkstreamPosition, ProductPosition, MilestonePosition)
        rows = sum(model.objects.of(self.period).count() for model in kinds)
        closed = _milliseconds(lambda: close_period(self.period, override="To measure what it costs"))
        opened = _milliseconds(lambda: open_period(self.programme, next_label(self.period.label)))
        return {
            "positions of a month, thousands": rows / 1000,
            "close a month, ms": closed,
            "open a month, ms": opened,
            f"digest {DIGESTED:,} rows, ms": _digest(self.period),
        }

    @property
    def period(self) -> Period:
        return self.programme.periods.select_related("scheme_version").latest("label")

    @property
    def month(self) -> str:
        """The address of the newest month."""
        return reverse("scorecard", args=[self.programme.slug, self.period.label])

    def get(self, address: str) -> bytes:
        response = self.client.get(address)
        assert response.status_code == HTTPStatus.OK, f"{address}: {response.status_code}"
        return b"".join(response)

    def _first_visit(self) -> int:
        """Bytes of the page and of everything it loads, as they are served."""
        return sum(len(self.get(each)) for each in (self.month, *(f"/static/{name}" for name in FIRST_VISIT)))


def _leave_statistics_to_us() -> None:
    """Otherwise autovacuum renews them now or a minute later, as it happens."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in in_period_models():
                cursor.execute(f"ALTER TABLE {model._meta.db_table} SET (autovacuum_enabled = false)")


def _load(name: str, times: int) -> Programme:
    folder = loading.FOLDER / name
    about = json.loads((folder / "programme.json").read_text(encoding="utf-8"))
    if times == 1:
        return loading.load(name)[0]

    class Larger(loading.Example):
        """Every sub-workstream, product, milestone and finance line so many times, and 2,000 risks."""

        def lines(self, file: str, **where: str) -> list[loading.Line]:
            return [copy for line in super().lines(file, **where) for copy in _copies(file, line, times)]

    with transaction.atomic():
        return Larger(folder, about).load()


def _copies(file: str, line: loading.Line, times: int) -> Iterator[loading.Line]:
    """The line itself, and copies whose refs tell them apart."""
    yield line
    mine = {
        "workstreams": ("ref",) if "-" in line.get("ref", "") else (),
        "products": ("ref", "workstream", "parent"),
        "milestones": ("ref", "product") if line.get("product") else (),
        "ratings": ("workstream",) if "-" in line.get("workstream", "") else (),
        "finance_lines": ("ref",),
        "amounts": ("line",),
        "risks": ("ref",),
        "mitigations": ("ref", "risk"),
    }.get(file, ())
    copies = times * RISKS_A_TIME if file in {"risks", "mitigations"} else times
    for n in range(2, copies + 1 if mine else 2):
        yield {**line, **{key: f"{line[key]}~{n}" for key in mine if line[key]}}


def _busy() -> float:
    """Milliseconds that this process was at work so far, and the server's process of its connection.

    What a server elsewhere does, or one on another system than Linux, nobody tells: it is left out.
    """
    ours = time.process_time() * 1000
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        with suppress(OSError):
            theirs = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text(encoding="ascii")
            ours += int(theirs.split()[0]) / 1_000_000
    return ours


def _milliseconds(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return (time.perf_counter() - started) * 1000


def _median(ask: Callable[[], object], runs: int) -> float:
    """Milliseconds, after a warm-up."""
    ask()
    return statistics.median(_milliseconds(ask) for _ in range(runs))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _pdf(period: Period) -> dict[str, float]:
    """Laying the scorecard out, which the worker does."""
    from programmes.month import whole_month
    from reports import layouts
    from reports import printed as paper

    report = layouts.build(whole_month(period))
    started = time.perf_counter()
    size = len(paper.pdf(report))
    first = time.perf_counter() - started
    return {
        "PDF, first of a process, s": first,
        "PDF, warm, s": _median(lambda: paper.pdf(report), runs=3) / 1000,
        "PDF, KB": size / 1000,
    }


def _saves(period: Period) -> dict[str, float]:
    """A lead saving a product again and again: the whole request, and the action with guard and audit alone."""
    from programmes.month import open_month_or_404
    from programmes.rows import KINDS

    kind = KINDS["product"]
    position = ProductPosition.objects.of(period).select_related("product", "workstream").first()
    assert position
    place = (period.programme.slug, period.label)
    lead = User.objects.create_user("lead@council.example", name="Lead")
    Membership.objects.create(user=lead, workstream=position.workstream, role="lead")
    client = Client(headers={"HX-Request": "true"})
    client.force_login(lead, backend=settings.AUTHENTICATION_BACKENDS[0])
    address = reverse("row", args=[*place, "product", position.product.ref])

    def form(owner: str, *, is_sent: bool = False):  # noqa: ANN202
        month = open_month_or_404(lead, *place)
        target = kind.find(month, position.product.ref)
        data = kind.form(month=month, target=target).as_data() | {"owner": owner}
        return kind.form(data, month=month, target=target) if is_sent else data

    def request(n: int) -> Callable[[], object]:
        data = form(f"Owner {n}")
        return lambda: client.post(address, data).status_code == HTTPStatus.OK or sys.exit("A save was refused.")

    def action(n: int) -> Callable[[], object]:
        sent = form(f"Owner of action {n}", is_sent=True)
        assert sent.is_valid(), sent.errors
        given = {"seen": sent.cleaned_data["seen"], "about": sent.target.about, "touches": sent.touches(), "by": lead}
        save = transaction.atomic(kind.save)
        return lambda: save(sent.target.row, sent.values(), **given) or sys.exit("A save wrote nothing.")

    return {
        f"{what}, p95 of {SAVES}, ms": _p95(each)
        for what, each in (("save of a row, whole request", request), ("save with guard and audit alone", action))
    }


def _p95(prepared: Callable[[int], Callable[[], object]]) -> float:
    """Milliseconds that nineteen of twenty stay below. What is prepared for each is not counted."""
    taken = [_milliseconds(prepared(n)) for n in range(SAVES + 1)]
    return statistics.quantiles(taken[1:], n=20)[-1]


def _digest(period: Period) -> float:
    """Digesting a month with as many milestones more as make up the rows."""
    from programmes.months.digest import digest, take

    found = sum(taken["rows"] for taken in take(period).values())
    refs = [Milestone(programme=period.programme, ref=f"MORE-{n}") for n in range(DIGESTED - found)]
    like = MilestonePosition.objects.of(period).first()
    positions = []
    for milestone in Milestone.objects.bulk_create(refs):
        positions.append(copy.copy(like))
        positions[-1].pk, positions[-1].milestone = None, milestone
    MilestonePosition.objects.bulk_create(positions)
    return _median(lambda: digest(period, take(period)), runs=5)


def main() -> None:
    """Answer until there is nothing more to do. What anything else prints must not stand among the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    bench = Bench()
    for line in sys.stdin:
        what, *arguments = json.loads(line)
        print(json.dumps(getattr(bench, what)(*arguments)), file=answers, flush=True)


if __name__ == "__main__":
    main()
