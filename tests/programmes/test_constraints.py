"""Every rule the database holds: what it refuses, and the neighbour that it admits, however a row is written."""

import datetime as dt
from contextlib import contextmanager
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from accounts.roles import Role
from core import triggers
from core.plain_text import Reading
from programmes.models import (
    Draft,
    Lineage,
    Membership,
    Milestone,
    MilestonePosition,
    Narrative,
    Particulars,
    Period,
    Product,
    ProductPosition,
    Programme,
    Rating,
    SchemeVersion,
    SectionNote,
    Workstream,
    WorkstreamPosition,
)
from tests import trials
from tests.constraints import Rule, identity, once, the
from tests.factories import Book, person
from tests.roles import owner
from tests.scenes import scene

pytestmark = pytest.mark.django_db


@scene
def world():
    """May closed and June open, with one thing of each kind in June and an identity of each kind without a position.

    Without triggers, which would refuse some of these rows first: here the constraints alone are asked.
    """
    with owner():
        triggers.drop(connection)
    book = Book("one", label="2022-05")
    a = book.workstream("A", book.root)
    product = book.product(a, "P")
    milestone = book.milestone(product, "M")
    may, june = book.period, book.next_month("2022-06")
    book.rating(a, "overall", "G")
    book.narrative(a, "ask", "Agree the plan.")
    book.note("time", "As at last month.")
    Lineage.objects.create(period=june, kind="product", ref="P", seq=1, step="added")
    Particulars.objects.create(period=may, name="One", council="Council")  # as a trigger does
    lead = person("lead", a)
    Draft.objects.create(user=lead, period=june, row="product/P", values={})
    new = {model: model.objects.create(programme=book.programme, ref="N") for model in (Workstream, Product, Milestone)}
    world = SimpleNamespace(
        programme=book.programme,
        scheme=book.scheme_version,
        other=Programme.objects.create(slug="other", name="Other", council="Other council"),
        may=may,
        june=june,
        root=book.root,
        a=a,
        product=product,
        milestone=milestone,
        new_workstream=new[Workstream],
        new_product=new[Product],
        new_milestone=new[Milestone],
        lead=lead,
        other_person=person(),
    )
    trials.call("for_rules", book, world)
    return world


# A row of each kind that the world above has room for. Rules say what to change in it.
ROW: dict[type[models.Model], dict[str, Any]] = {
    SchemeVersion: {"programme": the("programme"), "number": 2, "document": {}},
    Period: {
        "programme": the("programme"),
        "scheme_version": the("scheme"),
        "label": "2022-07",
        "as_at": dt.date(2022, 7, 31),
        "state": "closed",
        "closed_at": dt.datetime(2022, 8, 5, 9, 30, tzinfo=dt.UTC),
    },
    Workstream: {"programme": the("programme"), "ref": "B"},
    Product: {"programme": the("programme"), "ref": "B"},
    Milestone: {"programme": the("programme"), "ref": "B"},
    WorkstreamPosition: {
        "period": the("june"),
        "workstream": the("new_workstream"),
        "parent": the("root"),
        "name": "New",
    },
    ProductPosition: {"period": the("june"), "product": the("new_product"), "workstream": the("a"), "title": "New"},
    MilestonePosition: {
        "period": the("june"),
        "milestone": the("new_milestone"),
        "product": the("product"),
        "title": "New",
    },
    Rating: {"period": the("june"), "workstream": the("a"), "dimension": "schedule", "level": "G"},
    Narrative: {"period": the("june"), "workstream": the("a"), "kind": "ask", "seq": 2, "text": "Agree the budget."},
    SectionNote: {"period": the("june"), "section": "products", "caveat": "Without tranche 3."},
    Particulars: {"period": the("june"), "name": "One", "council": "Council"},
    Membership: {"user": the("lead"), "workstream": the("a"), "role": "pmo"},
    Lineage: {"period": the("june"), "kind": "product", "ref": "N", "seq": 1, "step": "added"},
    Draft: {"user": the("lead"), "period": the("june"), "row": "product/N", "values": {}},
}

OPEN = {"state": "open", "closed_at": None}
AMENDED = {"edition": 2, "reason": "Corrected after the committee"}
MAY_AGAIN = AMENDED | {"label": "2022-05"}
FIRST, NEXT = dt.date(2022, 6, 30), dt.date(2022, 7, 1)


