"""Changes to the plan itself: products and milestones that come, go, move, split or merge. Each leaves its lineage.

Each takes the row with the versions its reader saw, of that row and of what goes with it, and says whether anything
was written: what is asked twice is done once. Each raises Stale or Refused; nothing is written then.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from accounts.models import User
from core.refusal import Refused
from core.words import how_many
from programmes.actions.locking import (
    Place,
    Seen,
    Stale,
    Thing,
    address,
    check_live,
    check_same,
    check_seen,
    check_theirs,
    kind_of,
    lock_theirs,
    lock_unmoved,
    locked,
    named,
    owners_of,
    ref,
    workstreams_of,
)
from programmes.actions.reasons import WITHDRAWN, checked_reason
from programmes.actions.rows import Values, plain, record, write_row
from programmes.editing.guards import closed_is_refused, guard
from programmes.editing.refs import next_ref
from programmes.models import (
    Lineage,
    Milestone,
    MilestonePosition,
    Period,
    Position,
    Product,
    ProductPosition,
    Programme,
    Versioned,
    WorkstreamPosition,
)

TRIES = 5  # for a number that somebody else took first


@transaction.atomic
def save_in_plan(row: Versioned, values: Values, *, seen: int, about: str, touches: frozenset[int], by: User) -> bool:
    """Save a product or milestone as `save_row` does; one that is new begins its lineage."""
    is_new = row.pk is None
    guard(row.period, touches, by)
    if isinstance(row, ProductPosition) and (parent := values.get("parent_id", row.parent_id)) != row.parent_id:
        _hold_parent(row, parent)
    now = None
    if is_new:  # what it is to stand under must not be withdrawn meanwhile
        check_live(*lock_unmoved(owners_of([row]), touches))
    else:
        (now,) = lock_unmoved([row], touches)
    # Without workstreams: of those, the guards have been asked, and they are held.
    written = write_row(row, values, seen=seen, about=about, touches=frozenset(), by=by, now=now)
    if is_new and written:
        lineage(row, Lineage.Step.ADDED)
    return written


def _hold_parent(row: ProductPosition, parent: int | None) -> None:
    """Hold a product and all that it is to be a part of. Raise Refused where that is gone, or a part of this one."""
    above = _chain(row.period, parent)
    locked([*([row] if row.pk else []), *owners_of([row]), *above])
    now = _chain(row.period, parent)
    if [each.pk for each in now] != [each.pk for each in above] or (parent and not now):
        raise Refused("What it is to be a part of was changed meanwhile. Nothing was changed. Look again.")
    check_live(*now[:1])
    if row.product_id in {each.product_id for each in now}:
        raise Refused(f"{named(now[0])} is a part of this product, so this cannot be a part of it.")


def _chain(period: Period, parent: int | None) -> list[ProductPosition]:
    """A product, what it is a part of, and so on up."""
    known = {each.product_id: each for each in ProductPosition.objects.of(period).select_related("product")}
    out: list[ProductPosition] = []
    while parent in known and known[parent] not in out:
        out.append(known[parent])
        out[-1].period = period
        parent = out[-1].parent_id
    return out


def lineage(row: Versioned, step: Lineage.Step, *, other: str = "", reason: str = "") -> Lineage:
    """Record a step of a product or milestone, in the transaction that takes it."""
    kind = kind_of(row)
    steps = Lineage.objects.of(row.period).filter(kind=kind, ref=ref(row))
    seq = (steps.aggregate(last=Max("seq"))["last"] or 0) + 1
    return Lineage.objects.create(
        period=row.period, kind=kind, ref=ref(row), seq=seq, step=step, other=other, reason=reason
    )


# --- Withdrawing and taking back in -------------------------------------------------------------------------


@transaction.atomic
def withdraw(row: Thing, *, seen: Seen, reason: str, along: bool = False, by: User) -> bool:
    """Take a product or milestone out of the plan: it no longer counts, and is gone when the next month opens.

    What stands under a product goes `along`, or holds it back.
    """
    reason = checked_reason(reason, WITHDRAWN)
    row, *under = lock_theirs([row, *standing_under(row)], by=by)
    if row.withdrawn:
        return False
    check_seen([row, *under], seen)
    check_same(under, standing_under(row), row)
    if under and not along:
        raise Refused(f"{named(row)} cannot be withdrawn alone: {in_words(under)} under it.")
    with closed_is_refused(row.period):
        for each in [row, *under]:
            _put(each, withdrawn=True)
            lineage(each, Lineage.Step.WITHDRAWN, other="" if each is row else ref(row), reason=reason)
    for each in [row, *under]:
        _record("withdraw", each, {"withdrawn": False}, {"withdrawn": True}, reason=reason, by=by)
    return True


@transaction.atomic
def restore(row: Thing, *, seen: Seen, along: bool = False, by: User) -> bool:
    """Take a withdrawn product or milestone back in, and `along` with it what was withdrawn with it."""
    row, *under = lock_theirs([row, *(withdrawn_with(row) if along else [])], by=by)
    if not row.withdrawn:
        return False
    check_seen([row, *under], seen)
    check_owners([row, *under], by=by)
    with closed_is_refused(row.period):
        for each in [row, *under]:
            _put(each, withdrawn=False)
            lineage(each, Lineage.Step.RESTORED, other="" if each is row else ref(row))
    for each in [row, *under]:
        _record("restore", each, {"withdrawn": True}, {"withdrawn": False}, reason="", by=by)
    return True


def check_owners(rows: Sequence[Thing], *, by: User) -> None:
    """Refuse what would come back under something withdrawn, which is named to nobody but those whose it is."""
    back = set(map(address, rows))
    gone = [owner for owner in owners_of(rows) if owner.withdrawn and address(owner) not in back]
    if gone:
        check_theirs(rows[0].period, workstreams_of(gone), by)
        check_live(*gone)


# --- Moving, merging and splitting --------------------------------------------------------------------------


@transaction.atomic
def move(row: Thing, *, to: Place, seen: Seen, reason: str = "", by: User) -> bool:
    """Put a product under another workstream, a milestone under another product or workstream."""
    row, to = lock_theirs([row, to], by=by)
    check_live(row, to)
    there = _under(row, to)
    if all(getattr(row, name) == value for name, value in there.items()):
        return False
    check_seen([row], seen)
    before = {name: plain(row, name) for name in there}
    with closed_is_refused(row.period):
        _put(row, **there)
        lineage(row, Lineage.Step.MOVED, other=ref(to), reason=reason)
    _record("move", row, before, {name: plain(row, name) for name in there}, reason=reason, by=by)
    return True


@transaction.atomic
def merge(row: Thing, *, into: Thing, seen: Seen, reason: str = "", by: User) -> bool:
    """Withdraw a product or milestone in favour of another one, which takes over what stands under it."""
    row, into, *under = lock_theirs([row, into, *directly_under(row)], by=by)
    if row.withdrawn and _last_step(row) == (Lineage.Step.MERGED, ref(into)):
        return False
    check_live(row, into)
    check_seen([row, *under], seen)
    check_same(under, directly_under(row), row)
    if type(row) is not type(into) or address(into) in map(address, [row, *standing_under(row)]):
        raise Refused(f"{named(row)} cannot be merged into itself or into what stands under it.")
    with closed_is_refused(row.period):
        _put(row, withdrawn=True)
        lineage(row, Lineage.Step.MERGED, other=ref(into), reason=reason)
        for each in under:
            _hand_over(each, into)
    _record("merge", row, {"withdrawn": False}, {"withdrawn": True, "into": ref(into)}, reason=reason, by=by)
    _record_handed_over(under, row, into, reason, by)
    return True


@transaction.atomic
def split(
    row: Thing, *, title: str, titles: Sequence[str], goes: Mapping[str, int], seen: Seen, reason: str = "", by: User
) -> list[Thing]:
    """Begin new products (or milestones) that say what this one says but for their titles, and return them.

    None where those have been begun already: sent again from the same page, it would make the same a second time.
    `goes` says by its ref to which of the titles a milestone of the product goes; the others stay. The one that is
    split keeps its ref, under `title`.
    """
    milestones = [each for each in directly_under(row) if isinstance(each, MilestonePosition) and ref(each) in goes]
    row, *moving = lock_theirs([row, *milestones], by=by)
    if row.version != seen.get(address(row)) and not Counter(titles) - Counter(_split_off(row)):
        return []
    check_live(row, *moving)
    check_seen([row, *moving], seen)
    if len(moving) < len(goes) or any(each.product_id != row.product_id for each in moving):
        raise Stale(row)
    before = {"title": row.title}
    with closed_is_refused(row.period):
        _put(row, title=title)
        made = [_another(row, each, reason) for each in titles]
        for each in moving:
            _hand_over(each, made[goes[ref(each)]])
    _record("split", row, before, {"title": title, "into": [ref(new) for new in made]}, reason=reason, by=by)
    for n, new in enumerate(made):
        _record("add", new, None, _said(new) | {"split_off": ref(row)}, reason=reason, by=by)
        _record_handed_over([each for each in moving if goes[ref(each)] == n], row, new, reason, by)
    return made


def _split_off(row: Thing) -> list[str]:
    """The titles of what was split off a row this month."""
    kind = kind_of(row)
    steps = Lineage.objects.of(row.period).filter(kind=kind, step=Lineage.Step.SPLIT, other=ref(row))
    there = type(row)._default_manager.filter(period=row.period, **{f"{kind}__ref__in": steps.values("ref")})
    return list(there.values_list("title", flat=True))


def _another(row: Thing, title: str, reason: str) -> Thing:
    """A thing like this one, with a title and a ref of its own."""
    new = copy(row)
    new.pk, new.title, new.version, new.carried = None, title, 1, False
    setattr(new, kind_of(row), _numbered(row.period.programme, Product if kind_of(row) == "product" else Milestone))
    new.save(force_insert=True)
    lineage(new, Lineage.Step.SPLIT, other=ref(row), reason=reason)
    return new


def _numbered(programme: Programme, kind: type[Product | Milestone]) -> Product | Milestone:
    """One with the next number, whoever else is taking numbers."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return kind._default_manager.create(programme=programme, ref=next_ref(programme, kind))
        except IntegrityError:
            continue
    raise Refused("Others are adding to the plan at the same moment. Try again.")


