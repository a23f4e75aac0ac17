"""Somerset's scorecard of June 2022, figure by figure: what the code counts is what was published."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from django.db import transaction

from assurance.running import findings
from core.as_json import dump
from programmes.actions import close_period, open_period
from programmes.checks import CHECKS
from programmes.editing.parts import parts
from programmes.examples import loading
from programmes.models import (
    MilestonePosition,
    Narrative,
    ProductPosition,
    Rating,
    SectionNote,
    WorkstreamPosition,
)
from programmes.month import whole_month
from programmes.months.closing import notices_on, objections
from programmes.rows import Held
from programmes.rows.base import asked_for
from reports import layouts
from risks.models import RiskPosition

PUBLISHED = Path(__file__).parent.parent / "published" / "somerset-2022-06"
STATUSES = {
    "Total Number of Products": "total",
    "Delivered": "delivered",
    "On Track": "on_track",
    "At Risk": "at_risk",
    "Off Track": "off_track",
    "On Hold/Not yet Started": "on_hold",
}
BY_CODE = {check.code: check for check in CHECKS}
MEASURES = ["total", "S", "B", "I", "products", "tranche_products"]


@pytest.fixture(scope="module")
def somerset(django_db_setup, django_db_blocker):
    """The example, loaded once for this module and taken away after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        programme, _ = loading.load("somerset")
        yield programme
        transaction.set_rollback(True)


@pytest.fixture
def june(somerset, db):
    return somerset.periods.get(label="2022-06")


def report(programme, label):
    """The scorecard as other programs get it."""
    period = programme.periods.get(label=label)
    return json.loads(dump(layouts.build(whole_month(period))))


def rows(written, key):
    blocks = [block for section in written["sections"] for block in section["blocks"] if block["key"] == key]
    return {row["key"]: {k: cell["value"] for k, cell in row["cells"].items()} for row in blocks[0]["rows"]}


