"""Lists of products and milestones: the rows a count was made from, as tables."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from core.blocks import Cell, Column, Kind, Row, RowGroup, Table
from core.dates import long_date
from core.words import how_many
from programmes.editing.listing import Listing, narrowed
from programmes.forms.listing import ListForm
from programmes.models import ProductPosition
from programmes.month import Month
from programmes.navigation import RowLink, read_only


def table(
    listing: Listing, month: Month, positions: Iterable[Any], caption: str, *, row_link: RowLink = read_only
) -> Table:
    """The positions as a table block, each with a link to where its reader changes it."""
    columns, cells = (_PRODUCT, _product) if listing.what == "products" else (_MILESTONE, _milestone)

    def line(position: Any) -> Row:
        ref = getattr(position, listing.identity).ref
        href = row_link(listing.identity, ref, getattr(position, listing.workstream))
        return Row(ref, {"title": Cell(position.title, href=href)} | cells(month, position))

    lines = tuple(map(line, positions))
    return Table(listing.what, caption, columns, (RowGroup("", "", lines),), empty="Nothing matches. Widen the filter.")


def counted(listing: Listing, month: Month, form: ListForm, found: int) -> str:
    """How many there are, and of how many where the list is narrowed: 54 of 201 milestones."""
    thing = listing.identity
    if not form.is_narrowed:
        return how_many(found, thing)
    return f"{found:,} of {how_many(narrowed(listing, month.period, month.scope, {}).count(), thing)}"


_PRODUCT = (
    Column("title", "Product", Kind.TEXT, is_header=True),
    Column("status", "Status", Kind.RATING),
    Column("ref", "Ref", Kind.TEXT),
    Column("workstream", "Workstream", Kind.TEXT),
    Column("tranche", "Tranche", Kind.TEXT),
    Column("owner", "Owner", Kind.TEXT),
    Column("baseline", "Due, baseline", Kind.DATE),
    Column("forecast", "Due, forecast", Kind.DATE),
    Column("flags", "To note", Kind.TEXT),
)
_MILESTONE = (
    Column("title", "Milestone", Kind.TEXT, is_header=True),
    Column("status", "Status", Kind.RATING),
    Column("ref", "Ref", Kind.TEXT),
    Column("of", "Of product", Kind.TEXT),
    Column("workstream", "Workstream", Kind.TEXT),
    Column("tranche", "Tranche", Kind.TEXT),
    Column("baseline", "Baseline", Kind.DATE),
    Column("forecast", "Forecast", Kind.DATE),
    Column("delivered", "Delivered on", Kind.DATE),
    Column("flags", "To note", Kind.TEXT),
)


def _product(month: Month, position: ProductPosition) -> dict[str, Cell]:
    part_of = getattr(position, "part_of", None)  # annotated by `narrowed`, which no type knows
    flags = [f"Part of {part_of} ({position.parent.ref})"] if part_of and position.parent else []
    flags += ["Critical product"] * position.critical
    if position.decision_body:
        when = f", {long_date(position.decision_on)}" if position.decision_on else ""
        flags.append(f"Decision: {position.decision_body}{when}")
    if position.legal_advice:
        flags.append("Legal advice needed")
    return {
        "ref": Cell(position.product.ref),
        **_where(month, position.workstream_id, position.tranche),
        "owner": Cell(position.owner or None),
        "baseline": stated(position, "due_baseline"),
        "forecast": stated(position, "due_forecast"),
        "status": _status(month, position.status),
        "flags": Cell("; ".join(flags)),
    }


def _milestone(month: Month, position: Any) -> dict[str, Cell]:
    return {
        "ref": Cell(position.milestone.ref),
        "of": Cell(position.of_product or ""),
        **_where(month, position.in_workstream, position.in_tranche),
        "baseline": stated(position, "baseline"),
        "forecast": stated(position, "forecast"),
        "delivered": Cell(position.delivered_on),
        "status": _status(month, position.status),
        "flags": Cell(position.status_text),
    }


def _where(month: Month, workstream: int, tranche: str) -> dict[str, Cell]:
    node = month.tree.by_pk.get(workstream)
    known = month.scheme.tranches.get(tranche)
    return {
        "workstream": Cell(
            node.name if node else None, href=month.link("scorecard", workstream=node.ref) if node else ""
        ),
        "tranche": Cell(known.label if known else None),
    }


def _status(month: Month, code: str) -> Cell:
    level = month.scheme.delivery.levels.get(code)
    return Cell(code or None, level.word if level else "", level)


def stated(position: Any, field: str) -> Cell:
    """A date as it was stated: its words, or the day."""
    text: str = getattr(position, f"{field}_text")
    day: dt.date | None = getattr(position, f"{field}_latest")
    return Cell(day, text)
