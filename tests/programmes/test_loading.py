"""An example is loaded by living through its months, as a programme would."""

import datetime as dt
import json

import pytest

from accounts.models import User
from accounts.roles import Role
from core.dates import NotADate
from jobs.models import Job
from programmes.actions import Refused, close_period, open_period
from programmes.examples import loading
from programmes.models import (
    Membership,
    MilestonePosition,
    Narrative,
    Period,
    ProductPosition,
    Programme,
    Rating,
    SchemeVersion,
    SectionNote,
    WorkstreamPosition,
)
from programmes.months.verification import verified
from tests.factories import everything, person, somerset_scheme
from tests.workers import work_off

pytestmark = pytest.mark.django_db

MONTHS = ["2022-05", "2022-06", "2022-07"]
OVEN = {"from": "2022-05", "ref": "P-1", "workstream": "HALL", "title": "Oven", "tranche": "1", "status": "on_track"}


def by_month(model, *columns, **where):
    """What the positions say month by month; a month that holds none is left out."""
    rows = model.objects.filter(**where).order_by("period__label", "pk")
    return {row["period__label"]: tuple(row[c] for c in columns) for row in rows.values("period__label", *columns)}


# --- Months and scheme --------------------------------------------------------------------------------------


def test_examples_are_the_folders_with_a_programme(village, hamlet):
    (village.folder.parent / "notes").mkdir()
    assert loading.names() == ["hamlet", "village"]


def test_programme_is_made_with_its_scheme(village):
    programme, is_new = loading.load("village")
    assert is_new
    assert (programme.slug, programme.name, programme.council) == ("village", "The village", "Parish council")
    assert programme.provenance == "Made up."
    assert [(s.number, s.document) for s in SchemeVersion.objects.all()] == [(1, somerset_scheme())]


def test_a_further_version_waits_for_the_month_after_the_last(village):
    for n, check in enumerate(("milestone_without_status", "product_without_milestone"), 2):
        document = somerset_scheme() | {"holds_closing": [check]}
        (village.folder / f"scheme-{n}.json").write_text(json.dumps(document), encoding="utf-8")
    programme, _ = loading.load("village")

    held = programme.schemes.order_by("number").values_list("number", "document__holds_closing")
    assert list(held) == [(1, None), (2, ["milestone_without_status"]), (3, ["product_without_milestone"])]
    assert set(programme.periods.values_list("scheme_version__number", flat=True)) == {1}
    close_period(programme.periods.get(label="2022-07"))
    assert open_period(programme, "2022-08").scheme_version.number == 3


def test_months_follow_each_other_and_the_last_one_stays_open(village):
    loading.load("village")
    periods = Period.objects.order_by("label")
    assert [(p.label, p.state, p.previous and p.previous.label) for p in periods] == [
        ("2022-05", "closed", None),
        ("2022-06", "closed", "2022-05"),
        ("2022-07", "open", "2022-06"),
    ]


@pytest.mark.pdf
def test_reports_of_its_closed_months_are_kept_by_a_worker(village):
    loading.load("village")
    waiting = [each.subject for each in verified()]
    assert [subject.partition(",")[0] for subject in waiting[::2]] == [
        "village 2022-05 edition 1",
        "village 2022-06 edition 1",
    ]

    work_off()

    assert list(verified()) == []
    loading.load("village")
    assert Job.objects.active().count() == 0


# --- What is stated from a month on -------------------------------------------------------------------------


def test_row_holds_from_its_month_until_another_of_the_same_ref(village):
    village.write("products", OVEN, OVEN | {"from": "2022-07", "title": "Two ovens", "status": "delivered"})
    loading.load("village")
    assert by_month(ProductPosition, "title", "status", "carried") == {
        "2022-05": ("Oven", "on_track", False),
        "2022-06": ("Oven", "on_track", True),
        "2022-07": ("Two ovens", "delivered", False),
    }


def test_row_of_a_later_month_is_not_there_before(village):
    village.write("products", OVEN | {"from": "2022-06"})
    loading.load("village")
    assert by_month(ProductPosition, "carried") == {"2022-06": (False,), "2022-07": (True,)}


@pytest.mark.parametrize("withdrawn", ["yes", "no", ""])
def test_withdrawn_row_is_shown_so_in_its_month_and_gone_in_the_next(village, withdrawn):
    village.write("products", OVEN, OVEN | {"from": "2022-06", "withdrawn": withdrawn})
    loading.load("village")
    is_withdrawn = withdrawn == "yes"
    expected = {"2022-05": (False,), "2022-06": (is_withdrawn,), "2022-07": (False,)}
    assert by_month(ProductPosition, "withdrawn") == {
        month: state for month, state in expected.items() if not (is_withdrawn and month == "2022-07")
    }


