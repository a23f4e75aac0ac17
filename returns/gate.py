"""The returns as a gate of the closing, in a month whose returns were asked for."""

from collections.abc import Iterator

from core.words import how_many, some_of
from programmes.month import Month, once
from returns.models import ReturnStep
from returns.record import all_last_steps, open_challenges
from returns.states import ReturnState, after
from returns.status import due_on


def gate(month: Month) -> Iterator[str]:
    """Say which returns are not accepted and which challenges are open.

    A month without a deadline in which nobody submitted anything was kept some other way: then nothing is held.
    What was asked about a workstream that has gone since holds nothing either, nor about one that makes no return any
    more because it was moved further down: it has no page on which somebody could settle it.
    """
    last, challenges = _last_steps(month), open_challenges(month.period)
    units = [node for node in month.tree.by_pk.values() if node.tier <= month.scheme.return_tier]
    if are_asked_for(month) and (
        refs := [each.ref for each in units if after(last.get(each.pk)) is not ReturnState.ACCEPTED]
    ):
        yield f"{how_many(len(refs), 'return')} not accepted: {some_of(refs)}."
    if open_of := {node.ref: len(each) for node in units if (each := challenges.get((month.period.pk, node.pk)))}:
        yield f"{how_many(sum(open_of.values()), 'challenge')} not settled: {some_of(list(open_of))}."


def remarks(month: Month) -> Iterator[str]:
    """How many returns were accepted by whoever had submitted them, as nobody else might, and why each was."""
    own = {
        key: step for key, step in _last_steps(month).items() if step.step == ReturnStep.Step.ACCEPTED and step.reason
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
    return due_on(month.period) is not None or bool(_last_steps(month))


@once
def _last_steps(month: Month) -> dict[int, ReturnStep]:
    """What was done with each return last, by its workstream's key."""
    return {key: step for (_, key), step in all_last_steps(month.period).items()}
