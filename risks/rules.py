"""Which risks are exceptions by the rules of a scheme, and which want something: as conditions for the database.

Lists, counts, checks and sections ask with the same conditions, so that a number and the rows under it agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from operator import and_, or_

from django.db.models import Exists, F, OuterRef, Q

from programmes.models import Period
from risks.models import MitigationPosition, RiskPosition
from risks.models.mitigation import MitigationPositionQuerySet
from risks.models.risk import RiskPositionQuerySet
from risks.movement import scores_alike
from risks.scheme import CHANGES, RULES, ExceptionRule, RiskRules

type Condition = Callable[[Period], Q]


def exception(period: Period, code: str = "") -> Q:
    """Exceptions by the rule of this code, or by any. Where the scheme has none, no risk is one."""
    rules = RULES.of(period.scheme)
    if rules is None:
        return NEVER
    found = [by_rule(rule, rules, period) for rule in rules.exceptions.values() if code in ("", rule.code)]
    return reduce(or_, found, NEVER)


NEVER = Q(pk__in=[])
ALWAYS = ~NEVER


def by_rule(rule: ExceptionRule, rules: RiskRules, period: Period) -> Q:
    """All that a rule names holds of the risk, which is open, or was closed just now where the rule asks for that."""
    just_closed = changed(("closed",), rules, period) if "closed" in rule.changed else NEVER
    asked = [Q(closed_on=None) | just_closed]
    if rule.month:
        asked.append(ALWAYS if period.as_at.month == rule.month else NEVER)
    if rule.score_from:
        asked.append(Q(current_score__gte=rule.score_from))
    if rule.prospects:
        asked.append(Q(prospects__in=rule.prospects))
    if rule.levels:
        asked.append(Q(level__in=rule.levels))
    if rule.changed:
        asked.append(changed(rule.changed, rules, period))
    return reduce(and_, asked)


def changed(codes: tuple[str, ...], rules: RiskRules, period: Period) -> Q:
    """Any of these changed since the last report; in a programme's first month everything is new."""
    if period.previous is None:
        return ALWAYS if "new" in codes else NEVER
    before = RiskPosition.objects.of(period.previous).live().filter(risk=OuterRef("risk"))
    alike = scores_alike(rules, RULES.of(period.previous.scheme))
    asked = {
        "new": ~Exists(before),
        "closed": Q(closed_on__isnull=False) & Exists(before.still_open()),
        "reopened": Q(closed_on=None) & Exists(before.exclude(closed_on=None)),
        "score": _differs(before, "current_score") if alike else NEVER,
        "level": _differs(before, "level"),
        "target_date": _differs(before, "target_date_latest"),
        "prospects": _differs(before, "prospects"),
    }
    return reduce(or_, (Q(asked[code]) for code in codes))


def _differs(before: RiskPositionQuerySet, column: str) -> Q:
    """There is such a position before, and it says otherwise. What is not stated differs from what is."""
    same = Q(Exists(before.filter(**{column: OuterRef(column)})))
    neither = Q(**{column: None}) & Q(Exists(before.filter(**{column: None})))
    return Q(Exists(before)) & ~same & ~Q(neither)


# --- What a list is narrowed to, and what a count leads to ---------------------------------------------------


def late(period: Period) -> Q:
    """The date has passed by which the target was to be reached, and it is not."""
    reached = Q(current_score__isnull=False, target_score__isnull=False, current_score__lte=F("target_score"))
    return Q(target_date_latest__lt=period.as_at) & ~reached


def overdue(period: Period) -> Q:
    """An action on it is overdue."""
    return Q(Exists(_actions(period).overdue(period)))


def without_action(period: Period) -> Q:
    """Nothing is done about it that has been written down as an action."""
    return ~Q(Exists(_actions(period)))


def _actions(period: Period) -> MitigationPositionQuerySet:
    return MitigationPosition.objects.of(period).live().filter(risk=OuterRef("risk"))


def _changed(*codes: str) -> Condition:
    def condition(period: Period) -> Q:
        rules = RULES.of(period.scheme)
        return changed(codes, rules, period) if rules and period.previous else NEVER

    return condition


@dataclass(frozen=True, slots=True)
class KindOfRisk:
    """A kind of risk that a list is narrowed to and a figure counts."""

    label: str
    condition: Condition


OF_RISKS: dict[str, KindOfRisk] = {
    "exception": KindOfRisk("Exceptions by rule", exception),
    "late": KindOfRisk("Target date passed", late),
    "overdue": KindOfRisk("With an action overdue", overdue),
    "no_owner": KindOfRisk("Without an owner", lambda _period: Q(owner="")),
    "no_action": KindOfRisk("Without an action", without_action),
    "no_date": KindOfRisk("Without a target date", lambda _period: Q(target_date_latest=None)),
    "no_score": KindOfRisk("Not scored", lambda _period: Q(current_score=None)),
    "new": KindOfRisk("New since the last report", _changed("new")),
    "moved": KindOfRisk("Changed since the last report", _changed(*CHANGES)),
    "rescored": KindOfRisk("Re-scored since the last report", _changed("score")),
}


def kinds_of_risks(period: Period) -> dict[str, KindOfRisk]:
    """All that a list of this month is narrowed to, with each rule of exception by itself."""
    rules = RULES.of(period.scheme)
    by_rules = {
        f"by_{rule.code}": KindOfRisk(f"Exceptions: {rule.label}", partial(exception, code=rule.code))
        for rule in (rules.exceptions.values() if rules else ())
    }
    return OF_RISKS | by_rules
