"""The few figures that a director reads first."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Cell, Fact, Facts, Kind
from core.dates import long_date
from core.words import how_many
from reports.reading import Reading
from reports.sections.time import shares


def headline(reading: Reading, options: Mapping[str, Any]) -> tuple[Block, ...]:
    facts = [*_rating(reading), _time(reading), *_delivered(reading), *_confidence(reading)]
    return (Facts("headline", "At a glance", tuple(facts)),)


def _rating(reading: Reading) -> list[Fact]:
    """The first dimension that the scope's tier is rated on: overall, or schedule for a sub-workstream."""
    rated = [d for d in reading.scheme.dimensions.values() if reading.scope.tier in d.scales]
    if not rated:
        return []
    now = reading.level(reading.scope, rated[0].code, reading.period)
    was = reading.level(reading.scope, rated[0].code, reading.past)
    note = ""
    if was and reading.past:
        note = f"{was.word} in {reading.past.month}" if was != now else f"as in {reading.past.month}"
    href = reading.link("evidence", reading.scope.ref, rated[0].code) if now else ""
    text = now.word if now else "Not stated"
    return [Fact("rating", rated[0].label, Kind.RATING, Cell(now.code if now else None, text, now, href=href), note)]


def _time(reading: Reading) -> Fact:
    (used, percent), (remaining, _) = shares(reading.period).values()
    note = f"{percent}% of {used + remaining} days used; vesting day is {long_date(reading.scheme.vesting_day)}"
    return Fact("days_remaining", "Days to vesting day", Kind.COUNT, Cell(remaining), note)


def _delivered(reading: Reading) -> list[Fact]:
    """Products delivered of the first tranche that is counted, which is what vesting day needs."""
    if not reading.scheme.counted_tranches:
        return []
    first = reading.scheme.counted_tranches[0]
    statuses = dict.fromkeys(("", *reading.scheme.delivery.levels), 0)
    for (_, tranche, status), n in reading.products.items():
        if tranche == first.code:
            statuses[status] += n
    worst = reading.scheme.delivery.worst
    done, total = statuses[reading.scheme.delivered], sum(statuses.values())
    note = f"{statuses[worst.code]} {worst.level.word.lower()}"
    return [
        Fact(
            "delivered",
            f"{first.label} products delivered",
            Kind.COUNT,
            Cell(done, f"{done:,} of {total:,}"),
            note,
        )
    ]


def _confidence(reading: Reading) -> list[Fact]:
    """What the rows do not say: things without a status, whatever their tranche."""
    silent = {
        what: sum(n for (_, _, status), n in tally.items() if not status)
        for what, tally in (("products", reading.products), ("milestones", reading.milestones))
    }
    note = f"{how_many(silent['products'], 'product')} and {how_many(silent['milestones'], 'milestone')}"
    return [Fact("no_status", "Without a status", Kind.COUNT, Cell(sum(silent.values())), note)]
