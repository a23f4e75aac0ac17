"""The report that was kept at closing, to be had byte for byte beside the one that is drawn today."""

import pytest
from django.core.management import call_command

from accounts.roles import Role
from programmes.models import Programme
from reports.models import KeptReport
from tests.factories import person

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]
JSON, PDF = "/programmes/book/2022-05/kept.json", "/programmes/book/2022-05/kept.pdf"


@pytest.fixture
def closed(book):
    call_command("period", "close", "book", "2022-05")
    return book


@pytest.mark.parametrize(
    ("address", "medium", "kind"), [(JSON, "json", "application/json"), (PDF, "pdf", "application/pdf")]
)
def test_it_is_what_was_kept_byte_for_byte_under_a_name_that_says_so(client, closed, address, medium, kind):
    client.force_login(person("pmo", closed.root))
    Programme.objects.update(name="Another name")

    response = client.get(address)

    assert response.content == bytes(KeptReport.objects.get(medium=medium).content)
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == f'attachment; filename="book-2022-05-scorecard-kept.{medium}"'


def test_each_edition_has_its_own(client, closed):
    call_command("period", "reopen", "book", "2022-05", "--reason", "A rating was mistyped")
    call_command("period", "close", "book", "2022-05")
    client.force_login(person("pmo", closed.root))

    first, second = (client.get(JSON, {"edition": edition}) for edition in (1, 2))

    assert [each.json()["edition"] for each in (first, second)] == [1, 2]
    assert "book-2022-05-edition-2-scorecard-kept.json" in second["Content-Disposition"]


def test_the_scorecard_leads_to_it_beside_what_is_drawn_today(client, closed):
    client.force_login(person("director", closed.root))

    page = client.get("/programmes/book/2022-05/").content.decode()

    order = ["Drawn today:", "scorecard.pdf", "Kept at closing:", PDF, JSON]
    assert sorted(order, key=page.index) == order


@pytest.mark.parametrize("role", Role.values)
def test_it_is_for_those_who_work_on_the_whole_programme(client, closed, role):
    client.force_login(person(role, closed.root))

    page = client.get("/programmes/book/2022-05/").content.decode()

    status = client.get(JSON).status_code
    assert (status, "Kept at closing:" in page) in {(200, True), (403, False)}
    assert (status == 403) == (role == Role.COUNCILLOR)


def test_a_part_of_the_programme_has_none_of_it(client, closed):
    client.force_login(person("lead", closed.finance))

    assert client.get(JSON).status_code == 403
    assert "Kept at closing:" not in client.get("/programmes/book/2022-05/").content.decode()


def test_an_outsider_and_an_open_month_have_none(client, book):
    client.force_login(person())
    assert client.get(JSON).status_code == 404

    client.force_login(person("pmo", book.root))
    assert client.get(JSON).status_code == 403
    assert "Kept at closing:" not in client.get("/programmes/book/2022-05/").content.decode()


@pytest.mark.parametrize("code", ["csv", "html", "kept"])
def test_a_medium_that_is_not_kept_is_not_there(client, closed, code):
    client.force_login(person("pmo", closed.root))

    assert client.get(f"/programmes/book/2022-05/kept.{code}").status_code == 404
