"""The page of a single row of a return: read where the return is not theirs to change, and leading back to it."""

import pytest

from programmes.models import Rating
from returns import actions
from tests.factories import person
from tests.programmes.rows.forms import Clerk, form_of
from tests.returns.cast import address

pytestmark = pytest.mark.django_db

RATING = "FIN-1/schedule"
SUBMITTED = "The return of ERP system is submitted. Withdraw it to change something in it."


def test_a_row_of_a_submitted_return_is_there_to_be_read(client, month):
    month.bring("submitted")
    Rating.objects.filter(period=month.period, dimension="schedule").update(reason="Two posts are empty")
    lead = Clerk(client, month, month.lead)

    answer = lead.open("rating", RATING)
    main = answer.content.decode().split("<main")[1]
    assert answer.status_code == 200
    assert SUBMITTED in main
    assert "Two posts are empty" in main
    assert "<form" not in main
    assert f'href="{address("my_return", "FIN-1")}"' in main

    in_place = lead.open("rating", RATING, **{"HX-Request": "true"})
    assert (in_place.status_code, in_place.headers["HX-Retarget"]) == (409, "#announce")
    assert in_place.content.decode() == SUBMITTED
    assert form_of(Clerk(client, month, month.reviewer).open("rating", RATING))["reason"] == "Two posts are empty"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "in place"])
def test_what_was_typed_when_the_return_was_submitted_stays_in_its_form(client, month, headers):
    month.bring("started")
    lead = Clerk(client, month, month.lead)
    page = lead.open("rating", RATING)
    actions.submit(*month.seat(month.lead), by=month.lead)

    answer = lead.send(page, headers=headers, level="A", reason="Typed too late")

    assert answer.status_code == 409
    assert SUBMITTED in answer.content.decode()
    assert form_of(answer)["reason"] == "Typed too late"
    assert ("<html" in answer.content.decode()) is not bool(headers)
    assert not Rating.objects.filter(reason="Typed too late").exists()


def test_a_row_that_nothing_led_to_leads_back_to_its_return(client, month):
    pmo = Clerk(client, month, person("pmo", month.root))
    home, month_page = address("my_return", "FIN-1"), f"/programmes/{month.programme.slug}/2022-06/"

    for kind, key, back in (
        ("rating", RATING, home),
        ("note", "products", month_page),
        ("workstream", "FIN", month_page),
    ):
        assert f'<a href="{back}">Cancel</a>' in pmo.open(kind, key).content.decode()
    led = client.get(f"/programmes/book/2022-06/rows/rating/{RATING}/?next=/portfolio").content.decode()
    assert '<a href="/portfolio">Cancel</a>' in led
