"""The returns as a gate of the closing, in a month whose returns were asked for."""

from collections.abc import Iterator

from core.words import how_many
from programmes.models import Period
from programmes.tree import trees
from returns.models import Deadline
from returns.standing import AFTER, State, Step, last_steps, open_challenges

NAMED = 3  # refs in a sentence


def gate(period: Period) -> Iterator[str]:
    """Say which returns are not accepted and which challenges are open.

    A month without a deadline in which nobody submitted anything was kept some other way: then nothing is held.
    """
    last = last_steps(period)
    if last or Deadline.objects.of(period).exists():
        (tree,) = trees(period)
        accepted = {key for key, step in last.items() if AFTER[Step(step.step)] is State.ACCEPTED}
        units = (node for node in tree.by_pk.values() if node.tier <= period.scheme.return_tier)
        if refs := [node.ref for node in units if node.pk not in accepted]:
            yield f"{how_many(len(refs), 'return')} not accepted: {_some(refs)}."
    if challenges := open_challenges(period):
        (tree,) = trees(period)
        refs = [node.ref for node in tree.by_pk.values() if node.pk in challenges]
        yield f"{how_many(challenges.total(), 'challenge')} not settled: {_some(refs)}."


def _some(refs: list[str]) -> str:
    more = f" and {len(refs) - NAMED} more" if len(refs) > NAMED else ""
    return ", ".join(refs[:NAMED]) + more
