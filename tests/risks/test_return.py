"""Risks and issues in a return: its part, and what a scheme without rules means."""

import datetime as dt

import pytest

from assurance.running import held_in
from programmes.founding.shipped import adapted, shipped
from programmes.scheme import Scheme
from returns.tasks import missing, tasks
from tests.returns.cast import Month, address
from tests.risks.trials import risk

pytestmark = pytest.mark.django_db


def part(month, unit=None):
    return next(each for each in tasks(held_in(*month.seat(month.lead, unit))) if each.code == "risks")


def test_a_return_asks_for_risks_actions_and_issues(month):
    found = part(month)

    assert (found.title, found.count) == ("Risks and issues", "2 risks, 2 mitigating actions, 1 issue")
    assert found.kinds == ("risk", "mitigation", "issue")


def test_what_the_checks_find_is_worth_a_look_and_holds_nothing_back(month):
    assert "“Flood” (R-0002) has no owner: it is nobody’s." in [point.said for point in part(month).worth_a_look]
    assert not [said for said in missing(*month.seat(month.lead)) if "isk" in said]


def test_its_page_lists_them_with_where_more_are_begun(client, month):
    client.force_login(month.lead)
    page = client.get(address("task", "FIN-1", "risks"))

    assert [(lines.caption, [line.target.key for line in lines.lines]) for lines in page.context["task"].lists()] == [
        ("Risks", ["R-0001", "R-0002"]),
        ("Mitigating actions", ["A-0001", "A-0002"]),
        ("Issues", ["I-0001"]),
    ]
    assert [label for lines in page.context["task"].lists() for _, label in lines.add] == [
        *(
            "Add a risk to ERP system",
            "Add an action on R-0001",
            "Add an action on R-0002",
            "Add an issue to ERP system",
        )
    ]


@pytest.mark.parametrize(("kind", "key"), [("risk", "FIN-1/new"), ("mitigation", "R-0001/new"), ("issue", "FIN-1/new")])
def test_what_is_typed_and_not_saved_is_missing(month, sit, kind, key):
    sit(month.lead).save(kind, key, view="draft", title="Typed")

    assert [said for said in missing(*month.seat(month.lead)) if "is not saved" in said]


def test_a_month_later_what_nobody_has_looked_at_is_said(month):
    month.next_month("2022-07")

    said = [point.said for point in part(month).worth_a_look]
    assert "4 rows as last month, not looked at since." in said  # two risks, an action that is not done, an issue


def test_a_scheme_without_rules_asks_for_none(db):
    month = Month()
    risk(month, month.erp, current="5x5")

    assert "risks" not in [each.code for each in tasks(held_in(*month.seat(month.lead)))]


def test_a_programme_that_begins_with_a_copy_of_somersets_rules_does_not_say_its_risks_are_made_up():
    document = shipped()["somerset"].document
    tiers = Scheme.parse(document).tiers[1:]
    day = dt.date(2030, 1, 1)
    made = adapted(document, starts_on=day, vesting_day=dt.date(2031, 4, 1), tiers=tiers, return_tier=2)

    assert document["risks"].pop("made_up")
    assert made["risks"] == document["risks"]
