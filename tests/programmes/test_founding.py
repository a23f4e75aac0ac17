"""A programme is made whole, once, by somebody who may, and the audit says of what."""

import datetime as dt

import pytest
from django.db import IntegrityError

from accounts import audit
from accounts.models import AuditEntry
from programmes.actions import Refused, close_period
from programmes.forms.founding import SLUG
from programmes.founding.actions import SLUG_LENGTH, first_due, found, free_slug, suggested_slug
from programmes.founding.outline import read
from programmes.founding.shipped import adapted
from programmes.models import Membership, Programme, WorkstreamPosition
from programmes.scheme import Tier
from programmes.tree import trees
from tests.factories import Book, everything, founder, person, somerset_scheme

pytestmark = pytest.mark.django_db

AREA, PROJECT = Tier("area", "areas"), Tier("project", "projects")
OUTLINE = "Finance | Director of finance\n- ERP\n- Budget\nPeople"


def chosen(**changes):
    document = adapted(
        somerset_scheme(),
        starts_on=dt.date(2027, 1, 1),
        vesting_day=dt.date(2028, 4, 1),
        tiers=(AREA, PROJECT),
        return_tier=2,
    )
    return {
        "name": "Kent reorganisation",
        "slug": "kent",
        "council": "Kent County Council",
        "started_from": "somerset",
        "document": document,
        "workstreams": read(OUTLINE, tiers=["area", "project"], taken={"KR"}).lines,
        "label": "2027-01",
        "due_on": dt.date(2027, 2, 10),
    } | changes


@pytest.fixture
def officer():
    return founder(name="Programme manager")


@pytest.fixture
def kent(officer):
    programme, is_new = found(**chosen(), by=officer)
    assert is_new
    return programme


def test_the_programme_has_its_scheme_and_its_first_month_open(kent):
    (scheme,) = kent.schemes.all()
    (period,) = kent.periods.all()

    assert (kent.name, kent.slug, kent.council) == ("Kent reorganisation", "kent", "Kent County Council")
    assert (scheme.number, scheme.document) == (1, chosen()["document"])
    assert (period.label, period.is_open, period.previous) == ("2027-01", True, None)
    assert [tier.word for tier in period.scheme.tiers] == ["programme", "area", "project"]


def test_the_workstreams_stand_as_written_below_the_programme_itself(kent):
    (tree,) = trees(kent.periods.get())

    assert [(node.ref, node.name, node.lead, node.tier) for node in tree.root.walk()] == [
        ("KR", "Kent reorganisation", "", 0),
        ("FIN", "Finance", "Director of finance", 1),
        ("FIN-01", "ERP", "", 2),
        ("FIN-02", "Budget", "", 2),
        ("PEO", "People", "", 1),
    ]


def test_a_tier_that_is_left_out_is_stated(officer):
    lines = read("Finance\n-- Ledger\n- Budget\n-- Chart", tiers=["portfolio", "programme", "project"]).lines
    programme, _ = found(**chosen(workstreams=lines), by=officer)

    rows = WorkstreamPosition.objects.filter(period__programme=programme, parent__isnull=False)
    assert dict(rows.values_list("name", "tier")) == {"Finance": None, "Ledger": 3, "Budget": None, "Chart": None}


def test_the_founder_runs_it(kent, officer):
    held = Membership.objects.filter(user=officer)

    assert {(str(each.workstream), each.role) for each in held} == {("KR", "pmo"), ("KR", "administrator")}
    close_period(kent.periods.get(), override="Nothing was reported yet", by=officer)


def test_the_first_month_is_held_until_its_returns_are_in(kent, officer):
    with pytest.raises(Refused, match="5 returns not accepted"):
        close_period(kent.periods.get(), by=officer)


@pytest.mark.parametrize(("today", "due"), [("2027-02-10", "2027-02-10"), ("2027-02-11", "2027-02-18")])
def test_returns_are_due_ten_days_after_the_month_or_in_a_week(monkeypatch, today, due):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: dt.date.fromisoformat(today))

    assert first_due("2027-01") == dt.date.fromisoformat(due)


