"""A row carried from last month is said to be still right, without opening it."""

import pytest
from django.urls import reverse

from programmes.models import Draft, MilestonePosition, ProductPosition
from tests.factories import everything, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reconciles")]
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/programmes/book/2022-06/"}


@pytest.fixture
def book(book):
    book.next_month("2022-06")
    return book


@pytest.fixture
def confirm(client, lead):
    """Return a function that confirms a row, for the lead of finance."""
    client.force_login(lead)

    def send(kind, key, seen="1", **kwargs):
        return client.post(reverse("confirm", args=["book", "2022-06", kind, key]), {"seen": seen}, **kwargs)

    return send


def test_it_takes_the_mark_away_and_nothing_else(confirm, book, entries):
    was = ProductPosition.objects.filter(pk=book.thing("P-0001").pk).values().get()

    response = confirm("product", "P-0001", follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "Saved: Product “Chart of accounts” (P-0001)."
    ]
    now = ProductPosition.objects.filter(pk=was["id"]).values().get()
    assert now == was | {"carried": False, "version": 2}
    assert entries("what", "before", "after") == [("product.confirm", None, None)]


def test_it_is_done_once(confirm, book, entries):
    confirm("milestone", "M-0001")
    confirm("milestone", "M-0001")

    assert len(entries()) == 1


def test_in_place_it_gives_the_line(confirm, book):
    response = confirm("product", "P-0001", headers=HTMX)

    assert response.status_code == 200
    assert response.headers["HX-Trigger"] == '{"announce": "Saved."}'
    assert "<html" not in response.content.decode()
    assert "As last month" not in response.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_what_would_not_be_saved_leads_to_its_form(confirm, book, headers):
    """A milestone called delivered without a day, as an import may leave one."""
    MilestonePosition.objects.filter(pk=book.thing("M-0001").pk).update(status="delivered")
    before = everything()

    response = confirm("milestone", "M-0001", headers=headers)

    assert response.status_code == 422
    assert "Say on which day it was delivered." in response.content.decode()
    assert everything() == before


@pytest.mark.parametrize("seen", ["", "2", "x", "0"])
def test_who_has_not_seen_the_newest_confirms_nothing(confirm, book, seen):
    before = everything()

    response = confirm("product", "P-0001", seen)

    assert response.status_code == 409
    assert "was changed meanwhile. Look at it again before you confirm it." in response.content.decode()
    assert everything() == before


def test_what_somebody_is_typing_stays_theirs(confirm, book, lead):
    Draft.objects.create(user=lead, period=book.period, row="product/P-0001", values={"title": "Half a tit"})

    confirm("product", "P-0001")

    assert Draft.objects.count() == 1


def test_what_is_withdrawn_new_or_said_afresh_has_nothing_to_confirm(confirm, book):
    ProductPosition.objects.of(book.period).update(withdrawn=True)

    assert confirm("product", "P-0001").status_code == 409
    assert confirm("rating", "FIN/overall").status_code == 409
    assert confirm("product", "ERP/new").status_code == 409
    ProductPosition.objects.of(book.period).update(withdrawn=False)


def test_it_is_for_those_who_report_on_it(client, confirm, book):
    book.product(book.people, "P-0002", title="Canary", carried=True)
    before = everything()

    assert confirm("product", "P-0002").status_code == 404
    client.force_login(person("director", book.root))
    assert confirm("product", "P-0001").status_code == 403
    client.force_login(person())
    assert confirm("product", "P-0001").status_code == 404
    client.logout()
    assert confirm("product", "P-0001")["Location"].startswith(reverse("account_login"))

    remaining = {name: rows for name, rows in everything().items() if "User" not in name and "Membership" not in name}
    assert remaining == {name: before[name] for name in remaining}


def test_a_get_confirms_nothing(client, confirm, book):
    """Read, as by whoever signs in again after a session has ended, its address leads back to the row."""
    place = ["book", "2022-06", "product", "P-0001"]
    before = everything()

    assert client.get(reverse("confirm", args=place))["Location"] == reverse("row", args=place)
    assert everything() == before
