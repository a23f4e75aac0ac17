"""A date is what the council published: a day, a month, a season or a year; anything else is sent back."""

import datetime as dt
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import (
    HOW_TO,
    HOW_TO_MONTH,
    NotADate,
    PublishedDate,
    is_label,
    label_end,
    label_of,
    long_date,
    long_month,
    month_end,
    month_name,
    months_between,
    short_month,
)

FIRST_OF_JULY = dt.date(2022, 7, 1)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))
ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}

WRITTEN = {
    "ISO": lambda d: d.isoformat(),
    "ISO without noughts": lambda d: f"{d.year}-{d.month}-{d.day}",
    "slashes": lambda d: f"{d:%d/%m/%Y}",
    "slashes without noughts": lambda d: f"{d.day}/{d.month}/{d.year}",
    "dots": lambda d: f"{d.day}.{d.month}.{d.year}",
    "words": long_date,
    "words with a nought": lambda d: f"{d:%d %B %Y}",
    "short month": lambda d: f"{d.day} {d:%b %Y}",
    "ordinal": lambda d: f"{d.day}{ORDINALS.get(d.day, 'th')} {d:%B %Y}",
    "comma": lambda d: f"{d.day} {d:%B}, {d.year}",
    "capitals": lambda d: f"{d.day} {d:%B} {d.year}".upper(),
    "small letters": lambda d: f"{d.day}{ORDINALS.get(d.day, 'th')} {d:%B} {d.year}".lower(),
    "loose": lambda d: f"  {d.day}\t{d:%B}\u00a0 {d.year}\n",
}


@pytest.mark.parametrize("form", WRITTEN.values(), ids=WRITTEN)
@given(day=DAYS)
def test_day_in_every_written_form_is_that_day(form, day):
    assert PublishedDate.parse(form(day)) == PublishedDate(day, day, "")


@pytest.mark.parametrize("stated", ["1 Sept 2022", "1st sept 2022", "1 September 2022", "1 Sep 2022"])
def test_september_has_three_names(stated):
    assert PublishedDate.parse(stated).earliest == dt.date(2022, 9, 1)


@pytest.mark.parametrize(
    ("stated", "day"),
    [("01/02/2026", dt.date(2026, 2, 1)), ("11.12.2026", dt.date(2026, 12, 11)), ("7/4/2026", dt.date(2026, 4, 7))],
)
def test_figures_alone_are_day_first(stated, day):
    assert PublishedDate.parse(stated).earliest == day


@pytest.mark.parametrize("stated", ["12/25/2026", "07/31/2022", "July 1, 2022", "July 1 2022", "2022-25-12"])
def test_american_date_is_refused_and_not_turned_round(stated):
    with pytest.raises(NotADate):
        PublishedDate.parse(stated)


@pytest.mark.parametrize(
    ("stated", "last_day"),
    [
        ("February 2023", 28),
        ("February 2024", 29),
        ("february 2000", 29),
        ("FEB 1900", 28),
        ("April 2022", 30),
        ("Sept 2022", 30),
        ("December 2022", 31),
    ],
)
def test_month_means_any_of_its_days(stated, last_day):
    date = PublishedDate.parse(stated)

    assert (date.earliest.day, date.latest.day) == (1, last_day)
    assert (date.earliest.year, date.earliest.month) == (date.latest.year, date.latest.month)


@pytest.mark.parametrize(
    ("stated", "earliest", "latest"),
    [
        ("Spring 2022", (2022, 3, 1), (2022, 5, 31)),
        ("Summer 2022", (2022, 6, 1), (2022, 8, 31)),
        ("Autumn 2018", (2018, 9, 1), (2018, 11, 30)),
        ("Winter 2022", (2022, 12, 1), (2023, 2, 28)),
        ("winter 2023", (2023, 12, 1), (2024, 2, 29)),
        ("2022", (2022, 1, 1), (2022, 12, 31)),
    ],
)
def test_season_and_year_mean_any_of_their_days(stated, earliest, latest):
    assert PublishedDate.parse(stated) == PublishedDate(dt.date(*earliest), dt.date(*latest), stated)


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("  autumn   2018 ", "autumn 2018"),
        ("JULY\n2022", "JULY 2022"),
        ("Sept\u00a02022", "Sept 2022"),
        (" 2022 ", "2022"),
    ],
)
def test_words_are_kept_as_stated_but_for_their_spacing(stated, kept):
    assert PublishedDate.parse(stated).text == kept


@pytest.mark.parametrize("stated", ["29/02/2024", "29 February 2024", "2000-02-29"])
def test_leap_day_of_a_leap_year_is_a_day(stated):
    assert (PublishedDate.parse(stated).earliest.month, PublishedDate.parse(stated).earliest.day) == (2, 29)


@pytest.mark.parametrize(
    "stated",
    [
        *("29/02/2027", "29 February 2023", "1900-02-29", "31/02/2026", "31 June 2022", "2022-04-31"),
        *("0/7/2022", "32 July 2022", "1/0/2022", "1/13/2022", "2022-00-10", "0th July 2022"),
    ],
)
def test_impossible_day_is_refused(stated):
    with pytest.raises(NotADate):
        PublishedDate.parse(stated)


