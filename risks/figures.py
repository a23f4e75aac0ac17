"""What is reported of risks and issues in a month and the one before it: the questions that pages and sections share.

Each is asked once (`programmes.month.once`), over both periods where both are shown, so that a page costs the same
few queries however many risks there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from programmes.figures import mine
from programmes.models import Period
from programmes.month import Month, once
from risks.models import IssuePosition, MitigationPosition, RiskPosition
from risks.movement import Moved, moved
from risks.rules import by_rule
from risks.scheme import RULES

HISTORY = 12  # months shown


class Titled(NamedTuple):
    """A risk of the month, to be named beside something else."""

    ref: str
    title: str
    workstream: int

    def __str__(self) -> str:
        return f"{self.title} ({self.ref})"


@once
def titles(month: Month) -> dict[int, Titled]:
    """Every live risk of the month, open or closed, by its key and in the order of their refs."""
    rows = RiskPosition.objects.of(month.period).live().order_by("risk__ref")
    columns = ("risk", "risk__ref", "title", "workstream")
    return {key: Titled(ref, title, place) for key, ref, title, place in rows.values_list(*columns)}


class Register(NamedTuple):
    """The live risks of what is read, open and closed, by key: those of the month, and those of the month before."""

    now: dict[int, RiskPosition]
    was: dict[int, RiskPosition]

    @property
    def still_open(self) -> list[RiskPosition]:
        return [row for row in self.now.values() if not row.is_closed]


@once
def register(month: Month) -> Register:
    """Both months' risks, the highest current score first, those not scored last."""
    rows = mine(month, RiskPosition.objects.of(month.period, month.past).live(), "workstream").select_related("risk")
    by_period: dict[int, dict[int, RiskPosition]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (-(row.current_score or 0), row.risk.ref)):
        by_period[row.period_id][row.risk_id] = row
    past = by_period[month.past.pk] if month.past else {}
    return Register(by_period[month.period.pk], past)


@once
def moves(month: Month) -> dict[int, Moved]:
    """What changed in each risk since the last report, by its key; none where there was no report before."""
    if month.past is None:
        return {}
    found = register(month)
    rules, past_rules = RULES.of(month.scheme), RULES.of(month.past.scheme)
    keys = dict.fromkeys([*found.now, *found.was])
    came_true = {row.risk_id for row in issues(month) if row.risk_id} - _issues_before(month)
    each = {
        key: moved(found.now.get(key), found.was.get(key), rules, past_rules, came_true=key in came_true)
        for key in keys
    }
    return {key: move for key, move in each.items() if move.changes}


@once
def _issues_before(month: Month) -> set[int]:
    """Keys of the risks that had come true by the month before."""
    return set(IssuePosition.objects.of(month.past).exclude(risk=None).values_list("risk_id", flat=True))


@once
def actions(month: Month) -> dict[int, list[MitigationPosition]]:
    """The live mitigating actions of what is read, by the key of their risk and in the order of their refs."""
    rows = mine(month, MitigationPosition.objects.placed(month.period).live(), "in_workstream")
    found: dict[int, list[MitigationPosition]] = defaultdict(list)
    for row in rows.select_related("mitigation").order_by("mitigation__ref"):
        found[row.risk_id].append(row)
    return found


@once
def overdue_actions(month: Month) -> int:
    """How many actions on open risks are overdue: without the rows, of which there may be thousands."""
    rows: QuerySet[Any] = MitigationPosition.objects.placed(month.period).live().overdue(month.period)
    return mine(month, rows.filter(risk_closed_on=None), "in_workstream").count()


@once
def issues(month: Month) -> list[IssuePosition]:
    """The live issues of what is read, open or settled, by ref."""
    rows = mine(month, IssuePosition.objects.of(month.period).live(), "workstream")
    return list(rows.select_related("issue", "risk").order_by("issue__ref"))


