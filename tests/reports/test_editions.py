import datetime as dt

import pytest
from django.utils import timezone

from programmes.actions import close_period, reopen_period
from programmes.models import Rating
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def amended(client, book):
    """May in two closed editions, June opened beside the first."""
    book.rating(book.root, "overall", "A", reason="Late")
    may = book.period
    book.next_month("2022-06")
    second = reopen_period(may, reason="A rating was mistyped")
    Rating.objects.of(second).update(level="R")
    close_period(second)
    client.force_login(person("director", book.root))
    return book


def test_the_later_month_keeps_what_it_was_opened_beside_and_says_so(client, amended):
    page = client.get("/programmes/book/2022-06/")

    assert page.context["month"].past.edition == 1
    assert "May 2022 has been amended since this month was opened beside it." in page.content.decode()
    assert 'href="/programmes/book/2022-05/editions/"' in page.content.decode()


def test_who_may_not_read_what_was_amended_is_told_of_it_without_a_link(client, amended):
    client.force_login(person("lead", amended.finance))
    page = client.get("/programmes/book/2022-06/").content.decode()

    assert "May 2022 has been amended since this month was opened beside it." in page
    assert "editions/" not in page


@pytest.mark.parametrize("scope", ["", "&workstream=FIN"])
def test_an_edition_that_was_amended_leads_to_the_one_in_its_place(client, amended, scope):
    link = f'href="/programmes/book/2022-05/?edition=2{scope.replace("&", "&amp;")}"'
    old, new = (client.get(f"/programmes/book/2022-05/?edition={n}{scope}").content.decode() for n in (1, 2))

    assert ("This edition has been amended." in old, "This edition has been amended." in new) == (True, False)
    assert f"{link}>Edition 2 takes its place</a>" in old


def test_nothing_takes_its_place_before_the_amendment_is_closed(client, book):
    reopen_period(book.close(), reason="A rating was mistyped")
    client.force_login(person("director", book.root))

    for edition in (1, 2):
        page = client.get("/programmes/book/2022-05/", {"edition": edition})
        assert page.context["replaced_by"] is None


def test_a_month_beside_the_newest_edition_says_nothing_of_it(client, book):
    book.next_month("2022-06")
    client.force_login(person("director", book.root))

    assert client.get("/programmes/book/2022-06/").context["amended"] is None


def test_the_editions_are_listed_with_their_reasons_and_what_changed(client, amended):
    page = client.get("/programmes/book/2022-05/editions/")

    listed, changed = page.context["editions"], page.context["changed"]
    assert [(row.key, row.cells["reason"].value) for _, row in listed.lines()] == [
        ("1", ""),
        ("2", "A rating was mistyped"),
    ]
    assert [[cell.value for cell in row.cells.values()] for _, row in changed.lines()] == [
        ["ROOT, overall", "rating", "level", "A", "R"]
    ]


def test_a_month_closed_after_midnight_in_london_was_closed_on_that_day(client, book, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: dt.datetime(2022, 6, 30, 23, 30, tzinfo=dt.UTC))
        book.close()
    client.force_login(person("director", book.root))

    (row,) = (row for _, row in client.get("/programmes/book/2022-05/editions/").context["editions"].lines())
    assert row.cells["closed"].value == dt.date(2022, 7, 1)


def test_each_edition_that_is_listed_leads_to_its_own_scorecard(client, amended):
    listed = client.get("/programmes/book/2022-05/editions/").context["editions"]

    read = [client.get(row.cells["edition"].href).context["month"].period.edition for _, row in listed.lines()]
    assert read == [1, 2]


def test_the_first_edition_has_changed_nothing(client, amended):
    assert client.get("/programmes/book/2022-05/editions/?edition=1").context["changed"] is None


def test_the_scorecard_leads_whoever_reads_the_whole_to_its_editions(client, book):
    client.force_login(person("director", book.root))
    link = '<a href="/programmes/book/2022-05/editions/">Edition 1</a>'

    assert link in client.get("/programmes/book/2022-05/").content.decode()
    assert link not in client.get("/programmes/book/2022-05/?workstream=FIN").content.decode()


PAGES = ("", "products/", "milestones/", "findings/", "ratings/FIN/overall/", "tables/ratings/")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("edition", "name"), [(1, "May 2022"), (2, "May 2022, edition 2")])
def test_every_page_names_the_edition_it_shows(client, amended, page, edition, name):
    response = client.get(f"/programmes/book/2022-05/{page}", {"edition": edition})
    lede = response.content.decode().partition('<p class="lede">')[2].partition("</p>")[0]

    assert f"Edition {edition}" in lede
    assert lede.count("This month is closed.") == 1
    assert f"The book programme, {name}" in [crumb.label for crumb in response.context["crumbs"]]


def test_the_portfolio_names_the_edition_it_shows(client, book):
    book.next_month("2022-06")
    close_period(reopen_period(book.period.previous, reason="A rating was mistyped"))
    client.force_login(person("councillor", book.root))

    assert "May 2022, edition 2, closed" in client.get("/").content.decode()


def test_a_lead_of_a_part_is_refused(client, amended):
    client.force_login(person("lead", amended.finance))

    assert client.get("/programmes/book/2022-05/editions/").status_code == 403
