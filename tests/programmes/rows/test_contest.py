"""Nothing that was saved is written over unread, however many save at once, on both databases."""

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from accounts import audit
from programmes.actions import open_period, reopen_period, rows
from programmes.models import Lineage, Narrative, Product, ProductPosition, Rating
from tests.factories import Book, person
from tests.programmes.rows.contest import contest
from tests.programmes.rows.forms import place
from tests.trials import all_of, call

pytestmark = pytest.mark.django_db(transaction=True)
SAVES = int(os.environ.get("SAVES", "96"))  # `make soak` asks for ten thousand,
CLIENTS = int(os.environ.get("CLIENTS", "8"))  # by thirty-two


def test_every_accepted_save_is_one_version_and_one_entry_and_none_is_lost():
    outcome = contest(Book("book"), saves=SAVES, clients=CLIENTS)

    print(outcome)  # noqa: T201 - for `make soak`
    assert outcome.errors == []
    assert outcome.accepted == outcome.increments == outcome.entries == SAVES // CLIENTS * CLIENTS
    assert outcome.lost == 0
    assert outcome.conflicts > 0
    assert audit.verify() == ""


def test_without_comparing_versions_saves_would_be_lost(monkeypatch):
    """The proof that the test above bites: what it guards against, made to happen."""
    monkeypatch.setattr(rows, "is_stale", lambda now, seen: False)

    outcome = contest(Book("book"), saves=96, clients=8)

    assert outcome.errors == []
    assert outcome.conflicts == 0
    assert outcome.lost > 0


# --- At the same moment -------------------------------------------------------------------------------------


def at_once(posts):
    """Send these (person, address, form) all at the same moment; return how they ended."""
    start = threading.Barrier(len(posts))

    def post(user, address, said):
        client = Client()
        client.force_login(user)
        start.wait(timeout=60)
        try:
            return client.post(address, said).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(posts)) as pool:
        return Counter(pool.map(lambda each: post(*each), posts))


def test_all_who_add_at_once_are_kept_under_numbers_of_their_own():
    book = Book("book")
    streams = [book.workstream(f"W{n}", book.root) for n in range(8)]
    posts = [
        (person("lead", stream), place(book, "product", f"W{n}/P-0001"), {"seen": "0", "title": "The same title"})
        for n, stream in enumerate(streams)
    ]

    assert at_once(posts) == {302: 8}
    added = ProductPosition.objects.filter(period=book.period, title="The same title")
    assert {row.workstream_id for row in added} == {stream.pk for stream in streams}
    assert {row.product.ref for row in added} == {f"P-{n:04}" for n in range(1, 9)}
    assert Lineage.objects.count() == 8
    assert audit.verify() == ""


def test_all_who_add_to_a_month_and_to_an_amendment_of_the_one_before_are_kept():
    book = Book("book", label="2022-05")
    pmo = person("pmo", book.root)
    may = book.close()
    book.period = open_period(book.programme, "2022-06")
    posts = [(pmo, place(book, "product", "ROOT/P-0001"), {"seen": "0", "title": f"Title {n}"}) for n in range(4)]
    book.period = reopen_period(may, reason="A product was forgotten")
    posts += [(pmo, place(book, "product", "ROOT/P-0001"), {"seen": "0", "title": f"Title {n}"}) for n in range(4)]

    assert at_once(posts) == {302: 8}
    assert sorted(Product.objects.values_list("ref", flat=True)) == [f"P-{n:04}" for n in range(1, 9)]
    assert Counter(ProductPosition.objects.values_list("period__label", flat=True)) == {"2022-05": 4, "2022-06": 4}


def test_all_who_say_something_at_once_are_kept():
    book = Book("book")
    posts = [
        (person("lead", book.root), place(book, "narrative", "ROOT/ask/1"), {"seen": "0", "text": f"Text {n}"})
        for n in range(8)
    ]

    assert at_once(posts) == {302: 8}
    assert set(Narrative.objects.values_list("text", flat=True)) == {f"Text {n}" for n in range(8)}
    assert set(Narrative.objects.values_list("seq", flat=True)) == set(range(1, 9))


ADDITIONS = all_of("ADDITIONS")


@pytest.mark.parametrize(("kind", "key", "typed"), ADDITIONS)
def test_one_person_who_clicks_twice_adds_once(kind, key, typed):
    book = Book("book")
    call("for_additions", book)
    lead = person("pmo", book.root)
    before = audit.head()

    assert at_once([(lead, place(book, kind, key), {"seen": "0"} | typed)] * 4) == {302: 4}
    assert int(audit.head().partition(":")[0]) - int(before.partition(":")[0]) == 1


@pytest.mark.parametrize(
    ("kind", "key", "typed"), [each for each in ADDITIONS if each[0] in {"product", "milestone", "workstream"}]
)
def test_one_click_that_is_saved_while_the_next_one_looks_for_a_number_adds_once(kind, key, typed):
    book = Book("book")
    pmo, said = person("pmo", book.root), {"seen": "0"} | typed
    before, looks = audit.head(), []

    def between(execute, sql, *rest):
        found = execute(sql, *rest)
        if f'FROM "programmes_{kind}" WHERE' in sql and not looks:
            looks.append(sql)
            assert at_once([(pmo, place(book, kind, key), said)]) == {302: 1}
        return found

    client = Client()
    client.force_login(pmo)
    with connection.execute_wrapper(between):
        assert client.post(place(book, kind, key), said).status_code == 302
    assert looks
    assert int(audit.head().partition(":")[0]) - int(before.partition(":")[0]) == 1


@pytest.mark.parametrize("at_a_time", [1, 4])
@pytest.mark.parametrize(("kind", "key", "typed"), [each for each in ADDITIONS if each[0] != "rating"])
def test_one_person_who_clicks_twice_under_a_number_that_was_taken_adds_once(kind, key, typed, at_a_time):
    book = Book("book")
    call("for_additions", book)
    pmo = person("pmo", book.root)
    theirs = {name: "Theirs" for name, value in typed.items() if value == "Once"}
    at_once([(person("pmo", book.root), place(book, kind, key), {"seen": "0"} | typed | theirs)])
    before = audit.head()

    clicks = [(pmo, place(book, kind, key), {"seen": "0"} | typed)] * 4
    for n in range(0, 4, at_a_time):
        assert at_once(clicks[n : n + at_a_time]) == {302: at_a_time}
    assert int(audit.head().partition(":")[0]) - int(before.partition(":")[0]) == 1


def test_all_who_give_the_same_rating_at_once_are_one_and_conflicts():
    book = Book("book")
    posts = [
        (
            person("lead", book.root),
            place(book, "rating", "ROOT/overall"),
            {"seen": "0", "level": "R", "reason": f"{n}"},
        )
        for n in range(8)
    ]

    assert at_once(posts) == {302: 1, 409: 7}
    assert Rating.objects.get().version == 1