def test_a_programme_without_a_workstream_below_it_is_one(officer):
    programme, _ = found(**chosen(workstreams=[]), by=officer)

    assert [str(position) for position in WorkstreamPosition.objects.of(*programme.periods.all())] == [programme.name]


def test_the_audit_says_what_was_chosen_and_who_was_given_what(kent, officer):
    entries = {entry.what: entry for entry in AuditEntry.objects.filter(programme="kent")}

    assert entries.keys() == {"period.open", "role.grant", "programme.found", "deadline.add"}
    assert {entry.role for entry in entries.values()} == {"PMO officer, Administrator"}
    assert entries["programme.found"].after == {
        "council": "Kent County Council",
        "scheme": "somerset",
        "starts_on": "2027-01-01",
        "vesting_day": "2028-04-01",
        "tiers": ["programme", "area", "project"],
        "return_tier": 2,
        "workstreams": {"FIN": "Finance", "FIN-01": "ERP", "FIN-02": "Budget", "PEO": "People"},
        "first_month": "2027-01",
    }
    given = AuditEntry.objects.filter(what="role.grant").order_by("seq")
    assert [entry.after for entry in given] == [
        {"role": "PMO officer", "workstream": "KR"},
        {"role": "Administrator", "workstream": "KR"},
    ]
    assert {(entry.actor_key, entry.subject_key) for entry in given} == {(officer.pk, str(officer.pk))}
    assert audit.verify() == ""


def test_sent_twice_it_is_made_once(kent, officer):
    before, entries = everything(), AuditEntry.objects.count()

    again, is_new = found(**chosen(workstreams=[]), by=officer)

    assert (again, is_new) == (kent, False)
    assert everything() == before
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("name", ["Another programme", "Kent reorganisation"])
def test_a_short_name_of_somebody_elses_is_refused_with_one_that_is_free(kent, name):
    other = founder()
    before = everything()

    with pytest.raises(Refused, match=r"The short name “kent” is taken\. “kent-2” is free\."):
        found(**chosen(name=name), by=other)

    assert everything() == before


def test_another_name_under_the_same_short_name_is_another_programme(kent, officer):
    with pytest.raises(Refused, match=r"The short name “kent” is taken\."):
        found(**chosen(name="Another programme"), by=officer)


def test_a_person_without_the_right_is_refused():
    user = person(name="A lead")

    with pytest.raises(Refused, match=r"A lead may not set up programmes\."):
        found(**chosen(), by=user)

    assert not Programme.objects.exists()


def test_what_breaks_halfway_leaves_nothing_at_all(officer):
    line = chosen()["workstreams"][0]
    before = everything()

    with pytest.raises(IntegrityError):  # the same ref twice, which no outline gives
        found(**chosen(workstreams=[line, line]), by=officer)

    assert everything() == before
    assert not AuditEntry.objects.exists()


# --- Short names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Kent reorganisation", "kent-reorganisation"),
        ("  Devon & Exeter: One_Council  ", "devon-exeter-one-council"),
        ("Économies", "economies"),
        ("教育", ""),
        ("_", ""),
        ("a" * 39 + " b", "a" * 39),
    ],
)
def test_a_short_name_is_made_from_the_name(name, slug):
    assert suggested_slug(name) == slug


def test_a_free_short_name_is_the_first_that_nothing_has():
    for slug in ("kent", "kent-2"):
        Book(slug)
    long = "k" * SLUG_LENGTH
    Book(long)

    assert free_slug("kent") == "kent-3"
    assert free_slug("devon") == "devon"
    assert free_slug("new") == "new-2"  # the address of the page itself
    assert free_slug(long) == "k" * (SLUG_LENGTH - 2) + "-2"


def test_a_free_short_name_is_one_that_the_form_takes():
    """Cut where it has a hyphen, it has no second one beside that."""
    stem = "a" * (SLUG_LENGTH - 3)
    Book(f"{stem}-bc")

    free = free_slug(f"{stem}-bc")

    assert free == f"{stem}-2"
    assert SLUG.fullmatch(free)
