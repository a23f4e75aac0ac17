"""Pictures of money, each with the table of its figures: measures side by side, by line, by year or by month."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.blocks import Bar, Block, Cell, Chart, Column, Kind, RowGroup, Segment, Table, TableRow
from core.money import THOUSANDS, UNITS, Unit, in_words, printed, total
from finance import facts
from finance.facts import MoneyLine
from finance.measures import FLOWS, LineKind, Measure
from finance.models import Amount, FinanceLinePosition
from programmes import figures
from programmes.month import Month

MONTHS = 12  # at most so many


@dataclass(frozen=True, slots=True)
class Picture:
    """What a layout asks of a picture, read from its options."""

    key: str
    caption: str
    by: str
    measures: tuple[Measure, ...]
    years: tuple[str, ...]
    kinds: frozenset[LineKind]
    unit: Unit
    places: int

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Picture":
        return cls(
            options["key"],
            options["caption"],
            options["by"],
            tuple(map(Measure, options["measures"])),
            tuple(options["years"]),
            frozenset(map(LineKind, options["kinds"])),
            UNITS[options.get("unit", THOUSANDS.code)],
            options.get("places", 0),
        )


@dataclass(frozen=True, slots=True)
class Bars:
    """A group of bars: pounds by measure, None where nothing is stated."""

    key: str
    label: str
    pounds: Mapping[Measure, Decimal | None]


def picture(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """Measures side by side, with their table.

    Options: `key`, `caption`, `by` (line, year or month), `measures`, `years`, `kinds` (of lines), `unit`, `places`.
    """
    asked = Picture.of(options)
    bars = [each for each in BY[asked.by](month, asked) if any(pounds is not None for pounds in each.pounds.values())]
    return (_chart(asked, bars), _table(asked, bars)) if bars else ()


# --- What the bars are --------------------------------------------------------------------------------------


def _lines(month: Month, asked: Picture) -> list[MoneyLine]:
    return [line for line in facts.lines(month) if line.kind in asked.kinds]


def _by_line(month: Month, asked: Picture) -> Iterable[Bars]:
    """A group for each line, and one for all of them together."""
    lines = _lines(month, asked)
    for line in lines:
        yield Bars(line.ref, line.title, {measure: line.amount(asked.years, measure) for measure in asked.measures})
    if len(lines) > 1:
        yield Bars("all", "Both" if len(lines) == 2 else "All", _added(lines, asked, asked.years))  # noqa: PLR2004


def _by_year(month: Month, asked: Picture) -> Iterable[Bars]:
    lines = _lines(month, asked)
    return (Bars(year.replace("/", "-"), year, _added(lines, asked, (year,))) for year in asked.years)


def _added(lines: Iterable[MoneyLine], asked: Picture, years: tuple[str, ...]) -> dict[Measure, Decimal | None]:
    return {measure: total(line.amount(years, measure) for line in lines) for measure in asked.measures}


def _by_month(month: Month, asked: Picture) -> Iterable[Bars]:
    """A group for each closed month up to the one that is read, and for that one: two queries however many."""
    periods = [*reversed(facts.closed_before(month, MONTHS - 1)), month.period]
    live = FinanceLinePosition.objects.of(*periods).live().filter(kind__in=asked.kinds)
    held = set(figures.mine(month, live, "workstream").values_list("period", "line"))
    stated = Amount.objects.of(*periods).filter(year__in=asked.years, measure__in=asked.measures)
    sums: dict[tuple[int, str], Decimal] = {}
    for key, line, measure, pounds in stated.values_list("period", "line", "measure", "pounds"):
        if (key, line) in held:
            sums[key, measure] = sums.get((key, measure), Decimal()) + pounds
    for period in periods:
        yield Bars(period.label, period.name, {measure: sums.get((period.pk, measure)) for measure in asked.measures})


BY: dict[str, Callable[[Month, Picture], Iterable[Bars]]] = {"line": _by_line, "year": _by_year, "month": _by_month}

# --- How they are drawn and listed --------------------------------------------------------------------------


def _chart(asked: Picture, bars: list[Bars]) -> Chart:
    drawn = tuple(
        Bar(
            each.key,
            each.label,
            tuple(
                Segment(
                    measure.label,
                    each.pounds[measure] or Decimal(),
                    _said(each.pounds[measure], measure, asked),
                )
                for measure in asked.measures
            ),
        )
        for each in bars
    )
    return Chart(asked.key, _caption(asked, bars), asked.unit.sign, drawn, is_grouped=True, scale=asked.unit.scale)


def _said(pounds: Decimal | None, measure: Measure, asked: Picture) -> str:
    if pounds is None:
        return f"{measure.label.lower()} not stated"
    return f"{printed(pounds, asked.unit, asked.places)} {measure.label.lower()}"


def _caption(asked: Picture, bars: list[Bars]) -> str:
    """What it shows, and of two measures how far the last group is from the first of them."""
    said = f"{asked.caption}, {asked.unit.sign}"
    last = [bars[-1].pounds[measure] for measure in asked.measures]
    if len(last) != 2 or None in last or len({FLOWS[kind] for kind in asked.kinds}) != 1:  # noqa: PLR2004
        return f"{said}."
    planned, projected = (pounds or Decimal() for pounds in last)
    first, second = (measure.label.lower() for measure in asked.measures)
    if planned == projected:
        return f"{said}: {second} as {first}."
    apart = in_words(projected - planned, asked.unit, asked.places)
    return f"{said}: {second} is {apart} {'above' if projected > planned else 'below'} {first}."


def _table(asked: Picture, bars: list[Bars]) -> Table:
    heads = {"line": "Line", "year": "Year", "month": "Month"}
    columns = (
        Column("of", heads[asked.by], Kind.TEXT, is_header=True),
        *(
            Column(measure.value, measure.label, Kind.MONEY, places=asked.places, unit=asked.unit)
            for measure in asked.measures
        ),
    )
    rows = tuple(
        TableRow(
            each.key,
            {"of": Cell(each.label)}
            | {
                measure.value: Cell(pounds, text=printed(pounds, asked.unit, asked.places))
                for measure in asked.measures
                if (pounds := each.pounds[measure]) is not None
            },
        )
        for each in bars
    )
    return Table(f"{asked.key}_figures", f"{asked.caption}, {asked.unit.sign}", columns, (RowGroup("", "", rows),))
