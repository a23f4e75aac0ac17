"""Months, days and dates as councils publish them ("Autumn 2018"), read without guessing and printed one way."""

import datetime as dt
import re
from dataclasses import dataclass

from core import spans
from core.spans import MONTH, N, Span, month_end

LABEL = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", re.ASCII)
HOW_TO_MONTH = "Write a month as June 2022, 6/2022 or 2022-06."
HOW_TO = "Write a date as 1 July 2022, 1/7/2022 or 2022-07-01, a month as July 2022, a season as Autumn 2022."
DATE_LENGTH = 100  # characters of the words of a date
NO_DATE_YET = "There is no date yet: keep these words"
STATUSES = {"complete", "completed", "delivered", "done", "finished", "in progress", "on hold", "on track", "started"}


class NotADate(ValueError):
    """The text is no date we can read; the message says how to write one."""


class NoSuchDay(NotADate):
    """The text names a day that there is not, such as 31/02/2026."""


class Doubtful(NotADate):
    """The text may be meant as it stands, which only whoever wrote it can say; the message says what is in doubt."""

    def __init__(self, sentence: str, kept: "PublishedDate", choice: str) -> None:
        super().__init__(sentence)
        self.kept = kept  # what it says, if it is meant
        self.choice = choice  # the words by which somebody says so


class WhichYear(NotADate):
    """The text lacks a year."""

    def __init__(self, words: str, joined_by: str) -> None:
        super().__init__(f"“{words}” does not say which year.")
        self.words, self.joined_by = words, joined_by

    def in_year(self, year: int) -> "tuple[str, PublishedDate] | None":
        """The words with this year and what they say; None where they name no day of it, as 29 February may."""
        words = f"{self.words}{self.joined_by}{year}"
        try:
            return words, PublishedDate.parse(words)
        except NotADate:
            return None


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """A date as stated: an exact day, or words with the first and last day that they can mean.

    Either may be unknown: “July 2018 ongoing” has no last day, “TBC” has neither.
    """

    earliest: dt.date | None
    latest: dt.date | None
    text: str = ""  # "" when it is one day, printed like every other day

    @classmethod
    def parse(cls, stated: str) -> "PublishedDate":
        """Read one date. Raise Doubtful or WhichYear where somebody must say what is meant, else NotADate."""
        words = " ".join(stated.split())
        try:
            span = spans.read(words)
            if span is None:
                raise _about_other_words(stated, words)
        except NotADate:
            raise
        except ValueError as error:
            raise NoSuchDay(f"“{stated}” is not a date. There is no such day.") from error
        kept = cls(span.first, span.last, "" if span.is_day else words)
        if doubt := _doubt_about(span, kept):
            raise doubt
        return kept

    @classmethod
    def as_printed(cls, stated: str) -> "PublishedDate":
        """Read a date out of a published paper, which says what it means. Raise NotADate for one without its year."""
        try:
            return cls.parse(stated)
        except Doubtful as doubt:
            return doubt.kept

    def __str__(self) -> str:
        return self.text or (long_date(self.latest) if self.latest else "")


def _doubt_about(span: Span, kept: PublishedDate) -> Doubtful | None:
    """What does not fit in words that are read otherwise."""
    if span.weekday is not None and span.first and span.weekday != span.first.weekday():
        day = long_date(span.first)
        return Doubtful(f"{day} is a {span.first:%A}, not a {_weekday(span.weekday)}.", kept, f"Keep {kept}")
    if span.is_inferred:
        return Doubtful(f"“{kept}” names one year: it is read as beginning in the year before.", kept, _keep(kept))
    return None


def _weekday(number: int) -> str:
    return f"{dt.date(2024, 1, 1 + number):%A}"  # the first of January 2024 is a Monday


def _about_other_words(stated: str, words: str) -> NotADate:
    """What to say of words that are not one date and nothing else."""
    joined_by = next((sign for sign in "/." if re.fullmatch(f"{N}[{sign}]{N}", words)), " ")
    if joined_by != " " or spans.names_a_month(words):
        in_a_leap_year = spans.read(f"{words}{joined_by}2000")
        if in_a_leap_year:
            return WhichYear(words, joined_by)
    text = spans.plain(words)
    is_american = re.search(rf"\b{MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}}\b", text)
    is_misspelt = re.fullmatch("[0-9]{1,2}(?:st|nd|rd|th)? [a-z]+,? [0-9]{3,4}", text)
    if is_american or is_misspelt:
        return NotADate(f"“{stated}” is not a date. {HOW_TO}")
    if found := spans.all_in(words):
        return _several(words, found)
    is_slip = not re.search(r"[^\W\d_]", text) or re.search(rf"[0-9]{{4}}|\b{MONTH} ?[0-9]", text)
    return NotADate(f"“{stated}” is not a date. {HOW_TO}") if is_slip else _without_date(words)


def _several(words: str, found: list[Span]) -> Doubtful:
    firsts, lasts = [s.first for s in found if s.first], [s.last for s in found if s.last]
    kept = PublishedDate(min(firsts), max(lasts), words)
    more = "names more than one date" if len(found) > 1 else "says more than a date"
    return Doubtful(f"“{words}” {more}. Words about the date belong beside it.", kept, _keep(kept))


def _keep(kept: PublishedDate) -> str:
    assert kept.earliest
    assert kept.latest
    first, last = long_date(kept.earliest), long_date(kept.latest)
    return f"Keep these words. They mean {first if first == last else f'{first} to {last}'}"


def _without_date(words: str) -> Doubtful:
    sentence = f"There is no date in “{words}”."
    if spans.plain(words) in STATUSES:
        sentence += " If that is its status, choose it as the status."
    return Doubtful(sentence, PublishedDate(None, None, words), NO_DATE_YET)


def is_label(text: str) -> bool:
    """Whether this is a period's label, YYYY-MM."""
    return LABEL.fullmatch(text) is not None


def label_of(stated: str) -> str:
    """Return the label of the month that is stated: 2023-01, from January 2023, Jan 23, 1/2023 or 2023-01.

    Raise NotADate for anything that is not one month.
    """
    first = spans.month(stated)
    if first is None:
        raise NotADate(f"“{stated}” is not a month. {HOW_TO_MONTH}")
    return f"{first:%Y-%m}"


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
