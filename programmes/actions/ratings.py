"""Ratings, each on the scale of the tier at which its workstream stands, whoever moves that at the same moment.

A form sees to that as far as it has read. Whoever writes second has waited for the first at the head of the audit, and
looks again from there.
"""

from django.db import connection

from accounts.models import User
from core.refusal import Refused
from programmes.actions.rows import Values, write_row
from programmes.editing.guards import Guarded, guard
from programmes.models import Period, Rating, Versioned
from programmes.month import Month
from programmes.tree import Node, Tree, trees


def write_rating(
    row: Versioned,
    values: Values,
    *,
    seen: int,
    about: str,
    touches: frozenset[int],
    by: User,
    before: Month | None = None,
) -> bool:
    """Save a rating as `write_row` does, if its workstream is still at a tier that is rated so then."""
    assert isinstance(row, Rating)
    guarded = guard(row.period, touches, by, row.writers, before)
    written = write_row(row, values, seen=seen, about=about, touches=touches, by=by, guarded=guarded)
    if written:
        tree = _tree_now(row.period, guarded)
        node = tree.by_pk[row.workstream_id]
        if not row.period.scheme.rates(node.tier, row.dimension, values.get("level", row.level)):
            raise Refused(
                f"{node.name} ({node.ref}) was moved meanwhile to a tier that is rated otherwise. Look again."
            )
    return written


def _tree_now(period: Period, guarded: Guarded) -> Tree:
    """The workstreams once the head of the audit is ours. On SQLite nobody has moved any since our first look."""
    if guarded.month and not connection.features.has_select_for_update:
        return guarded.month.tree
    (tree,) = trees(period)
    return tree


def check_rated(period: Period, top: Node, *, first: str) -> None:
    """Refuse a workstream where it, or one below it, is rated as its tier is not: nobody could reach such a rating.

    `first` is what to do about it.
    """
    nodes = {node.pk: node for node in top.walk()}
    scheme = period.scheme
    found = Rating.objects.of(period).filter(workstream__in=nodes).order_by("workstream__ref", "pk")
    unfit = [
        f"{scheme.dimensions[rating.dimension].label} rating of {node.name} ({node.ref})"
        for rating in found
        for node in [nodes[rating.workstream_id]]
        if not scheme.rates(node.tier, rating.dimension, rating.level)
    ]
    if unfit:
        raise Refused(f"The tier at which it would stand is rated otherwise: {', '.join(unfit)}. {first}")
