"""Hazards in a return: its part, who may write them and until when, and what a scheme without rules means."""

import pytest
from django.utils import timezone

from assurance.running import held_in
from core.dates import long_date
from programmes.actions import Refused, close_period
from programmes.editing.parts import parts
from programmes.models import Lineage
from programmes.rows import Held
from returns import actions
from returns.tasks import missing, tasks
from tests.factories import everything, person
from tests.programmes.rows.forms import form_of, place
from tests.returns.cast import Month, address
from tests.specimen.models import HazardPosition, Sighting
from tests.specimen.trials import hazard

pytestmark = pytest.mark.django_db
LOCKED = "The return of ERP system is submitted. Withdraw it to change something in it."
UNANSWERED = "Hazards: Hazard “Flood” (H-0002) is high: say what is done about it."


def part(month, unit):
    return next(each for each in tasks(held_in(*month.seat(month.lead, unit))) if each.code == "hazards")


def test_a_return_asks_for_hazards_and_says_what_is_missing_and_what_the_checks_find(month):
    found = part(month, month.erp)

    assert (found.title, found.count, found.kinds) == ("Hazards", "2 hazards", ("hazard", "sighting"))
    assert [(point.said, point.href.rpartition("/rows/")[2]) for point in found.missing] == [
        ("Hazard “Flood” (H-0002) is high: say what is done about it.", "hazard/H-0002/")
    ]
    assert [point.said for point in found.worth_a_look] == [
        "“Flood” (H-0002) is high, and nobody says what was seen of it."
    ]


@pytest.mark.parametrize("size", [1, 3])
def test_its_page_costs_a_query_for_each_kind_and_none_for_what_is_found(
    client, month, django_assert_num_queries, size
):
    for n in range(size):
        hazard(month, month.erp, f"H-9{n}", likelihood=4, impact=4)
    client.force_login(month.lead)

    with django_assert_num_queries(15 + 2):
        page = client.get(address("my_return", "FIN-1"))
    (found,) = (each for each in page.context["tasks"] if each.code == "hazards")
    assert len(found.worth_a_look) == 1 + size


def test_it_stands_last_among_the_parts_and_is_edited_on_a_page_of_its_own(client, month):
    client.force_login(month.lead)

    page = client.get(address("task", "FIN-1", "hazards"))

    assert list(dict.fromkeys(each.code for each in tasks(held_in(*month.seat(month.lead)))))[-1] == "hazards"
    assert [(lines.caption, [line.target.key for line in lines.lines]) for lines in page.context["task"].lists()] == [
        ("Hazards", ["H-0001", "H-0002"]),
        ("What was seen", ["H-0001/1"]),
    ]
    assert page.context["in_bulk"] == ["hazards"]


def test_a_return_is_not_submitted_while_something_is_missing(month):
    month.rate(month.erp)
    assert missing(*month.seat(month.lead)) == [UNANSWERED]
    with pytest.raises(Refused, match="Flood"):
        actions.submit(*month.seat(month.lead), by=month.lead)

    HazardPosition.objects.of(month.period).filter(hazard=month.flood).update(response="accept")
    assert actions.submit(*month.seat(month.lead), by=month.lead)


@pytest.mark.parametrize("kind", ["hazard", "sighting"])
def test_what_is_typed_and_not_saved_is_missing_too(month, sit, kind):
    new = {"hazard": "FIN-1/new", "sighting": "H-0001/new"}[kind]
    field = {"hazard": "title", "sighting": "text"}[kind]
    sit(month.lead).save(kind, new, view="draft", **{field: "Typed"})

    assert [said for said in missing(*month.seat(month.lead)) if "is not saved" in said]


def test_hazards_count_towards_the_state_of_a_return(month):
    """Said afresh, a sighting begins it; carried, a hazard is there to be looked at."""
    assert month.state() == "started"
    Sighting.objects.all().delete()
    HazardPosition.objects.update(carried=True)

    assert month.state() == "not_started"
    assert month.standing().carried == 4  # with a product and a milestone
    HazardPosition.objects.filter(hazard=month.fire).update(carried=False)
    assert month.state() == "started"
    assert (month.standing(month.people).carried, month.standing(month.finance).carried) == (1, 0)


def test_a_scheme_without_rules_for_hazards_asks_for_none(db):
    month = Month()
    hazard(month, month.erp, likelihood=5, impact=5)

    seat = month.seat(month.lead)
    assert "hazards" not in [each.code for each in parts(Held(*seat))]
    assert not [said for said in missing(*seat) if "azard" in said]
    assert month.state() == "not_started", "nor does one begin a return"


# --- Who writes them, and until when ------------------------------------------------------------------------


@pytest.fixture
def submitted(month):
    """The month with ERP's return submitted."""
    HazardPosition.objects.of(month.period).filter(hazard=month.flood).update(response="accept")
    month.bring("submitted")
    return month


