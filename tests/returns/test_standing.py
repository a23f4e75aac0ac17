"""Where a return stands: from its last step, from the rows that were touched, and by the day it is in London."""

import datetime as dt
import re
import time
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from programmes.models import MilestonePosition, ProductPosition
from returns import actions, challenges
from returns.status import standings, units
from tests.factories import person
from tests.returns.cast import STATES, Month, address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", STATES)
def test_the_state_is_that_of_the_last_step(month, state):
    month.bring(state)

    assert month.state() == state


def test_a_return_that_is_withdrawn_is_begun_again(month):
    month.bring("submitted")
    actions.withdraw(*month.seat(month.lead), by=month.lead)

    assert month.state() == "started"


def test_nothing_touched_is_not_started(month):
    """Everything was carried; a row saved elsewhere does not start this one."""
    month.rate(month.payroll)

    assert [month.state(each) for each in (month.erp, month.payroll, month.finance)] == [
        "not_started",
        "started",
        "not_started",
    ]


@pytest.mark.parametrize("model", [ProductPosition, MilestonePosition])
@pytest.mark.parametrize("touch", [{"carried": False}, {"carried": False, "withdrawn": True}])
def test_a_row_looked_at_or_withdrawn_starts_a_return(month, model, touch):
    model.objects.of(month.period).update(**touch)

    assert month.state() == "started"


def test_narrative_starts_a_return(month):
    month.narrative(month.erp, "awareness", "Something")

    assert month.state() == "started"


def test_rows_as_last_month_are_counted_until_looked_at(month):
    assert (month.standing().carried, month.standing(month.finance).carried) == (2, 0)

    ProductPosition.objects.of(month.period).update(carried=False)
    assert month.standing().carried == 1

    MilestonePosition.objects.of(month.period).update(withdrawn=True)
    assert month.standing().carried == 0


def test_what_is_below_the_return_tier_is_in_the_return_above_it(db):
    month = Month()
    document = month.scheme_version.document
    document["return_tier"] = 1
    month.period.scheme_version = type(month.scheme_version).objects.create(
        programme=month.programme, number=2, document=document
    )
    month.period.save()
    month.narrative(month.erp, "awareness", "Something")

    assert [unit.ref for unit in units(month.desk(month.pmo))] == ["ROOT", "FIN", "PEO"]
    assert (month.state(month.finance), month.standing(month.finance).carried) == ("started", 2)


def test_open_challenges_are_counted(month):
    month.bring("submitted")
    for text in ("Why?", "And how?"):
        challenges.ask(*month.seat(month.reviewer), about="", text=text, by=month.reviewer)
    challenges.answer(*month.seat(month.lead), 1, text="Because", evidence="", by=month.lead)
    assert month.standing().challenges == 2

    challenges.settle(*month.seat(month.reviewer), 1, text="", by=month.reviewer)
    assert month.standing().challenges == 1


# What may have happened to a row that is as last month
HAPPENED = [
    {"carried": False},
    {"withdrawn": True},
    {"carried": False, "withdrawn": True},
    {"changed_by_others": "Status changed by PMO officer"},
]


@pytest.mark.parametrize(("state", "row"), [*((s, {}) for s in STATES), *(("not_started", row) for row in HAPPENED)])
def test_its_page_and_the_list_say_the_same_of_a_return(client, month, state, row):
    """The one counts the rows that it shows, the other has them counted."""
    month.bring(state)
    challenges.ask(*month.seat(month.reviewer), about="", text="Why?", by=month.reviewer)
    MilestonePosition.objects.of(month.period).update(status="delivered", **row)
    ProductPosition.objects.of(month.period).update(**row)
    client.force_login(month.pmo)

    assert client.get(address("my_return", "FIN-1")).context["standing"] == month.standing()


def test_standings_keep_the_order_they_were_asked_in(month):
    desk = month.desk(month.pmo)
    nodes = [desk.tree.by_ref[ref] for ref in ("PEO-1", "ROOT", "FIN-1")]

    assert [each.unit.ref for each in standings(desk, nodes)] == ["PEO-1", "ROOT", "FIN-1"]
    assert standings(desk, []) == []


