"""Every page costs the same few queries for one of everything and for three."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from programmes.models import Membership
from tests.factories import Book, person

pytestmark = pytest.mark.django_db

# name: (arguments after programme and month, queries, session and user among them)
PAGES = {
    "portfolio": (None, 10),
    "scorecard": ([], 14),
    "download": (["json"], 13),
    "table": (["ratings", "csv"], 13),
    "whole_table": (["ratings"], 13),
    "evidence": (["ROOT", "overall"], 12),
    "findings": ([], 8),
    "findings_file": (["csv"], 8),
    "products": ([], 8),
    "milestones": ([], 8),
    "history": ([], 7),
    "history_file": (["csv"], 6),
}
ABOUT_ALL_MONTHS = {"history", "history_file"}


def filled(slug, months, size):
    """A programme with so many closed months and so many of everything in each."""
    book = Book(slug, label="2021-01")
    streams = [book.workstream(f"W{n}", book.root) for n in range(size)]
    subs = [book.workstream(f"W{n}-S", stream) for n, stream in enumerate(streams)]
    for sub in subs:
        for n in range(size):
            product = book.product(sub, tranche=str(n % 3 + 1))
            book.milestone(product)
    for n in range(months + 1):
        for stream in [book.root, *streams]:
            book.rating(stream, "overall", "A", reason="late")
            book.narrative(stream, "awareness", "Something")
        for sub in subs:
            book.rating(sub, "resources", "I", reason="short")
        book.note("ratings", "Using available data")
        if n < months:
            book.next_month(f"2021-{n + 2:02}")
    return book


@pytest.mark.parametrize("name", sorted(PAGES))
@pytest.mark.parametrize("size", [1, 3])
def test_queries(client, django_assert_num_queries, name, size):
    arguments, queries = PAGES[name]
    books = [filled(f"book-{n}", months=size, size=size) for n in range(size)]
    reader = person("director", books[0].root)
    for book in books[1:]:
        Membership.objects.create(user=reader, workstream=book.root, role=Role.DIRECTOR)
    client.force_login(reader)
    place = [] if arguments is None else ["book-0", books[0].period.label, *arguments]
    if name in ABOUT_ALL_MONTHS:
        place.remove(books[0].period.label)

    with django_assert_num_queries(queries):
        assert client.get(reverse(name, args=place)).status_code == 200
