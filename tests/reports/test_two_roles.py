"""A person with two roles sees of each month what the roles that see it cover, and nothing of it by the other."""

import re

import pytest

from programmes.actions import reopen_period
from programmes.models import Membership, Rating, WorkstreamPosition
from programmes.month import month_or_404
from programmes.navigation import strip
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client, book):
    """A councillor of the whole who leads Finance: May closed and green, June open and, but for Finance, red."""
    everything = (book.root, book.finance, book.people)
    for workstream in everything:
        book.rating(workstream, "overall", "G")
    book.next_month("2022-06")
    for workstream in everything:
        book.rating(workstream, "overall", "A" if workstream == book.finance else "R", reason="Late")
    member = person("councillor", book.root)
    Membership.objects.create(user=member, workstream=book.finance, role="lead")
    client.force_login(member)
    return member


def steps(user, ref="", edition="", label="2022-05"):
    """The strip of a month, as (month, its rating, where it leads)."""
    month = month_or_404(user, "book", label, edition=edition, ref=ref)
    return [(step.period.label, step.level and step.level.code, step.href) for step in strip(month)]


MAY, JUNE = "/programmes/book/2022-05/", "/programmes/book/2022-06/"


@pytest.mark.parametrize("ref", ["ROOT", "PEO", "PEO-1"])
def test_the_strip_ends_with_the_last_month_in_which_they_may_see_the_workstream(client, member, ref):
    assert [label for label, _, _ in steps(member, ref)] == ["2022-05"]
    html = client.get(MAY, {"workstream": ref}).content.decode()
    assert "still open" not in html
    assert "rated Red" not in html


def test_of_what_they_lead_it_goes_on_to_the_open_one(client, member):
    assert steps(member, "FIN") == [
        ("2022-05", "G", f"{MAY}?workstream=FIN"),
        ("2022-06", "A", f"{JUNE}?workstream=FIN"),
    ]


@pytest.mark.parametrize(("role", "months"), [("councillor", 1), ("director", 2), ("lead", 2)])
def test_who_has_one_role_steps_through_what_it_sees(member, book, role, months):
    assert len(steps(person(role, book.root), "PEO")) == months


def test_every_step_of_a_strip_can_be_taken(client, member):
    for ref in ("ROOT", "FIN", "FIN-1", "PEO", "PEO-1"):
        for _, _, href in steps(member, ref):
            assert client.get(href).context["month"].scope.ref == ref


@pytest.mark.parametrize("others", ["councillor", ""])
def test_a_workstream_that_moved_away_is_seen_where_it_stands(book, member, others):
    """In May it was below the workstream they lead; in June it is not."""
    WorkstreamPosition.objects.of(book.period).filter(workstream=book.erp).update(parent=book.people)
    if not others:
        member.memberships.filter(role="councillor").delete()

    assert [label for label, _, _ in steps(member, "FIN-1")] == ["2022-05"]


def test_an_amendment_of_what_they_do_not_lead_is_not_there_for_them(client, member, book):
    again = reopen_period(book.period.previous, reason="A rating was mistyped")
    Rating.objects.of(again).update(level="R", reason="Canary")
    link = "Edition 2 is open"

    for ref in ("ROOT", "PEO"):
        assert link not in client.get(MAY, {"workstream": ref}).content.decode()
        assert client.get(MAY, {"workstream": ref, "edition": 2}).status_code == 404
    editions = client.get(f"{MAY}editions/")
    assert [row.key for _, row in editions.context["editions"].lines()] == ["1"]
    assert "mistyped" not in editions.content.decode()

    html = client.get(MAY, {"workstream": "FIN"}).content.decode()
    (href,) = re.findall(f'<a href="([^"]*)">{link}</a>', html)
    assert client.get(href.replace("&amp;", "&")).context["month"].scope.ref == "FIN"


def test_the_strip_and_the_history_of_a_rating_show_the_edition_that_is_read(client, book):
    book.rating(book.root, "overall", "G")
    book.next_month("2022-06")
    again = reopen_period(book.period.previous, reason="A rating was mistyped")
    Rating.objects.of(again).update(level="A", reason="Late")
    director = person("director", book.root)
    client.force_login(director)

    assert steps(director)[0] == ("2022-05", "G", MAY)
    assert steps(director, edition="2")[0] == ("2022-05", "A", f"{MAY}?edition=2")
    for edition, level in ((1, "G"), (2, "A")):
        assert 'aria-current="page"' in client.get(MAY, {"edition": edition}).content.decode()
        section = client.get(f"{MAY}ratings/ROOT/overall/", {"edition": edition}).context["section"]
        (history,) = [block for block in section.blocks if block.key == "history"]
        assert history.groups[0].rows[0].cells["2022-05"].value == level


def test_stepping_costs_a_director_nothing_and_a_lead_one_query(client, member, book, django_assert_num_queries):
    for user, queries in ((person("director", book.root), 16), (member, 17)):
        client.force_login(user)
        with django_assert_num_queries(queries):
            client.get(MAY)
