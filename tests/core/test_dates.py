"""A date is what the council published: a day, a month, a season or a year; anything else is sent back."""

import contextlib
import csv
import datetime as dt
import string
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import (
    HOW_TO,
    HOW_TO_MONTH,
    Doubtful,
    NoSuchDay,
    NotADate,
    PublishedDate,
    WhichYear,
    is_label,
    label_end,
    label_of,
    long_date,
    long_month,
    month_name,
    months_between,
    short_month,
)
from core.spans import month_end

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


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("1/7/22", FIRST_OF_JULY),
        ("01-07-22", FIRST_OF_JULY),
        ("1 July 22", FIRST_OF_JULY),
        ("1.7.22", FIRST_OF_JULY),
        ("July '22", FIRST_OF_JULY),
    ],
)
def test_year_of_two_figures_is_one_of_this_century(stated, day):
    assert PublishedDate.parse(stated).earliest == day


@pytest.mark.parametrize("stated", ["22", "1/7/222", "1 July 222"])
def test_year_is_not_guessed_from_three_figures_or_where_it_may_be_a_day(stated):
    with pytest.raises(NotADate) as refused:
        PublishedDate.parse(stated)

    assert type(refused.value) is not Doubtful


@pytest.mark.parametrize(
    "stated", ["1/7/0022", "0022-07-01", "1 July 0222", "July 0022", "Winter 9999", "3022", "1 July 3022", "1/7/2202"]
)
def test_year_outside_two_centuries_is_a_slip_of_the_pen(stated):
    with pytest.raises(NotADate):
        PublishedDate.parse(stated)


@pytest.mark.parametrize(
    "stated", ["", "   ", "-", "0", "1 Juli 2022", "2022-07", "1/7-2022", "20220701", "44743", "Winter 9999"]
)
def test_what_looks_like_a_date_and_is_none_is_refused_and_not_guessed(stated):
    with pytest.raises(NotADate) as refused:
        PublishedDate.parse(stated)

    assert type(refused.value) is NotADate


@pytest.mark.parametrize("typed", ["1 Juli 2022", "2022-07"])
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

    assert date.earliest is None or date.latest is None or date.earliest <= date.latest
    assert date.text in {"", " ".join(typed.split())}
    assert date.text or date.earliest == date.latest


@given(DAYS)
def test_month_end_is_the_day_before_the_next_month(day):
    last = month_end(day.year, day.month)

    assert (last.year, last.month) == (day.year, day.month)
    assert (last + dt.timedelta(days=1)).day == 1


# --- As councils write them ---------------------------------------------------------------------------------

CASES = list(csv.DictReader((Path(__file__).parent / "dates.csv").open(encoding="utf-8")))
WORDS_ALONE = {"TBC", "ongoing", "On going"}  # asked about too: only who typed them knows that there is no date yet


def day_of(iso):
    return dt.date.fromisoformat(iso) if iso else None


@pytest.mark.parametrize("case", CASES, ids=[case["typed"] for case in CASES])
def test_date_is_read_as_councils_write_it(case):
    typed, outcome = case["typed"], case["kept_as_text_or_outcome"]
    says = (day_of(case["earliest"]), day_of(case["latest"]))
    if outcome.startswith("refused"):
        with pytest.raises(NoSuchDay):
            PublishedDate.parse(typed)
    elif "which year?" in outcome:
        with pytest.raises(WhichYear):
            PublishedDate.parse(typed)
    elif outcome.startswith("asked") or typed in WORDS_ALONE:
        with pytest.raises(Doubtful) as asked:
            PublishedDate.parse(typed)
        assert asked.value.kept == PublishedDate(*says, typed) == PublishedDate.as_printed(typed)
    else:
        assert PublishedDate.parse(typed) == PublishedDate(*says, outcome) == PublishedDate.as_printed(typed)


@pytest.mark.parametrize(
    ("stated", "earliest", "latest"),
    [
        ("FY 2022/23", (2022, 4, 1), (2023, 3, 31)),
        ("2011/12", (2011, 4, 1), (2012, 3, 31)),
        ("Winter 2022/23", (2022, 12, 1), (2023, 2, 28)),
        ("25-29 July 2022", (2022, 7, 25), (2022, 7, 29)),
        ("by the end of July 2022", (2022, 7, 21), (2022, 7, 31)),
        ("early February 2024 - late February 2024", (2024, 2, 1), (2024, 2, 29)),
        ("week commencing 26 December 2022", (2022, 12, 26), (2023, 1, 1)),
    ],
)
def test_what_stands_beside_the_cases_is_read_likewise(stated, earliest, latest):
    assert PublishedDate.parse(stated) == PublishedDate(dt.date(*earliest), dt.date(*latest), stated)


def test_what_is_done_until_a_day_may_be_done_on_any_before():
    assert PublishedDate.parse("until March 2019") == PublishedDate(None, dt.date(2019, 3, 31), "until March 2019")


@given(DAYS)
def test_weekday_that_does_not_fit_is_asked_about(day):
    fits = f"{day:%A} {long_date(day)}"
    does_not = f"{day + dt.timedelta(days=1):%A} {long_date(day)}"

    assert PublishedDate.parse(fits) == PublishedDate(day, day)
    with pytest.raises(Doubtful, match=f"is a {day:%A}, not a") as asked:
        PublishedDate.parse(does_not)
    assert asked.value.kept == PublishedDate(day, day)


def test_year_that_is_only_inferred_is_asked_about():
    with pytest.raises(Doubtful) as asked:
        PublishedDate.parse("Nov to Feb 19")

    assert asked.value.kept == PublishedDate(dt.date(2018, 11, 1), dt.date(2019, 2, 28), "Nov to Feb 19")


def test_words_without_a_year_are_read_in_a_year_that_has_the_day():
    with pytest.raises(WhichYear) as asked:
        PublishedDate.parse("29 February")

    assert asked.value.in_year(2023) is None
    assert asked.value.in_year(2024) == (
        "29 February 2024",
        PublishedDate(dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
    )


@pytest.mark.parametrize("words", ["by in " * 16 + "ongoing" * 12, "on " * 33, "ongoing " * 12, "1/" * 50, "jan-" * 25])
def test_words_that_nest_are_read_at_once(words):
    begun = time.perf_counter()
    with contextlib.suppress(NotADate):
        PublishedDate.parse(words)

    assert time.perf_counter() - begun < 1


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
    "stated",
    [
        "2023-01",
        "January 2023",
        "JAN 2023",
        " january  2023 ",
        "1/2023",
        "01/2023",
        "1.2023",
        "2023-1",
        "Jan 23",
        "Jan-23",
        "1/23",
    ],
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
        "Jan to Mar 2023",
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
