"""What PostgreSQL reads to answer each page of a month that was just opened, which no statistics know yet (T74).

Rows are counted, not seconds: those that a plan takes in its hand, and those that it throws away again.
"""

import datetime as dt
import json
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.dates import next_label
from programmes.actions import open_period
from programmes.models import (
    Milestone,
    MilestonePosition,
    Period,
    Product,
    ProductPosition,
    Rating,
    Workstream,
    WorkstreamPosition,
)
from programmes.months.copying import copy_all
from programmes.months.reported import in_period_models
from returns.models import ChallengeStep, Deadline, ReturnStep
from tests.factories import Book, person
from tests.roles import owner

pytestmark = [pytest.mark.postgresql("SQLite keeps no statistics"), pytest.mark.django_db]

WORKSTREAMS, PRODUCTS = 40, 200
DIMENSIONS = ("overall", "scope", "time")
FEW = 8  # pages of 8 KB: a table of no more is read whole, whatever month is asked for
PAGES = {  # within a month
    "scorecard": "",
    "scorecard of a workstream": "?workstream=W-1",
    "evidence": "ratings/ROOT/overall/",
    "products": "products/",
    "milestones": "milestones/?workstream=W-1",
    "findings": "findings/",
    "findings of a workstream": "findings/?workstream=W-1",
    "returns": "returns/",
    "return": "returns/W-1/",
    "task": "returns/W-1/tasks/plan/",
    "row": "rows/rating/ROOT/overall/",
    "bulk": "bulk/milestones/",
    "closing": "close/",
    "editions": "editions/",
    "JSON": "scorecard.json",
}
TYPES = {bool: "boolean", int: "bigint"}  # as psycopg tells; others PostgreSQL finds out


@pytest.fixture
def filled():
    """One month of a programme with a row of each kind for most of what is reported, and its PMO officer."""
    book = Book("plans", label="2016-01")
    period, programme = book.period, book.programme
    below = Workstream.objects.bulk_create(Workstream(programme=programme, ref=f"W-{n}") for n in range(WORKSTREAMS))
    WorkstreamPosition.objects.bulk_create(
        WorkstreamPosition(period=period, workstream=each, parent=book.root, name=each.ref, sort=n)
        for n, each in enumerate(below)
    )
    products = Product.objects.bulk_create(Product(programme=programme, ref=f"P-{n}") for n in range(PRODUCTS))
    milestones = Milestone.objects.bulk_create(Milestone(programme=programme, ref=f"M-{n}") for n in range(PRODUCTS))
    ProductPosition.objects.bulk_create(
        ProductPosition(period=period, product=each, workstream=below[n % WORKSTREAMS], title=each.ref, tranche="1")
        for n, each in enumerate(products)
    )
    day = dt.date(2016, 1, 1)
    MilestonePosition.objects.bulk_create(
        MilestonePosition(
            period=period,
            milestone=each,
            product=products[n - n % 2],  # so that half of the products have none
            title=each.ref,
            forecast_earliest=day,
            forecast_latest=day,
        )
        for n, each in enumerate(milestones)
    )
    Rating.objects.bulk_create(
        Rating(period=period, workstream=each, dimension=code, level="A")
        for each in (book.root, *below)
        for code in DIMENSIONS
    )
    Deadline.objects.create(period=period, due_on=day)
    ReturnStep.objects.bulk_create(
        ReturnStep(period=period, workstream=each, seq=1, step="submitted", actor="Lead") for each in below
    )
    ChallengeStep.objects.bulk_create(
        ChallengeStep(period=period, workstream=each, number=1, seq=1, step="asked", actor="PMO", text="Why?")
        for each in below
    )
    return period, person("pmo", book.root)


def just_opened(period, past):
    """Go on until so many months lie behind; PostgreSQL looks at its tables before the last is opened, and not after."""
    filled = period
    for _ in range(past - 1):
        after = Period.objects.create(
            programme=period.programme,
            scheme_version=period.scheme_version,
            label=next_label(period.label),
            as_at=period.as_at,
            previous=closed(period),
        )
        copy_all(filled, after)
        period = after
    with owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    opened = open_period(closed(period).programme, next_label(period.label))
    for model in (Rating, Deadline, ReturnStep, ChallengeStep):
        rows = list(model.objects.of(filled))
        for row in rows:
            row.pk, row.period = None, opened
        model.objects.bulk_create(rows)
    return opened


