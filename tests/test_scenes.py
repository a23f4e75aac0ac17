"""A scene is made once, and every test finds it as it was made, whatever the test before did to it."""

import pytest
from django.db import DatabaseError, connection

from programmes.models import Programme
from tests.factories import Book, person
from tests.scenes import Stage, scene


@scene
def book():
    book = Book("book")
    book.notes = []
    return book


@scene
def shelf():
    return [Book("book"), Book("other")]


def look_and_spoil(book):
    """Hold the scene to what it was, then change everything about it."""
    assert list(Programme.objects.values_list("pk", "name")) == [(book.programme.pk, "The book programme")]
    assert (book.programme.name, book.notes) == ("The book programme", [])
    assert book.period.programme_id == book.programme.pk
    book.notes.append("A test was here")
    book.programme.name = "Changed"
    book.programme.save()
    Book("more")


@pytest.mark.parametrize("time", [1, 2])
def test_every_test_finds_the_scene_as_it_was_made(book, time):
    look_and_spoil(book)


@pytest.mark.django_db
def test_is_made_once_while_it_stands_and_leaves_nothing():
    made, stage = [], Stage()

    def build():
        made.append(Book("book"))

    for _ in range(2):
        stage.set(build)
        assert (len(made), Programme.objects.count()) == (1, 1)
    stage.strike()

    assert not Programme.objects.exists()


@pytest.mark.parametrize("time", [1, 2])
def test_another_scene_stands_alone(shelf, time):
    assert set(Programme.objects.values_list("slug", flat=True)) == {"book", "other"}
    person("lead", shelf[1].root)


@pytest.mark.django_db
def test_a_test_that_asks_for_none_finds_none():
    assert not Programme.objects.exists()


@pytest.mark.parametrize("time", [1, 2])
def test_what_a_test_breaks_is_mended_for_the_next(book, time):
    look_and_spoil(book)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


@pytest.mark.parametrize("time", [1, 2])
def test_connection_that_a_test_closes_is_mended_for_the_next(book, time):
    look_and_spoil(book)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_has_a_scene_of_its_own(book):
    assert not connection.in_atomic_block
    look_and_spoil(book)
