"""Rows held for a change, with what they stand under.

Everyone takes locks in one order, so that two changes wait for each other and never for good: what the guards look at,
then workstreams, products and milestones by their keys, then what is said of a workstream, then the head of the audit.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model

from accounts.models import User
from accounts.roles import Permission
from core.refusal import Refused
from programmes.access import Access, access_or_404
from programmes.editing.guards import guard
from programmes.models import MilestonePosition, Period, Position, ProductPosition, Versioned, WorkstreamPosition
from programmes.tree import Tree, trees

type Thing = ProductPosition | MilestonePosition
type Place = WorkstreamPosition | ProductPosition  # what a thing stands under
type Seen = Mapping[str, int]  # versions, by `address`

# In the order of the locks, with what is read along with each.
RELATED: dict[type[Position], tuple[str, ...]] = {
    WorkstreamPosition: ("workstream",),
    ProductPosition: ("product", "workstream", "parent"),
    MilestonePosition: ("milestone", "product", "workstream"),
}

OF_OTHERS = "This touches something of another workstream, which is not yours to change: ask the programme’s PMO."


class Stale(Exception):
    """Somebody saved this row after the writer read it. `theirs` is what it says now, None where it is gone."""

    def __init__(self, theirs: Versioned | None) -> None:
        super().__init__("Somebody saved this meanwhile.")
        self.theirs = theirs


def kind_of(row: Model | type[Model]) -> str:
    """The word for what a row, or a kind of row, is about: product, from ProductPosition."""
    return str(row._meta.model_name).removesuffix("position")


def ref(row: Model) -> str:
    return str(getattr(row, kind_of(row)).ref)


def address(row: Model) -> str:
    """A row among those of its month: product/P-0001."""
    return f"{kind_of(row)}/{ref(row)}"


def named(row: Model) -> str:
    """In a sentence: Product “Chart of accounts” (P-0001)."""
    return f"{kind_of(row).capitalize()} “{row}” ({ref(row)})"


def lock_theirs(rows: Sequence[Position], *, by: User) -> list[Any]:
    """As `lock_rows`, of products and milestones. Raise Refused where one is not this person's to report on."""
    check_theirs(rows[0].period, workstreams_of(rows), by)
    return lock_rows(rows, by=by)


def lock_rows(rows: Sequence[Position], *, by: User) -> list[Any]:
    """These rows as they are now, and stay until the change is written, in the order given. The guards are asked first.

    What they stand under is held with them. Raise Stale where one has moved meanwhile to where no guard was asked.
    """
    touches = workstreams_of(rows)
    guard(rows[0].period, touches, by)
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
        gone = next(row for row, now in zip(rows, found, strict=True) if not workstreams_of([now]) <= touches)
        raise Refused(f"{named(gone)} was moved to another workstream meanwhile. Nothing was changed. Look again.")
    return found


def _with_owners(rows: Sequence[Versioned]) -> list[Any]:
    now = locked([*rows, *owners_of(rows)])
    return [now[address(row)] for row in rows]


def locked(rows: Iterable[Versioned]) -> dict[str, Position]:
    """These rows as they are now, by address, locked in the order that everybody keeps."""
    now: dict[str, Position] = {}
    wanted = {(type(row), row.pk): row.period for row in rows}
    for model, related in RELATED.items():
        periods = {pk: period for (of, pk), period in wanted.items() if of is model}
        if periods:
            found = model._default_manager.filter(pk__in=periods).select_related(*related).order_by("pk")
            for row in found.select_for_update(of=("self",)):
                row.period = periods[row.pk]
                now[address(row)] = row
    return now


def hold_live(period: Period, workstreams: frozenset[int]) -> None:
    """Hold these workstreams, so that none is withdrawn before the change is written. Raise Refused where one was."""
    rows = WorkstreamPosition.objects.of(period).filter(workstream__in=workstreams).select_related("workstream")
    check_live(*rows.select_for_update(of=("self",)).order_by("pk"))


def owners_of(rows: Sequence[Any]) -> list[Place]:
    """What these rows stand under: workstreams and products, as they are in the month."""
    period: Period = rows[0].period
    things = [row for row in rows if not isinstance(row, WorkstreamPosition)]
    workstreams = {row.workstream_id for row in things if row.workstream_id}
    products = {row.product_id if isinstance(row, MilestonePosition) else row.parent_id for row in things} - {None}
    out: list[Place] = []
    if workstreams:
        out += WorkstreamPosition.objects.of(period).filter(workstream__in=workstreams).select_related("workstream")
    if products:
        out += ProductPosition.objects.of(period).filter(product__in=products).select_related("product")
    for place in out:
        place.period = period
    return out


def workstreams_of(rows: Sequence[Any]) -> frozenset[int]:
    """Keys of the workstreams that these rows stand under, or are about: a milestone's are its product's."""
    products = {row.product_id for row in rows if isinstance(row, MilestonePosition)} - {None}
    own = {row.workstream_id for row in rows} - {None}
    if products:
        placed = ProductPosition.objects.of(rows[0].period).filter(product__in=products)
        own |= set(placed.values_list("workstream_id", flat=True))
    return frozenset(own)


def are_theirs(workstreams: frozenset[int], access: Access, tree: Tree) -> bool:
    """Whether somebody reports on all of these workstreams: what stands under a product may be anywhere."""
    reports = Permission.REPORT
    return access.may_for_all(reports, tree) or workstreams <= access.reach(reports, tree)


def check_theirs(period: Period, workstreams: frozenset[int], by: User) -> None:
    (tree,) = trees(period)
    if not are_theirs(workstreams, access_or_404(by, period.programme.slug), tree):
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
