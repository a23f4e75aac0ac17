"""What was done with returns and what is asked about them: the rows that say so, and what follows from them alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from core.lookups import one_of
from programmes.models import Period
from programmes.month import Month
from programmes.tree import Node
from returns.models import ChallengeStep, ReturnEvent, ReturnStep
from returns.states import after

type Place = tuple[int, int]  # a period's key and a workstream's


# --- Steps --------------------------------------------------------------------------------------------------


def steps(month: Month, unit: Node) -> list[ReturnStep]:
    """Everything that was done with a return, the last first."""
    return list(ReturnStep.objects.of(month.period).filter(workstream=unit.pk).with_submitter().order_by("-seq"))


def last_step(month: Month, unit: Node) -> ReturnStep | None:
    """What was done with a return last."""
    return last_steps(month.period, [unit.pk]).get(unit.pk)


def last_steps(period: Period, among: Iterable[int]) -> dict[int, ReturnStep]:
    """The same of many, by the key of the workstream: of those with which something was done."""
    found = ReturnStep.objects.of(period).filter(one_of("workstream", among)).newest().with_submitter()
    return {step.workstream_id: step for step in found}


def all_last_steps(*periods: Period) -> dict[Place, ReturnStep]:
    """The same of all in these months."""
    return {_place(step): step for step in ReturnStep.objects.of(*periods).newest().with_submitter()}


def is_own(month: Month, last: ReturnStep | None) -> bool:
    """Whether a return was submitted, last, by the person at whose month it is looked at."""
    return last is not None and last.submitter == month.user.pk


def handed_in(*periods: Period) -> set[Place]:
    """The returns of these months that are submitted, passed on or accepted."""
    return {place for place, step in all_last_steps(*periods).items() if not after(step).is_open}


# --- Challenges ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Challenge:
    """One challenge with everything said about it, oldest first."""

    number: int
    steps: tuple[ChallengeStep, ...]

    @property
    def about(self) -> str:
        return self.steps[0].about

    @property
    def is_open(self) -> bool:
        return self.steps[-1].step != ChallengeStep.Step.SETTLED

    @property
    def is_answered(self) -> bool:
        return self.steps[-1].step == ChallengeStep.Step.ANSWERED

    def is_answered_by(self, user: User) -> bool:
        """Whether the answer it waits with is this person's."""
        return self.is_answered and self.steps[-1].actor_key == user.pk


def challenges(month: Month, unit: Node) -> list[Challenge]:
    """Every challenge of a return, oldest first."""
    said = ChallengeStep.objects.of(month.period).filter(workstream=unit.pk)
    return [challenge for _, challenge in _challenges(said)]


def open_challenges(*periods: Period) -> Mapping[Place, Sequence[Challenge]]:
    """The challenges of each return that are not settled, without the words of them."""
    found: dict[Place, list[Challenge]] = defaultdict(list)
    for place, challenge in _challenges(ChallengeStep.objects.of(*periods).defer("about", "text", "evidence")):
        if challenge.is_open:
            found[place].append(challenge)
    return found


def _challenges(said: QuerySet[ChallengeStep]) -> Iterator[tuple[Place, Challenge]]:
    steps: dict[tuple[Place, int], list[ChallengeStep]] = defaultdict(list)
    for step in said.order_by("number", "seq"):
        steps[_place(step), step.number].append(step)
    return ((place, Challenge(number, tuple(found))) for (place, number), found in steps.items())


def _place(event: ReturnEvent) -> Place:
    return event.period_id, event.workstream_id
