"""Rows held for a change, with what they stand under.

Everyone takes locks in one order, so that two changes wait for each other and never for good: what the guards look at,
then positions, those that others stand under first and of one kind by their keys, then what is said of a workstream,
then the head of the audit.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from accounts.models import User
from core.refusal import Refused
from programmes.access import Access, access_or_404
from programmes.editing.guards import NOBODY_ASKED, Guarded, Writers, guard
from programmes.models import Identity, Period, Position, Versioned, Workstream, WorkstreamPosition
from programmes.models.named import address, named
from programmes.models.period import positions_model
from programmes.month import Month
from programmes.months.reported import position_models
from programmes.tree import Tree, trees

type Seen = Mapping[str, int]  # versions, by `address`

OF_OTHERS = "This touches something of another workstream, which is not yours to change: ask the programme’s PMO."


class Stale(Exception):
    """Somebody saved this row after the writer read it. `theirs` is what it says now, None where it is gone."""

    def __init__(self, theirs: Versioned | None) -> None:
        super().__init__("Somebody saved this meanwhile.")
        self.theirs = theirs


# --- Holding rows ---------------------------------------------------------------------------------------------


def lock_theirs(rows: Sequence[Position], *, writers: Writers | None = None, by: User) -> list[Any]:
    """As `lock_rows`, for acts on things. Raise Refused where one is not this person's to write.

    Where one thing goes under another, `writers` are those of the one that goes.
    """
    check_theirs(rows, by, writers)
    return lock_rows(rows, writers=writers, by=by)


def lock_rows(rows: Sequence[Position], *, writers: Writers | None = None, by: User) -> list[Any]:
    """These rows as they are now, and stay until the change is written, in the order given. The guards are asked first.

    What they stand under is held with them. Raise Stale where one has moved meanwhile to where no guard was asked.
    """
    touches = workstreams_of(rows)
    ask_guards(rows, touches, writers=writers, by=by)
    found = _with_owners(rows)
    if not workstreams_of(found) <= touches:
        raise Stale(found[0])
    return found


def lock_unmoved(rows: Sequence[Versioned], touches: frozenset[int]) -> list[Any]:
    """The same, where the guards have been asked of these workstreams and nothing but what the rows say is to change.

    Raise Refused where one stands elsewhere by now. Its version need not tell: a product may have gone to another
    return, and its milestones with it.
    """
    found = _with_owners(rows)
    if not workstreams_of(found) <= touches:
        for row, now in zip(rows, found, strict=True):
            _check_unmoved(row, now, touches)
    return found


def _check_unmoved(row: Versioned, now: Versioned, touches: frozenset[int]) -> None:
    if not workstreams_of([now]) <= touches:
        assert isinstance(row, Position)
        raise Refused(f"{named(row)} was moved to another workstream meanwhile. Nothing was changed. Look again.")


def ask_guards(
    rows: Sequence[Versioned],
    touches: frozenset[int],
    *,
    writers: Writers | None = None,
    by: User,
    before: Month | None = None,
) -> Guarded:
    """Ask whether these rows may change now, where they touch these workstreams: once for each set of writers."""
    found = NOBODY_ASKED
    asked: list[Writers] = []
    for each in [writers] if writers else [row.writers for row in rows]:
        if each not in asked:
            found = guard(rows[0].period, touches, by, each, before)
            asked.append(each)
    return found


def _with_owners(rows: Sequence[Versioned]) -> list[Any]:
    now = locked([*rows, *owners_of(rows)])
    return [now[type(row), row.pk] for row in rows]


def locked(rows: Iterable[Versioned]) -> dict[tuple[type[Versioned], int], Position]:
    """These rows as they are now, by model and key, locked in the order that everybody keeps."""
    now: dict[tuple[type[Versioned], int], Position] = {}
    wanted = {(type(row), row.pk): row.period for row in rows}
    for model in in_order_of_locks():
        periods = {pk: period for (of, pk), period in wanted.items() if of is model}
        if periods:
            found = model._default_manager.filter(pk__in=periods).select_related(*model.identity_fields())
            for row in found.order_by("pk").select_for_update(of=("self",)):
                row.period = periods[row.pk]
                now[model, row.pk] = row
    return now


@cache
def in_order_of_locks() -> list[type[Position]]:
    """Every kind of position: workstreams, then what stands under them alone, then what stands under that."""

    def depth(model: type[Position]) -> int:
        above = {positions_model(identity) for identity in model.above().values()} - {model, WorkstreamPosition}
        return 0 if model is WorkstreamPosition else 1 + max(map(depth, above), default=0)

    return sorted(position_models(), key=lambda model: (depth(model), model._meta.label))


def hold_live(period: Period, workstreams: frozenset[int], guarded: Guarded) -> None:
    """Hold these workstreams, so that none is withdrawn before the change is written. Raise Refused where one was.

    What the guards have locked is held already, and stands in the tree that they read behind their locks.
    """
    known = guarded.month.tree.by_pk if guarded.month else {}
    rest = {key for key in workstreams if key not in guarded.locked or key not in known}
    if rest:
        rows = WorkstreamPosition.objects.of(period).filter(workstream__in=rest).select_related("workstream")
        check_live(*rows.select_for_update(of=("self",)).order_by("pk"))


def hold_above(row: Versioned, touches: frozenset[int]) -> None:
    """Hold what is said of a thing with that thing, once the guards have been asked of these workstreams.

    Raise Refused where the thing is withdrawn, or is reported elsewhere by now. What is said of workstreams is held
    with them (`hold_live`), and a position with what it stands under by its own actions.
    """
    if isinstance(row, Position):
        return
    above: list[Position] = []
    for name, identity in row.above().items():
        if identity is not Workstream and (key := getattr(row, f"{name}_id")):
            above += positions(row.period, identity, [key])
    for now in locked(above).values():
        _check_unmoved(now, now, touches)
        check_live(now)


# --- What rows stand under ------------------------------------------------------------------------------------


def owners_of(rows: Sequence[Versioned]) -> list[Position]:
    """The positions of what these rows stand under, as they are in the month; a thing does not stand under itself."""
    period = rows[0].period
    wanted: dict[type[Identity], set[int]] = {}
    for row in rows:
        for name, identity in row.above().items():
            key = getattr(row, f"{name}_id")
            if key and name not in row.natural_key:
                wanted.setdefault(identity, set()).add(key)
    out: list[Position] = []
    for identity in sorted(wanted, key=lambda each: in_order_of_locks().index(positions_model(each))):
        out += positions(period, identity, wanted[identity])
    return out


def positions(period: Period, identity: type[Identity], keys: Iterable[int]) -> list[Position]:
    """What is reported in a period about the things of these keys."""
    model = positions_model(identity)
    (name,) = model.natural_key
    found = list(model._default_manager.filter(period=period, **{f"{name}__in": list(keys)}).select_related(name))
    for row in found:
        row.period = period
    return found


def workstreams_of(rows: Sequence[Versioned]) -> frozenset[int]:
    """Keys of the workstreams in which these rows are reported: a milestone's is its product's."""
    own: set[int] = set()
    elsewhere: dict[type[Identity], set[int]] = {}
    for row in rows:
        named = ((identity, getattr(row, f"{name}_id")) for name, identity in row.above().items())
        identity, key = next(((each, key) for each, key in named if key), (Workstream, 0))
        if identity is Workstream:
            own |= {key} - {0}
        else:
            elsewhere.setdefault(identity, set()).add(key)
    for identity, keys in elsewhere.items():
        own |= workstreams_of(positions(rows[0].period, identity, keys))
    return frozenset(own)


# --- Whose they are, and whether they can change --------------------------------------------------------------


def are_theirs(rows: Sequence[Versioned], access: Access, tree: Tree, writers: Writers | None = None) -> bool:
    """Whether somebody may write all of these rows: what stands under a product may be anywhere."""
    return all(
        any(
            access.may_for_all(permission, tree) or workstreams_of(group) <= access.reach(permission, tree)
            for permission in writers or model.writers
        )
        for model, group in of_a_kind(rows).items()
    )


def of_a_kind(rows: Sequence[Versioned]) -> dict[type[Versioned], list[Versioned]]:
    groups: dict[type[Versioned], list[Versioned]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    return groups


def check_theirs(rows: Sequence[Versioned], by: User, writers: Writers | None = None) -> None:
    period = rows[0].period
    (tree,) = trees(period)
    if not are_theirs(rows, access_or_404(by, period.programme.slug), tree, writers):
        raise Refused(OF_OTHERS)


def check_live(*rows: Position) -> None:
    for row in rows:
        if row.withdrawn:
            raise Refused(f"{named(row)} is withdrawn: take it back in first, if it is to count again.")


def check_seen(rows: Sequence[Position], seen: Seen) -> None:
    """Raise Stale for a row that somebody saved, added or moved here since its reader looked."""
    for row in rows:
        if row.version != seen.get(address(row)):
            raise Stale(row)


def check_same(before: Sequence[Position], now: Sequence[Position], of: Position) -> None:
    """Raise Stale where what stands under a row is not what stood there before it was held."""
    if {row.pk for row in before} != {row.pk for row in now}:
        raise Stale(of)
