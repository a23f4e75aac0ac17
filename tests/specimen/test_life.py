"""What becomes of hazards: withdrawn, taken back in, moved, copied into the next month, closed over."""

import pytest

from accounts.models import AuditEntry
from programmes.actions import Refused, add_scheme
from programmes.actions.positions import move, restore, withdraw
from programmes.models import Lineage, WorkstreamPosition
from programmes.models.named import address as named_as
from programmes.month import open_month_or_404
from programmes.months.closing import faults
from programmes.months.verification import Differs, verified
from programmes.rows import KINDS
from tests.programmes.rows.forms import form_of
from tests.roles import unguarded
from tests.specimen.conftest import HAZARDS, document
from tests.specimen.models import HazardPosition, Sighting
from tests.specimen.trials import sighting

pytestmark = pytest.mark.django_db


def position(month, thing):
    row = HazardPosition.objects.select_related("hazard").get(period=month.period, hazard=thing)
    row.period = month.period
    return row


def seen(*rows):
    return {named_as(row): row.version for row in rows}


def steps(month, ref):
    return list(Lineage.objects.of(month.period).filter(kind="hazard", ref=ref).values_list("step", "other"))


def test_what_is_said_of_a_hazard_keeps_it_from_being_withdrawn(month):
    row = position(month, month.fire)
    with pytest.raises(Refused) as refused:
        withdraw(row, seen=seen(row), reason="Put out for good", by=month.lead)

    assert str(refused.value) == (
        "Hazard “Fire” (H-0001) cannot be withdrawn: 1 sighting stands under it. Move or withdraw that first."
    )


def test_withdrawn_it_is_gone_next_month_and_taken_back_in_it_counts(month):
    row = position(month, month.flood)
    assert withdraw(row, seen=seen(row), reason="Nothing came of it", by=month.lead)
    assert not withdraw(row, seen=seen(row), reason="Nothing came of it", by=month.lead)
    row = position(month, month.flood)
    assert restore(row, seen=seen(row), by=month.lead)
    row = position(month, month.flood)
    assert withdraw(row, seen=seen(row), reason="Nothing came of it", by=month.lead)

    assert steps(month, "H-0002") == [("withdrawn", ""), ("restored", ""), ("withdrawn", "")]
    assert AuditEntry.objects.newest_first()[0].what == "hazard.withdraw"
    july = month.next_month("2022-07")
    assert set(HazardPosition.objects.of(july).values_list("hazard__ref", flat=True)) == {"H-0001", "H-0003"}


def test_it_moves_to_another_workstream_and_what_is_said_of_it_goes_along(month, sit):
    to = WorkstreamPosition.objects.get(period=month.period, workstream=month.people)
    to.period = month.period
    row = position(month, month.fire)

    assert move(row, to=to, seen=seen(row), by=month.pmo)

    assert steps(month, "H-0001") == [("moved", "PEO")]
    assert [each.in_workstream for each in Sighting.objects.placed(month.period)] == [month.people.pk]
    lead = sit(month.lead)
    assert lead.open("hazard", "H-0001").status_code == lead.open("sighting", "H-0001/1").status_code == 404


def test_its_pages_lead_through_a_move(month, sit):
    pmo = sit(month.pmo)
    page = pmo.client.get("/programmes/book/2022-06/plan/hazard/H-0001/move/")
    assert [label.strip() for _, label in page.context["form"].fields["to"].choices][1:3] == ["Finance", "ERP system"]

    assert pmo.client.post(page.request["PATH_INFO"], form_of(page) | {"to": "workstream/PEO"}).status_code == 302
    assert "Moved to People (PEO)" in pmo.open("hazard", "H-0001").content.decode()


