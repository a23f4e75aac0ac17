"""The returns of a closed month: how it came about stays readable for those who worked on it, and nothing more."""

import pytest

from accounts.roles import Role
from programmes.actions import close_period, reopen_period
from returns import challenges
from tests.factories import person
from tests.returns.cast import address, posts, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(month):
    """ERP's return submitted, with a challenge that was answered; Payroll's accepted; the month closed all the same."""
    month.due("2022-07-01")
    month.bring("accepted", month.payroll)
    month.bring("submitted")
    challenges.ask(*month.seat(month.pmo), about="Schedule", text="Why green?", by=month.pmo)
    challenges.answer(*month.seat(month.lead), 1, text="The design is agreed", evidence="Minutes", by=month.lead)
    close_period(month.period, override="The committee meets tomorrow")
    return month


@pytest.mark.dealt
@pytest.mark.parametrize("who", ["lead", "reviewer", "pmo"])
def test_a_closed_return_shows_what_was_done_and_said_and_offers_nothing(as_, closed, who):
    page = as_(getattr(closed, who)).get(address("my_return", "FIN-1")).content.decode()

    main = page.split("<main")[1]
    for said in ("Submitted by Lead of ERP", "Why green?", "The design is agreed", "Minutes", "June 2022 is closed"):
        assert said in main
    assert '<a href="/programmes/book/2022-06/?workstream=FIN-1">its report</a>' in main
    assert "It lies with" not in main
    assert "<form" not in main


def test_the_list_shows_how_every_return_came_in_and_offers_nothing(as_, closed):
    response = as_(closed.pmo).get(address("returns"))

    stood = {each.unit.ref: each.state.value for each in response.context["found"]}
    assert (stood["FIN-1"], stood["PEO-1"]) == ("submitted", "accepted")
    main = response.content.decode().split("<main")[1]
    assert "They were due by the end of 1 July 2022." in main
    for offer in ("checkbox", "Accept those ticked", "Remind", "Lies with", "Close June 2022", "the deadline</a>"):
        assert offer not in main


@pytest.mark.dealt
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", ["returns", "my_return"])
def test_a_closed_month_is_looked_back_on_by_those_who_saw_it_open(as_, closed, name, role):
    place = address(name, *(["FIN-1"] if name == "my_return" else []))
    assert as_(person(role, closed.root)).get(place).status_code == (403 if role == "councillor" else 200)


def test_a_lead_looks_back_on_their_own_part_alone(as_, closed):
    browser = as_(closed.lead)

    assert [each.unit.ref for each in browser.get(address("returns")).context["found"]] == ["FIN-1"]
    assert browser.get(address("my_return", "PEO-1")).status_code == 404
    assert as_(person()).get(address("my_return", "FIN-1")).status_code == 404


@pytest.mark.dealt
@pytest.mark.parametrize("who", ["lead", "reviewer", "pmo"])
def test_nothing_can_be_done_with_a_closed_return(as_, closed, who):
    browser, before = as_(getattr(closed, who)), rows()

    for path, data in [*posts("FIN-1"), (address("returns"), {"unit": "FIN-1"}), (address("remind"), {"send": "1"})]:
        response = browser.post(path, data)
        assert response.status_code == 409
        assert "June 2022 is closed, so nothing in it can change." in response.content.decode()
    assert rows() == before


def test_an_edition_that_is_open_is_worked_on_again(as_, closed):
    reopen_period(closed.period, reason="A rating was mistyped")

    assert "<form" in as_(closed.pmo).get(address("my_return", "FIN-1")).content.decode().split("<main")[1]
