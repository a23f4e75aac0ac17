"""The days among which the dates of a programme are likely: any other is asked about."""

import datetime as dt

from core.dates import long_date
from core.doubts import Horizon
from programmes.month import Month


def horizon(starts_on: dt.date, vesting_day: dt.date, *, until: dt.date) -> Horizon:
    """From the day a programme starts to its vesting day, or to a later day that it has reached."""
    start = f"the programme starts, on {long_date(starts_on)}"
    end = f"vesting day, {long_date(vesting_day)}"
    return Horizon(starts_on, max(vesting_day, until), start, end)


def horizon_of(month: Month, *, until: dt.date | None = None) -> Horizon:
    scheme, as_at = month.scheme, month.period.as_at
    return horizon(scheme.starts_on, scheme.vesting_day, until=max(as_at, until or as_at))
