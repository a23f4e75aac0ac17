"""One figure of a money table: what it adds up to, which way is good, and how it is printed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from core.blocks import Cell, RowRole
from core.money import MILLIONS, POUNDS, THOUSANDS, Unit, in_words, printed, total
from finance import facts
from finance.columns import (
    Less,
    Percent,
    RatingOf,
    Said,
    Shows,
    Stated,
    Sum,
    Text,
    TrendOf,
    Variance,
    Words,
)
from finance.facts import MoneyLine
from finance.measures import WORDS, Flow, Measure, Sense, sense
from finance.scheme import Foot, MoneyTable, Style
from programmes import figures
from programmes.month import Month
from programmes.tree import Node


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A row before its cells are worked out: which lines it is about, and where it stands."""

    key: str
    label: str
    lines: Sequence[MoneyLine]
    node: Node | None
    role: RowRole = RowRole.BODY
    is_bare: bool = False  # shows no figure
    foot: Foot | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Pounds, or why there are none: nothing is stated, or what would be added up is `unlike`."""

    amount: Decimal | None = None
    flow: Flow | None = None
    is_variance: bool = False
    left_out: int = 0  # lines that state one of the two figures of a variance alone
    beside: tuple[Decimal, Decimal] | None = None  # of a variance: what it is the difference of, the later first
    is_risk: bool = False  # what is above nought is at risk
    unlike: Mapping[Flow, Decimal] = field(default_factory=dict)

    @property
    def sense(self) -> Sense:
        if self.amount is None or not self.is_variance or self.flow is None:
            return Sense.NONE
        return sense(self.flow, self.amount)

    def shown_as(self, style: Style) -> Decimal | None:
        """The figure with the sign that it is printed with."""
        if self.amount is None or not self.is_variance:
            return self.amount
        if style is Style.UNDER_OVER:
            return -self.amount if self.amount else self.amount
        in_brackets = Sense.FAVOURABLE if style is Style.BRACKETS_FAVOURABLE else Sense.ADVERSE
        return -abs(self.amount) if self.sense is in_brackets else abs(self.amount)

    def cell(self, unit: Unit, places: int, style: Style, *, brackets: bool) -> Cell:
        """A cell that holds the pounds and is printed in this unit."""
        shown = self.shown_as(style)
        if shown is None:
            return Cell()
        if self.is_variance and style is Style.WORDS:
            return Cell(shown, text=self.words(unit, places))
        return Cell(shown, text=printed(shown, unit, places, brackets=brackets or self.is_variance), sense=self.sense)

    def words(self, unit: Unit, places: int, form: str = "{}: {}") -> str:
        """What the figure means: "£190k under: favourable"; "" where there is none."""
        if self.amount is None:
            return ""
        if self.is_risk:
            return _risk_in_words(self.amount, unit, places)
        if not self.amount or self.flow is None:
            return "on budget" if self.is_variance else in_words(self.amount, unit, places)
        over, under = WORDS[self.flow]
        said = f"{_fitting(self.amount, unit, places)} {over if self.amount > 0 else under}"
        return form.format(said, self.sense)


def _risk_in_words(amount: Decimal, unit: Unit, places: int) -> str:
    if not amount:
        return "delivered as planned"
    said = _fitting(amount, unit, places)
    return f"{said} at risk" if amount > 0 else f"over-achieved by {said}"


def _fitting(amount: Decimal, unit: Unit, places: int) -> str:
    """The figure in the table's unit, or in a smaller one where it would be a fraction: £25k and not £0.0m."""
    smaller = {MILLIONS: THOUSANDS, THOUSANDS: POUNDS}
    while abs(amount) < unit.scale and unit in smaller:
        unit, places = smaller[unit], 0
    return in_words(amount, unit, places)


# --- What a figure is ---------------------------------------------------------------------------------------


def figure_of(shows: Shows, lines: Sequence[MoneyLine], before: Mapping[str, Figure], *, is_net: bool) -> Figure:
    """A figure of a row, from its lines and the figures before it in the row."""
    match shows:
        case Stated():
            return _stated(shows, lines, is_net=is_net)
        case Variance():
            return _variance(shows, lines, is_net=is_net)
        case Sum():
            parts = [before[name] for name in shows.columns]
            if unlike := next((part.unlike for part in parts if part.unlike), None):
                return Figure(unlike=unlike)
            is_risk = any(part.is_risk for part in parts)
            return Figure(total(part.amount for part in parts), is_risk=is_risk)
        case Less():
            of, less = before[shows.of], before[shows.less]
            if of.unlike or less.unlike:
                return Figure(unlike=of.unlike or less.unlike)
            return Figure(_less(of.amount, less.amount), is_risk=of.is_risk)
        case _:
            raise TypeError(f"{shows} is no figure.")


