"""The days among which the dates of a programme are likely: any other is asked about."""

import datetime as dt

from core.dates import long_date
from core.doubts import Horizon
from programmes.month import Month

YEARS = 10  # that a programme without a vesting day may go on for


def horizon(starts_on: dt.date, vesting_day: dt.date | None, *, until: dt.date) -> Horizon:
    """From the day a programme starts to its vesting day, or to a later day that it has reached."""
    start = f"the programme starts, on {long_date(starts_on)}"
    if vesting_day is None:
        last = until.replace(year=until.year + YEARS, day=min(until.day, 28))  # there is one in every February
        return Horizon(starts_on, last, start, f"{long_date(last)}, which is {YEARS} years on")
    return Horizon(starts_on, max(vesting_day, until), start, f"vesting day, {long_date(vesting_day)}")


def horizon_of(month: Month, *, until: dt.date | None = None) -> Horizon:
    scheme, as_at = month.scheme, month.period.as_at
    return horizon(scheme.starts_on, scheme.vesting_day, until=max(as_at, until or as_at))
