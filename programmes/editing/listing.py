"""Products and milestones of a month, narrowed and put in order: for lists that are read and lists that are changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower

from core.dates import label_end
from core.lookups import one_of
from core.words import holds
from programmes.models import MilestonePosition, Period, ProductPosition
from programmes.tree import Node

PAGE = 50  # rows a page
NONE = "none"  # in an address: no status, no tranche
SORTS = {
    "title": "Title",
    "due": "Date",
    "status": "Status",
    "ref": "Ref",
}  # in addresses; anything else is ignored


@dataclass(frozen=True, slots=True)
class Listing:
    """How one kind of thing is listed."""

    what: str  # products or milestones
    identity: str
    workstream: str
    tranche: str


LISTINGS = {
    "products": Listing("products", "product", "workstream_id", "tranche"),
    "milestones": Listing("milestones", "milestone", "in_workstream", "in_tranche"),
}


def narrowed(listing: Listing, period: Period, scope: Node, asked: Mapping[str, Any], sort: str = "") -> QuerySet[Any]:
    """The live positions of a subtree that are asked for, in a total order. `asked` is a valid ListForm's data."""
    if listing.what == "products":
        parent: QuerySet[Any] = ProductPosition.objects.of(period).filter(product=OuterRef("parent"))
        if scope.parent is not None:  # what is beyond may not be the reader's
            parent = parent.filter(workstream__in=[node.pk for node in scope.walk()])
        products: QuerySet[Any] = ProductPosition.objects.of(period).live().dated()
        found: QuerySet[Any] = products.annotate(part_of=Subquery(parent.values("title")[:1]))
    else:
        found = MilestonePosition.objects.placed(period).live().dated()
    if asked.get("only") or scope.parent is not None:
        keys = {scope.pk} if asked.get("only") else {node.pk for node in scope.walk()}
        found = found.filter(one_of(listing.workstream, keys))
    if asked.get("tranche"):
        found = found.filter(**{f"{listing.tranche}__in": ["" if code == NONE else code for code in asked["tranche"]]})
    if asked.get("status"):
        found = found.filter(status="" if asked["status"] == NONE else asked["status"])
    if asked.get("due"):
        last = label_end(asked["due"])
        found = found.filter(due__gte=last.replace(day=1), due__lte=last)
    if asked.get("q"):
        found = found.filter(one_of("pk", _with_words(listing, found, asked["q"])))
    beside = "product" if listing.what == "milestones" else "parent"
    return found.select_related(listing.identity, beside).order_by(*_order(listing, sort))


def _with_words(listing: Listing, found: QuerySet[Any], words: str) -> Iterator[int]:
    """The keys of those with these words in their title, or with this very ref."""
    for pk, title, ref in found.values_list("pk", "title", f"{listing.identity}__ref"):
        if holds(title, words) or words.casefold() == ref.casefold():
            yield pk


def _order(listing: Listing, sort: str) -> list[Any]:
    ref = f"{listing.identity}__ref"
    name = sort.removeprefix("-")
    if name not in SORTS or name == "ref":
        return [f"-{ref}" if sort == "-ref" else ref]
    column = Lower(name) if name == "title" else F(name)
    first = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return [first, ref]