def test_workstream_can_be_renamed_and_moved(village):
    village.add(
        "workstreams",
        {"from": "2022-05", "ref": "FETE", "parent": "V", "order": 2, "name": "Fête", "lead": "Vicar"},
        {"from": "2022-06", "ref": "FETE", "parent": "HALL", "order": 9, "name": "Summer fête", "lead": "Curate"},
    )
    loading.load("village")
    columns = ("parent__ref", "sort", "name", "lead")
    assert by_month(WorkstreamPosition, *columns, workstream__ref="FETE") == {
        "2022-05": ("V", 2, "Fête", "Vicar"),
        "2022-06": ("HALL", 9, "Summer fête", "Curate"),
        "2022-07": ("HALL", 9, "Summer fête", "Curate"),
    }


def test_workstream_may_state_its_tier(village):
    fete = {"from": "2022-05", "ref": "FETE", "parent": "V", "order": 2, "name": "Fête", "lead": ""}
    village.add("workstreams", fete | {"tier": "2"}, fete | {"ref": "FAIR", "tier": ""})
    loading.load("village")

    rows = WorkstreamPosition.objects.filter(period__label="2022-07", workstream__ref__in=["FETE", "FAIR"])
    assert dict(rows.values_list("workstream__ref", "tier")) == {"FETE": 2, "FAIR": None}


def test_product_has_all_its_columns(village):
    filled = {"owner": "Warden", "critical": "yes", "parent": "P-0", "decision_body": "Parish meeting"}
    filled |= {"decision_on": "2022-06-15", "due_baseline": "Autumn 2022", "due_forecast": "2022-12-01"}
    village.write("products", OVEN | {"ref": "P-0"}, OVEN | filled | {"legal_advice": "no"})
    loading.load("village")
    product = ProductPosition.objects.get(product__ref="P-1", period__label="2022-05")
    assert (product.workstream.ref, product.parent.ref, product.tranche) == ("HALL", "P-0", "1")
    assert (product.owner, product.critical, product.legal_advice) == ("Warden", True, False)
    assert (product.decision_body, product.decision_on) == ("Parish meeting", dt.date(2022, 6, 15))
    assert (product.due_baseline_text, product.due_forecast_text) == ("Autumn 2022", "")
    assert (product.due_baseline_earliest, product.due_baseline_latest) == (dt.date(2022, 9, 1), dt.date(2022, 11, 30))
    assert product.due_forecast_earliest == product.due_forecast_latest == dt.date(2022, 12, 1)


def test_blank_columns_state_nothing(village):
    village.write("products", OVEN | {"tranche": "", "status": ""})
    loading.load("village")
    product = ProductPosition.objects.get(period__label="2022-05")
    assert (product.parent, product.tranche, product.status, product.critical) == (None, "", "", False)
    assert (product.legal_advice, product.decision_on) == (None, None)
    assert (product.due_baseline_text, product.due_baseline_earliest, product.due_baseline_latest) == ("", None, None)


def test_milestone_belongs_to_a_product_or_to_a_workstream(village):
    village.write("products", OVEN)
    steps = {"from": "2022-05", "title": "Step", "status": "on_track"}
    village.write(
        "milestones",
        steps | {"ref": "M-1", "product": "P-1", "baseline": "July 2022", "forecast": "2022-08-01"},
        steps | {"ref": "M-2", "workstream": "HALL", "delivered_on": "2022-05-09", "status_text": "Early."},
    )
    loading.load("village")
    columns = (
        "milestone__ref",
        "product__ref",
        "workstream__ref",
        "baseline_text",
        "baseline_latest",
        "forecast_latest",
    )
    assert list(MilestonePosition.objects.filter(period__label="2022-07").order_by("pk").values_list(*columns)) == [
        ("M-1", "P-1", None, "July 2022", dt.date(2022, 7, 31), dt.date(2022, 8, 1)),
        ("M-2", None, "HALL", "", None, None),
    ]
    second = MilestonePosition.objects.get(period__label="2022-05", milestone__ref="M-2")
    assert (second.delivered_on, second.status_text) == (dt.date(2022, 5, 9), "Early.")


# --- What is said in one month ------------------------------------------------------------------------------


