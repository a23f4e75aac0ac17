"""Where every return of a month stands, from what was done with it and from the rows themselves."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from core.lookups import one_of
from programmes.models import Period
from programmes.month import Month, once
from programmes.rows import KINDS
from programmes.tree import Node
from returns.models import ChallengeStep, Deadline, ReturnStep
from returns.people import People
from returns.states import AFTER, ReturnState, Step

type Place = tuple[int, int]  # a period's key and a workstream's
type Asked = Sequence[tuple[Month, Sequence[Node]]]  # months, and the returns of each


@dataclass(frozen=True)
class Standing:
    """One return: the workstream whose it is, and where it stands."""

    unit: Node
    state: ReturnState
    last: ReturnStep | None
    challenges: int  # open ones
    answered: int  # those of them that are answered
    carried: int  # rows that are as last period and not looked at since
    due_on: dt.date | None
    is_reviewed: bool  # whether somebody but its submitter looks at it before the programme's PMO does
    is_pmos: bool  # whether the programme's PMO makes it: the programme's own, where that has no lead
    is_own: bool  # whether it was submitted, last, by the person at whose month it is looked at

    @property
    def is_late(self) -> bool:
        return bool(self.due_on and self.state.is_open and today() > self.due_on)

    @property
    def unanswered(self) -> int:
        return self.challenges - self.answered

    @property
    def is_ready(self) -> bool:
        """Whether it can be accepted as it is, without passing over those who review it before."""
        return self.may_be_ticked and not self.waits_for_review and not self.challenges

    @property
    def may_be_ticked(self) -> bool:
        """Whether it is there to be accepted among many: what somebody submitted themselves needs a reason at least."""
        return self.state.is_with_reviewers and not self.is_own

    @property
    def marks(self) -> set[str]:
        """By what a list of returns can be narrowed to it."""
        return (
            {self.state.value} | ({"late"} if self.is_late else set()) | ({"challenged"} if self.challenges else set())
        )

    @property
    def waits_for_review(self) -> bool:
        """Whether it lies with those between its lead and the programme's PMO."""
        return self.state is ReturnState.SUBMITTED and self.is_reviewed

    @property
    def waits_for(self) -> str:
        """With whom it lies."""
        if self.state is ReturnState.ACCEPTED:
            return ""
        if self.waits_for_review:
            return "the workstream’s review"
        if self.state.is_with_reviewers or self.is_pmos:
            return "the programme’s PMO"
        return self.unit.lead or "its lead"


def today() -> dt.date:
    """The day it is for a council, wherever the server stands."""
    return timezone.localdate()


def due_on(period: Period) -> dt.date | None:
    return _deadlines(period).get(period.pk)


def units(month: Month) -> list[Node]:
    """Every workstream that makes a return, in the tree's order."""
    nodes = month.tree.root.walk() if month.tree.root else ()
    return [node for node in nodes if node.tier <= month.scheme.return_tier]


def states(period: Period, keys: Iterable[int] | None = None) -> dict[int, ReturnState]:
    """Where each return stands with which something was done, by its workstream's key; of these, or of all."""
    return {key: AFTER[Step(last.step)] for (_, key), last in _last_steps([period], keys).items()}


@once
def last_steps(month: Month) -> dict[int, ReturnStep]:
    """The step that says where each return stands with which something was done, by its workstream's key."""
    return {key: step for (_, key), step in _last_steps([month.period]).items()}


def submitter(period: Period, key: int) -> int | None:
    """The key of whoever submitted a return last, None where nobody has."""
    return submitters(period, [key]).get(key)


def submitters(period: Period, keys: Iterable[int]) -> dict[int, int | None]:
    """The same of many, by the workstream's key."""
    submitted = ReturnStep.objects.of(period).filter(workstream__in=keys, step=Step.SUBMITTED).order_by("seq")
    return dict(submitted.values_list("workstream", "actor_key"))


def handed_in(*periods: Period) -> set[Place]:
    """The returns of these months that are submitted, passed on or accepted."""
    last = _last_steps(periods)
    return {place for place, step in last.items() if not AFTER[Step(step.step)].is_open}


