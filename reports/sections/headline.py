"""The few figures that a director reads first."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Cell, Fact, Facts, Kind
from core.dates import long_date
from core.words import how_many
from programmes import figures
from programmes.month import Month
from reports.sections.time import shares


def headline(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    facts = [*_rating(month), *_time(month), *_delivered(month), *_confidence(month)]
    return (Facts("headline", "At a glance", tuple(facts)),)


def _rating(month: Month) -> list[Fact]:
    """The first dimension that the scope's tier is rated on: overall, or schedule for a sub-workstream."""
    rated = [d for d in month.scheme.dimensions.values() if month.scope.tier in d.scales]
    if not rated:
        return []
    now = figures.level(month, month.scope, rated[0].code, month.period)
    was = figures.level(month, month.scope, rated[0].code, month.past)
    note = ""
    if was and month.past:
        last, _ = month.headings
        note = f"{was.word} in {last}" if was != now else f"as in {last}"
    href = month.link("evidence", month.scope.ref, rated[0].code) if now else ""
    text = now.word if now else "Not stated"
    return [Fact("rating", rated[0].label, Kind.RATING, Cell(now.code if now else None, text, now, href=href), note)]


def _time(month: Month) -> list[Fact]:
    vesting_day = month.scheme.vesting_day
    if vesting_day is None:
        return []
    (used, percent), (remaining, _) = shares(month.period, vesting_day).values()
    note = f"{percent}% of {used + remaining} days used; vesting day is {long_date(vesting_day)}"
    return [Fact("days_remaining", "Days to vesting day", Kind.COUNT, Cell(remaining), note)]


def _delivered(month: Month) -> list[Fact]:
    """Products delivered of the first tranche that is counted, which is needed first; of all where none is."""
    scheme = month.scheme
    first = next(iter(scheme.counted_tranches), None)
    if not scheme.has_products or (scheme.has_tranches and first is None):
        return []
    statuses = dict.fromkeys(("", *scheme.delivery.levels), 0)
    for (_, tranche, status), n in figures.products(month).items():
        if first is None or tranche == first.code:
            statuses[status] += n
    worst = scheme.delivery.worst
    done, total = statuses[scheme.delivered], sum(statuses.values())
    note = f"{statuses[worst.code]} {worst.level.word.lower()}"
    return [
        Fact(
            "delivered",
            f"{first.label} products delivered" if first else "Products delivered",
            Kind.COUNT,
            Cell(done, f"{done:,} of {total:,}"),
            note,
        )
    ]


def _confidence(month: Month) -> list[Fact]:
    """What the rows do not say: things without a status, whatever their tranche."""
    silent = {
        what: sum(n for (_, _, status), n in figures.planned(month, what).items() if not status)
        for what in month.scheme.plan
    }
    if not silent:
        return []
    note = " and ".join(how_many(n, what.removesuffix("s")) for what, n in silent.items())
    return [Fact("no_status", "Without a status", Kind.COUNT, Cell(sum(silent.values())), note)]
