"""Every page of returns costs the same few queries for one of everything and for three."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Draft, Membership
from returns import actions, challenges
from returns.models import Deadline
from tests.factories import Book, person
from tests.returns.cast import STATES, Month, address

pytestmark = pytest.mark.django_db

# name: (arguments after programme and month, queries, session and user among them)
PAGES = {
    "my_returns": (None, 10),
    "returns": ([], 11),
    "my_return": (["W0-S0"], 15),
    "task ratings": (["W0-S0", "ratings"], 11),
    "task plan": (["W0-S0", "plan"], 11),
    "task narrative": (["W0-S0", "narrative"], 11),
    "month_close": ([], 14),
}


def filled(slug, pmo, size):
    """A programme in its second month with so many of everything in it, a return of which has been through a lot."""
    book = Book(slug, label="2022-05")
    streams = [book.workstream(f"W{n}", book.root) for n in range(size)]
    subs = [book.workstream(f"W{n}-S{m}", stream) for n, stream in enumerate(streams) for m in range(size)]
    for sub in subs:
        for _ in range(size):
            product = book.product(sub)
            for _ in range(size):
                book.milestone(product, status="")
            book.milestone(sub)
    _say(book, subs, size)
    book.next_month("2022-06")
    _say(book, subs, size)
    for _ in range(size):
        Membership.objects.create(user=person(), workstream=streams[0], role="workstream_pmo")
    Membership.objects.create(user=pmo, workstream=book.root, role="pmo")
    _type(book, pmo, subs[0], size)
    Deadline.objects.create(period=book.period, due_on=dt.date(2022, 7, 5))
    _go_through(book, pmo, subs[0], size)
    return book


def _say(book, subs, size):
    for sub in subs:
        book.rating(sub, "resources", "I", reason="short")
        book.rating(sub, "schedule", "A", reason="late")
        for n in range(size):
            book.narrative(sub, "risk", "Something", seq=n + 1)


def _type(book, pmo, sub, size):
    """Keep as drafts so many ratings, so many entries there are and so many that are begun."""
    ratings, entries = ["resources", "schedule"][:size], range(1, size + 1)
    begun = list(book.period.scheme.narrative)[:size]
    rows = [f"rating/{sub.ref}/{code}" for code in ratings]
    rows += [f"narrative/{sub.ref}/risk/{n}" for n in entries] + [f"narrative/{sub.ref}/{code}/new" for code in begun]
    for row in rows:
        Draft.objects.create(user=pmo, period=book.period, row=row, values={"reason": "Typed", "text": "Typed"})


def _go_through(book, pmo, sub, size):
    """Submit this return, ask things about it and send it back, so many times; then submit it."""
    lead = person("lead", sub)
    mine, theirs = (Month.seat(_seated(book), user, sub) for user in (lead, pmo))
    for _ in range(size):
        actions.submit(*mine, by=lead)
        for n in range(size):
            challenges.ask(*theirs, about="", text=f"Why {n}?", by=pmo)
        actions.send_back(*theirs, reason="Say more of it", by=pmo)
    actions.submit(*mine, by=lead)


def _seated(book):
    book.desk = lambda user: Month.desk(book, user)
    return book


@pytest.mark.parametrize("size", [1, 3])
def test_queries(client, django_assert_num_queries, size):
    pmo = person()
    for n in range(size):
        filled(f"book-{n}", pmo, size)
    client.force_login(pmo)

    for name, (arguments, queries) in PAGES.items():
        place = [] if arguments is None else ["book-0", "2022-06", *arguments]
        with django_assert_num_queries(queries, info=name):
            assert client.get(reverse(name.split()[0], args=place)).status_code == 200


@pytest.mark.parametrize("state", STATES)
def test_the_page_of_a_return_costs_no_more_whoever_looks_at_it(client, month, state):
    month.bring(state)
    challenges.ask(*month.seat(month.reviewer), about="", text="Why?", by=month.reviewer)

    for user in (month.lead, month.reviewer, month.pmo):
        client.force_login(user)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address("my_return", "FIN-1")).status_code == 200
        assert len(asked) <= PAGES["my_return"][1], user.name
