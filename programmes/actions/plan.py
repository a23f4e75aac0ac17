"""Changes to the plan itself: products and milestones that come, go, move, split or merge. Each leaves its lineage."""

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from programmes.actions.rows import Values, kind_of, save_row
from programmes.models import Lineage, Versioned


@transaction.atomic
def save_in_plan(row: Versioned, values: Values, *, seen: int, about: str, touches: frozenset[int], by: User) -> bool:
    """Save a product or milestone as `save_row` does; one that is new begins its lineage."""
    is_new = row.pk is None
    written = save_row(row, values, seen=seen, about=about, touches=touches, by=by)
    if is_new and written:
        lineage(row, Lineage.Step.ADDED)
    return written


def lineage(row: Versioned, step: Lineage.Step, *, other: str = "", reason: str = "") -> Lineage:
    """Record a step of a product or milestone, in the transaction that takes it."""
    kind = kind_of(row)
    ref = getattr(row, kind).ref
    steps = Lineage.objects.of(row.period).filter(kind=kind, ref=ref)
    seq = (steps.aggregate(last=Max("seq"))["last"] or 0) + 1
    return Lineage.objects.create(period=row.period, kind=kind, ref=ref, seq=seq, step=step, other=other, reason=reason)