def in_order(name, model, column):
    """A stated date has both ends in order, or none; words alone leave one of them open."""
    ordered, one_alone = [(FIRST, FIRST), (FIRST, NEXT), (None, None)], [(FIRST, None), (None, FIRST)]

    def rows(pairs, text=""):
        return [{f"{column}_earliest": a, f"{column}_latest": b, f"{column}_text": text} for a, b in pairs]

    admitted = [*rows(ordered), *rows([*ordered, *one_alone], "from July on")]
    refused = [*rows([(NEXT, FIRST), *one_alone]), *rows([(NEXT, FIRST)], "from July on")]
    return Rule(name, model, refused, admitted)


RULES = [
    once("scheme_number_once", SchemeVersion, {"number": 1}, elsewhere=[{"number": 2}, {"programme": the("other")}]),
    # --- Periods
    once(
        "period_edition_once",
        Period,
        {"label": "2022-05"},
        elsewhere=[AMENDED, {"label": "2022-04"}, {"programme": the("other")}],
    ),
    Rule("one_open_period", Period, [OPEN], [OPEN | MAY_AGAIN, OPEN | {"programme": the("other")}]),
    Rule("one_open_edition", Period, [OPEN | AMENDED | {"label": "2022-06"}], [OPEN | MAY_AGAIN]),
    Rule("edition_from_one", Period, [AMENDED | {"edition": 0}], [{"edition": 1}]),
    Rule("amendment_has_a_reason", Period, [{"edition": 2}], [AMENDED, {"edition": 1}]),
    Rule(
        "label_is_a_month",
        Period,
        [{"label": label} for label in ("", "2022", "2022-00", "2022-13", "2022-7", "2022/07", "1899-12", "2100-01")],
        [{"label": label} for label in ("1900-01", "2022-10", "2099-12")],
    ),
    Rule(
        "period_reading_known",
        Period,
        [{"reading": each} for each in ("", "html")],
        [{"reading": each} for each in Reading],
    ),
    Rule(
        "closed_has_a_moment",
        Period,
        [{"closed_at": None}, MAY_AGAIN | {"state": "open"}, {"state": "shut"}, {"state": "shut", "closed_at": None}],
        [{"state": "closed"}, OPEN | MAY_AGAIN],
    ),
    # --- Identities and people
    *[rule for model, ref in ((Workstream, "A"), (Product, "P"), (Milestone, "M")) for rule in identity(model, ref)],
    once(
        "membership_once",
        Membership,
        {"role": "lead"},
        elsewhere=[{"role": "finance"}, {"workstream": the("root")}, {"user": the("other_person")}],
    ),
    Rule(
        "membership_role_known",
        Membership,
        [{"role": "boss"}, {"role": ""}],
        [{"role": r, "workstream": the("root")} for r in Role],
    ),
    # --- Positions
    once(
        "workstream_position_once",
        WorkstreamPosition,
        {"workstream": the("a")},
        elsewhere=[{"workstream": the("new_workstream")}],
    ),
    Rule("one_root_workstream", WorkstreamPosition, [{"parent": None}], [{"parent": the("a")}]),
    Rule(
        "workstream_not_its_own_parent",
        WorkstreamPosition,
        [{"parent": the("new_workstream")}],
        [{"parent": the("a")}],
    ),
    Rule(
        "workstream_tier_below_the_programme",
        WorkstreamPosition,
        [{"parent": the("a"), "tier": 0}, {"parent": the("a"), "tier": 5}],
        [{"parent": the("a"), "tier": 1}, {"parent": the("a"), "tier": 4}, {"parent": the("a"), "tier": None}],
    ),
    once(
        "product_position_once",
        ProductPosition,
        {"product": the("product")},
        elsewhere=[{"product": the("new_product")}],
    ),
    in_order("product_baseline_in_order", ProductPosition, "due_baseline"),
    in_order("product_forecast_in_order", ProductPosition, "due_forecast"),
    Rule(
        "product_not_its_parent",
        ProductPosition,
        [{"parent": the("new_product")}],
        [{"parent": None}, {"parent": the("product")}],
    ),
    once(
        "milestone_position_once",
        MilestonePosition,
        {"milestone": the("milestone")},
        elsewhere=[{"milestone": the("new_milestone")}],
    ),
    Rule(
        "milestone_of_one_thing",
        MilestonePosition,
        [{"product": None, "workstream": None}, {"product": the("product"), "workstream": the("a")}],
        [{"product": the("product"), "workstream": None}, {"product": None, "workstream": the("a")}],
    ),
    in_order("milestone_baseline_in_order", MilestonePosition, "baseline"),
    in_order("milestone_forecast_in_order", MilestonePosition, "forecast"),
    # --- What is said
    once(
        "rating_once",
        Rating,
        {"dimension": "overall"},
        elsewhere=[{"dimension": "schedule"}, {"workstream": the("root")}, {"period": the("may")}],
    ),
    Rule(
        "rating_direction_known",
        Rating,
        [{"direction": "sideways"}],
        [{"direction": direction} for direction in ("", "improving", "steady", "worsening")],
    ),
    in_order("rating_green_by_in_order", Rating, "green_by"),
    once(
        "narrative_once",
        Narrative,
        {"seq": 1},
        elsewhere=[{"seq": 2}, {"kind": "escalation"}, {"workstream": the("root")}, {"period": the("may")}],
    ),
    in_order("narrative_on_in_order", Narrative, "on"),
    Rule("narrative_level_one_or_two", Narrative, [{"level": 0}, {"level": 3}], [{"level": 1}, {"level": 2}]),
    once(
        "section_note_once", SectionNote, {"section": "time"}, elsewhere=[{"section": "plan"}, {"period": the("may")}]
    ),
    once("particulars_once", Particulars, {"period": the("may")}, elsewhere=[{"period": the("june")}]),
    Rule(
        "section_note_says_something",
        SectionNote,
        [{"caveat": "", "as_at": None}],
        [{"caveat": "", "as_at": FIRST}, {"caveat": "Late.", "as_at": None}, {"caveat": "Late.", "as_at": FIRST}],
    ),
    # --- How it came about
    once(
        "lineage_once",
        Lineage,
        {"ref": "P"},
        elsewhere=[{"ref": "N"}, {"ref": "P", "kind": "milestone"}, {"ref": "P", "seq": 2}, {"period": the("may")}],
    ),
    Rule(
        "lineage_step_known",
        Lineage,
        [{"step": "lost"}],
        [{"step": step} for step in ("added", "split", "merged", "moved", "withdrawn", "restored")],
    ),
    once(
        "draft_once",
        Draft,
        {"row": "product/P"},
        elsewhere=[{"row": "product/N"}, {"user": the("other_person")}, {"period": the("may")}],
    ),
]


