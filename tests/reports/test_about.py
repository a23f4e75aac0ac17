"""Whose programme it is and where its rows come from: every page and file of a month says what the month itself has."""

import pytest

from programmes.models import Period, Programme
from programmes.month import whole_month
from reports import layouts
from tests.factories import person

pytestmark = pytest.mark.django_db
NOW = {"name": "The renamed programme", "council": "Another council", "provenance": "Taken over.\n\nTwice."}
WAS = {"name": "The programme as it was", "council": "Example Council", "provenance": "Made up."}


@pytest.fixture
def months(book):
    """May closed before the programme was renamed and described anew; June open."""
    Programme.objects.update(**WAS)
    book.next_month("2022-06")
    Programme.objects.update(**NOW)
    return book


@pytest.mark.parametrize(("label", "said", "not_said"), [("2022-05", WAS, NOW), ("2022-06", NOW, WAS)])
def test_the_page_about_the_data_says_what_its_month_says(client, months, label, said, not_said):
    client.force_login(person("director", months.root))

    page = client.get(f"/programmes/book/{label}/about/").content.decode()

    assert f"About the data of {said['name']}" in page
    assert said["council"] in page
    assert "<p>Made up.</p>" in page if said is WAS else "<p>Taken over.</p>" in page
    assert not_said["council"] not in page


def test_a_report_says_where_the_rows_of_its_month_come_from(months):
    may, june = (layouts.build(whole_month(period)) for period in Period.objects.order_by("label"))

    assert (may.notes, june.notes) == (("Made up.",), ("Taken over.", "Twice."))


def test_pages_of_returns_are_called_after_the_programme_as_it_was(client, months):
    client.force_login(person("pmo", months.root))

    may, june = (client.get(f"/programmes/book/{label}/returns/").content.decode() for label in ("2022-05", "2022-06"))

    assert (WAS["name"] in may, NOW["name"] in may) == (True, False)
    assert (WAS["name"] in june, NOW["name"] in june) == (False, True)


@pytest.mark.parametrize("label", ["2022-05", "2022-06"])
def test_the_scorecard_leads_to_the_page_of_its_own_month(client, months, label):
    client.force_login(person("director", months.root))

    assert f'href="/programmes/book/{label}/about/"' in client.get(f"/programmes/book/{label}/").content.decode()
