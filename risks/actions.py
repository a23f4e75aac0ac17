"""Changes to risks and issues: saved with what they name, escalated, come true."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.models import User
from programmes.actions.locking import (
    Seen,
    ask_guards,
    check_live,
    check_seen,
    lock_theirs,
    locked,
    owners_of,
    positions,
)
from programmes.actions.plan import numbered
from programmes.actions.positions import lineage, put, record_act, write_position
from programmes.actions.reasons import checked_reason
from programmes.actions.rows import Values
from programmes.editing.guards import closed_is_refused
from programmes.models import Identity, Lineage, Position, Product, Versioned
from programmes.models.named import ref
from programmes.month import Month
from risks import letters
from risks.models import Issue, IssuePosition, Risk, RiskPosition

CAME_TRUE = "it has come true"


def write_risk(
    row: Versioned,
    values: Values,
    *,
    seen: int,
    about: str,
    touches: frozenset[int],
    by: User,
    before: Month | None = None,
) -> bool:
    """Save a risk as `write_position` does, held with the product that it names. Both sides are told of a new level."""
    assert isinstance(row, RiskPosition)
    _hold_named(row, "product_id", Product, values=values, touches=touches, by=by)
    was, is_new = row.level, row.pk is None
    written = write_position(row, values, seen=seen, about=about, touches=touches, by=by, before=before)
    now = values.get("level", was)
    if written and not is_new and now != was:
        letters.about_level(row, was=was, now=now, version=seen + 1, by=by)
    return written


def write_issue(
    row: Versioned,
    values: Values,
    *,
    seen: int,
    about: str,
    touches: frozenset[int],
    by: User,
    before: Month | None = None,
) -> bool:
    """Save an issue as `write_position` does, held with the risk that it says it was."""
    assert isinstance(row, IssuePosition)
    _hold_named(row, "risk_id", Risk, values=values, touches=touches, by=by)
    return write_position(row, values, seen=seen, about=about, touches=touches, by=by, before=before)


def _hold_named(
    row: Position, column: str, identity: type[Identity], *, values: Values, touches: frozenset[int], by: User
) -> None:
    """Hold what a row is to name. Raise Refused where that is withdrawn."""
    key = values.get(column)
    if key is None or key == getattr(row, column):
        return
    ask_guards([row], touches, by=by)  # first of all: see the order of the locks
    own: list[Position] = [row] if row.pk else []
    named = positions(row.period, identity, [key])
    held = locked([*own, *owners_of([row]), *named])
    check_live(*(held[type(each), each.pk] for each in named))


@transaction.atomic
def come_true(row: RiskPosition, *, on: dt.date, reason: str, seen: Seen, by: User) -> IssuePosition | None:
    """Close a risk that has come true, and begin an issue of its own identity that says which risk it was.

    Return the issue; None where the risk is closed already. Raise Stale or Refused; nothing is written then.
    """
    reason = checked_reason(reason, CAME_TRUE)
    (row,) = lock_theirs([row], by=by)
    if row.is_closed:
        return None
    check_live(row)
    check_seen([row], seen)
    issue = IssuePosition(
        period=row.period,
        issue=numbered(row.period.programme, Issue),
        workstream=row.workstream,
        risk=row.risk,
        raised_on=on,
        **{name: getattr(row, name) for name in ("title", "effect", "level", "category", "owner", "response")},
    )
    with closed_is_refused(row.period):
        put(row, closed_on=on, closed_because=reason)
        issue.save(force_insert=True)
        lineage(issue, Lineage.Step.ADDED, reason=reason)
    closed: dict[str, Any] = {"closed_on": on.isoformat(), "closed_because": reason, "issue": ref(issue)}
    record_act("occur", row, {"closed_on": None}, closed, reason=reason, by=by)
    record_act("add", issue, None, {"title": issue.title, "risk": ref(row)}, reason=reason, by=by)
    return issue