def test_a_stale_withdrawal_is_none(month, sit):
    lead = sit(month.lead)
    page = lead.client.get("/programmes/book/2022-06/plan/hazard/H-0002/withdraw/")
    lead.save("hazard", "H-0002", likelihood="5")

    answer = lead.client.post(page.request["PATH_INFO"], form_of(page) | {"reason": "Nothing came of it"})

    assert answer.status_code == 409
    assert not position(month, month.flood).withdrawn


# --- What is said of a hazard while that goes away -------------------------------------------------------


def save_as_found(month, change, key="H-0001/new"):
    """Save what was typed into a form for a sighting, after something else has been done meanwhile."""
    view = open_month_or_404(month.lead, "book", "2022-06")
    target = KINDS["sighting"].find(view, key)
    change()
    return KINDS["sighting"].save(
        target.row, {"text": "Late"}, seen=0, about=target.about, touches=frozenset({target.node.pk}), by=month.lead
    )


def test_nothing_is_said_of_a_hazard_that_was_withdrawn_meanwhile(month):
    gone = HazardPosition.objects.filter(hazard=month.flood)
    with pytest.raises(Refused, match="is withdrawn: take it back in first"):
        save_as_found(month, lambda: gone.update(withdrawn=True), "H-0002/new")

    assert not Sighting.objects.filter(hazard=month.flood).exists()
    assert list(faults(month.period)) == []


def test_nothing_is_said_of_a_hazard_that_went_to_another_return_meanwhile(month):
    gone = HazardPosition.objects.filter(hazard=month.fire)
    with pytest.raises(Refused, match="was moved to another workstream meanwhile"):
        save_as_found(month, lambda: gone.update(workstream=month.people))

    assert Sighting.objects.filter(hazard=month.fire).count() == 1


# --- Months ------------------------------------------------------------------------------------------------


def test_the_next_month_starts_with_what_the_last_one_said_and_works_out_the_score_itself(month):
    HazardPosition.objects.update(version=7, carried=False)
    july = month.next_month("2022-07")

    rows = HazardPosition.objects.of(july).order_by("hazard__ref")
    assert list(rows.values_list("title", "score", "response", "version", "carried")) == [
        ("Fire", 15, "treat", 1, True),
        ("Flood", 12, "", 1, True),
        ("Noise", 2, "accept", 1, True),
    ]
    assert not Sighting.objects.of(july).exists()


def test_a_closed_month_verifies_until_somebody_goes_behind_the_database(month):
    closed = month.close()
    assert "score" not in closed.digested["specimen.HazardPosition"]["columns"]
    assert not [each for each in verified() if isinstance(each, Differs)]

    with unguarded():
        HazardPosition.objects.filter(hazard=month.fire).update(impact=1)

    assert [each.sentence for each in verified() if isinstance(each, Differs)]


def test_a_code_that_the_scheme_does_not_know_keeps_the_month_open(month):
    HazardPosition.objects.filter(hazard=month.fire).update(response="ignore")

    assert list(faults(month.period)) == ["The hazard response “ignore” (H-0001) is not in the scheme of June 2022."]


def test_a_version_that_leaves_a_response_without_meaning_is_refused_unless_it_says_what_becomes_of_it(month):
    fewer = document(hazards=HAZARDS | {"responses": HAZARDS["responses"][:1]})
    with pytest.raises(Refused, match="hazard response “accept”"):
        add_scheme(month.programme, fewer)

    add_scheme(month.programme, fewer | {"retired": {"response": {"accept": "treat"}}})
    july = month.next_month("2022-07")
    assert HazardPosition.objects.get(period=july, hazard=month.noise).response == "treat"


def test_a_sighting_of_a_hazard_that_is_gone_keeps_the_month_open(month):
    """The database would let a row name what the month does not hold; closing does not."""
    sighting(month, month.noise)
    HazardPosition.objects.of(month.period).filter(hazard=month.noise).update(withdrawn=True)

    assert list(faults(month.period)) == [
        "A sighting stands under hazard H-0003, which June 2022 does not hold: move it or withdraw it."
    ]
