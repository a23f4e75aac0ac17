"""Time used and remaining until vesting day."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.blocks import Bar, Block, Cell, Chart, Column, Kind, RowGroup, Segment, Table, TableRow
from core.dates import long_date
from programmes.models import Period
from programmes.month import Month


def shares(period: Period, end: dt.date) -> dict[str, tuple[int, int]]:
    """Days and whole percent used and remaining until vesting day as at a period. A day after that leaves none."""
    start = period.scheme.starts_on
    whole = (end - start).days
    used = min(max((period.as_at - start).days, 0), whole)
    return {
        "used": (used, round(100 * used / whole)),
        "remaining": (whole - used, round(100 * (whole - used) / whole)),
    }


def time(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """Each month until its own vesting day, that of its scheme."""
    vesting_day = month.scheme.vesting_day
    if vesting_day is None:
        return ()
    shown = {"this": (month.period, shares(month.period, vesting_day))}
    if month.past and month.past.scheme.vesting_day:
        shown = {"last": (month.past, shares(month.past, month.past.scheme.vesting_day))} | shown
    columns = [Column("measure", "Time", Kind.TEXT, is_header=True)]
    for which, (period, _) in shown.items():
        band, is_past = (long_date(period.as_at),), which == "last"
        columns.append(Column(f"{which}_days", "Days", Kind.COUNT, band, is_past=is_past))
        columns.append(Column(f"{which}_percent", "Share", Kind.PERCENT, band, is_past=is_past))
    rows = tuple(
        TableRow(
            measure,
            {"measure": Cell(label)}
            | {f"{which}_days": Cell(share[measure][0]) for which, (_, share) in shown.items()}
            | {f"{which}_percent": Cell(share[measure][1]) for which, (_, share) in shown.items()},
        )
        for measure, label in _labels(month.scheme.starts_on).items()
    )
    vesting = long_date(vesting_day)
    table = Table(
        "time",
        f"Days used and remaining until vesting day, {vesting}",
        tuple(columns),
        (RowGroup("", "", rows),),
    )
    return (_chart(shown, vesting), table)


def _labels(starts_on: dt.date) -> dict[str, str]:
    return {"used": f"Used since {long_date(starts_on)}", "remaining": "Remaining"}


def _chart(shown: Mapping[str, tuple[Period, dict[str, tuple[int, int]]]], vesting: str) -> Chart:
    bars = tuple(
        Bar(
            which,
            period.name,
            tuple(
                Segment(measure.capitalize(), days, f"{days} days {measure} ({percent}%)")
                for measure, (days, percent) in share.items()
            ),
        )
        for which, (period, share) in shown.items()
    )
    used, remaining = (shown["this"][1][measure] for measure in ("used", "remaining"))
    caption = f"{used[1]}% of the time to vesting day, {vesting}, is used: {remaining[0]} days remain."
    return Chart("time_used", caption, "days", bars)
