"""What is in doubt about a date that somebody typed, and what they may say to it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core.dates import PublishedDate, WhichYear


class Offer(NamedTuple):
    label: str
    date: PublishedDate  # what is meant, if this is chosen


@dataclass(frozen=True, slots=True)
class Question:
    """What is put to somebody about a date. A choice is sent back by its key, which repeats what it is about."""

    sentence: str
    choices: Mapping[str, Offer]


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days among which a date is likely. One that lies further off than a margin is asked about.

    `before` and `after` end the sentence that says so: the programme starts, on 1 October 2021.
    """

    first: dt.date
    last: dt.date
    before: str
    after: str
    margin: int = 1  # years

    def doubt(self, date: PublishedDate) -> str:
        """Say how far off a date is; "" where it is likely enough."""
        ends = [day for day in (date.earliest, date.latest) if day]
        far = "more than a year" if self.margin == 1 else f"more than {self.margin} years"
        if ends and ends[0] < _years_on(self.first, -self.margin):
            return f"{date} is {far} before {self.before}."
        if ends and ends[-1] > _years_on(self.last, self.margin):
            return f"{date} is {far} after {self.after}."
        return ""

    def years_of(self, missing: WhichYear) -> dict[str, PublishedDate]:
        """What words without a year say in each likely one: those with a day within, or else all there are."""
        read = [missing.in_year(year) for year in range(self.first.year, self.last.year + 1)]
        all_there_are = dict(filter(None, read))
        return {words: date for words, date in all_there_are.items() if self._meets(date)} or all_there_are

    def _meets(self, date: PublishedDate) -> bool:
        return bool(date.earliest and date.latest and date.earliest <= self.last and date.latest >= self.first)


def _years_on(day: dt.date, years: int) -> dt.date:
    """The same day so many years on; of 29 February, the 28th."""
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004 -- February
