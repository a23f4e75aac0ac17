"""The returns as a gate of the closing, in a month whose returns were asked for."""

from collections.abc import Iterator

from core.words import how_many, some_of
from programmes.models import Period
from programmes.tree import trees
from returns.models import ReturnStep
from returns.states import ReturnState
from returns.status import due_on, last_steps, open_challenges, states


def gate(period: Period) -> Iterator[str]:
    """Say which returns are not accepted and which challenges are open.

    A month without a deadline in which nobody submitted anything was kept some other way: then nothing is held.
    What was asked about a workstream that has gone since holds nothing either, nor about one that makes no return any
    more because it was moved further down: it has no page on which somebody could settle it.
    """
    known, challenges = states(period), open_challenges(period)
    asked_for = are_asked_for(period)
    if not (asked_for or challenges):
        return
    (tree,) = trees(period)
    units = [node for node in tree.by_pk.values() if node.tier <= period.scheme.return_tier]
    if asked_for and (refs := [node.ref for node in units if known.get(node.pk) is not ReturnState.ACCEPTED]):
        yield f"{how_many(len(refs), 'return')} not accepted: {some_of(refs)}."
    if open_of := {node.ref: n for node in units if (n := challenges[period.pk, node.pk])}:
        yield f"{how_many(sum(open_of.values()), 'challenge')} not settled: {some_of(list(open_of))}."


def accepted_own(period: Period) -> list[ReturnStep]:
    """The returns that were accepted by whoever had submitted them, as nobody else might: such a step has a reason."""
    return [step for step in last_steps(period) if step.step == ReturnStep.Step.ACCEPTED and step.reason]


def remarks(period: Period) -> Iterator[str]:
    """How many returns were accepted by whoever had submitted them, and why each was."""
    own = {step.workstream_id: step for step in accepted_own(period)}
    if not own:
        return
    (tree,) = trees(period)
    found = [(node, own[key]) for key, node in tree.by_pk.items() if key in own]
    were, them = ("was", "it") if len(found) == 1 else ("were", "them")
    said = f"{how_many(len(found), 'return')} {were} accepted by whoever submitted {them}"
    yield f"{said}: nobody else may accept returns."
    for node, step in found:
        yield f"{node.name} ({node.ref}), accepted by {step.actor} because: {step.reason}"


def are_asked_for(period: Period) -> bool:
    """Whether the returns of a month were given a deadline, or one was submitted without."""
    return due_on(period) is not None or bool(states(period))
