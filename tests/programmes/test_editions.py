"""An amendment is another edition: the old one stays readable, and later months are not touched."""

import pytest
from django.db import connection

from core.plain_text import Reading
from programmes.actions import Refused, close_period, open_period, reopen_period
from programmes.models import Period, ProductPosition, Rating
from programmes.months.reported import in_period_models
from tests.factories import Book
from tests.scenes import scene

pytestmark = pytest.mark.django_db
REASON = "A rating was mistyped"


@scene
def book():
    """May closed with a row of every kind, one of them withdrawn; June open."""
    book = Book("book", label="2022-05")
    book.one_of_each()
    book.product(book.root, "GONE", withdrawn=True)
    book.may = book.period
    book.june = book.next_month("2022-06")
    book.may.refresh_from_db()
    return book


def held(period):
    """Everything a period holds, without keys."""
    return {
        model._meta.label: sorted(
            str(sorted((k, v) for k, v in row.items() if k not in {"id", "period_id"}))
            for row in model.objects.of(period).values()
        )
        for model in in_period_models()
    }


def test_an_edition_begins_as_the_closed_one_stands(book):
    again = reopen_period(book.may, reason=REASON)

    assert (again.edition, again.label, again.as_at, again.state, again.reason) == (
        2,
        "2022-05",
        book.may.as_at,
        "open",
        REASON,
    )
    assert held(again) == held(book.may)


def test_the_closed_edition_and_the_later_month_stay_as_they_are(book):
    before = held(book.may), held(book.june)
    again = reopen_period(book.may, reason=REASON)
    ProductPosition.objects.of(again).update(title="Corrected")
    Rating.objects.of(again).update(level="R")
    close_period(again)

    assert (held(book.may), held(book.june)) == before
    assert Period.objects.get(pk=book.june.pk).previous == book.may


def test_reading_takes_the_newest_closed_edition(book):
    again = reopen_period(book.may, reason=REASON)
    newest = book.programme.periods.filter(label="2022-05").newest_first()

    assert newest.first() == book.may
    close_period(again)
    assert newest.first() == again


def test_a_third_edition_begins_as_the_second_stands(book):
    second = reopen_period(book.may, reason=REASON)
    Rating.objects.of(second).update(level="R")
    close_period(second)

    third = reopen_period(book.may, reason="And another mistake")

    assert third.edition == 3
    assert held(third) == held(second)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("too short", "Say in at least 10 characters why May 2022 is opened again."), ("          x", "Say in at least")],
)
def test_a_reason_is_needed(book, reason, sentence):
    with pytest.raises(Refused, match=sentence):
        reopen_period(book.may, reason=reason)

    assert book.programme.periods.filter(label="2022-05").count() == 1


def test_one_edition_of_a_month_is_open_at_a_time(book):
    reopen_period(book.may, reason=REASON)

    with pytest.raises(Refused, match="May 2022 is open already"):
        reopen_period(book.may, reason=REASON)


def test_an_open_month_is_not_opened_again(book):
    with pytest.raises(Refused, match="June 2022 is open already"):
        reopen_period(book.june, reason=REASON)


# --- How what was typed is read -----------------------------------------------------------------------------


def test_a_new_month_is_plain_and_the_database_itself_takes_one_for_a_month_of_before(book):
    assert {period.reading for period in Period.objects.all()} == {Reading.PLAIN}

    close_period(book.june)
    ours = {"label": "'2022-07'", "state": "'open'", "closed_at": "NULL"}
    names = [field.column for field in Period._meta.concrete_fields if field.name not in {"id", "reading"}]
    values = ", ".join(ours.get(name, name) for name in names)
    with connection.cursor() as cursor:  # as an upgrade finds the months that are there
        table = Period._meta.db_table
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE id = {book.june.pk}"
        )

    assert Period.objects.get(label="2022-07").reading == Reading.MARKDOWN


@pytest.mark.parametrize("reading", Reading)
def test_another_edition_is_read_as_its_month_is_and_the_next_month_is_plain(reading):
    book = Book("other", label="2022-05")
    Period.objects.filter(pk=book.period.pk).update(reading=reading)
    may = book.close()

    assert reopen_period(may, reason=REASON).reading == reading
    close_period(Period.objects.get(programme=book.programme, edition=2))
    assert open_period(book.programme, "2022-06").reading == Reading.PLAIN
