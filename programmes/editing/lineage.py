"""Where a thing came from and what became of it, month by month, in words."""

from typing import Any, NamedTuple

from django.db.models import Q

from programmes.models import Lineage, Position
from programmes.models.named import kind_of, ref
from programmes.month import Month
from programmes.rows import Row

Step = Lineage.Step
OWN = {
    Step.ADDED: "Added",
    Step.SPLIT: "Split off from {other}",
    Step.MERGED: "Merged into {other}",
    Step.MOVED: "Moved to {other}",
    Step.WITHDRAWN: "Withdrawn",
    Step.RESTORED: "Taken back in",
}
TOGETHER = {Step.WITHDRAWN: "Withdrawn with {other}", Step.RESTORED: "Taken back in with {other}"}
OF_OTHERS = {Step.SPLIT: "{ref} was split off from it", Step.MERGED: "{ref} was merged into it"}


class Told(NamedTuple):
    month: str
    words: str
    reason: str


def lineage_of(month: Month, target: Row[Any]) -> list[Told]:
    """The steps of a thing up to this month, and those of others that came from it or went into it, oldest first."""
    if target.is_new or not isinstance(target.row, Position):
        return []
    own = ref(target.row)
    found = Lineage.objects.filter(
        Q(ref=own) | Q(other=own, step__in=OF_OTHERS),
        period__programme=month.programme,
        period__label__lte=month.period.label,
        kind=kind_of(target.row),
    )
    steps = list(found.select_related("period").order_by("period__label", "pk"))
    newest = {step.period.label: step.period.edition for step in sorted(steps, key=lambda it: it.period.edition)}
    return [_told(month, step, own) for step in steps if step.period.edition == newest[step.period.label]]


def _told(month: Month, step: Lineage, own: str) -> Told:
    if step.ref != own:
        words = OF_OTHERS[Step(step.step)]
    else:
        words = (TOGETHER if step.other else {}).get(Step(step.step)) or OWN[Step(step.step)]
    node = month.tree.by_ref.get(step.other) if step.step == Step.MOVED else None
    other = f"{node.name} ({node.ref})" if node else step.other
    return Told(step.period.name, words.format(ref=step.ref, other=other), step.reason)