def published(name):
    with (PUBLISHED / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def written(june):
    return report(june.programme, "2022-06")


def test_ratings(written):
    columns = {f"{d}_{w}_period": f"{d}_{w}" for d in ("overall", "resources", "schedule") for w in ("last", "this")}
    expected = [{columns[k]: v for k, v in line.items() if k in columns} for line in published("rag")]
    names = ["Overall programme", *(line["workstream"] for line in published("rag")[1:])]

    found = list(rows(written, "ratings").values())

    assert [row["workstream"] for row in found] == names
    assert [{key: row[key] for key in columns.values()} for row in found] == expected


def test_resources(written):
    expected = {
        measure: (int(line["last_period"]), int(line["this_period"]))
        for measure, line in zip(MEASURES, published("resources"), strict=True)
    }

    assert {key: (row["last"], row["this"]) for key, row in rows(written, "resources").items()} == expected


def test_time(written):
    expected = {
        measure: tuple(
            int(line[f"{what}_{which}_period"]) for which in ("last", "this") for what in ("days", "percent")
        )
        for measure, line in zip(["used", "remaining"], published("time"), strict=True)
    }
    found = rows(written, "time")

    columns = [f"{which}_{what}" for which in ("last", "this") for what in ("days", "percent")]
    assert {key: tuple(row[column] for column in columns) for key, row in found.items()} == expected


@pytest.mark.parametrize(("what", "silent"), [("products", (0, 0, 0)), ("milestones", (54, 54, 0))])
def test_products_and_milestones(written, what, silent):
    """The statuses of milestones add up to 658 of 712: 54 of tranche 1 have none, which the paper does not say."""
    expected = {
        STATUSES[line["status"]]: tuple(int(line[key]) for key in ("all_t1_and_t2", "tranche_1", "tranche_2"))
        for line in published(what)
    }
    if any(silent):
        expected["none"] = silent

    assert {key: (row["all"], row["1"], row["2"]) for key, row in rows(written, what).items()} == expected


def test_every_tranche_by_workstream(written):
    products = {
        key: (row["products_all"], row["products_1"], row["products_2"], row["products_other"])
        for key, row in rows(written, "plan").items()
    }
    products["AO"] = tuple(sum(pair) for pair in zip(products.pop("AOP"), products.pop("AOT"), strict=True))

    assert products == {
        "AO": (31, 22, 6, 3),
        "CCP": (95, 30, 15, 50),
        "FIN": (45, 40, 1, 4),
        "GOV": (40, 33, 2, 5),
        "PEO": (55, 34, 10, 11),
        "SA": (174, 20, 32, 122),
        "total": (440, 179, 66, 195),
    }
    assert rows(written, "plan")["PEO"]["milestones_all"] == 126


def test_mays_count_is_the_assurance_reports(june):
    counts = rows(report(june.programme, "2022-05"), "products")

    assert {key: counts[key]["all"] for key in ("total", "delivered", "off_track")} == {
        "total": 233,
        "delivered": 32,
        "off_track": 4,
    }


def test_what_the_checks_find(june, written):
    """Counted in one query for the scorecard, and row by row for the list."""
    expected = {
        "first_tranche_without_due_date": 3,
        "milestone_past_its_date": 2,
        "product_without_milestone": 20,
        "milestone_without_status": 54,
        "delivered_before_work_began": 1,
    }
    month = whole_month(june)

    assert {key: row["found"] for key, row in rows(written, "checks").items()} == expected | {"total": 80}
    assert Counter(found.code for found in findings(month)) == expected


def test_twenty_products_were_dated_again_since_may(june):
    def dates(period):
        found = ProductPosition.objects.of(period).live()
        return dict(found.values_list("product__ref", "due_forecast_latest"))

    now, was = dates(june), dates(june.previous)

    assert sum(now[ref] != was[ref] for ref in now.keys() & was.keys()) == 20


def test_forty_milestones_stand_on_new_years_day(june):
    assert MilestonePosition.objects.of(june).live().filter(forecast_latest="2023-01-01").count() == 40


def test_four_sub_workstreams_of_service_alignment_are_behind(written):
    assert rows(written, "spread_schedule")["SA"] == {
        "workstream": "Service Alignment",
        "G": 26,
        "A": 4,
        "R": 0,
        "all": 30,
    }


@pytest.mark.parametrize(
    "model", [WorkstreamPosition, ProductPosition, MilestonePosition, Rating, Narrative, SectionNote]
)
def test_every_row_counts(june, written, model):
    """Without any one row the report says something else. A sample of each kind; all of them where there are few."""
    held = model.objects.of(june)
    if hasattr(held, "live"):
        held = held.live()
    keys = list(held.order_by("pk").values_list("pk", flat=True))
    sample = keys[:: max(1, len(keys) // 25)]

    unseen = []
    for key in sample:
        with transaction.atomic():
            model.objects.filter(pk=key).delete()
            try:
                is_same = report(june.programme, "2022-06") == written
            except LookupError:  # without its root a programme has no report at all
                is_same = False
            if is_same:
                unseen.append(model.objects.filter(pk=key))
            transaction.set_rollback(True)

    assert sample
    assert unseen == []


# --- The rules of July --------------------------------------------------------------------------------------


def test_what_the_checks_find_is_said_before_june_closes_and_holds_nothing(june):
    assert june.scheme_version.number == 1
    assert [remark.sentence for remark in notices_on(whole_month(june))] == [
        "The checks find 80 things in June 2022, 5 of high severity."
    ]
    assert objections(whole_month(june)) == []


def test_july_is_held_by_what_is_high(somerset, june):
    close_period(june)
    july = open_period(somerset, "2022-07")

    assert july.scheme_version.number == 2
    assert {code: check.severity for code, check in BY_CODE.items() if code in july.scheme.holds_closing} == {
        code: BY_CODE[code].severity for code in july.scheme.checks if BY_CODE[code].severity == "high"
    }
    held = [sentence.partition(":")[0] for sentence in objections(whole_month(july))]
    assert held == [BY_CODE[code].title for code in july.scheme.holds_closing]
    assert Counter(found.code for found in findings(whole_month(june))).total() == 80


def test_the_versions_differ_by_what_july_begins_with(somerset):
    first, second = (version.document for version in somerset.schemes.order_by("number"))

    assert second == first | {key: second[key] for key in ("checks", "holds_closing", "layouts", "risks")}
    own = ("in_returns", "rated_for_risks", "rated_for_issues")
    assert second["risks"] == first["risks"] | {key: second["risks"][key] for key in own}
    assert not first["risks"]["in_returns"]
    before = first["layouts"]["scorecard"]
    assert [section for section in second["layouts"]["scorecard"] if section in before] == before


def test_junes_returns_ask_for_no_risks_and_julys_do(somerset, june):
    month = whole_month(june)
    risks = RiskPosition.objects.of(june).count()
    assert (risks, "risk" in [kind.code for kind in asked_for(june.scheme)]) == (40, False)
    finance = month.tree.by_ref["FIN-03"]
    assert "risks" not in [part.code for part in parts(Held(month, finance))]

    close_period(june)
    july = open_period(somerset, "2022-07")
    assert RiskPosition.objects.reported(july).count() == 37  # three were closed before
