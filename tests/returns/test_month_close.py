"""The page that closes a month says what the checks find before anybody decides."""

import pytest

from tests.factories import somerset_scheme
from tests.returns.cast import Month, address

pytestmark = pytest.mark.django_db
HELD = somerset_scheme() | {"holds_closing": ["first_tranche_without_due_date"]}


def page(client, month):
    client.force_login(month.pmo)
    return " ".join(client.get(address("month_close")).content.decode().split())


@pytest.mark.parametrize("document", [None, HELD], ids=["holds nothing", "holds"])
def test_it_says_what_the_checks_find_and_where_to_read_it(client, document):
    month = Month(document=document)
    month.product(month.erp, "P-9")

    said = page(client, month)

    assert "<p> The checks find 2 things in June 2022, 1 of high severity." in said
    assert '<a href="/programmes/book/2022-06/findings/">What the checks find</a>' in said
    assert ("without a due date: 1 finding (P-9)." in said) is bool(document)


def test_it_says_so_where_the_month_cannot_close(client):
    month = Month()
    month.product(month.erp, "P-9", status="late", due="2022-09-01")

    said = page(client, month)

    assert "It cannot close like this" in said
    assert "The checks find 1 thing in June 2022, none of high severity." in said


def test_it_says_that_they_find_nothing(client):
    said = page(client, Month())

    assert "<p> The checks find nothing in June 2022. </p>" in said
    assert "findings/" not in said
