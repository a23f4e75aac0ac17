"""The returns as a gate of the closing, in a month whose returns were asked for."""

from collections.abc import Iterator

from core.words import how_many, some_of
from programmes.month import Month, once
from returns.models import ReturnStep
from returns.states import AFTER, ReturnState, Step
from returns.status import due_on, last_steps, open_challenges


def gate(month: Month) -> Iterator[str]:
    """Say which returns are not accepted and which challenges are open.

    A month without a deadline in which nobody submitted anything was kept some other way: then nothing is held.
    What was asked about a workstream that has gone since holds nothing either, nor about one that makes no return any
    more because it was moved further down: it has no page on which somebody could settle it.
    """
    known, challenges = _stand(month), open_challenges(month.period)
    units = [node for node in month.tree.by_pk.values() if node.tier <= month.scheme.return_tier]
    if are_asked_for(month) and (
        refs := [each.ref for each in units if known.get(each.pk) is not ReturnState.ACCEPTED]
    ):
        yield f"{how_many(len(refs), 'return')} not accepted: {some_of(refs)}."
    if open_of := {node.ref: n for node in units if (n := challenges[month.period.pk, node.pk])}:
        yield f"{how_many(sum(open_of.values()), 'challenge')} not settled: {some_of(list(open_of))}."


def remarks(month: Month) -> Iterator[str]:
    """How many returns were accepted by whoever had submitted them, as nobody else might, and why each was."""
    own = {
        key: step for key, step in last_steps(month).items() if step.step == ReturnStep.Step.ACCEPTED and step.reason
    }
    found = [(node, own[key]) for key, node in month.tree.by_pk.items() if key in own]
    if not found:
        return
    were, them = ("was", "it") if len(found) == 1 else ("were", "them")
    said = f"{how_many(len(found), 'return')} {were} accepted by whoever submitted {them}"
    yield f"{said}: nobody else may accept returns."
    for node, step in found:
        yield f"{node.name} ({node.ref}), accepted by {step.actor} because: {step.reason}"


@once
def are_asked_for(month: Month) -> bool:
    """Whether the returns of a month were given a deadline, or one was submitted without."""
    return due_on(month.period) is not None or bool(last_steps(month))


def _stand(month: Month) -> dict[int, ReturnState]:
    return {key: AFTER[Step(step.step)] for key, step in last_steps(month).items()}
