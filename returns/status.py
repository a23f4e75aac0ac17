"""Where every return of a month stands, from what was done with it and from the rows themselves."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.utils import timezone

from core.lookups import one_of
from programmes.models import Period
from programmes.month import Month
from programmes.rows import asked_for
from programmes.tree import Node
from returns.models import Deadline, ReturnStep
from returns.people import People, people
from returns.record import Challenge, Place, all_last_steps, is_own, open_challenges
from returns.states import ReturnState, Step, after

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


class Basis(NamedTuple):
    """What one return's standing follows from, whoever has read it."""

    last: ReturnStep | None  # with its submitter
    challenges: Sequence[Challenge]  # open ones
    rows: Counter[bool | None]  # how many were touched this month (False), and how many are as last month (True)
    due_on: dt.date | None


def standing_from(month: Month, unit: Node, people: People, basis: Basis) -> Standing:
    last, begun = basis.last, ReturnState.STARTED if basis.rows[False] else ReturnState.NOT_STARTED
    return Standing(
        unit,
        after(last) if last else begun,
        last,
        challenges=len(basis.challenges),
        answered=sum(each.is_answered for each in basis.challenges),
        carried=basis.rows[True],
        due_on=basis.due_on,
        is_reviewed=people.are_between(month, unit, last.actor_key if last and last.step == Step.SUBMITTED else None),
        is_pmos=unit.parent is None and not people.at(unit),
        is_own=is_own(month, last),
    )


def standings(month: Month, among: Sequence[Node]) -> list[Standing]:
    """The standing of each of these returns, in the same order."""
    (found,) = standings_of([(month, among)], people(month))
    return found


def standings_of(asked: Asked, people: People) -> list[list[Standing]]:
    """The same of many months: the same few queries however many there are, and however many returns."""
    periods = [month.period for month, _ in asked]
    last, challenges, due = all_last_steps(*periods), open_challenges(*periods), _deadlines(*periods)
    rows = _rows(asked)

    def basis(period: int, unit: Node) -> Basis:
        place = (period, unit.pk)
        return Basis(last.get(place), challenges.get(place, ()), rows[place], due.get(period))

    return [
        [standing_from(month, unit, people, basis(month.period.pk, unit)) for unit in among] for month, among in asked
    ]


def _deadlines(*periods: Period) -> dict[int, dt.date]:
    return dict(Deadline.objects.of(*periods).values_list("period", "due_on"))


def rows_of(month: Month, unit: Node) -> Counter[bool | None]:
    """How many rows of a return were touched this month (False) and how many are as last month (True)."""
    return _rows([(month, [unit])])[month.period.pk, unit.pk]


def _rows(asked: Asked) -> Mapping[Place, Counter[bool | None]]:
    """The same of each of these returns."""
    counts: list[QuerySet[Any, tuple[int, int, bool, int]]] = []
    for month, among in asked:
        keys = [node.pk for unit in among for node in month.in_return(unit)]
        for kind in asked_for(month.scheme):
            rows = kind.model._default_manager.reported(month.period)
            named = rows.order_by().filter(one_of("in_workstream", keys), as_last__isnull=False)
            counts.append(named.values_list("period", "in_workstream", "as_last").annotate(n=Count("pk")))
    desks = {month.period.pk: month for month, _ in asked}
    tally: dict[Place, Counter[bool | None]] = defaultdict(Counter)
    for period, key, as_last, n in counts[0].union(*counts[1:], all=True) if counts else ():
        if unit := desks[period].unit_of(key):
            tally[period, unit.pk][as_last] += n
    return tally
