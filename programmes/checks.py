"""What the rows of a period say against themselves: the types `Check` and `Found`, and the first five checks.

`CHECKS` is the list of all checks; an app above appends its own when it is ready, and `assurance` runs them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from django.db.models import Exists, F, OuterRef, QuerySet

from core.blocks import Level
from core.dates import long_date
from core.lookups import one_of
from programmes.models import MilestonePosition, Period, ProductPosition
from programmes.models.named import kind_of, ref
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
class Found:
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

    def __call__(self, period: Period, tree: Tree, among: frozenset[int] | None = None, /) -> Iterable[Found]: ...


@dataclass(frozen=True, slots=True)
class Check:
    code: str
    title: str
    severity: Severity
    tests: str  # one sentence that is true of a programme without findings
    run: Run
    # The rows behind `run` with `in_workstream`, for a check that is one query: all of these are counted in one. Where
    # the scheme lacks what it asks about, the same query, of nothing.
    rows: Callable[[Period], QuerySet[Any]] | None = None


CHECKS: list[Check] = []

type Wording = tuple[str, tuple[str, ...]]  # how the sentence goes on after the subject's name, and the evidence


def row_check(
    code: str,
    title: str,
    severity: Severity,
    tests: str,
    *,
    rows: Callable[[Period], QuerySet[Any]],
    says: Callable[[Period, Any], Wording],
) -> None:
    """Register a check that one query finds: of the positions of any one kind.

    `rows` gives what is wanting in a period, `placed`; `says` how the sentence goes on after a row's name, and the
    facts that it rests on.
    """

    def run(period: Period, _tree: Tree, among: frozenset[int] | None = None, /) -> Iterator[Found]:
        found = rows(period)
        for row in found if among is None else found.filter(one_of("in_workstream", among)):
            wording, evidence = says(period, row)
            sentence = f"“{row}” ({ref(row)}) {wording}."
            yield Found(code, severity, ref(row), str(row), kind_of(row), sentence, evidence, row.in_workstream)

    CHECKS.append(Check(code, title, severity, tests, run, rows))


def _products(period: Period) -> QuerySet[Any]:
    found = ProductPosition.objects.of(period).live().dated()
    return found.annotate(in_workstream=F("workstream_id")).select_related("product")


def _milestones(period: Period) -> QuerySet[Any]:
    return MilestonePosition.objects.placed(period).live().dated().select_related("milestone", "product")


def _without_milestone(period: Period) -> QuerySet[Any]:
    own = MilestonePosition.objects.of(period).live().filter(product=OuterRef("product"))
    return _products(period).filter(~Exists(own))


def _without_due_date(period: Period) -> QuerySet[Any]:
    """Of the first tranche that the scheme counts, which is what vesting day needs."""
    counted = period.scheme.counted_tranches
    products = _products(period)
    return products.filter(tranche=counted[0].code, due=None) if counted else products.none()


def _overdue(period: Period) -> QuerySet[Any]:
    late = [code for code, severity in period.scheme.delivery.severities.items() if severity > 0]
    return _milestones(period).filter(due__lt=period.as_at).exclude(status__in=[*late, period.scheme.delivered])


def _without_status(period: Period) -> QuerySet[Any]:
    return _milestones(period).filter(status="")


def _delivered_unbegun(period: Period) -> QuerySet[Any]:
    scheme = period.scheme
    milestones = _milestones(period)
    if not scheme.not_begun:
        return milestones.none()
    of_product = {"held_product__status": scheme.not_begun, "held_product__withdrawn": False}
    return milestones.filter(status=scheme.delivered, **of_product)


def _tranche(scheme: Scheme, code: str) -> str:
    known = scheme.tranches.get(code)
    return known.label if known else "No tranche"


def _status(scheme: Scheme, code: str) -> str:
    level = scheme.delivery.levels.get(code)
    return f"Status: {level.word if level else code}" if code else "No status given"


def _date(row: Any, fields: dict[str, str]) -> str:
    """The first of these dates that is stated, with its name."""
    for field, name in fields.items():
        if day := getattr(row, f"{field}_latest"):
            return f"{name}: {getattr(row, f'{field}_text') or long_date(day)}"
    return "No date stated"


DUE = {"due_forecast": "Due, forecast", "due_baseline": "Due, baseline"}
DATE = {"forecast": "Forecast", "baseline": "Baseline"}

row_check(
    "product_without_milestone",
    "Product without a milestone",
    Severity.MEDIUM,
    "Every product has a milestone that shows how far it has come.",
    rows=_without_milestone,
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
    rows=_without_due_date,
    says=lambda period, row: (
        f"is in {_tranche(period.scheme, row.tranche).lower()} and has no due date",
        ("No date stated", _status(period.scheme, row.status)),
    ),
)
row_check(
    "milestone_past_its_date",
    "Milestone past its date, neither delivered nor reported late",
    Severity.HIGH,
    "Every milestone whose date has passed is delivered, or its status says that it is late.",
    rows=_overdue,
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
    rows=_without_status,
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
    rows=_delivered_unbegun,
    says=lambda period, row: (
        f"is delivered, but the work on its product “{row.of_product}” ({row.product.ref}) has not begun",
        (
            f"Delivered on {long_date(row.delivered_on)}" if row.delivered_on else "No day of delivery stated",
            f"The product’s status: {period.scheme.delivery.levels[period.scheme.not_begun].word}",
        ),
    ),
)
