"""Where every return of a month stands, from what was done with it and from the rows themselves."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from programmes.desk import Desk
from programmes.models import MilestonePosition, Narrative, Period, ProductPosition, Rating
from programmes.tree import Node
from returns.models import ChallengeStep, Deadline, ReturnStep

Step = ReturnStep.Step
SUBMITTED_FROM_TIER = 2  # a workstream right below the programme submits to its PMO


class State(StrEnum):
    NOT_STARTED = "not_started"
    STARTED = "started"
    SENT_BACK = "sent_back"
    SUBMITTED = "submitted"
    PASSED_ON = "passed_on"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @property
    def is_open(self) -> bool:
        """Whether its lead still works on it."""
        return self in {State.NOT_STARTED, State.STARTED, State.SENT_BACK}

    @property
    def is_with_reviewers(self) -> bool:
        return self in {State.SUBMITTED, State.PASSED_ON}


AFTER = {
    Step.SUBMITTED: State.SUBMITTED,
    Step.WITHDRAWN: State.STARTED,
    Step.PASSED_ON: State.PASSED_ON,
    Step.SENT_BACK: State.SENT_BACK,
    Step.ACCEPTED: State.ACCEPTED,
}


@dataclass(frozen=True)
class Standing:
    """One return: the workstream whose it is, and where it stands."""

    unit: Node
    state: State
    last: ReturnStep | None
    challenges: int  # open ones
    carried: int  # rows that are as last month and not looked at since
    due_on: dt.date | None

    @property
    def is_late(self) -> bool:
        return bool(self.due_on and self.state.is_open and today() > self.due_on)

    @property
    def waits_for_review(self) -> bool:
        """Whether it lies with those between its lead and the programme's PMO."""
        return self.state is State.SUBMITTED and self.unit.tier >= SUBMITTED_FROM_TIER

    @property
    def waits_for(self) -> str:
        """With whom it lies."""
        if self.state is State.ACCEPTED:
            return ""
        if self.waits_for_review:
            return "the workstream’s review"
        if self.state.is_with_reviewers or self.unit.parent is None:
            return "the programme’s PMO"
        return "its lead"


def today() -> dt.date:
    """The day it is for a council, wherever the server stands."""
    return timezone.localdate()


def due_on(period: Period) -> dt.date | None:
    return Deadline.objects.of(period).values_list("due_on", flat=True).first()


def units(desk: Desk) -> list[Node]:
    """Every workstream that makes a return, in the tree's order."""
    nodes = desk.tree.root.walk() if desk.tree.root else ()
    return [node for node in nodes if node.tier <= desk.scheme.return_tier]


def last_steps(period: Period, keys: Iterable[int] | None = None) -> dict[int, ReturnStep]:
    """The last step of each return that has one, by its workstream's key; of these workstreams, or of all."""
    steps = ReturnStep.objects.of(period)
    if keys is not None:
        steps = steps.filter(workstream__in=keys)
    newest = ReturnStep.objects.of(period).filter(workstream=OuterRef("workstream")).order_by("-seq").values("seq")[:1]
    return {step.workstream_id: step for step in steps.filter(seq=Subquery(newest))}


def open_challenges(period: Period) -> Counter[int]:
    """How many challenges are not settled, by the workstream's key."""
    settled = ChallengeStep.objects.of(period).filter(step=ChallengeStep.Step.SETTLED)
    asked = ChallengeStep.objects.of(period).filter(step=ChallengeStep.Step.ASKED)
    tally = Counter(asked.values_list("workstream", flat=True))
    tally.subtract(settled.values_list("workstream", "number").distinct().values_list("workstream", flat=True))
    return +tally


def standings(desk: Desk, among: Iterable[Node]) -> list[Standing]:
    """The standing of each of these returns, in the same order: the same few queries however many there are."""
    last, challenges = last_steps(desk.period), open_challenges(desk.period)
    touched, carried = _rows(desk)
    due = due_on(desk.period)
    return [
        Standing(
            unit,
            AFTER[Step(last[unit.pk].step)]
            if unit.pk in last
            else State.STARTED
            if touched[unit.pk]
            else State.NOT_STARTED,
            last.get(unit.pk),
            challenges[unit.pk],
            carried[unit.pk],
            due,
        )
        for unit in among
    ]


def _rows(desk: Desk) -> tuple[Counter[int], Counter[int]]:
    """How many rows of each return were touched this month, and how many are carried, by the unit's key."""
    touched: Counter[int] = Counter()
    carried: Counter[int] = Counter()

    def add(tally: Counter[int], by_workstream: Mapping[int, int]) -> None:
        for key, n in by_workstream.items():
            unit = desk.unit_of(key)
            if unit:
                tally[unit.pk] += n

    for said in (Rating.objects.of(desk.period), Narrative.objects.of(desk.period)):
        add(touched, dict(said.order_by().values_list("workstream").annotate(n=Count("pk"))))
    products = ProductPosition.objects.of(desk.period).live().annotate(in_workstream=F("workstream_id"))
    placed: list[QuerySet[Any]] = [products, MilestonePosition.objects.placed(desk.period).live()]
    for rows in placed:
        for key, is_carried, n in rows.order_by().values_list("in_workstream", "carried").annotate(n=Count("pk")):
            add(carried if is_carried else touched, {key: n})
    return touched, carried
