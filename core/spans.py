"""What people write for a time, read as its first and last day: “Jul-22”, “Q2 2022/23”, “Oct – Nov 18”.

The day comes first, as in Britain. A month and two figures are a month and a year of this century. Financial years and
their quarters run from April. Each reader takes a match of its pattern and raises ValueError for a day that there is
not, such as 31/02/2026.
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
WEEKDAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
WEEKDAYS |= {name[:length]: n for name, n in WEEKDAYS.items() for length in (3, 4, 5)}
# Meteorological seasons, which is how council papers use them; winter is the one that begins in the named year.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
# The days of a month that a part of it means: thirds.
PARTS = {"early": (1, 10), "start": (1, 10), "mid": (11, 20), "middle": (11, 20), "late": (21, 31), "end": (21, 31)}


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day that words can mean; None for an end that they leave open."""

    first: dt.date | None
    last: dt.date | None
    is_day: bool = False  # written as one day, so that the day says all that the words say
    weekday: int | None = None  # the weekday that is written before it, from 0 for Monday
    is_inferred: bool = False  # a year that is not written was taken to be the one before


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def plain(words: str) -> str:
    """Small letters, plain hyphens and single spaces, by which words are read."""
    return " ".join(re.sub("[\u2010-\u2015\u2212]", "-", words).lower().split())


# --- Patterns -----------------------------------------------------------------------------------------------