def closed(period):
    period.state, period.closed_at = Period.State.CLOSED, timezone.now()
    period.save(update_fields=["state", "closed_at"])
    return period


@contextmanager
def asked():
    """The queries put to the database meanwhile, with their parameters."""
    found = []

    def note(execute, sql, params, many, context):
        if sql.lstrip("(").startswith("SELECT"):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def plan(sql, params):
    """Run a query again as the connection does, and return the plan with what each step of it read."""
    numbered = sql % tuple(f"${n}" for n in range(1, len(params) + 1))
    types = f"({', '.join(TYPES.get(type(each), 'unknown') for each in params)})" if params else ""
    with transaction.atomic(), psycopg.ClientCursor(connection.connection) as cursor:
        cursor.execute(f"PREPARE asked{types} AS {numbered}")
        given = f"({', '.join(['%s'] * len(params))})" if params else ""
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) EXECUTE asked{given}", params)
        ((answer,),) = cursor.fetchall()
        cursor.execute("DEALLOCATE asked")
    return answer[0]["Plan"]


def steps(node):
    yield node
    for below in node.get("Plans", ()):
        yield from steps(below)


def rows_read(step):
    """How many rows a step takes or throws away. What puts the rows of many questions together has read none."""
    if step["Node Type"] == "Append":
        return 0
    thrown_away = sum(rows for key, rows in step.items() if key.startswith("Rows Removed by"))
    return round(step["Actual Loops"] * (step["Actual Rows"] + thrown_away))


def is_led_by_the_month(step):
    return "period_id" in step.get("Index Cond", "") + step.get("Recheck Cond", "")


def is_of_one_thing(step, months):
    """Whether a step reads by an index no more than how one workstream was rated in every month."""
    return step["Node Type"] != "Seq Scan" and rows_read(step) <= months * len(DIMENSIONS)


def large_tables():
    tables = [model._meta.db_table for model in in_period_models()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND pg_relation_size(oid) > %s * 8192", [tables, FEW]
        )
        return {name for (name,) in cursor.fetchall()}


def read_too_much(opened, client):
    """The pages with a query that reads more than its month and the last, or looks for them among all months."""
    large, months = large_tables(), opened.programme.periods.count()
    assert {model._meta.db_table for model in (ProductPosition, MilestonePosition, Rating)} <= large
    for page, address in PAGES.items():
        with asked() as queries:
            response = client.get(f"/programmes/plans/{opened.label}/{address}")
        assert (response.status_code, page) == (200, page)
        for sql, params in queries:
            found = plan(sql, params)
            reads = [step for step in steps(found) if step.get("Relation Name") in large]
            if max(map(rows_read, steps(found))) > 2 * PRODUCTS or not all(
                is_led_by_the_month(step) or is_of_one_thing(step, months) for step in reads
            ):
                yield page, sql, json.dumps(found, indent=1)


@pytest.mark.parametrize("past", [8, 60])
def test_no_page_of_a_month_just_opened_reads_the_rows_of_other_months(filled, client, past):
    period, pmo = filled
    client.force_login(pmo, backend="accounts.backend.Backend")
    assert "\n".join(next(read_too_much(just_opened(period, past), client), ())) == ""


def test_planned_for_this_month_alone_they_would(filled, client):
    period, pmo = filled
    client.force_login(pmo, backend="accounts.backend.Backend")
    opened = just_opened(period, 8)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    assert {"scorecard", "findings"} <= {page for page, *_ in read_too_much(opened, client)}


def test_plans_are_made_for_any_month_and_kept(filled, client):
    period, pmo = filled
    client.force_login(pmo, backend="accounts.backend.Backend")
    for _ in range(2):
        client.get(f"/programmes/plans/{period.label}/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(generic_plans) > 0, sum(custom_plans) FROM pg_prepared_statements")
        assert cursor.fetchone() == (True, 0)