def open_challenges(*periods: Period) -> Counter[Place]:
    """How many challenges of each return are not settled."""
    return Counter(place for place, _ in _open_challenges(periods))


def _open_challenges(periods: Iterable[Period]) -> list[tuple[Place, bool]]:
    """Of each challenge that is not settled, the return and whether it is answered."""
    answers, ends = (
        Count("pk", filter=Q(step=step)) for step in (ChallengeStep.Step.ANSWERED, ChallengeStep.Step.SETTLED)
    )
    said = ChallengeStep.objects.of(*periods).order_by().values_list("period", "workstream", "number")
    found = said.annotate(answers=answers, ends=ends).filter(ends=0)
    return [((period, key), bool(n)) for period, key, _, n, _ in found]


def standings(month: Month, among: Sequence[Node]) -> list[Standing]:
    """The standing of each of these returns, in the same order."""
    (found,) = standings_of([(month, among)], People(month.programme))
    return found


def standings_of(asked: Asked, people: People) -> list[list[Standing]]:
    """The same of many months: the same few queries however many there are, and however many returns."""
    periods = [month.period for month, _ in asked]
    last, asked_of, due = _last_steps(periods), _open_challenges(periods), _deadlines(*periods)
    challenges = Counter(place for place, _ in asked_of)
    answered = Counter(place for place, is_answered in asked_of if is_answered)
    tally = _rows(asked)

    def standing(month: Month, unit: Node) -> Standing:
        place = (month.period.pk, unit.pk)
        begun = ReturnState.STARTED if tally[(*place, False)] else ReturnState.NOT_STARTED
        step = last.get(place)
        return Standing(
            unit,
            AFTER[Step(step.step)] if step else begun,
            step,
            challenges[place],
            answered[place],
            tally[(*place, True)],
            due.get(month.period.pk),
            people.are_between(month, unit, step.actor_key if step and step.step == Step.SUBMITTED else None),
            unit.parent is None and not people.at(unit),
            step is not None and getattr(step, "submitter", None) == month.user.pk,
        )

    return [[standing(month, unit) for unit in among] for month, among in asked]


def _last_steps(periods: Iterable[Period], keys: Iterable[int] | None = None) -> dict[Place, ReturnStep]:
    steps = ReturnStep.objects.of(*periods)
    if keys is not None:
        steps = steps.filter(one_of("workstream", keys))
    same = ReturnStep.objects.filter(period=OuterRef("period"), workstream=OuterRef("workstream"))
    same = same.order_by("-seq")
    newest = steps.filter(seq=Subquery(same.values("seq")[:1])).annotate(
        submitter=Subquery(same.filter(step=Step.SUBMITTED).values("actor_key")[:1])
    )
    return {(step.period_id, step.workstream_id): step for step in newest}


def _deadlines(*periods: Period) -> dict[int, dt.date]:
    return dict(Deadline.objects.of(*periods).values_list("period", "due_on"))


def _rows(asked: Asked) -> Counter[tuple[int, int, bool]]:
    """How many rows of each return were touched this month (False) and how many are as last period (True)."""
    counts: list[QuerySet[Any, tuple[int, int, bool, int]]] = []
    for month, among in asked:
        keys = [node.pk for unit in among for node in month.in_return(unit)]
        for rows in _reported(month.period):
            named = rows.order_by().filter(one_of("in_workstream", keys))
            counts.append(named.values_list("period", "in_workstream", "as_last").annotate(n=Count("pk")))
    desks = {month.period.pk: month for month, _ in asked}
    tally: Counter[tuple[int, int, bool]] = Counter()
    for period, key, as_last, n in counts[0].union(*counts[1:], all=True) if counts else ():
        if unit := desks[period].unit_of(key):
            tally[period, unit.pk, bool(as_last)] += n
    return tally


def _reported(period: Period) -> Iterator[QuerySet[Any]]:
    """The rows that make up returns, with `in_workstream` and `as_last`: carried, and nobody has looked at it since."""
    for kind in KINDS.values():
        if kind.part and kind.model.is_kept(period.scheme):
            yield kind.model._default_manager.reported(period)