class TestLiesWith:
    @pytest.mark.parametrize(
        ("state", "whom"),
        [
            ("not_started", "its lead"),
            ("sent_back", "its lead"),
            ("submitted", "the workstream’s review"),
            ("passed_on", "the programme’s PMO"),
            ("accepted", ""),
        ],
    )
    def test_whoever_has_to_do_something(self, month, state, whom):
        month.bring(state)

        assert month.standing().waits_for == whom

    def test_the_programmes_pmo_where_nobody_is_between(self, month):
        """A workstream without anybody in it must not hold a return that no one will look at."""
        month.bring("submitted", month.payroll)
        assert month.standing(month.payroll).waits_for == "the programme’s PMO"

        reader = person("director", month.people)
        assert month.standing(month.payroll).waits_for == "the programme’s PMO"

        reader.memberships.update(role="lead")
        assert month.standing(month.payroll).waits_for == "the workstream’s review"

        type(reader).objects.filter(pk=reader.pk).update(is_active=False)
        assert month.standing(month.payroll).waits_for == "the programme’s PMO"

    def test_the_programmes_pmo_for_a_workstream_of_the_first_tier(self, month):
        month.bring("submitted", month.finance)

        assert month.standing(month.finance).waits_for == "the programme’s PMO"


class TestLate:
    """A deadline is a day, and it ends when that day ends in London, wherever the server stands."""

    @pytest.fixture(autouse=True, params=["Europe/London", "America/New_York", "Pacific/Auckland"])
    def server(self, request, monkeypatch):
        monkeypatch.setenv("TZ", request.param)
        time.tzset()
        yield
        monkeypatch.undo()
        time.tzset()

    @pytest.mark.parametrize(
        ("due", "still", "late"),
        [
            ("2022-06-30", "2022-06-30T22:59:59", "2022-06-30T23:00:00"),  # an hour before midnight in UTC
            ("2022-01-31", "2022-01-31T23:59:59", "2022-02-01T00:00:00"),
            ("2026-03-28", "2026-03-28T23:59:59", "2026-03-29T00:00:00"),  # the last night of winter time
            ("2026-03-29", "2026-03-29T22:59:59", "2026-03-29T23:00:00"),  # the day the clocks went forward
            ("2026-10-24", "2026-10-24T22:59:59", "2026-10-24T23:00:00"),  # the last night of summer time
            ("2026-10-25", "2026-10-25T23:59:59", "2026-10-26T00:00:00"),  # the day they went back, 25 hours long
            ("2024-02-29", "2024-02-29T23:59:59", "2024-03-01T00:00:00"),
        ],
    )
    def test_from_midnight_in_london(self, month, monkeypatch, due, still, late):
        month.due(due)
        found = month.standing()
        said = []
        for moment in (still, late):
            now = dt.datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("UTC"))
            monkeypatch.setattr(timezone, "now", lambda now=now: now)
            said.append(found.is_late)

        assert said == [False, True]

    @pytest.mark.parametrize("state", STATES)
    def test_only_where_its_lead_still_works_on_it(self, month, state):
        month.due("2022-06-01")
        month.bring(state)

        assert month.standing().is_late is (state in {"not_started", "started", "sent_back"})
        assert ("late" in month.standing().marks) is month.standing().is_late

    def test_never_without_a_deadline(self, month):
        assert not month.standing().is_late


def test_a_challenge_that_is_answered_is_told_from_an_open_one(asked, client):
    client.force_login(asked.pmo)

    def tags():
        found = asked.standing()
        page = client.get(address("my_return", "FIN-1")).content.decode()
        words = re.findall(r'<span class="tag challenged">([^<]+)</span>', page)
        return found.challenges, found.answered, words

    def answer(text):
        challenges.answer(*asked.seat(asked.lead), 1, text=text, evidence="", by=asked.lead)

    assert tags() == (1, 0, ["1 challenge open"])
    answer("So")
    assert tags() == (1, 1, ["1 challenge answered"])
    answer("And so")
    challenges.ask(*asked.seat(asked.pmo), about="", text="And this?", by=asked.pmo)
    assert tags() == (2, 1, ["1 challenge open", "1 challenge answered"])
    challenges.settle(*asked.seat(asked.pmo), 1, text="", by=asked.pmo)
    assert tags() == (1, 0, ["1 challenge open"])