def _said(row: Thing) -> dict[str, Any]:
    """What a new row says, for the audit."""
    afresh = {"id", "period", *row.starts_afresh, "withdrawn"}
    return {field.name: plain(row, field.name) for field in row._meta.concrete_fields if field.name not in afresh}


def _hand_over(each: Thing, to: Thing) -> None:
    """Put what stood under one product under another. Nobody has looked at what it says, so it stays as carried."""
    _put(each, carried=each.carried, **{_above(each): getattr(to, "product", None)})
    lineage(each, Lineage.Step.MOVED, other=ref(to))


def _record_handed_over(under: Sequence[Thing], row: Thing, to: Thing, reason: str, by: User) -> None:
    for each in under:
        _record("move", each, {_above(each): ref(row)}, {_above(each): ref(to)}, reason=reason, by=by)


# --- What stands under what ---------------------------------------------------------------------------------


def standing_under(row: Thing, *, withdrawn: bool = False) -> list[Thing]:
    """What stands under a product: the products under it, and the milestones of all of them."""
    if not isinstance(row, ProductPosition):
        return []
    out: list[Thing] = []
    above, known = {row.product_id}, {row.product_id}
    while above:
        products = ProductPosition.objects.of(row.period).filter(withdrawn=withdrawn, parent__in=above)
        found = list(products.select_related("product").order_by("product__ref"))
        milestones = MilestonePosition.objects.of(row.period).filter(withdrawn=withdrawn, product__in=above)
        out += [*found, *milestones.select_related("milestone", "product").order_by("milestone__ref")]
        above = {product.product_id for product in found} - known  # a circle would have no end
        known |= above
    for each in out:
        each.period = row.period
    return out


