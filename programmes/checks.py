"""What the rows of a period say against themselves: the types `Check` and `Finding`, and the first five checks.

`CHECKS` is the list of all checks; an app above appends its own when it is ready, and `assurance` runs them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.blocks import Level
from core.dates import long_date
from core.lookups import one_of
from programmes.models import MilestonePosition, Period, Position, ProductPosition
from programmes.models.named import kind_of, ref
from programmes.models.stated_dates import date_stated
from programmes.month import Month
from programmes.scheme import OF_ANY_SCHEME, Lacking, Scheme, lacking


class Severity(StrEnum):
    """How much a finding matters, the most serious first."""

    HIGH = "high"  # a figure that is read for decisions is wrong or missing
    MEDIUM = "medium"  # the record is incomplete or contradicts itself
    LOW = "low"

    @property
    def level(self) -> Level:
        """How it is printed: never colour alone."""
        return LEVELS[self]


LEVELS = {
    Severity.HIGH: Level("high", "H", "High", "■", "red"),
    Severity.MEDIUM: Level("medium", "M", "Medium", "▲", "amber"),
    Severity.LOW: Level("low", "L", "Low", "–", "none"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing of one period that a check has found wanting."""

    code: str  # of the check
    severity: Severity
    subject: str  # ref
    label: str
    kind: str  # what the subject is: product, milestone
    sentence: str
    evidence: tuple[str, ...]  # the facts it rests on, each a few words
    workstream: int | None  # key; None where the subject stands under nothing that the period holds


class Run(Protocol):
    """What a check finds. `among` are keys of workstreams: what is elsewhere is not asked for. None: everything."""

    def __call__(self, month: Month, among: frozenset[int] | None = None, /) -> Iterable[Finding]: ...


@dataclass(frozen=True, slots=True)
class Check:
    code: str
    title: str
    severity: Severity
    tests: str  # one sentence that is true of a programme without findings
    run: Run
    rows: "RowCheck | None" = None  # for a check that is one condition on rows: see `row_check`
    lacks: Lacking = OF_ANY_SCHEME  # of a scheme, what it lacks of that which is asked about


CHECKS: list[Check] = []