def _less(amount: Decimal | None, other: Decimal | None) -> Decimal | None:
    return total((amount, -other if other is not None else None))


def _stated(shows: Stated, lines: Iterable[MoneyLine], *, is_net: bool) -> Figure:
    by_flow: dict[Flow, list[Decimal]] = defaultdict(list)
    for line in lines:
        if shows.kinds and line.kind not in shows.kinds:
            continue
        less = line.amount(shows.years, shows.less) if shows.less else None
        amount = _less(line.amount(shows.years, shows.measure), less)
        if amount is not None:
            by_flow[line.flow].append(amount)
    found = _added(by_flow, is_net=is_net)
    return Figure(found.amount, found.flow, is_risk=shows.measure is Measure.AT_RISK, unlike=found.unlike)


def _variance(shows: Variance, lines: Iterable[MoneyLine], *, is_net: bool) -> Figure:
    then: dict[Flow, list[Decimal]] = defaultdict(list)
    since: dict[Flow, list[Decimal]] = defaultdict(list)
    left_out = 0
    for line in lines:
        if shows.kinds and line.kind not in shows.kinds:
            continue
        was, now = (line.amounts.get((shows.year, measure)) for measure in (shows.against, shows.measure))
        if was is not None and now is not None:
            then[line.flow].append(was)
            since[line.flow].append(now)
        elif was is not None or now is not None:
            left_out += 1
    old, new = _added(then, is_net=is_net), _added(since, is_net=is_net)
    if old.amount is None or new.amount is None:
        apart = {flow: new.unlike[flow] - was for flow, was in old.unlike.items()}
        return Figure(is_variance=True, left_out=left_out, unlike=apart)
    apart_by, both = new.amount - old.amount, (new.amount, old.amount)
    return Figure(apart_by, new.flow, is_variance=True, left_out=left_out, beside=both)


def _added(by_flow: Mapping[Flow, Iterable[Decimal]], *, is_net: bool) -> Figure:
    sums = {flow: sum(amounts, Decimal()) for flow, amounts in by_flow.items()}
    if not sums:
        return Figure()
    if is_net:
        return Figure(sum((-n if flow is Flow.IN else n for flow, n in sums.items()), Decimal()), Flow.OUT)
    if len(sums) > 1:
        return Figure(unlike=sums)
    ((flow, amount),) = sums.items()
    return Figure(amount, flow)


# --- What is no figure --------------------------------------------------------------------------------------


def cell_of(month: Month, spec: MoneyTable, shows: Shows, row: MoneyRow, before: Mapping[str, Figure]) -> Cell:
    """A cell of a row that is not money; nothing where the row is of no workstream."""
    match shows:
        case Words():
            figure = before[shows.of]
            blank = shows.blank if figure.amount is None and row.lines and not row.is_bare else ""
            return Cell(figure.words(spec.unit, spec.places) or blank or None)
        case Percent():
            return Cell(_percent(before[shows.of].amount, before[shows.whole].amount))
        case Text(name="comment"):
            return Cell("\n".join(line.comment for line in row.lines if line.comment) or None)
        case Text(name="group"):
            return Cell(row.lines[0].group or None if row.lines else None)
    return _of_workstream(month, shows, row.node) if row.node else Cell()


def _percent(of: Decimal | None, whole: Decimal | None) -> Decimal | None:
    if of is None or not whole:
        return None
    return (100 * of / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _of_workstream(month: Month, shows: Shows, node: Node) -> Cell:
    match shows:
        case RatingOf():
            period = month.past if shows.is_past else month.period
            level = figures.level(month, node, shows.dimension, period)
            href = month.link("evidence", node.ref, shows.dimension) if level and not shows.is_past else ""
            return Cell.rated(level, href)
        case TrendOf():
            return Cell(facts.directions(month).get((node.pk, shows.dimension)))
        case Text(name="ref"):
            return Cell(node.ref)
        case Text(name="lead"):
            return Cell(node.lead or None)
        case Said():
            said = [
                row.text for row in figures.narrative(month) if row.workstream_id == node.pk and row.kind == shows.kind
            ]
            return Cell("\n".join(said) or None)
        case _:
            return Cell()