def directly_under(row: Thing) -> list[Thing]:
    return [each for each in standing_under(row) if getattr(each, f"{_above(each)}_id") == row.product_id]


def withdrawn_with(row: Thing) -> list[Thing]:
    """What was withdrawn along with a product, and still is."""
    under = standing_under(row, withdrawn=True)
    steps = Lineage.objects.of(row.period).filter(ref__in=[ref(each) for each in under]).order_by("seq")
    last = {f"{step.kind}/{step.ref}": (step.step, step.other) for step in steps}
    return [each for each in under if last.get(address(each)) == (Lineage.Step.WITHDRAWN, ref(row))]


def in_words(rows: Sequence[Position]) -> str:
    """What stands somewhere: “1 product and 3 milestones stand”."""
    kinds = [kind_of(row) for row in rows]
    said = " and ".join(how_many(kinds.count(kind), kind) for kind in ("product", "milestone") if kind in kinds)
    return f"{said} {'stands' if len(rows) == 1 else 'stand'}"


def _above(row: Thing) -> str:
    """The column that names the product it stands under."""
    return "parent" if isinstance(row, ProductPosition) else "product"


def _under(row: Thing, place: Place) -> dict[str, Any]:
    """The columns of a thing that stands there."""
    if isinstance(row, ProductPosition):
        if isinstance(place, ProductPosition):
            raise Refused("A product stands under a workstream.")
        return {"workstream": place.workstream}
    if isinstance(place, WorkstreamPosition):
        return {"product": None, "workstream": place.workstream}
    return {"product": place.product, "workstream": None}


def _last_step(row: Thing) -> tuple[str, str]:
    steps = Lineage.objects.of(row.period).filter(kind=kind_of(row), ref=ref(row)).order_by("-seq")
    return steps.values_list("step", "other").first() or ("", "")


def _put(row: Position, **columns: Any) -> None:
    """Write these columns into a row that is held; with that it is no longer as last month."""
    columns = {"carried": False} | columns
    if not columns["carried"]:
        columns["changed_by_others"] = ""
    type(row)._default_manager.filter(pk=row.pk).update(**columns, version=F("version") + 1)
    for name, value in columns.items():
        setattr(row, name, value)


def _record(what: str, row: Position, before: Values | None, after: Values, *, reason: str, by: User) -> None:
    record(what, row, named(row), before=before, after=after, reason=reason, by=by)
