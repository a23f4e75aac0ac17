"""What must be true of a period before it closes, and what is kept of it when it has."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from accounts.models import User
from programmes.models import (
    MilestonePosition,
    Narrative,
    Period,
    Product,
    ProductPosition,
    Rating,
    Workstream,
    WorkstreamPosition,
)
from programmes.scheme import Scheme
from programmes.tree import Tree, trees

type Gate = Callable[[Period], Iterable[str]]

# What higher apps hold a closing back for, as sentences. A gate can be overridden with a reason; a fault cannot.
gates: list[Gate] = []


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a higher app keeps what it makes of a period that has closed, such as its report. That takes seconds."""

    at_once: Callable[[Period], object]
    by_worker: Callable[[Period, User | None], object]  # has it queued


keepings: list[Keeping] = []


def keep_at_once(period: Period) -> None:
    """Keep what is to be kept of a closed period: for a command, after the transaction of the closing."""
    for keeping in keepings:
        keeping.at_once(period)


def keep_by_worker(period: Period, *, by: User | None) -> None:
    """Have it kept: for a person who is not to wait, in the transaction of the closing. They can follow the job."""
    for keeping in keepings:
        keeping.by_worker(period, by)


def held(period: Period) -> list[str]:
    """Why the gates hold the period back."""
    return [sentence for gate in gates for sentence in gate(period)]


def faults(period: Period) -> Iterator[str]:
    """Sentences that say why the period cannot close: a reference to nothing, a code its scheme does not know."""
    (tree,) = trees(period)
    if tree.root is None:
        yield f"{period} holds no workstream: there is nothing to close."
    yield from _lost_workstreams(period, tree)
    yield from _lost_products(period)
    yield from _unknown_codes(period, period.scheme, tree)


def _lost_workstreams(period: Period, tree: Tree) -> Iterator[str]:
    """A row may only name a workstream that has a position in the period and hangs from the root."""
    held = {
        "workstream": WorkstreamPosition.objects.of(period)
        .filter(withdrawn=False)
        .exclude(parent=None)
        .values_list("parent", flat=True),
        "product": ProductPosition.objects.of(period).live().values_list("workstream", flat=True),
        "milestone": MilestonePosition.objects.of(period)
        .live()
        .exclude(workstream=None)
        .values_list("workstream", flat=True),
        "rating": Rating.objects.of(period).values_list("workstream", flat=True),
        "narrative entry": Narrative.objects.of(period).values_list("workstream", flat=True),
    }
    for what, workstreams in held.items():
        lost = set(workstreams) - tree.by_pk.keys()
        for ref in sorted(Workstream.objects.filter(pk__in=lost).values_list("ref", flat=True)):
            yield f"A {what} stands under workstream {ref}, which {period} does not hold: move it or withdraw it."


def _lost_products(period: Period) -> Iterator[str]:
    held = set(ProductPosition.objects.of(period).live().values_list("product", flat=True))
    named = {
        "milestone": MilestonePosition.objects.of(period)
        .live()
        .exclude(product=None)
        .values_list("product", flat=True),
        "product": ProductPosition.objects.of(period).live().exclude(parent=None).values_list("parent", flat=True),
    }
    for what, products in named.items():
        for ref in sorted(Product.objects.filter(pk__in=set(products) - held).values_list("ref", flat=True)):
            yield f"A {what} stands under product {ref}, which {period} does not hold: move it or withdraw it."


def _unknown_codes(period: Period, scheme: Scheme, tree: Tree) -> Iterator[str]:
    used = {
        "tranche": (ProductPosition.objects.of(period).values_list("tranche", flat=True), scheme.tranches),
        "product status": (
            ProductPosition.objects.of(period).values_list("status", flat=True),
            scheme.delivery.levels,
        ),
        "milestone status": (
            MilestonePosition.objects.of(period).values_list("status", flat=True),
            scheme.delivery.levels,
        ),
        "kind of narrative": (Narrative.objects.of(period).values_list("kind", flat=True), scheme.narrative),
    }
    for what, (codes, known) in used.items():
        for code in sorted(set(codes.distinct().order_by()) - known.keys() - {""}):
            yield f"The {what} “{code}” is not in the scheme of {period}."
    for workstream, dimension, level in Rating.objects.of(period).values_list("workstream", "dimension", "level"):
        node = tree.by_pk.get(workstream)
        scale = scheme.scale(dimension, node.tier) if node else None
        if node and (scale is None or level not in scale.levels):
            yield f"{node.name} is rated “{level}” for “{dimension}”, which the scheme of {period} does not know."
