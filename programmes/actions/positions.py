"""Positions of any kind: saved, moved, withdrawn and taken back in, with what stands under them.

Each act takes the row with the versions its reader saw, of that row and of what goes with it, and says whether anything
was written: what is asked twice is done once. Each raises Stale or Refused; nothing is written then.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from accounts.models import User
from core.refusal import Refused
from core.words import how_many
from programmes.actions.locking import (
    Seen,
    Stale,
    ask_guards,
    check_live,
    check_same,
    check_seen,
    check_theirs,
    in_order_of_locks,
    lock_theirs,
    lock_unmoved,
    owners_of,
)
from programmes.actions.reasons import WITHDRAWN, checked_reason
from programmes.actions.rows import Entry, Values, one_of_others, plain, record, record_all, write, write_row
from programmes.editing.guards import closed_is_refused
from programmes.models import Identity, Lineage, Position, Versioned
from programmes.models.named import address, kind_of, named, ref, thing_of, word
from programmes.month import Month
from programmes.months.reported import references


def write_position(
    row: Versioned,
    values: Values,
    *,
    seen: int,
    about: str,
    touches: frozenset[int],
    by: User,
    before: Month | None = None,
) -> bool:
    """Save a position as `write_row` does, held with what it stands under; one that is new begins its lineage."""
    is_new, now = row.pk is None, None
    assert isinstance(row, Position)
    guarded = ask_guards([row], touches, by=by, before=before)
    if is_new:  # what it is to stand under must not be withdrawn meanwhile
        check_live(*lock_unmoved(owners_of([row]), touches))
    else:
        (now,) = lock_unmoved([row], touches)
    written = write_row(
        row,
        values,
        seen=seen,
        about=about,
        touches=frozenset(),  # of those, the guards have been asked, and they are held
        by=by,
        now=now,
        guarded=guarded,
        unseen_by_lead=one_of_others(row, touches, guarded, by),
    )
    if is_new and written:
        lineage(row, Lineage.Step.ADDED)
    return written


@dataclass(frozen=True, slots=True)
class Change:
    """What a position is to say, for `save_positions`."""

    row: Position
    values: Values
    seen: int
    about: str
    is_looked_at: bool  # whether its writer looked at the row as a whole: see `programmes.actions.rows.write`


class ManyStale(Exception):
    """Somebody saved some of many rows after their writer read them: `rows`, as the writer saw them."""

    def __init__(self, rows: list[Position]) -> None:
        super().__init__("Somebody saved some of these meanwhile.")
        self.rows = rows


@transaction.atomic
def save_positions(changes: Sequence[Change], *, touches: frozenset[int], by: User) -> list[Change]:
    """Save many positions of one kind at once, all or none; return those of which something was written.

    The guards are asked and the rows are held once for all of them, so that two of these at once wait for each other.
    Raise ManyStale or Refused; nothing is written then.
    """
    rows = [change.row for change in changes]
    guarded = ask_guards(rows, touches, by=by)
    held = lock_unmoved(rows, touches)
    entries: list[Entry] = []
    written, stale = [], []
    with closed_is_refused(rows[0].period):
        for change, now in zip(changes, held, strict=True):
            unseen_by_lead = None if change.is_looked_at else by
            try:
                entry = write(now, change.values, change.seen, change.about, unseen_by_lead=unseen_by_lead)
            except Stale:
                stale.append(change.row)
                continue
            if entry:
                entries.append(entry)
                written.append(change)
    if stale:
        raise ManyStale(stale)
    record_all(entries, role=guarded.role, by=by)
    return written


@transaction.atomic
def move(row: Position, *, to: Position, seen: Seen, reason: str = "", by: User) -> bool:
    """Put a thing under another one of the kinds that it may stand under: a product under another workstream."""
    row, to = lock_theirs([row, to], writers=row.writers, by=by)
    check_live(row, to)
    there = _under(row, to)
    if all(getattr(row, name) == value for name, value in there.items()):
        return False
    check_seen([row], seen)
    before = {name: plain(row, name) for name in there}
    with closed_is_refused(row.period):
        put(row, **there)
        lineage(row, Lineage.Step.MOVED, other=ref(to), reason=reason)
    record_act("move", row, before, {name: plain(row, name) for name in there}, reason=reason, by=by)
    return True


def _under(row: Position, place: Position) -> dict[str, Any]:
    """The columns of a thing that stands there: it stands under one other thing of the kinds that it may."""
    kinds = row.places()
    name = next((name for name, identity in kinds.items() if identity is type(thing_of(place))), "")
    if not name:
        allowed = " or ".join(f"a {identity._meta.verbose_name}" for identity in kinds.values())
        raise Refused(f"A {kind_of(row)} stands under {allowed}.")
    return dict.fromkeys(kinds) | {name: thing_of(place)}


@transaction.atomic
def withdraw(row: Position, *, seen: Seen, reason: str, along: bool = False, by: User) -> bool:
    """Take a thing out of the month: it no longer counts, and is gone when the next month opens.

    What stands under it goes `along`, or holds it back.
    """
    reason = checked_reason(reason, WITHDRAWN)
    row, *under = lock_theirs([row, *standing_under(row)], by=by)
    if row.withdrawn:
        return False
    check_seen([row, *under], seen)
    check_same(under, standing_under(row), row)
    if under and not along:
        raise Refused(f"{named(row)} cannot be withdrawn alone: {in_words(under)} under it.")
    for each in [row, *under]:
        if said := holds(each):
            raise Refused(said)
    with closed_is_refused(row.period):
        for each in [row, *under]:
            put(each, withdrawn=True)
            lineage(each, Lineage.Step.WITHDRAWN, other="" if each is row else ref(row), reason=reason)
    for each in [row, *under]:
        record_act("withdraw", each, {"withdrawn": False}, {"withdrawn": True}, reason=reason, by=by)
    return True


@transaction.atomic
def restore(row: Position, *, seen: Seen, along: bool = False, by: User) -> bool:
    """Take a withdrawn thing back in, and `along` with it what was withdrawn with it."""
    row, *under = lock_theirs([row, *(withdrawn_with(row) if along else [])], by=by)
    if not row.withdrawn:
        return False
    check_seen([row, *under], seen)
    check_owners([row, *under], by=by)
    with closed_is_refused(row.period):
        for each in [row, *under]:
            put(each, withdrawn=False)
            lineage(each, Lineage.Step.RESTORED, other="" if each is row else ref(row))
    for each in [row, *under]:
        record_act("restore", each, {"withdrawn": True}, {"withdrawn": False}, reason="", by=by)
    return True


def check_owners(rows: Sequence[Position], *, by: User) -> None:
    """Refuse what would come back under something withdrawn, which is named to nobody but those whose it is."""
    back = set(map(address, rows))
    gone = [owner for owner in owners_of(rows) if owner.withdrawn and address(owner) not in back]
    if gone:
        check_theirs(gone, by, rows[0].writers)
        check_live(*gone)


# --- What stands under what -----------------------------------------------------------------------------------


def standing_under(row: Position, *, withdrawn: bool = False) -> list[Position]:
    """What stands under a thing, level by level: the products under a product, then the milestones of all of them."""
    out: list[Position] = []
    known = {(type(row), row.pk)}
    above: list[Position] = [row]
    while above:
        found = [each for each in _right_under(above, withdrawn=withdrawn) if (type(each), each.pk) not in known]
        known |= {(type(each), each.pk) for each in found}  # a circle would have no end
        out += found
        above = found
    return out


def _right_under(above: Sequence[Position], *, withdrawn: bool) -> list[Position]:
    period, out = above[0].period, []
    keys: dict[type[Identity], set[int]] = {}
    for row in above:
        keys.setdefault(type(thing_of(row)), set()).add(thing_of(row).pk)
    for model in in_order_of_locks():
        for name in model.stands_under:
            identity = model.above()[name]
            if name not in model.natural_key and identity in keys:
                (own,) = model.natural_key
                rows = model._default_manager.filter(
                    period=period, withdrawn=withdrawn, **{f"{name}__in": keys[identity]}
                )
                out += list(rows.select_related(own, name).order_by(f"{own}__ref"))
    for each in out:
        each.period = period
    return out


def directly_under(row: Position) -> list[Position]:
    return [each for each in standing_under(row) if getattr(each, f"{field_under(each, row)}_id") == thing_of(row).pk]


def field_under(row: Position, above: Position) -> str:
    """The field by which one kind of thing stands under another. Raise LookupError where it does not."""
    identity = type(thing_of(above))
    for name, of in row.above().items():
        if of is identity and name not in row.natural_key:
            return name
    raise LookupError(f"No {kind_of(row)} stands under a {kind_of(above)}.")


def withdrawn_with(row: Position) -> list[Position]:
    """What was withdrawn along with a thing, and still is."""
    under = standing_under(row, withdrawn=True)
    steps = Lineage.objects.of(row.period).filter(ref__in=[ref(each) for each in under]).order_by("seq")
    last = {f"{step.kind}/{step.ref}": (step.step, step.other) for step in steps}
    return [each for each in under if last.get(address(each)) == (Lineage.Step.WITHDRAWN, ref(row))]


def in_words(rows: Sequence[Position]) -> str:
    """What stands somewhere: “1 product and 3 milestones stand”."""
    counts = Counter(type(row) for row in rows)
    said = [how_many(counts[model], word(model)) for model in in_order_of_locks() if counts[model]]
    return f"{_listed(said)} {'stands' if len(rows) == 1 else 'stand'}"


def holds(row: Position) -> str:
    """Why a thing cannot be withdrawn: a sentence that says what stays under it, "" where nothing does."""
    found = _staying_under(row)
    if not found:
        return ""
    said = [how_many(n, kind) for kind, n in sorted(found.items())]
    stand = "stands" if sum(found.values()) == 1 else "stand"
    return f"{named(row)} cannot be withdrawn: {_listed(said)} {stand} under it. Move or withdraw that first."


def _staying_under(row: Position) -> Counter[str]:
    """How many live rows of each kind name this thing and are not withdrawn with it."""
    found = Counter[str]()
    for model, name in references(type(thing_of(row))):
        goes_along = type(row).takes_along and issubclass(model, Position) and name in model.stands_under
        if not goes_along:
            live = {"withdrawn": False} if issubclass(model, Position) else {}
            rows = model._default_manager.filter(period=row.period_id, **{name: thing_of(row).pk}, **live)
            found[word(model)] += rows.count()
    return +found


def _listed(said: Sequence[str]) -> str:
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]


# --- Writing --------------------------------------------------------------------------------------------------


def put(row: Position, **columns: Any) -> None:
    """Write these columns into a row that is held; with that it is no longer as last period."""
    columns = {"carried": False} | columns
    if not columns["carried"]:
        columns["changed_by_others"] = ""
    type(row)._default_manager.filter(pk=row.pk).update(**columns, version=F("version") + 1)
    for name, value in columns.items():
        setattr(row, name, value)


def lineage(row: Position, step: Lineage.Step, *, other: str = "", reason: str = "") -> Lineage:
    """Record a step of a thing, in the transaction that takes it."""
    kind = kind_of(row)
    steps = Lineage.objects.of(row.period).filter(kind=kind, ref=ref(row))
    seq = (steps.aggregate(last=Max("seq"))["last"] or 0) + 1
    return Lineage.objects.create(
        period=row.period, kind=kind, ref=ref(row), seq=seq, step=step, other=other, reason=reason
    )


def record_act(what: str, row: Versioned, before: Values | None, after: Values, *, reason: str, by: User) -> None:
    assert isinstance(row, Position)
    record(what, row, named(row), before=before, after=after, reason=reason, by=by)