ROW |= trials.by_kind("ROW")
RULES += trials.all_of("RULES")


def columns(world, *parts):
    merged = {key: value for part in parts for key, value in part.items()}
    return {key: value(world) if isinstance(value, attrgetter) else value for key, value in merged.items()}


def insert(world, model, change):
    model.objects.bulk_create([model(**columns(world, ROW[model], change))])


def update(world, model, change):
    row = model.objects.create(**columns(world, ROW[model]))
    assert model.objects.filter(pk=row.pk).update(**columns(world, change)) == 1


@contextmanager
def refused_by(rule):
    """The database refuses, and by this very rule: SQLite names the columns of a unique one instead of it."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        yield
    constraint = next(constraint for constraint in rule.model._meta.constraints if constraint.name == rule.name)
    fields = getattr(constraint, "fields", ())
    where = ", ".join(f"{rule.model._meta.db_table}.{rule.model._meta.get_field(name).column}" for name in fields)
    said = str(refused.value)
    assert f'"{rule.name}"' in said or said in {
        f"CHECK constraint failed: {rule.name}",
        f"UNIQUE constraint failed: {where}",
    }


def cases(which):
    return [
        pytest.param(rule, change, id=f"{rule.name}-{n}")
        for rule in RULES
        for n, change in enumerate(getattr(rule, which))
    ]


@pytest.mark.parametrize(("rule", "change"), cases("refused"))
def test_database_refuses(world, rule, change):
    for write in insert, update:
        with refused_by(rule):
            write(world, rule.model, change)


@pytest.mark.parametrize(("rule", "change"), cases("admitted"))
def test_database_admits_the_neighbour(world, rule, change):
    for write in insert, update:
        with transaction.atomic():
            write(world, rule.model, change)
            transaction.set_rollback(True)


def test_every_constraint_of_every_app_has_its_counter_example():
    held = [c.name for app in trials.ours() for model in app.get_models() for c in model._meta.constraints]
    assert sorted(rule.name for rule in RULES) == sorted(held)


def test_slug_is_one_programmes(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.create(slug="one", name="Another", council="Another council")


@pytest.mark.parametrize("model", [Programme, SchemeVersion, Period, Workstream, Product, Milestone])
def test_nothing_that_is_reported_on_can_be_deleted(world, model):
    with pytest.raises(models.ProtectedError):
        model.objects.all().delete()
