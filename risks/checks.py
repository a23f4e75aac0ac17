"""Checks of risks. Each looks at a month once a version of its scheme names it in `checks`. What is closed is over."""

from collections.abc import Callable, Iterator
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from core.dates import long_date
from core.lookups import one_of
from programmes.checks import CHECKS, Check, Finding, Severity, Wording, row_check
from programmes.models import Narrative, Period, Rating
from programmes.models.stated_dates import date_stated
from programmes.month import Month
from risks.models import MitigationPosition, RiskPosition
from risks.printed import score_text
from risks.rules import exception, late, overdue, without_action
from risks.scheme import RULES

UNMITIGATED = "no mitigating action"  # how narrative says that there is none


def open_check(
    code: str,
    title: str,
    severity: Severity,
    tests: str,
    *,
    wanting: Callable[[Period], Q | None],
    says: Callable[[Period, Any], Wording],
) -> None:
    """Register a check of risks that are open."""

    def of_open(period: Period) -> Q | None:
        condition = wanting(period)
        return None if condition is None else condition & Q(closed_on=None)

    row_check(code, title, severity, tests, of=RiskPosition, wanting=of_open, says=says)


def _score(period: Period, row: RiskPosition, moment: str = "current") -> str:
    rules = RULES.of(period.scheme)
    said = score_text(rules.matrix if rules else None, getattr(row, f"{moment}_score"))
    return f"{moment.capitalize()} score: {said or 'not stated'}"


def _prospects(period: Period, row: RiskPosition) -> str:
    rules = RULES.of(period.scheme)
    level = rules.prospects.levels.get(row.prospects) if rules and rules.prospects else None
    return f"Prospects: {level.word.lower() if level else 'not stated'}"


def _target(row: RiskPosition) -> str:
    return f"Target date: {date_stated(row, 'target_date') or 'not stated'}"


def _unchanged(period: Period) -> Q | None:
    """The score was the same in each of so many months before; None where the scheme asks for no change."""
    rules = RULES.of(period.scheme)
    past = _months_before(period, rules.unchanged_after) if rules and rules.unchanged_after else []
    if not past:
        return None
    rows = RiskPosition.objects.live().filter(risk=OuterRef("risk"), current_score=OuterRef("current_score"))
    return reduce(and_, (Q(Exists(rows.filter(period=key))) for key in past))


def _months_before(period: Period, months: int) -> list[int]:
    """The keys of so many months before this one, as each was fixed beside the next; none where there are fewer."""
    before = dict(Period.objects.filter(programme=period.programme_id).values_list("pk", "previous"))
    found: list[int] = []
    key = period.previous_id
    while key is not None and len(found) < months:
        found.append(key)
        key = before.get(key)
    return found if len(found) == months else []


def _green_and_late(period: Period) -> Q | None:
    rules = RULES.of(period.scheme)
    if rules is None or rules.prospects is None:
        return None
    return Q(prospects__in=rules.prospects.best) & overdue(period)


def _not_reported(period: Period) -> Q | None:
    rules = RULES.of(period.scheme)
    return Q(by_exception=False) & exception(period) if rules and rules.exceptions else None


def _which_rules(period: Period) -> tuple[str, ...]:
    rules = RULES.of(period.scheme)
    return tuple(f"Rule: {rule.label}" for rule in rules.exceptions.values()) if rules else ()


