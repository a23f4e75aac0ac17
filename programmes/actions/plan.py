"""Changes to the plan itself: what a product is a part of, products and milestones that merge or split.

Each takes the row with the versions its reader saw, of that row and of what goes with it, and says whether anything
was written: what is asked twice is done once. Each raises Stale or Refused; nothing is written then.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from core.refusal import Refused
from programmes.actions.locking import (
    Seen,
    Stale,
    ask_guards,
    check_live,
    check_same,
    check_seen,
    lock_theirs,
    locked,
    owners_of,
)
from programmes.actions.positions import (
    directly_under,
    field_under,
    lineage,
    put,
    record_act,
    standing_under,
    write_position,
)
from programmes.actions.rows import Values, plain
from programmes.editing.guards import closed_is_refused
from programmes.editing.refs import next_ref
from programmes.models import Identity, Lineage, MilestonePosition, Period, ProductPosition, Programme, Versioned
from programmes.models.named import address, kind_of, named, ref, thing_of
from programmes.month import Month

type Thing = ProductPosition | MilestonePosition

TRIES = 5  # for a number that somebody else took first


def write_product(
    row: Versioned,
    values: Values,
    *,
    seen: int,
    about: str,
    touches: frozenset[int],
    by: User,
    before: Month | None = None,
) -> bool:
    """Save a product as `write_position` does, held with what it is to be a part of."""
    assert isinstance(row, ProductPosition)
    if (parent := values.get("parent_id", row.parent_id)) != row.parent_id:
        ask_guards([row], touches, by=by)  # first of all: see the order of the locks
        _hold_parent(row, parent)
    return write_position(row, values, seen=seen, about=about, touches=touches, by=by, before=before)


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
        put(row, withdrawn=True)
        lineage(row, Lineage.Step.MERGED, other=ref(into), reason=reason)
        for each in under:
            _hand_over(each, into)
    record_act("merge", row, {"withdrawn": False}, {"withdrawn": True, "into": ref(into)}, reason=reason, by=by)
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
        put(row, title=title)
        made = [_another(row, each, reason) for each in titles]
        for each in moving:
            _hand_over(each, made[goes[ref(each)]])
    record_act("split", row, before, {"title": title, "into": [ref(new) for new in made]}, reason=reason, by=by)
    for n, new in enumerate(made):
        record_act("add", new, None, _said(new) | {"split_off": ref(row)}, reason=reason, by=by)
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
    setattr(new, kind_of(row), numbered(row.period.programme, type(thing_of(row))))
    new.save(force_insert=True)
    lineage(new, Lineage.Step.SPLIT, other=ref(row), reason=reason)
    return new


def numbered[T: Identity](programme: Programme, kind: type[T]) -> T:
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
    afresh = {"period", *row.starts_afresh, "withdrawn"}
    return {field.name: plain(row, field.name) for field in row.written_fields() if field.name not in afresh}


def _hand_over(each: Thing, to: Thing) -> None:
    """Put what stood under one product under another. Nobody has looked at what it says, so it stays as carried."""
    put(each, carried=each.carried, **{field_under(each, to): thing_of(to)})
    lineage(each, Lineage.Step.MOVED, other=ref(to))


def _record_handed_over(under: Sequence[Thing], row: Thing, to: Thing, reason: str, by: User) -> None:
    for each in under:
        name = field_under(each, to)
        record_act("move", each, {name: ref(row)}, {name: ref(to)}, reason=reason, by=by)


def _last_step(row: Thing) -> tuple[str, str]:
    steps = Lineage.objects.of(row.period).filter(kind=kind_of(row), ref=ref(row)).order_by("-seq")
    return steps.values_list("step", "other").first() or ("", "")
