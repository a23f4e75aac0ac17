"""What is reported of money in a month and the one before it, each asked once, whatever asks for it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.lookups import one_of
from core.money import total
from finance.measures import FLOWS, Flow, LineKind, Measure
from finance.models import Amount, ControlTotal, FinanceLinePosition, Place
from finance.scheme import rules
from programmes import figures
from programmes.models import Period, Rating
from programmes.month import Month, once


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """A live line of money with its amounts in pounds, by financial year and measure."""

    ref: str
    title: str
    group: str
    kind: LineKind
    cashable: bool | None  # None: not stated
    comment: str
    workstream: int  # key
    amounts: Mapping[Place, Decimal]

    @property
    def flow(self) -> Flow:
        return FLOWS[self.kind]

    def amount(self, years: Iterable[str], measure: Measure) -> Decimal | None:
        """What is stated of these years together; None where nothing is."""
        return total(self.amounts.get((year, measure)) for year in years)


@once
def lines(month: Month) -> list[MoneyLine]:
    """The lines of what is read, by ref: two queries."""
    return _lines(month, month.period)


@once
def past_lines(month: Month) -> dict[str, MoneyLine]:
    """The same of the period before, by ref."""
    return {line.ref: line for line in _lines(month, month.past)} if month.past else {}


def _lines(month: Month, period: Period) -> list[MoneyLine]:
    rows = figures.mine(month, FinanceLinePosition.objects.of(period).live(), "workstream")
    found = list(rows.select_related("line").order_by("line__ref"))
    amounts = amounts_of(period, [row.line_id for row in found])
    return [
        MoneyLine(
            row.line.ref,
            row.title,
            row.group,
            LineKind(row.kind),
            row.cashable,
            row.comment,
            row.workstream_id,
            amounts.get(row.line_id, {}),
        )
        for row in found
    ]


def amounts_of(period: Period, keys: Iterable[int]) -> dict[int, dict[Place, Decimal]]:
    """What is stated of the lines of these keys in a period: one query."""
    found: dict[int, dict[Place, Decimal]] = defaultdict(dict)
    rows = Amount.objects.of(period).filter(one_of("line", list(keys)))
    for line, year, measure, pounds in rows.values_list("line", "year", "measure", "pounds"):
        found[line][year, measure] = pounds
    return found


@once
def forecasts_before(month: Month) -> dict[str, list[dict[str, Decimal]]]:
    """What was forecast of each line by year, in each closed month before this one, the newest first; by ref.

    Two queries, of as many months as the scheme lets a forecast stand.
    """
    asked = rules(month.scheme)
    periods = closed_before(month, asked.unchanged_for if asked else 0)
    held = FinanceLinePosition.objects.of(*periods).live()
    refs = {(row.period_id, row.line_id): row.line.ref for row in held.select_related("line")}
    by_period: dict[tuple[int, str], dict[str, Decimal]] = defaultdict(dict)
    stated = Amount.objects.of(*periods).filter(measure=Measure.FORECAST).order_by("year")
    for period, line, year, pounds in stated.values_list("period", "line", "year", "pounds"):
        if ref := refs.get((period, line)):
            by_period[period, ref][year] = pounds
    return {ref: [by_period[period.pk, ref] for period in periods] for ref in set(refs.values())}


def closed_before(month: Month, most: int) -> list[Period]:
    """At most so many closed months before this one, the newest first, each in the edition that reading takes."""
    newest: dict[str, Period] = {}
    if most:
        for period in month.programme.periods.closed().filter(label__lt=month.period.label).newest_first():
            newest.setdefault(period.label, period)
    return list(newest.values())[:most]


@once
def control_totals(month: Month) -> list[ControlTotal]:
    """What others state, of the whole programme: a part of it has no total of theirs."""
    return list(ControlTotal.objects.of(month.period).order_by("table", "row", "column")) if month.is_whole else []


@once
def directions(month: Month) -> dict[tuple[int, str], str]:
    """The direction of travel declared with each rating, in words, by workstream and dimension."""
    rows = figures.mine(month, Rating.objects.of(month.period).exclude(direction=""), "workstream")
    words = dict(Rating.Direction.choices)
    return {(key, code): words[said] for key, code, said in rows.values_list("workstream", "dimension", "direction")}
