"""A change of many rows by somebody else is not a look at them: their lead has still to look, and reads what was done."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.dates import long_date
from programmes.models import MilestonePosition, Period, ProductPosition
from programmes.months.verification import of
from tests.factories import person
from tests.returns.cast import address

OWNER = "Owner (post) changed by PMO officer"


@pytest.fixture
def change(month, as_):
    """Return a function that changes every product or milestone of ERP at once, in somebody's name."""

    def change(user, what="products", **said):
        browser, place = as_(user), reverse("bulk", args=["book", "2022-06", what])
        page = browser.get(place, {"workstream": "FIN-1"})
        named = {f"to-{name}": value for name, value in said.items()} or {"confirm": "1"}
        answer = browser.post(place, {"all": "1", "seen": page.context["seen"]} | named)
        assert answer.status_code == 302
        return " ".join(str(message) for message in browser.get(answer["Location"]).context["messages"])

    return change


def marks(month):
    product = ProductPosition.objects.of(month.period).get()
    return product.carried, product.changed_by_others


def on(text, user="PMO officer"):
    return f"{text} changed by {user}, {long_date(timezone.localdate())}"


def test_by_the_programme_s_pmo_the_return_stays_not_started(month, change, as_):
    said = change(month.pmo, owner="Head of finance")

    assert said == "Changed: 1 product. Their lead has still to look at 1 product."
    assert marks(month) == (True, on("Owner (post)"))
    assert (month.state(), month.standing().carried) == ("not_started", 2)
    page = as_(month.lead).get(address("my_return", "FIN-1")).content.decode()
    assert f"1 row not looked at since this was done: {on('Owner (post)')}." in page
    assert "1 row as last month, not looked at since." in page
    for place in (address("task", "FIN-1", "plan"), reverse("bulk", args=["book", "2022-06", "products"])):
        page = as_(month.lead).get(place).content.decode()
        assert "Not looked at by its lead" in page
        assert on("Owner (post)") in page


def test_by_the_lead_above_where_the_return_has_its_own_it_stays_too(month, change):
    above = person("lead", month.finance, name="Lead of Finance")

    change(above, tranche="2")

    assert marks(month) == (True, on("Tranche", "Lead of Finance"))


def test_by_its_lead_it_is_looked_at(month, change):
    change(month.pmo, owner="Head of finance")

    assert change(month.lead, tranche="2") == "Changed: 1 product."

    assert marks(month) == (False, "")
    assert (month.state(), month.standing().carried) == ("started", 1)


def test_by_the_lead_above_where_nobody_is_nearer_it_is_looked_at(month, change):
    month.lead.memberships.all().delete()

    change(month.reviewer, owner="Head of finance")

    assert marks(month) == (False, "")


def test_what_was_done_before_is_said_too_and_the_same_once(month, change):
    for said in ({"owner": "Head of finance"}, {"tranche": "2", "owner": "Director"}, {"owner": "Head of finance"}):
        change(month.pmo, **said)

    assert marks(month)[1].splitlines() == [on("Tranche and owner (post)"), on("Owner (post)")]


def test_a_milestone_delivered_for_its_lead_is_still_to_be_looked_at(month, change):
    """One that was delivered before this month is not; this one their lead has never seen so."""
    change(month.pmo, "milestones", status="delivered", delivered_on="14/6/2022")

    assert month.standing().carried == 2
    assert MilestonePosition.objects.of(month.period).get().changed_by_others == on("Status and delivered on")


@pytest.mark.parametrize("who", ["pmo", "lead"])
def test_to_say_that_it_is_still_right_is_to_look_at_it(month, change, who):
    change(month.pmo, owner="Head of finance")

    assert change(getattr(month, who)) == "Confirmed: 1 product."

    assert marks(month) == (False, "")


def test_the_next_month_begins_without_it(month, change):
    change(month.pmo, owner="Head of finance")
    closed = month.period
    month.next_month("2022-07")

    assert marks(month) == (True, "")
    assert list(of(Period.objects.get(pk=closed.pk))) == []