@once
def exceptions(month: Month) -> dict[str, set[int]]:
    """The keys of the risks that are exceptions, by the code of each rule: one query for all of them."""
    rules = RULES.of(month.scheme)
    if rules is None or not rules.exceptions:
        return {}
    codes = [*rules.exceptions]
    asked = {f"rule_{n}": by_rule(rule, rules, month.period) for n, rule in enumerate(rules.exceptions.values())}
    rows = mine(month, RiskPosition.objects.of(month.period).live(), "workstream").annotate(**asked)
    found: dict[str, set[int]] = {code: set() for code in codes}
    for key, *holds in rows.order_by("pk").values_list("risk", *asked):
        for code, is_one in zip(codes, holds, strict=True):
            if is_one:
                found[code].add(key)
    return found


@once
def by_any_rule(month: Month) -> set[int]:
    """The keys of the risks that are exceptions by any rule."""
    return set[int]().union(*exceptions(month).values())


@once
def months(month: Month) -> list[Period]:
    """The month and those behind it, each as it was fixed beside the next: the oldest first, twelve at most."""
    known = {period.pk: period for period in month.programme.periods.with_neighbours()}
    found = [month.period]
    while len(found) < HISTORY and (before := found[0].previous_id):
        found.insert(0, known[before])
    return found


class Card(NamedTuple):
    """A risk with all that its report card tells."""

    row: RiskPosition
    history: Mapping[int, RiskPosition]  # by the key of the period, this one among them
    actions: Sequence[MitigationPosition]
    issues: Sequence[IssuePosition]

    def was(self, month: Month) -> RiskPosition | None:
        """What it was in the month before, if it was there."""
        past = self.history.get(month.past.pk) if month.past else None
        return None if past is None or past.withdrawn else past


def cards(month: Month, rows: Iterable[RiskPosition]) -> Iterator[Card]:
    """The cards of many risks, with the questions that others ask too."""
    became: dict[int, list[IssuePosition]] = defaultdict(list)
    for each in issues(month):
        if each.risk_id:
            became[each.risk_id].append(each)
    for row in rows:
        key = row.risk_id
        yield Card(row, history(month).get(key, {}), actions(month).get(key, ()), became.get(key, ()))


def card_of(month: Month, ref: str) -> Card | None:
    """The card of the live risk of this ref, open or closed; None where there is none in what is read."""
    risks = RiskPosition.objects.of(*months(month)).filter(risk__ref=ref).select_related("risk")
    by_period = {row.period_id: row for row in mine(month, risks, "workstream")}
    row = by_period.get(month.period.pk)
    if row is None or row.withdrawn:
        return None
    done = MitigationPosition.objects.of(month.period).live().filter(risk=row.risk_id)
    became = IssuePosition.objects.of(month.period).live().filter(risk=row.risk_id)
    return Card(
        row,
        by_period,
        list(done.select_related("mitigation").order_by("mitigation__ref")),
        list(mine(month, became, "workstream").select_related("issue").order_by("issue__ref")),
    )


@once
def history(month: Month) -> dict[int, dict[int, RiskPosition]]:
    """The positions of every risk of what is read over these months, by its key and that of the period."""
    rows = mine(month, RiskPosition.objects.of(*months(month)), "workstream")
    found: dict[int, dict[int, RiskPosition]] = defaultdict(dict)
    for row in rows.select_related("risk"):
        found[row.risk_id][row.period_id] = row
    return found


def is_overdue(row: MitigationPosition, period: Period) -> bool:
    """Whether its date has passed by the as-at date, and it is not done. As `MitigationPositionQuerySet.overdue`."""
    return row.done_on is None and row.due_latest is not None and row.due_latest < period.as_at


def is_late(row: RiskPosition, period: Period) -> bool:
    """Whether the date has passed by which the target was to be reached, and it is not."""
    is_past = row.target_date_latest is not None and row.target_date_latest < period.as_at
    reached = None not in (row.current_score, row.target_score) and (row.current_score or 0) <= (row.target_score or 0)
    return is_past and not reached
