"""Months, days and dates as councils publish them ("Autumn 2018"), read without guessing and printed one way."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
# Meteorological seasons, which is how council papers use them; winter is the one that begins in the named year.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}

YEAR = "((?:19|20)[0-9]{2})"  # four figures of two centuries: 0202 and 2202 are slips of the pen
LABEL = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", re.ASCII)
HOW_TO_MONTH = "Write a month as June 2022, 6/2022 or 2022-06."
HOW_TO = "Write a date as 1 July 2022, 1/7/2022 or 2022-07-01, a month as July 2022, a season as Autumn 2022."


class NotADate(ValueError):
    """The text is no date we can read; the message says how to write one."""


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """A date as stated: an exact day, or words with the first and last day that they can mean."""

    earliest: dt.date
    latest: dt.date
    text: str = ""  # "" when it is one day, printed like every other day

    @classmethod
    def parse(cls, stated: str) -> "PublishedDate":
        """Read one date. Raise NotADate for anything that is not one, impossible days (31/02/2026) included."""
        words = " ".join(stated.split())
        try:
            if match := re.fullmatch(YEAR + r"-(\d\d?)-(\d\d?)", words):
                return cls._day(*(int(x) for x in match.groups()))
            if match := re.fullmatch(r"(\d\d?)[/.](\d\d?)[/.]" + YEAR, words):
                day, month, year = (int(x) for x in match.groups())
                return cls._day(year, month, day)
            if match := re.fullmatch(r"(\d\d?)(?:st|nd|rd|th)? ([a-z]+),? " + YEAR, words.lower()):
                return cls._day(int(match[3]), MONTHS[match[2]], int(match[1]))
            if match := re.fullmatch(f"([a-z]+) {YEAR}", words.lower()):
                return cls._span(match[1], int(match[2]), words)
            if re.fullmatch(YEAR, words):
                return cls(dt.date(int(words), 1, 1), dt.date(int(words), 12, 31), words)
        except (ValueError, KeyError) as error:
            raise NotADate(f"“{stated}” is not a date. {HOW_TO}") from error
        raise NotADate(f"“{stated}” is not a date. {HOW_TO}")

    @classmethod
    def _day(cls, year: int, month: int, day: int) -> "PublishedDate":
        return cls(dt.date(year, month, day), dt.date(year, month, day))

    @classmethod
    def _span(cls, word: str, year: int, text: str) -> "PublishedDate":
        if first := SEASONS.get(word):
            third = (first + 1) % 12 + 1
            return cls(dt.date(year, first, 1), month_end(year + (third < first), third), text)
        return cls(dt.date(year, MONTHS[word], 1), month_end(year, MONTHS[word]), text)


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def is_label(text: str) -> bool:
    """Whether this is a period's label, YYYY-MM."""
    return LABEL.fullmatch(text) is not None


def label_of(stated: str) -> str:
    """Return the label of the month that is stated: 2023-01, from January 2023, Jan 2023, 1/2023 or 2023-01.

    Raise NotADate for anything that is not one month.
    """
    words = " ".join(stated.split()).lower()
    if match := re.fullmatch(YEAR + "-([0-9][0-9]?)", words):
        year, month = match[1], int(match[2])
    elif match := re.fullmatch("([0-9][0-9]?)[/.]" + YEAR, words):
        year, month = match[2], int(match[1])
    elif match := re.fullmatch(f"([a-z]+) {YEAR}", words):
        year, month = match[2], MONTHS.get(match[1], 0)
    else:
        year, month = "", 0
    label = f"{year}-{month:02}"
    if not is_label(label):
        raise NotADate(f"“{stated}” is not a month. {HOW_TO_MONTH}")
    return label


def months_between(earlier: str, later: str) -> int:
    """Return how many months after 2022-06 2023-01 is: 7."""
    first, last = label_end(earlier), label_end(later)
    return (last.year - first.year) * 12 + last.month - first.month


def label_end(label: str) -> dt.date:
    """Return the last day of the month that YYYY-MM names."""
    if not is_label(label):
        raise NotADate(f"“{label}” is not a month. Write it as 2022-06.")
    return month_end(int(label[:4]), int(label[5:]))


def next_label(label: str) -> str:
    """2023-01, from 2022-12."""
    return f"{label_end(label) + dt.timedelta(days=1):%Y-%m}"


def label_before(label: str) -> str:
    """2022-12, from 2023-01."""
    return f"{label_end(label).replace(day=1) - dt.timedelta(days=1):%Y-%m}"


def long_date(day: dt.date) -> str:
    """30 June 2022."""
    return f"{day.day} {day:%B %Y}"


def long_month(label: str) -> str:
    """June 2022, from 2022-06."""
    return f"{label_end(label):%B %Y}"


def month_name(label: str) -> str:
    """June, from 2022-06."""
    return f"{label_end(label):%B}"


def short_month(label: str) -> str:
    """Jun 22, from 2022-06."""
    return f"{label_end(label):%b %y}"