@pytest.mark.parametrize("stated", ["1/7/22", "1 July 22", "22-07-01", "July 22", "Autumn 18", "22", "1/7/222"])
def test_year_of_two_or_three_figures_is_not_filled_in(stated):
    with pytest.raises(NotADate):
        PublishedDate.parse(stated)


@pytest.mark.parametrize(
    "stated", ["1/7/0022", "0022-07-01", "1 July 0222", "July 0022", "Winter 9999", "3022", "1 July 3022", "1/7/2202"]
)
def test_year_outside_two_centuries_is_a_slip_of_the_pen(stated):
    with pytest.raises(NotADate):
        PublishedDate.parse(stated)


@pytest.mark.parametrize(
    "stated",
    [
        *("", "   ", "TBC", "n/a", "-", "0", "ongoing", "1 Juli 2022", "Jly 2022", "Fall 2022", "Mid 2022"),
        *("July", "1 July", "Q1 2022", "2022/23", "2022-23", "2022-07", "early July 2022", "end of July 2022"),
        *("by 1 July 2022", "1 July 2022 (tbc)", "1 or 2 July 2022", "1-7-2022", "1/7-2022", "20220701", "44743"),
        *("1st of July 2022", "Friday 1 July 2022", "1 July 2022 10:00", "2022-07-01T00:00", "Autumn/Winter 2022"),
    ],
)
def test_anything_else_is_refused_and_not_guessed(stated):
    with pytest.raises(NotADate):
        PublishedDate.parse(stated)


@pytest.mark.parametrize("typed", ["31/02/2026", "TBC"])
def test_refusal_repeats_what_was_typed_and_says_how_to_write_a_date(typed):
    with pytest.raises(NotADate) as refused:
        PublishedDate.parse(typed)

    assert str(refused.value) == f"“{typed}” is not a date. {HOW_TO}"


@pytest.mark.parametrize("example", ["1 July 2022", "1/7/2022", "2022-07-01", "July 2022", "Autumn 2022"])
def test_advice_gives_only_forms_that_are_read(example):
    assert example in HOW_TO
    assert PublishedDate.parse(example).earliest in {FIRST_OF_JULY, dt.date(2022, 9, 1)}


@given(st.text() | st.text(alphabet=string.digits + "/-. JulySepturmnwi"))
def test_whatever_is_typed_is_a_date_or_is_refused(typed):
    try:
        date = PublishedDate.parse(typed)
    except NotADate:
        return

    assert date.earliest <= date.latest
    assert date.text in {"", " ".join(typed.split())}
    assert (date.text == "") == (date.earliest == date.latest)


@given(DAYS)
def test_month_end_is_the_day_before_the_next_month(day):
    last = month_end(day.year, day.month)

    assert (last.year, last.month) == (day.year, day.month)
    assert (last + dt.timedelta(days=1)).day == 1


# --- A period's label ---------------------------------------------------------------------------------------


@given(DAYS)
def test_label_of_every_month_is_a_label_and_ends_with_it(day):
    assert is_label(f"{day:%Y-%m}")
    assert label_end(f"{day:%Y-%m}") == month_end(day.year, day.month)


@pytest.mark.parametrize(
    ("earlier", "later", "n"),
    [("2022-06", "2022-07", 1), ("2022-06", "2023-01", 7), ("2021-12", "2022-12", 12), ("2022-06", "2022-06", 0)],
)
def test_months_between_two_labels_are_counted(earlier, later, n):
    assert months_between(earlier, later) == n


NO_LABELS = [
    "2022-00",
    "2022-13",
    "2022-6",
    "22-06",
    "2022/06",
    "2022-06-30",
    " 2022-06",
    "2022-06\n",
    "1822-06",
    "20٢٢-06",
    "",
    "June 2022",
]


@pytest.mark.parametrize("text", NO_LABELS)
def test_anything_else_is_no_label(text):
    assert not is_label(text)


@pytest.mark.parametrize(
    "stated", ["2023-01", "January 2023", "JAN 2023", " january  2023 ", "1/2023", "01/2023", "1.2023", "2023-1"]
)
def test_month_is_read_as_people_write_it(stated):
    assert label_of(stated) == "2023-01"


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "Octember 2023",
        "Autumn 2023",
        "2023",
        "13/2023",
        "0/2023",
        "2023-13",
        "1 January 2023",
        "January 23",
        "1/23",
    ],
)
def test_month_is_not_guessed(stated):
    with pytest.raises(NotADate) as refused:
        label_of(stated)

    assert str(refused.value) == f"“{stated}” is not a month. {HOW_TO_MONTH}"


@pytest.mark.parametrize("name", [label_end, long_month, month_name, short_month])
@pytest.mark.parametrize("text", NO_LABELS)
def test_no_name_is_made_up_for_what_is_no_label(name, text):
    with pytest.raises(NotADate) as refused:
        name(text)

    assert str(refused.value) == f"“{text}” is not a month. Write it as 2022-06."


@pytest.mark.parametrize(
    ("label", "long", "name", "short"),
    [("2022-06", "June 2022", "June", "Jun 22"), ("2024-02", "February 2024", "February", "Feb 24")],
)
def test_label_is_printed_as_a_month(label, long, name, short):
    assert (long_month(label), month_name(label), short_month(label)) == (long, name, short)


def test_day_is_printed_without_a_nought():
    assert long_date(FIRST_OF_JULY) == "1 July 2022"
