"""Taking workstreams out of a programme, and back in. They are added, renamed and moved as rows are."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Permission
from core.refusal import Refused
from programmes.access import access_or_404
from programmes.actions.locking import Seen, check_live, check_seen, lock_rows
from programmes.actions.positions import holds, lineage, put, record_act
from programmes.actions.ratings import check_rated
from programmes.actions.reasons import WITHDRAWN, checked_reason
from programmes.actions.rows import Values, write_row
from programmes.editing.guards import closed_is_refused
from programmes.models import Lineage, Period, Versioned, WorkstreamPosition
from programmes.models.named import named
from programmes.month import Month
from programmes.tree import Tree, trees


def write_workstream(
    row: Versioned,
    values: Values,
    *,
    seen: int,
    about: str,
    touches: frozenset[int],
    by: User,
    before: Month | None = None,
) -> bool:
    """Save a workstream as `write_row` does, if the programme is still one tree of its tiers then.

    A form sees to that, but two people may move two workstreams under each other at the same moment. Nor may one go
    to a tier on whose scales it, or what is below it, is not rated.
    """
    assert isinstance(row, WorkstreamPosition)
    parent = values.get("parent") or row.parent
    moves = (parent.pk if parent else None, values.get("tier", row.tier)) != (row.parent_id, row.tier)
    if parent:
        touches |= {parent.pk}
    written = write_row(row, values, seen=seen, about=about, touches=touches, by=by, before=before)
    if written:  # whoever wrote before us has committed, because we waited for them at the head of the audit
        tree = _checked_tree(row.period)
        if moves:
            check_rated(row.period, tree.by_pk[row.workstream_id], first="Take that away first, then move it.")
    return written


def _checked_tree(period: Period) -> Tree:
    (tree,) = trees(period)
    live = WorkstreamPosition.objects.of(period).live().count()
    if len(tree.by_pk) < live or tree.misplaced(len(period.scheme.tiers)):
        raise Refused("Workstreams were moved meanwhile: this no longer fits under what you chose. Look again.")
    return tree


@transaction.atomic
def withdraw_workstream(row: WorkstreamPosition, *, seen: Seen, reason: str, by: User) -> bool:
    """Take a workstream out; return whether it was there. It must be empty: nothing is left standing nowhere.

    As it cannot be moved by them, nobody takes out the top of what is theirs to shape: it would be gone from them.
    """
    reason = checked_reason(reason, WITHDRAWN)
    check_shaped(row, by)
    (row,) = lock_rows([row], by=by)
    if row.withdrawn:
        return False
    if said := hindrance(row):
        raise Refused(said)
    check_seen([row], seen)
    _set(row, withdrawn=True, what="withdraw", step=Lineage.Step.WITHDRAWN, reason=reason, by=by)
    return True


@transaction.atomic
def restore_workstream(row: WorkstreamPosition, *, seen: Seen, by: User) -> bool:
    """Take a withdrawn workstream back in; return whether it was out."""
    check_shaped(row, by)
    row, *above = lock_rows([row, *_positions(row, row.parent_id)], by=by)
    if not row.withdrawn:
        return False
    check_seen([row], seen)
    check_live(*above)
    _set(row, withdrawn=False, what="restore", step=Lineage.Step.RESTORED, reason="", by=by)
    tree = _checked_tree(row.period)  # what it stands under may stand deeper than it did
    first = "Move what it stands under back to its tier first."
    check_rated(row.period, tree.by_pk[row.workstream_id], first=first)
    return True


def check_shaped(row: WorkstreamPosition, by: User) -> None:
    """Refuse whoever does not shape what this workstream stands under."""
    (tree,) = trees(row.period)
    access = access_or_404(by, row.period.programme.slug)
    if not access.may_for_all(Permission.SHAPE, tree) and row.parent_id not in access.reach(Permission.SHAPE, tree):
        raise Refused(top_sentence(row))


def top_sentence(row: WorkstreamPosition) -> str:
    return f"{named(row)} stands under what is not yours to shape: ask the programme’s PMO."


def hindrance(row: WorkstreamPosition) -> str:
    """Why a workstream cannot be withdrawn, "" where it can: it is the programme, or something stands under it."""
    if row.parent_id is None:
        return f"{named(row)} is the programme itself, which cannot be withdrawn."
    return holds(row)


def _positions(row: Versioned, workstream: int | None) -> QuerySet[WorkstreamPosition]:
    """What is said of another workstream in the same month, if there is one."""
    return (
        WorkstreamPosition.objects.of(row.period).filter(workstream=workstream).select_related("workstream", "period")
    )


def _set(row: WorkstreamPosition, *, withdrawn: bool, what: str, step: Lineage.Step, reason: str, by: User) -> None:
    with closed_is_refused(row.period):
        put(row, withdrawn=withdrawn)
        lineage(row, step, reason=reason)
    record_act(what, row, {"withdrawn": not withdrawn}, {"withdrawn": withdrawn}, reason=reason, by=by)