open_check(
    "risk_without_owner",
    "Risk without an owner",
    Severity.MEDIUM,
    "Every open risk has an owner.",
    wanting=lambda _period: Q(owner=""),
    says=lambda period, row: ("has no owner: it is nobody’s", (_score(period, row),)),
)
open_check(
    "risk_without_action",
    "Risk without a mitigating action",
    Severity.MEDIUM,
    "Every open risk has a mitigating action.",
    wanting=without_action,
    says=lambda period, row: ("has no mitigating action", (_score(period, row),)),
)
open_check(
    "risk_without_target_date",
    "Risk without a target date",
    Severity.MEDIUM,
    "Every open risk says by when its target score is to be reached.",
    wanting=lambda _period: Q(target_date_latest=None),
    says=lambda period, row: ("says by no date when its target is to be reached", (_score(period, row, "target"),)),
)
open_check(
    "risk_past_its_target_date",
    "Risk past its target date, and above its target",
    Severity.MEDIUM,
    "Every open risk whose target date has passed has reached its target score.",
    wanting=late,
    says=lambda period, row: (
        f"was to reach its target by {long_date(row.target_date_latest)} and has not",
        (_score(period, row), _score(period, row, "target"), _target(row), f"As at {long_date(period.as_at)}"),
    ),
)
row_check(
    "mitigation_overdue",
    "Mitigating action overdue",
    Severity.MEDIUM,
    "Every mitigating action on an open risk whose date has passed is done.",
    of=MitigationPosition,
    wanting=lambda period: Q(done_on=None, due_latest__lt=period.as_at, risk_closed_on=None),
    says=lambda period, row: (
        f"was due by {long_date(row.due_latest)} and is not done",
        (f"Risk: {row.of_risk} ({row.risk.ref})", f"As at {long_date(period.as_at)}"),
    ),
)
open_check(
    "risk_score_unchanged",
    "Risk whose score has not changed for months",
    Severity.LOW,
    "No open risk keeps the same score for as many months as the scheme allows.",
    wanting=_unchanged,
    says=lambda period, row: (
        "has the score that it had in every month that the scheme looks back on",
        (_score(period, row), f"Months looked back on: {getattr(RULES.of(period.scheme), 'unchanged_after', 0)}"),
    ),
)
open_check(
    "risk_above_original",
    "Risk above its original score",
    Severity.MEDIUM,
    "No open risk has a current score above its original one.",
    wanting=lambda _period: Q(current_score__gt=F("original_score")),
    says=lambda period, row: (
        "is scored higher now than before anything was done about it",
        (_score(period, row, "original"), _score(period, row)),
    ),
)
open_check(
    "risk_green_with_late_actions",
    "Risk with good prospects whose actions are late",
    Severity.MEDIUM,
    "No risk whose prospects are the best has an action that is overdue.",
    wanting=_green_and_late,
    says=lambda period, row: (
        "is said to reach its target in time, and an action on it is overdue",
        (_prospects(period, row), _target(row)),
    ),
)
open_check(
    "risk_exception_not_reported",
    "Exception by rule that is not reported",
    Severity.HIGH,
    "Every open risk that is an exception by the scheme’s rules is reported by exception.",
    wanting=_not_reported,
    says=lambda period, row: (
        "is an exception by the rules, and is not reported by exception",
        (_score(period, row), _prospects(period, row), *_which_rules(period)),
    ),
)


def _unmitigated(month: Month, among: frozenset[int] | None = None, /) -> Iterator[Finding]:
    """Narrative without a mitigation, of a workstream that is rated off course."""
    period, tree = month.period, month.tree
    rules = RULES.of(period.scheme)
    if rules is None or not rules.narrative:
        return
    serious = {
        (rating.workstream_id, rating.dimension): rating.level for rating in Rating.objects.of(period).order_by("pk")
    }
    off_course: dict[int, str] = {}
    for (key, dimension), level in serious.items():
        node = tree.by_pk.get(key)
        scale = period.scheme.scale(dimension, node.tier) if node else None
        if scale and scale.severities.get(level, 0) > 0:
            label = period.scheme.dimensions[dimension].label
            off_course.setdefault(key, f"{label}: {scale.levels[level].word.lower()}")
    said = Narrative.objects.of(period).filter(one_of("workstream", off_course), kind__in=rules.narrative)
    for row in said.filter(Q(second="") | Q(second__icontains=UNMITIGATED)).order_by("workstream", "kind", "seq"):
        node = tree.by_pk[row.workstream_id]
        if among is None or node.pk in among:
            sentence = f"“{row}” ({node.ref}) has no mitigating action, and its workstream is off course."
            yield Finding(
                "narrative_without_mitigation",
                Severity.MEDIUM,
                f"{node.ref}/{row.kind}/{row.seq}",
                str(row),
                "narrative",
                sentence,
                (off_course[node.pk], f"Mitigation: {row.second or 'not stated'}"),
                node.pk,
            )


CHECKS.append(
    Check(
        "narrative_without_mitigation",
        "What is wrong and has no mitigating action",
        Severity.MEDIUM,
        "What is written about a workstream that is rated off course says what is done about it.",
        _unmitigated,
    )
)
