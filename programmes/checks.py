"""What the rows of a period say against themselves: the types `Check` and `Finding`, and the first five checks.

`CHECKS` is the list of all checks; an app above appends its own when it is ready, and `assurance` runs them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core.blocks import Level
from core.dates import long_date
from core.lookups import one_of
from programmes.models import MilestonePosition, Period, ProductPosition
from programmes.models.named import kind_of, ref
from programmes.models.stated_dates import date_stated
from programmes.scheme import Scheme
from programmes.tree import Tree


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

    def __call__(self, period: Period, tree: Tree, among: frozenset[int] | None = None, /) -> Iterable[Finding]: ...


@dataclass(frozen=True, slots=True)
class Check:
    code: str
    title: str
    severity: Severity
    tests: str  # one sentence that is true of a programme without findings
    run: Run
    rows: "RowCheck | None" = None  # for a check that is one condition on rows: see `row_check`


CHECKS: list[Check] = []

type Rows = Callable[[Period], QuerySet[Any]]
type Wording = tuple[str, tuple[str, ...]]  # how the sentence goes on after the subject's name, and the evidence


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A check that is one condition on rows. Those of the same rows are asked for, and counted, in one query."""

    of: Rows  # what it looks at in a period, with `in_workstream`
    wanting: Callable[[Period], Q | None]  # None where the scheme lacks what it asks about
    found: Callable[[Period, Any], Finding]  # of a row that is wanting


def row_check(
    code: str,
    title: str,
    severity: Severity,
    tests: str,
    *,
    of: Rows,
    wanting: Callable[[Period], Q | None],
    says: Callable[[Period, Any], Wording],
) -> None:
    """Register a check that is one condition on the positions of any one kind.

    `of` gives the rows of a period that it looks at, `placed`; checks of the same rows name the same function.
    `wanting` is what is wrong with a row, None where the scheme lacks what is asked about. `says` is how the sentence
    goes on after a row's name, and the facts that it rests on.
    """

    def found(period: Period, row: Any) -> Finding:
        wording, evidence = says(period, row)
        sentence = f"“{row}” ({ref(row)}) {wording}."
        return Finding(code, severity, ref(row), str(row), kind_of(row), sentence, evidence, row.in_workstream)

    def run(period: Period, _tree: Tree, among: frozenset[int] | None = None, /) -> Iterator[Finding]:
        condition = wanting(period)
        if condition is not None:
            for row in _among(of(period), among).filter(condition):
                yield found(period, row)

    CHECKS.append(Check(code, title, severity, tests, run, RowCheck(of, wanting, found)))


def found_together(checks: Sequence[RowCheck], period: Period, among: frozenset[int] | None) -> Iterator[Finding]:
    """What these find, in one query for all that look at the same rows."""
    of_the_same: dict[Rows, list[tuple[RowCheck, Q]]] = {}
    for check in checks:
        condition = check.wanting(period)
        if condition is not None:
            of_the_same.setdefault(check.of, []).append((check, condition))
    for of, asked in of_the_same.items():
        conditions = {f"wanting_{n}": condition for n, (_, condition) in enumerate(asked)}
        any_of_them = reduce(or_, (Q(**{name: True}) for name in conditions))
        for row in _among(of(period), among).annotate(**conditions).filter(any_of_them):
            for (check, _), name in zip(asked, conditions, strict=True):
                if getattr(row, name):
                    yield check.found(period, row)


def _among(rows: QuerySet[Any], keys: frozenset[int] | None) -> QuerySet[Any]:
    return rows if keys is None else rows.filter(one_of("in_workstream", keys))


def _products(period: Period) -> QuerySet[Any]:
    found = ProductPosition.objects.of(period).live().dated()
    return found.annotate(in_workstream=F("workstream_id")).select_related("product")


def _milestones(period: Period) -> QuerySet[Any]:
    return MilestonePosition.objects.placed(period).live().dated().select_related("milestone", "product")


def _without_milestone(period: Period) -> Q:
    return Q(~Exists(MilestonePosition.objects.of(period).live().filter(product=OuterRef("product"))))


def _without_due_date(period: Period) -> Q | None:
    """Of the first tranche that the scheme counts, which is what vesting day needs."""
    counted = period.scheme.counted_tranches
    return Q(tranche=counted[0].code, due=None) if counted else None


def _overdue(period: Period) -> Q:
    late = [code for code, severity in period.scheme.delivery.severities.items() if severity > 0]
    return Q(due__lt=period.as_at) & ~Q(status__in=[*late, period.scheme.delivered])


def _delivered_unbegun(period: Period) -> Q | None:
    scheme = period.scheme
    if not scheme.not_begun:
        return None
    of_product = {"held_product__status": scheme.not_begun, "held_product__withdrawn": False}
    return Q(status=scheme.delivered, **of_product)


def _tranche(scheme: Scheme, code: str) -> str:
    known = scheme.tranches.get(code)
    return known.label if known else "No tranche"


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
    of=_products,
    wanting=_without_milestone,
    says=lambda period, row: (
        "has no milestone, so nothing shows how far it has come",
        (_tranche(period.scheme, row.tranche), _date(row, DUE), _status(period.scheme, row.status)),
    ),
)
row_check(
    "first_tranche_without_due_date",
    "Product of the first tranche without a due date",
    Severity.HIGH,
    "Every product of the first tranche says when it is due.",
    of=_products,
    wanting=_without_due_date,
    says=lambda period, row: (
        f"is in {_tranche(period.scheme, row.tranche).lower()} and has no due date",
        (_date(row, DUE), _status(period.scheme, row.status)),
    ),
)
row_check(
    "milestone_past_its_date",
    "Milestone past its date, neither delivered nor reported late",
    Severity.HIGH,
    "Every milestone whose date has passed is delivered, or its status says that it is late.",
    of=_milestones,
    wanting=_overdue,
    says=lambda period, row: (
        f"was due by {long_date(row.due)} and is neither delivered nor reported late",
        (_date(row, DATE), _status(period.scheme, row.status), f"As at {long_date(period.as_at)}"),
    ),
)
row_check(
    "milestone_without_status",
    "Milestone without a status",
    Severity.MEDIUM,
    "Every milestone has a status.",
    of=_milestones,
    wanting=lambda _period: Q(status=""),
    says=lambda period, row: (
        "has no status",
        (_tranche(period.scheme, row.in_tranche), _date(row, DATE)),
    ),
)
row_check(
    "delivered_before_work_began",
    "Milestone delivered before its work began",
    Severity.MEDIUM,
    "No milestone is delivered of a product whose work has not begun.",
    of=_milestones,
    wanting=_delivered_unbegun,
    says=lambda period, row: (
        f"is delivered, but the work on its product “{row.of_product}” ({row.product.ref}) has not begun",
        (
            f"Delivered on {long_date(row.delivered_on)}" if row.delivered_on else "No day of delivery stated",
            f"The product’s status: {period.scheme.delivery.levels[period.scheme.not_begun].word}",
        ),
    ),
)
