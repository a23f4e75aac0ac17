"""Lists of products and milestones: the rows a count was made from, narrowed, sorted and a page at a time."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from core.blocks import Cell, Column, Kind, Row, RowGroup, Table
from core.dates import label_end, long_date
from programmes.models import MilestonePosition, ProductPosition
from reports.forms import NONE
from reports.reading import Reading

PAGE = 50  # rows a page
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


def rows(listing: Listing, reading: Reading, asked: Mapping[str, Any], sort: str) -> QuerySet[Any]:
    """The positions asked for, in a total order. `asked` is a valid ListForm's cleaned data."""
    if listing.what == "products":
        found: QuerySet[Any] = ProductPosition.objects.of(reading.period).live().dated()
    else:
        found = MilestonePosition.objects.placed(reading.period).live().dated()
    keys = {reading.scope.pk} if asked.get("only") else {node.pk for node in reading.scope.walk()}
    if asked.get("only") or not reading.is_whole:
        found = found.filter(**{f"{listing.workstream}__in": keys})
    if asked.get("tranche"):
        found = found.filter(**{f"{listing.tranche}__in": ["" if code == NONE else code for code in asked["tranche"]]})
    if asked.get("status"):
        found = found.filter(status="" if asked["status"] == NONE else asked["status"])
    if asked.get("due"):
        last = label_end(asked["due"])
        found = found.filter(due__gte=last.replace(day=1), due__lte=last)
    if asked.get("q"):
        words = asked["q"]
        found = found.filter(Q(title__icontains=words) | Q(**{f"{listing.identity}__ref__iexact": words}))
    return found.select_related(listing.identity, *(["product"] if listing.what == "milestones" else [])).order_by(
        *_order(listing, sort)
    )


def _order(listing: Listing, sort: str) -> list[Any]:
    ref = f"{listing.identity}__ref"
    name = sort.removeprefix("-")
    if name not in SORTS or name == "ref":
        return [f"-{ref}" if sort == "-ref" else ref]
    first = F(name).desc(nulls_last=True) if sort.startswith("-") else F(name).asc(nulls_last=True)
    return [first, ref]


def table(listing: Listing, reading: Reading, positions: Iterable[Any], caption: str) -> Table:
    """The positions as a table block."""
    columns, cells = (_PRODUCT, _product) if listing.what == "products" else (_MILESTONE, _milestone)
    lines = tuple(Row(getattr(p, listing.identity).ref, cells(reading, p)) for p in positions)
    return Table(listing.what, caption, columns, (RowGroup("", "", lines),), empty="Nothing matches. Widen the filter.")


_PRODUCT = (
    Column("title", "Product", Kind.TEXT, is_header=True),
    Column("ref", "Ref", Kind.TEXT),
    Column("workstream", "Workstream", Kind.TEXT),
    Column("tranche", "Tranche", Kind.TEXT),
    Column("owner", "Owner", Kind.TEXT),
    Column("baseline", "Due, baseline", Kind.DATE),
    Column("forecast", "Due, forecast", Kind.DATE),
    Column("status", "Status", Kind.RATING),
    Column("flags", "To note", Kind.TEXT),
)
_MILESTONE = (
    Column("title", "Milestone", Kind.TEXT, is_header=True),
    Column("ref", "Ref", Kind.TEXT),
    Column("of", "Of product", Kind.TEXT),
    Column("workstream", "Workstream", Kind.TEXT),
    Column("tranche", "Tranche", Kind.TEXT),
    Column("baseline", "Baseline", Kind.DATE),
    Column("forecast", "Forecast", Kind.DATE),
    Column("delivered", "Delivered on", Kind.DATE),
    Column("status", "Status", Kind.RATING),
    Column("flags", "To note", Kind.TEXT),
)


def _product(reading: Reading, position: ProductPosition) -> dict[str, Cell]:
    flags = ["Critical product"] * position.critical
    if position.decision_body:
        when = f", {long_date(position.decision_on)}" if position.decision_on else ""
        flags.append(f"Decision: {position.decision_body}{when}")
    if position.legal_advice:
        flags.append("Legal advice needed")
    return {
        "title": Cell(position.title),
        "ref": Cell(position.product.ref),
        **_where(reading, position.workstream_id, position.tranche),
        "owner": Cell(position.owner or None),
        "baseline": stated(position, "due_baseline"),
        "forecast": stated(position, "due_forecast"),
        "status": _status(reading, position.status),
        "flags": Cell("; ".join(flags)),
    }


def _milestone(reading: Reading, position: Any) -> dict[str, Cell]:
    return {
        "title": Cell(position.title),
        "ref": Cell(position.milestone.ref),
        "of": Cell(position.of_product or ""),
        **_where(reading, position.in_workstream, position.in_tranche),
        "baseline": stated(position, "baseline"),
        "forecast": stated(position, "forecast"),
        "delivered": Cell(position.delivered_on),
        "status": _status(reading, position.status),
        "flags": Cell(position.status_text),
    }


def _where(reading: Reading, workstream: int, tranche: str) -> dict[str, Cell]:
    node = reading.tree.by_pk.get(workstream)
    known = reading.scheme.tranches.get(tranche)
    return {
        "workstream": Cell(
            node.name if node else None, href=reading.link("scorecard", workstream=node.ref) if node else ""
        ),
        "tranche": Cell(known.label if known else None),
    }


def _status(reading: Reading, code: str) -> Cell:
    level = reading.scheme.delivery.levels.get(code)
    return Cell(code or None, level.word if level else "", level)


def stated(position: Any, field: str) -> Cell:
    """A date as it was stated: its words, or the day."""
    text: str = getattr(position, f"{field}_text")
    day: dt.date | None = getattr(position, f"{field}_latest")
    return Cell(day, text)