def test_rating_narrative_and_notes_are_of_their_month_only(village):
    said = {"period": "2022-06", "workstream": "HALL"}
    rating = {"dimension": "overall", "level": "A", "reason": "No cook.", "direction": "worsening"}
    entry = {"kind": "ask", "seq": 2, "heading": "Cook", "text": "Find a cook.", "second": "Soon."}
    note = {"section": "time", "as_at": "2022-06-15", "caveat": "Mid-month."}
    village.write("ratings", said | rating)
    village.write("narrative", said | entry)
    village.write("sections", {"period": "2022-06"} | note)
    loading.load("village")
    assert by_month(Rating, "workstream__ref", *rating) == {"2022-06": ("HALL", *rating.values())}
    assert by_month(Narrative, "workstream__ref", *entry) == {"2022-06": ("HALL", *entry.values())}
    assert by_month(SectionNote, *note) == {"2022-06": ("time", dt.date(2022, 6, 15), "Mid-month.")}


# --- People -------------------------------------------------------------------------------------------------


def test_people_have_roles_and_cannot_sign_in_yet(village):
    warden = {"email": "warden@example.org", "name": "Warden"}
    village.write(
        "people", warden | {"workstream": "HALL", "role": "lead"}, warden | {"workstream": "V", "role": "pmo"}
    )
    loading.load("village")
    assert list(Membership.objects.order_by("pk").values_list("user__name", "workstream__ref", "role")) == [
        ("Warden", "HALL", "lead"),
        ("Warden", "V", "pmo"),
    ]
    assert not User.objects.get().has_usable_password()


def test_example_administrator_sets_up_programmes(village):
    village.write(
        "people",
        *({"email": f"{role}@example.org", "name": role, "workstream": "V", "role": role} for role in Role.values),
    )
    loading.load("village")
    assert User.objects.get(sets_up_programmes=True).name == "administrator"


def test_person_who_is_there_keeps_name_and_password(village):
    before = person(name="Head of halls")
    village.write("people", {"email": before.email.upper(), "name": "Warden", "workstream": "V", "role": "lead"})
    loading.load("village")
    after = User.objects.get()
    assert (after.name, after.password) == ("Head of halls", before.password)
    assert [membership.role for membership in after.memberships.all()] == ["lead"]


# --- Once, whole or not at all ------------------------------------------------------------------------------


def test_second_load_changes_nothing(village):
    village.write("products", OVEN)
    first, _ = loading.load("village")
    before = everything()
    village.add("products", OVEN | {"ref": "P-2"})
    assert loading.load("village") == (first, False)
    assert everything() == before


def test_programme_of_the_same_address_is_left_as_it_is(village):
    own = Programme.objects.create(slug="village", name="Our own", council="Our council")
    before = everything()
    assert loading.load("village") == (own, False)
    assert everything() == before


@pytest.mark.parametrize(
    ("file", "row", "problem"),
    [
        ("products", OVEN | {"from": "2022-07", "workstream": "BARN"}, KeyError),
        ("products", OVEN | {"from": "2022-07", "parent": "P-9"}, KeyError),
        ("products", OVEN | {"from": "2022-07", "due_forecast": "31/02/2022"}, NotADate),
        ("products", OVEN | {"from": "2022-07", "critical": "true"}, KeyError),
        ("products", OVEN | {"status": "baked"}, Refused),  # found when May closes
        ("workstreams", {"from": "2022-07", "ref": "SHED", "parent": "BARN", "order": 1, "name": "Shed"}, KeyError),
        ("products", OVEN | {"from": "2022-08"}, ValueError),
        ("milestones", {"from": "2022-04", "ref": "M-1"}, ValueError),
        ("ratings", {"period": "2021-05", "workstream": "V"}, ValueError),
        ("people", {"email": "warden@example.org", "name": "Warden", "workstream": "BARN", "role": "lead"}, KeyError),
    ],
    ids=[
        *("unknown workstream", "unknown parent product", "no such day", "neither yes nor no", "unknown status"),
        *("unknown parent workstream", "month after the last", "month before the first", "rating of no month"),
        "person of no workstream",
    ],
)
def test_example_with_a_mistake_is_not_loaded_at_all(village, file, row, problem):
    village.add(file, row)
    before = everything()
    with pytest.raises(problem):
        loading.load("village")
    assert everything() == before


def test_rows_that_no_month_would_hold_are_named(village):
    village.add("ratings", {"period": "2021-05"}, {"period": "2022-08"}, {"period": "2022-05"})
    with pytest.raises(
        ValueError, match=r"^ratings\.csv has rows of 2021-05, 2022-08, which periods\.csv does not open\.$"
    ):
        loading.load("village")


def test_scheme_of_the_folder_rules_the_months(village):
    document = somerset_scheme()
    document["tranches"] = document["tranches"][1:]
    (village.folder / "scheme.json").write_text(json.dumps(document), encoding="utf-8")
    village.write("products", OVEN)
    with pytest.raises(Refused, match=r"The tranche “1” \(P-1\) is not in the scheme of May 2022\."):
        loading.load("village")