def _any_of(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


LONG_YEAR = "(?:19|20)[0-9]{2}"  # four figures of two centuries: 0202 and 2202 are slips of the pen
YEAR = f"({LONG_YEAR}|[0-9]{{2}})"
MONTH = f"({_any_of(MONTHS)})"
SEASON = f"({_any_of(SEASONS)})"
N = "([0-9]{1,2})"
FINANCIAL = f"(?:fy ?)?({LONG_YEAR})[/-]((?:20)?[0-9]{{2}})"
ONGOING = r"(?:\((?:and )?(?:on-? ?going|onwards)\)|(?:and )?(?:on-? ?going|onwards))"
BETWEEN = re.compile(r" ?(?:\bto ?-|- ?to\b|\bto\b|\buntil\b|-|/) ?")


def _year(figures: str) -> int:
    return int(figures) if re.fullmatch(LONG_YEAR, figures) else 2000 + int(figures)


def _day(year: str, month: int, day: str, weekday: str | None = None) -> Span:
    stated = dt.date(_year(year), month, int(day))
    return Span(stated, stated, is_day=True, weekday=WEEKDAYS[weekday] if weekday else None)


def _months(year: int, month: int, how_many: int) -> Span:
    after = year * 12 + month + how_many - 2
    return Span(dt.date(year, month, 1), month_end(after // 12, after % 12 + 1))


def _financial(first: str, second: str) -> int | None:
    """The year in which a financial year begins; None for two years that do not follow each other."""
    year = _year(first)
    return year if second in {f"{year + 1}", f"{(year + 1) % 100:02}"} else None


def _quarter(match: re.Match[str]) -> Span | None:
    year, quarter = _financial(match[2], match[3]), int(match[1])
    return _months(year + quarter // 4, quarter % 4 * 3 + 1, 3) if year else None


def _financial_year(match: re.Match[str]) -> Span | None:
    year = _financial(match[1], match[2])
    return _months(year, 4, 12) if year else None


def _winter(match: re.Match[str]) -> Span | None:
    year = _financial(match[1], match[2])
    return _months(year, 12, 3) if year else None


type Reader = Callable[[re.Match[str]], Span | None]
ONE: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(pattern), reader)
    for pattern, reader in (
        (f"({LONG_YEAR})-{N}-{N}", lambda m: _day(m[1], int(m[2]), m[3])),
        (f"{N}([/.-]){N}\\2{YEAR}", lambda m: _day(m[4], int(m[3]), m[1])),
        (
            f"(?:({_any_of(WEEKDAYS)}),? )?{N}(?:st|nd|rd|th)?(?: of)?[ -]{MONTH}(?:,? |-){YEAR}",
            lambda m: _day(m[4], MONTHS[m[3]], m[2], m[1]),
        ),
        (f"{MONTH}(?: |-)?['’]?{YEAR}", lambda m: _months(_year(m[2]), MONTHS[m[1]], 1)),
        (f"{N}[/.]({LONG_YEAR})", lambda m: _months(int(m[2]), int(m[1]), 1)),
        (f"(?:q|quarter )([1-4]),? {FINANCIAL}", _quarter),
        (f"winter {FINANCIAL}", _winter),
        (FINANCIAL, _financial_year),
        (f"{SEASON}(?: |-)?['’]?{YEAR}", lambda m: _months(_year(m[2]), SEASONS[m[1]], 3)),
        (f"({LONG_YEAR})", lambda m: _months(int(m[1]), 1, 12)),
    )
]

# --- Reading ------------------------------------------------------------------------------------------------


def read(words: str) -> Span | None:
    """Read words that say a time and nothing else; None where they do not."""
    text = plain(words)
    return _time(text) or _bounded(text) or _open(text)


def _time(text: str) -> Span | None:
    """A time, or a stretch from one to another, without a word of what it is to it."""
    return _point(text) or _week(text) or _range(text)


def _point(text: str) -> Span | None:
    """A day, or what one word stands for: a month or a part of it, a season, a quarter, a year."""
    for pattern, reader in ONE:
        if (match := pattern.fullmatch(text)) and (span := reader(match)):
            return span
    return _part(text)


def month(words: str) -> dt.date | None:
    """The first day of the one month that words name; None where they name none."""
    text = plain(words)
    if match := re.fullmatch(f"({LONG_YEAR})-{N}", text):
        year, number = int(match[1]), int(match[2])
    elif match := re.fullmatch(f"{N}[/.-]{YEAR}", text):
        year, number = _year(match[2]), int(match[1])
    elif match := re.fullmatch(f"{MONTH}(?: |-)?['’]?{YEAR}", text):
        year, number = _year(match[2]), MONTHS[match[1]]
    else:
        return None
    return dt.date(year, number, 1) if number in MONTHS.values() else None


def all_in(words: str) -> list[Span]:
    """Every time that is written among other words, from the first to the last."""
    text, at, found = plain(words), 0, []
    while at < len(text):
        span, at = _at(text, at)
        found += [span] if span else []
    return found


def _at(text: str, at: int) -> tuple[Span | None, int]:
    """The time that is written from here on, and where to go on reading."""
    begins = re.compile(r"(?<!\w)(?<![0-9][/.-])").match(text, at)
    for pattern, reader in ONE if begins else ():
        match = re.compile(f"(?:{pattern.pattern})(?!\\w|[/.-][0-9])").match(text, at)
        if match and (span := reader(match)):
            return span, match.end()
    return None, at + 1


def _part(text: str) -> Span | None:
    """A third of a month: early July 2022, end of July 2022."""
    match = re.fullmatch(f"(?:the )?({'|'.join(PARTS)})(?: of|-| of the)? ?(.+)", text)
    whole = month(match[2]) if match else None
    if not match or not whole:
        return None
    first, last = PARTS[match[1]]
    end = month_end(whole.year, whole.month)
    return Span(whole.replace(day=first), end.replace(day=min(last, end.day)))


def _week(text: str) -> Span | None:
    """The seven days of a week that is named by its first: w/c 25 July 2022."""
    match = re.fullmatch("(?:w/?c|w/?b|week (?:commencing|beginning)):? (.+)", text)
    day = _point(match[1]) if match else None
    if not day or not day.is_day or not day.first:
        return None
    return replace(day, last=day.first + dt.timedelta(days=6), is_day=False)


def _bounded(text: str) -> Span | None:
    """What is done by, in or until a time. Until a time it may be done on any day before."""
    match = re.fullmatch("(by|in|during|throughout|on|until) (?:the )?(.+)", text)
    span = _time(match[2]) if match else None
    if not match or not span:
        return None
    return replace(span, is_day=False, first=None if match[1] == "until" else span.first)


def _open(text: str) -> Span | None:
    """What goes on from a time, and nobody says how long: July 2018 ongoing."""
    match = re.fullmatch(f"(.+?)[ ,-]+{ONGOING}", text)
    span = _time(match[1]) if match else None
    return replace(span, last=None, is_day=False) if span and span.first else None


def _range(text: str) -> Span | None:
    """From one time to another. The first may leave out what it shares with the second: Oct – Nov 18."""
    for between in BETWEEN.finditer(text):
        before, last = text[: between.start()], _point(text[between.end() :])
        first = _point(before) or (last and _sharing(before, last))
        if first and last and first.first and last.last and first.first <= (last.first or last.last):
            return Span(first.first, last.last, is_inferred=first.is_inferred)
    return None


def _sharing(before: str, last: Span) -> Span | None:
    """The first of two times, with the month or year of the second; the year before, where it would follow it."""
    if last.first is None:
        return None
    if last.is_day and re.fullmatch(N, before):
        before = f"{before} {calendar.month_name[last.first.month]}".lower()
    if not names_a_month(before):
        return None
    same = _point(f"{before} {last.first.year}")
    if same and same.first and same.first > last.first:
        earlier = _point(f"{before} {last.first.year - 1}")
        return replace(earlier, is_inferred=True) if earlier else None
    return same


def names_a_month(text: str) -> bool:
    """Whether a month or a season is named, be it without a year."""
    return re.search(rf"\b(?:{MONTH}|{SEASON})\b", plain(text)) is not None