def test_once_submitted_its_lead_is_refused_and_the_partner_goes_on_until_the_month_closes(submitted, sit):
    lead = sit(submitted.lead)
    read = lead.open("hazard", "H-0001").content.decode()
    assert LOCKED in read
    assert "3, medium" in read
    before = everything()
    said = {"seen": "1", "of": HazardPosition.objects.get(hazard=submitted.fire).pk, "title": "Theirs"}
    assert (
        lead.client.post(place(submitted, "hazard", "H-0001"), said | {"likelihood": 1, "impact": 1}).status_code == 409
    )
    assert everything() == before

    partner = sit(submitted.partner)
    assert partner.save("hazard", "H-0001", likelihood="1").status_code == 302
    assert partner.save("sighting", "H-0001/new", text="Put out").status_code == 302
    row = HazardPosition.objects.get(hazard=submitted.fire)
    assert (row.likelihood, row.score) == (1, 5)

    assert submitted.state() == "submitted"

    close_period(submitted.period, override="The rest is not asked for")
    assert partner.client.post(place(submitted, "hazard", "H-0001"), said).status_code == 409


def test_the_partner_is_led_to_the_rows_and_may_do_with_them_what_can_be_done(submitted, sit):
    partner = sit(submitted.partner)
    listed = partner.client.get("/programmes/book/2022-06/hazards/")
    assert [row.cells["title"].href.partition("?")[0] for _, row in listed.context["table"].lines()] == [
        place(submitted, "hazard", ref) for ref in ("H-0001", "H-0002", "H-0003")
    ]
    assert listed.context["may_change"]
    assert "Change many" in listed.content.decode()

    page = partner.client.get("/programmes/book/2022-06/plan/hazard/H-0002/withdraw/")
    done = partner.client.post(page.request["PATH_INFO"], form_of(page) | {"reason": "Nothing came of it"})

    assert done.status_code == 302
    assert HazardPosition.objects.get(hazard=submitted.flood).withdrawn
    assert Lineage.objects.of(submitted.period).filter(kind="hazard", step="withdrawn").exists()
    assert "Withdrawn: Nothing came of it" in partner.open("hazard", "H-0002").content.decode()


def test_the_page_of_the_part_is_the_partners_to_work_on_and_its_lead_reads_it(submitted, sit):
    def found(user):
        seated = sit(user).client
        hazards, sightings = seated.get(address("task", "FIN-1", "hazards")).context["task"].lists()
        (part,) = (
            part for part in seated.get(address("my_return", "FIN-1")).context["tasks"] if part.code == "hazards"
        )
        rows = [line.may_change for line in (*hazards.lines, *sightings.lines)]
        return rows, [len(hazards.add), len(sightings.add)], [bool(point.href) for point in part.worth_a_look]

    assert found(submitted.partner) == ([True] * 3, [1, 2], [True])
    assert found(submitted.lead) == ([False] * 3, [0, 0], [False])


def test_nobody_else_does(submitted, sit):
    for role in ("finance", "committee", "legal"):
        clerk = sit(person(role, submitted.root))
        listed = clerk.client.get("/programmes/book/2022-06/hazards/")
        assert {row.cells["title"].href for _, row in listed.context["table"].lines()} == {""}
        assert clerk.client.get("/programmes/book/2022-06/bulk/hazards/").status_code == 403
        assert clerk.open("hazard", "H-0001").status_code == 403


# --- What the partner saves is no look by the lead ----------------------------------------------------------


def by_partner(said):
    return f"{said} by Assurance partner, {long_date(timezone.localdate())}"


def test_what_the_partner_saves_the_lead_has_still_to_look_at(submitted, sit):
    HazardPosition.objects.update(carried=True)
    partner = sit(submitted.partner)

    assert partner.save("hazard", "H-0001", likelihood="1").status_code == 302
    assert partner.save("hazard", "FIN-1/new", title="Theft", likelihood="1", impact="1").status_code == 302

    fire = HazardPosition.objects.get(hazard=submitted.fire)
    new = HazardPosition.objects.get(title="Theft")
    assert (fire.carried, fire.changed_by_others) == (True, by_partner("Likelihood changed"))
    assert (new.carried, new.changed_by_others) == (False, by_partner("Added"))
    said = [point.said for point in part(submitted, submitted.erp).worth_a_look]
    assert f"1 row not looked at since this was done: {by_partner('Likelihood changed')}." in said
    assert f"1 row not looked at since this was done: {by_partner('Added')}." in said
    page = sit(submitted.lead).client.get(address("task", "FIN-1", "hazards")).content.decode()
    assert by_partner("Likelihood changed") in page
    assert "Still right" not in page  # while it is submitted


def test_only_who_reports_there_says_that_a_row_still_holds(month, sit):
    HazardPosition.objects.update(changed_by_others="Impact changed")
    partner, task = sit(month.partner), address("task", "FIN-1", "hazards")
    assert "Still right" not in partner.client.get(task).content.decode()
    refused = partner.client.post(place(month, "hazard", "H-0001", "confirm"), {"seen": "1"})
    assert refused.status_code == 409
    assert "is for those to say who report on ERP system" in refused.content.decode()
    assert partner.save("hazard", "H-0001").status_code == 302  # as it stands: nothing is written
    assert HazardPosition.objects.filter(changed_by_others="Impact changed", version=1).count() == 3

    lead = sit(month.lead)
    assert "Still right" in lead.client.get(task).content.decode()
    lead.client.post(place(month, "hazard", "H-0001", "confirm"), {"seen": "1"})
    assert HazardPosition.objects.get(hazard=month.fire).changed_by_others == ""