type Marks = Mapping[type[Position], Mapping[str, Q]]
type Wording = tuple[str, tuple[str, ...]]  # how the sentence goes on after the subject's name, and the evidence


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A check that is one condition on live positions: read as `reported`, they are marked where they are wanting."""

    code: str
    of: type[Position]
    wanting: Callable[[Period], Q | None]  # None where the scheme lacks what it asks about
    found: Callable[[Period, Any], Finding]  # of a row that is wanting

    @property
    def mark(self) -> str:
        """The annotation that is true of a row that is wanting."""
        return f"wanting_{self.code}"

    def condition(self, period: Period) -> Q | None:
        wanting = self.wanting(period)
        return None if wanting is None else Q(withdrawn=False) & wanting


def row_check(
    code: str,
    title: str,
    severity: Severity,
    tests: str,
    *,
    of: type[Position],
    wanting: Callable[[Period], Q | None],
    says: Callable[[Period, Any], Wording],
    lacks: Lacking = OF_ANY_SCHEME,
) -> None:
    """Register a check that is one condition on the live positions of one model, read as `reported`.

    `wanting` is what is wrong with a row, None where the scheme lacks what is asked about. `says` is how the sentence
    goes on after a row's name, and the facts that it rests on. A check looks at no month whose scheme `lacks` anything.
    """

    def found(period: Period, row: Any) -> Finding:
        wording, evidence = says(period, row)
        sentence = f"“{row}” ({ref(row)}) {wording}."
        return Finding(code, severity, ref(row), str(row), kind_of(row), sentence, evidence, row.in_workstream)

    def run(month: Month, among: frozenset[int] | None = None, /) -> Iterator[Finding]:
        yield from found_together([rows], month.period, among)

    rows = RowCheck(code, of, wanting, found)
    CHECKS.append(Check(code, title, severity, tests, run, rows, lacks))


def marks(checks: Iterable[RowCheck], period: Period) -> Marks:
    """By what the rows of each model are marked in a period, so that `found_in` tells what these checks find."""
    made: dict[type[Position], dict[str, Q]] = defaultdict(dict)
    for check in checks:
        if (condition := check.condition(period)) is not None:
            made[check.of][check.mark] = condition
    return made


def found_in(rows: Iterable[Any], checks: Sequence[RowCheck], period: Period) -> Iterator[Finding]:
    """What these find in rows that are marked."""
    for row in rows:
        for check in checks:
            if getattr(row, check.mark, False):
                yield check.found(period, row)


def found_together(checks: Sequence[RowCheck], period: Period, among: frozenset[int] | None) -> Iterator[Finding]:
    """What these find, in one query for all that look at the same model."""
    for model, conditions in marks(checks, period).items():
        any_of_them = reduce(or_, (Q(**{mark: True}) for mark in conditions))
        rows = looked_at(model, period, among).annotate(**conditions).filter(any_of_them)
        yield from found_in(rows, checks, period)


def looked_at(model: type[Position], period: Period, among: frozenset[int] | None) -> QuerySet[Any]:
    """The rows that checks of a model look at in a period, in these workstreams; None: everywhere."""
    positions: Any = model._default_manager
    rows: QuerySet[Any] = positions.reported(period)
    return rows if among is None else rows.filter(one_of("in_workstream", among))


def _without_milestone(period: Period) -> Q:
    return Q(~Exists(MilestonePosition.objects.of(period).live().filter(product=OuterRef("product"))))


def _without_due_date(period: Period) -> Q | None:
    """Of the first tranche that the scheme counts, which is what vesting day needs."""
    counted = period.scheme.counted_tranches
    return Q(tranche=counted[0].code, due=None) if counted else None


def _overdue(period: Period) -> Q:
    """Neither delivered nor of a status that says it is late, or stands outside the order, where no date is kept."""
    delivery = period.scheme.delivery
    is_well = [code for code, severity in delivery.severities.items() if severity <= 0]
    said = [code for code in delivery.levels if code not in is_well]
    return Q(due__lt=period.as_at) & ~Q(status__in=[*said, period.scheme.delivered])


def _delivered_unbegun(period: Period) -> Q | None:
    scheme = period.scheme
    if not scheme.not_begun:
        return None
    of_product = {"held_product__status": scheme.not_begun, "held_product__withdrawn": False}
    return Q(status=scheme.delivered, **of_product)


def _tranche(scheme: Scheme, code: str) -> tuple[str, ...]:
    """The tranche as a fact; no fact where the scheme has none."""
    known = scheme.tranches.get(code)
    return (known.label if known else "No tranche",) if scheme.has_tranches else ()


def _status(scheme: Scheme, code: str) -> str:
    level = scheme.delivery.levels.get(code)
    return f"Status: {level.word if level else code}" if code else "No status given"


def _date(row: Any, fields: dict[str, str]) -> str:
    """The first of these dates that is stated, with its name."""
    for field, name in fields.items():
        if stated := date_stated(row, field):
            return f"{name}: {stated}"
    return "No date stated"


DUE = {"due_forecast": "Due, forecast", "due_baseline": "Due, baseline"}
DATE = {"forecast": "Forecast", "baseline": "Baseline"}

row_check(
    "product_without_milestone",
    "Product without a milestone",
    Severity.MEDIUM,
    "Every product has a milestone that shows how far it has come.",
    of=ProductPosition,
    wanting=_without_milestone,
    says=lambda period, row: (
        "has no milestone, so nothing shows how far it has come",
        (*_tranche(period.scheme, row.tranche), _date(row, DUE), _status(period.scheme, row.status)),
    ),
    lacks=lacking("products", "milestones"),
)
row_check(
    "first_tranche_without_due_date",
    "Product of the first tranche without a due date",
    Severity.HIGH,
    "Every product of the first tranche says when it is due.",
    of=ProductPosition,
    wanting=_without_due_date,
    says=lambda period, row: (
        f"is in {period.scheme.tranches[row.tranche].label.lower()} and has no due date",
        (_date(row, DUE), _status(period.scheme, row.status)),
    ),
    lacks=lacking("products", "tranches"),
)
row_check(
    "milestone_past_its_date",
    "Milestone past its date, neither delivered nor reported late",
    Severity.HIGH,
    "Every milestone whose date has passed is delivered, or its status says that it is late.",
    of=MilestonePosition,
    wanting=_overdue,
    says=lambda period, row: (
        f"was due by {long_date(row.due)} and is neither delivered nor reported late",
        (_date(row, DATE), _status(period.scheme, row.status), f"As at {long_date(period.as_at)}"),
    ),
    lacks=lacking("milestones"),
)
row_check(
    "milestone_without_status",
    "Milestone without a status",
    Severity.MEDIUM,
    "Every milestone has a status.",
    of=MilestonePosition,
    wanting=lambda _period: Q(status=""),
    says=lambda period, row: (
        "has no status",
        (*_tranche(period.scheme, row.in_tranche), _date(row, DATE)),
    ),
    lacks=lacking("milestones"),
)
row_check(
    "delivered_before_work_began",
    "Milestone delivered before its work began",
    Severity.MEDIUM,
    "No milestone is delivered of a product whose work has not begun.",
    of=MilestonePosition,
    wanting=_delivered_unbegun,
    says=lambda period, row: (
        f"is delivered, but the work on its product “{row.of_product}” ({row.product.ref}) has not begun",
        (
            f"Delivered on {long_date(row.delivered_on)}" if row.delivered_on else "No day of delivery stated",
            f"The product’s status: {period.scheme.delivery.levels[period.scheme.not_begun].word}",
        ),
    ),
    lacks=lacking("products", "milestones"),
)
