"""Checks of money: each looks at a month once a version of its scheme names it in `checks`."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from core.dates import long_date
from core.money import THOUSANDS, in_words, total
from finance import facts
from finance.cells import Figure
from finance.facts import MoneyLine
from finance.measures import LineKind, Measure
from finance.scheme import MoneyRules, rules, without_money
from finance.tables import disagreements
from programmes import figures
from programmes.checks import CHECKS, Check, Finding, Severity
from programmes.month import Month

type Said = tuple[str, tuple[str, ...]]  # how the sentence goes on after the line's name, and the evidence


def line_check(
    code: str, title: str, severity: Severity, tests: str, says: Callable[[Month, MoneyRules, MoneyLine], Said | None]
) -> None:
    """Register a check that looks at each line: `says` gives what is wrong with one, None for nothing."""

    def run(month: Month, among: frozenset[int] | None = None, /) -> Iterator[Finding]:
        asked = rules(month.scheme)
        for line in facts.lines(month) if asked else ():
            if (among is None or line.workstream in among) and asked and (said := says(month, asked, line)):
                sentence, evidence = f"“{line.title}” ({line.ref}) {said[0]}.", said[1]
                yield Finding(code, severity, line.ref, line.title, "financeline", sentence, evidence, line.workstream)

    CHECKS.append(Check(code, title, severity, tests, run, lacks=without_money))


def _variances(line: MoneyLine) -> Iterator[tuple[str, Decimal, Decimal]]:
    """The years in which a line has a budget and a forecast, with both."""
    for (year, measure), budget in line.amounts.items():
        forecast = line.amounts.get((year, Measure.FORECAST))
        if measure == Measure.BUDGET and forecast is not None:
            yield year, budget, forecast


def _uncommented(_month: Month, asked: MoneyRules, line: MoneyLine) -> Said | None:
    if asked.tolerance is None or line.comment:
        return None
    for year, budget, forecast in _variances(line):
        apart = forecast - budget
        if abs(apart) >= asked.tolerance.pounds and 100 * abs(apart) >= asked.tolerance.percent * abs(budget) and apart:
            said = Figure(apart, line.flow, is_variance=True).words(THOUSANDS, 0)
            return f"is {said} in {year}, and no comment says why", (f"{year}: {_beside(budget, forecast)}",)
    return None


def _unchanged(month: Month, asked: MoneyRules, line: MoneyLine) -> Said | None:
    if not asked.unchanged_for:
        return None
    before = facts.forecasts_before(month).get(line.ref, ())
    now = _forecasts(line)
    if not now or len(before) < asked.unchanged_for or any(was != now for was in before[: asked.unchanged_for]):
        return None
    said = f"has had the same forecast for {asked.unchanged_for} periods before this one"
    return said, tuple(f"{year}: {in_words(pounds, THOUSANDS)}" for year, pounds in now.items())


def _forecasts(line: MoneyLine) -> dict[str, Decimal]:
    return {year: pounds for (year, measure), pounds in sorted(line.amounts.items()) if measure == Measure.FORECAST}


def _at_risk_on_course(month: Month, asked: MoneyRules, line: MoneyLine) -> Said | None:
    if line.kind is not LineKind.SAVING:
        return None
    at_risk = total(pounds for (_, measure), pounds in line.amounts.items() if measure == Measure.AT_RISK)
    node = month.tree.by_pk.get(line.workstream)
    if not at_risk or at_risk < 0 or node is None:
        return None
    for dimension in month.scheme.dimensions:
        level = figures.level(month, node, dimension, month.period)
        if level and level.code in asked.on_course:
            said = f"has {in_words(at_risk, THOUSANDS)} at risk, and {node.name} is reported {level.word.lower()}"
            return said, (f"At risk: {in_words(at_risk, THOUSANDS)}", f"{node.name}: {level.word}")
    return None


def _beside(budget: Decimal, forecast: Decimal) -> str:
    return f"budget {in_words(budget, THOUSANDS)}, forecast {in_words(forecast, THOUSANDS)}"


def _totals(month: Month, among: frozenset[int] | None = None, /) -> Iterable[Finding]:
    """Of the whole programme alone: a part of it has no total that others publish."""
    asked = rules(month.scheme)
    if asked is None or among is not None:
        return
    for theirs, sentence in disagreements(month, asked.tables.values()):
        yield Finding(
            "control_total_differs",
            Severity.HIGH,
            f"{theirs.table}/{theirs.row}/{theirs.column}",
            asked.tables[theirs.table].caption,
            "controltotal",
            sentence,
            (f"Source: {theirs.source}",),
            None,
        )


def _stale(month: Month, among: frozenset[int] | None = None, /) -> Iterator[Finding]:
    if rules(month.scheme) is None or among is not None:
        return
    titles = {choice.key: choice for layout in month.scheme.layouts.values() for choice in layout}
    for key, note in figures.section_notes(month).items():
        choice = titles.get(key)
        if choice and choice.section == "money" and note.as_at and note.as_at < month.period.as_at:
            days = f"{long_date(note.as_at)}, not {long_date(month.period.as_at)}"
            sentence = f"“{choice.title}” shows figures as at {days}."
            evidence = (note.caveat,) if note.caveat else ()
            yield Finding("money_is_stale", Severity.LOW, key, choice.title, "note", sentence, evidence, None)


CHECKS.append(
    Check(
        "control_total_differs",
        "Total that differs from a published or ledger total",
        Severity.HIGH,
        "Every total agrees with what was published or stands in the ledger.",
        _totals,
        lacks=without_money,
    )
)
line_check(
    "variance_without_comment",
    "Variance beyond tolerance without a comment",
    Severity.MEDIUM,
    "Every forecast that differs from its budget by more than the tolerance says why.",
    _uncommented,
)
line_check(
    "forecast_unchanged",
    "Forecast that has not moved",
    Severity.LOW,
    "No forecast stands unchanged for longer than the scheme allows.",
    _unchanged,
)
line_check(
    "saving_at_risk_on_course",
    "Saving at risk in a workstream that is on course",
    Severity.MEDIUM,
    "No workstream is reported on course while a saving of it is at risk.",
    _at_risk_on_course,
)
CHECKS.append(
    Check(
        "money_is_stale",
        "Money as at an earlier day",
        Severity.LOW,
        "Every table of money is of the period that it is printed in.",
        _stale,
        lacks=without_money,
    )
)
