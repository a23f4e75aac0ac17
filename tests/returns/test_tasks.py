"""What a return says is missing, and what is worth a look, in every case."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from assurance.running import held_in
from programmes.models import MilestonePosition, ProductPosition, Rating
from programmes.rows import KINDS
from programmes.rows.part import Part, Point
from returns.tasks import missing, tasks
from tests.factories import person
from tests.programmes.rows.forms import place as row_of
from tests.returns.cast import Month, address

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(month):
    """Return a function that reads the tasks of a return, by code."""

    def read(workstream=None, user=None):
        return {task.code: task for task in tasks(held_in(*month.seat(user or month.lead, workstream)))}

    return read


def said(points):
    return tuple(point.said for point in points)


def test_a_return_has_the_parts_its_scheme_asks_for(month, read):
    sub = [(task.code, task.title, task.count) for task in read().values()]
    assert sub == [
        ("ratings", "Ratings", "0 of 1 given"),
        ("resources", "Resources", "0 of 1 given"),
        ("plan", "Products and milestones", "1 product, 1 milestone"),
        ("narrative", "Narrative", "0 entries"),
    ]

    programme = [(task.code, task.count) for task in read(month.root, month.pmo).values()]
    assert programme == [
        ("ratings", "0 of 2 given"),
        ("resources", "0 of 1 given"),
        ("plan", "0 products, 0 milestones"),
        ("narrative", "0 entries"),
    ]


def test_a_rating_that_is_not_given_is_missing(month, read):
    assert said(read()["ratings"].missing) == ("Schedule rating of ERP system (FIN-1) is not given.",)
    assert said(read()["resources"].missing) == ("Resources rating of ERP system (FIN-1) is not given.",)
    assert missing(*month.seat(month.lead)) == [
        "Ratings: Schedule rating of ERP system (FIN-1) is not given.",
        "Resources: Resources rating of ERP system (FIN-1) is not given.",
    ]

    month.rate(month.erp)
    assert missing(*month.seat(month.lead)) == []
    assert (read()["ratings"].count, read()["ratings"].worth_a_look) == ("1 of 1 given", ())


# level now, level last month ("" for none), whether a reason is given -> what is said of it
STILL = "Schedule rating of ERP system (FIN-1) "
CASES = [
    ("G", "G", "", None),
    ("G", "", "", None),
    ("G", "A", "", "has moved and gives no reason."),
    ("G", "A", "Back on course", None),
    ("A", "A", "", "is not the best and gives no reason."),
    ("A", "", "", "is not the best and gives no reason."),
    ("A", "G", "", "has moved and gives no reason."),
    ("A", "G", "A supplier is late", None),
    ("R", "R", "", "is not the best and gives no reason."),
    ("R", "A", "", "has moved and gives no reason."),
    ("R", "R", "Still no supplier", None),
]


@pytest.mark.parametrize(("level", "past", "reason", "why"), CASES)
def test_amber_red_and_what_moved_need_a_reason(db, level, past, reason, why):
    month = Month(schedule=past)
    month.rate(month.erp, schedule="")
    month.rating(month.erp, "schedule", level, reason=reason)

    assert missing(*month.seat(month.lead)) == ([f"Ratings: {STILL}{why}"] if why else [])


def test_a_rating_of_a_scale_of_its_own_is_judged_by_that_scale(month):
    """Borderline is not the best of the resourcing scale, although its letter is none of R, A and G."""
    month.rate(month.erp, resources="B")

    assert missing(*month.seat(month.lead)) == [
        "Resources: Resources rating of ERP system (FIN-1) has moved and gives no reason."
    ]


def test_a_rating_off_course_without_a_path_is_worth_a_look(month, read):
    rating = month.rating(month.erp, "schedule", "R", reason="No supplier")
    assert said(read()["ratings"].worth_a_look) == ("Schedule rating of ERP system (FIN-1) has no path to green.",)

    def look(**path):
        Rating.objects.filter(pk=rating.pk).update(path_to_green="Tender again", **path)
        return [text.removeprefix(STILL) for text in said(read()["ratings"].worth_a_look)]

    assert look() == ["has a path to green that names nobody and has no date."]
    assert look(path_owner="Head of IT") == ["has a path to green that has no date."]
    july = dict.fromkeys(("green_by_earliest", "green_by_latest"), dt.date(2022, 7, 1))
    assert look(**july) == []
    assert look(path_owner="") == ["has a path to green that names nobody."]


def test_rows_as_last_month_and_findings_are_worth_a_look_and_hold_nothing(month, read):
    month.rate(month.erp)
    month.product(month.erp, "P-9", title="Coding manual", due="")

    assert said(read()["plan"].worth_a_look) == (
        "2 rows as last month, not looked at since.",
        "“Coding manual” (P-9) is in tranche 1 and has no due date.",
        "“Coding manual” (P-9) has no milestone, so nothing shows how far it has come.",
    )
    assert missing(*month.seat(month.lead)) == []


def test_a_milestone_delivered_before_this_month_is_not_to_be_looked_at(month, read):
    MilestonePosition.objects.of(month.period).update(status="delivered", delivered_on=dt.date(2021, 11, 24))

    assert said(read()["plan"].worth_a_look) == ("1 row as last month, not looked at since.",), "the product"
    assert month.standing().carried == 1


def test_what_is_worth_a_look_leads_to_where_it_is_changed(month, read):
    month.product(month.erp, "P-9", title="Coding manual", due="")

    found = [href for _, href in read()["plan"].worth_a_look]
    assert found == [address("task", "FIN-1", "plan"), *[row_of(month, "product", "P-9")] * 2]
    assert [href for _, href in read(user=person("director", month.root))["plan"].worth_a_look][1:] == ["", ""]


def test_a_finding_about_another_return_is_not_listed(month, read):
    month.product(month.payroll, "P-9", title="Coding manual")
    month.product(month.finance, "P-8", title="Budget book")
    ProductPosition.objects.of(month.period).update(carried=False)
    MilestonePosition.objects.of(month.period).update(carried=False)

    assert read()["plan"].worth_a_look == ()
    assert [text[:13] for text in said(read(month.finance, month.reviewer)["plan"].worth_a_look)] == [
        "“Budget book”"
    ] * 2
    assert read(month.root, month.pmo)["plan"].worth_a_look == ()


def test_withdrawn_rows_are_no_part_of_a_return(month, read):
    ProductPosition.objects.of(month.period).update(withdrawn=True)
    MilestonePosition.objects.of(month.period).update(withdrawn=True)

    assert (read()["plan"].count, read()["plan"].worth_a_look) == ("0 products, 0 milestones", ())


def test_a_part_that_holds_nothing_is_not_called_complete(month, read):
    assert (read()["narrative"].is_empty, read()["plan"].is_empty) == (True, False)

    month.narrative(month.erp, "awareness", "Something")
    assert (read()["narrative"].is_empty, read()["narrative"].count) == (False, "1 entry")
    assert read(month.payroll, month.pmo)["plan"].is_empty


def test_narrative_is_listed_by_kind_in_the_order_of_the_scheme(month, read):
    month.narrative(month.erp, "risk", "A risk")
    month.narrative(month.erp, "achievement", "Second", seq=2)
    month.narrative(month.erp, "achievement", "First", seq=1)
    month.narrative(month.payroll, "achievement", "Not ours")

    (found,) = read()["narrative"].lists()
    assert [line.target.row.text for line in found.lines] == ["First", "Second", "A risk"]
    assert len(found.add) == len(month.period.scheme.narrative)


def test_lists_offer_what_this_person_may_add(month, read):
    def offered(user):
        return [label for task in read(user=user).values() for each in task.lists() for _, label in each.add]

    assert "Add a product to ERP system" in offered(month.lead)
    assert offered(month.lead) == offered(month.reviewer) == offered(month.pmo)
    assert offered(person("director", month.root)) == []


def test_lines_of_somebody_who_looks_on_change_nothing(month, read):
    director = person("director", month.root)
    lines = [line for task in read(user=director).values() for each in task.lists() for line in each.lines]

    assert lines
    assert not any(line.may_change or line.may_remove for line in lines)


def test_counting_a_return_draws_no_line(month, read, monkeypatch):
    """The page of a return and its submission ask what is missing; only a task's own page draws its rows."""
    for kinds in ("ratings", "plan", "narrative"):
        monkeypatch.setattr(f"programmes.rows.{kinds}.lines", None)

    assert [task.count for task in read().values()]
    assert missing(*month.seat(month.lead))


def test_a_kind_of_row_brings_its_part(month, read, monkeypatch):
    def money(held):
        wanting = (Point(f"{held.unit.name} has no forecast."),)
        yield Part("money", "Money", ("note",), "0 lines", True, wanting, (), tuple)

    monkeypatch.setitem(KINDS, "note", replace(KINDS["note"], part=money))

    assert list(read()) == ["ratings", "resources", "plan", "narrative", "money"]
    assert "Money: ERP system has no forecast." in missing(*month.seat(month.lead))


@pytest.mark.parametrize(("was", "words"), [("G", "Green"), ("", "not stated")])
def test_a_list_of_ratings_shows_what_was_given_last_month(as_, was, words):
    """A dash with words where there was none."""
    month = Month(schedule=was)
    month.rating(month.erp, "schedule", "A", reason="late")
    page = as_(month.lead).get(address("task", "FIN-1", "ratings")).content.decode()

    assert "Last month</th>" in page
    assert f'<span class="vis"> {words}</span>' in re.search('<td class="[^"]*last[^"]*".*?</td>', page, re.DOTALL)[0]
