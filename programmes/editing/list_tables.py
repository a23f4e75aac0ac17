"""Lists as tables to be read: on a page and as files."""

from collections.abc import Iterable
from typing import Any

from core.blocks import Cell, Report, RowGroup, Section, Table, TableRow
from core.dates import long_date
from core.words import how_many
from programmes.editing.listing import Listing, narrowed
from programmes.forms.listing import ListForm
from programmes.month import Month
from programmes.navigation import RowLink, read_only
from programmes.report import bound


def caption(listing: Listing[Any], month: Month) -> str:
    return f"{listing.what.capitalize()}, {long_date(month.period.as_at)}"


def table(listing: Listing[Any], month: Month, positions: Iterable[Any], row_link: RowLink = read_only) -> Table:
    """The positions as a table block, each with a link to where its reader changes it."""
    kind = listing.identity
    heads = next(column.key for column in listing.columns if column.is_header)

    def line(position: Any) -> TableRow:
        ref = getattr(position, kind).ref
        href = row_link(kind, ref, position.in_workstream)
        return TableRow(
            ref, {heads: Cell(str(position), href=href), "ref": Cell(ref), **listing.cells(month, position)}
        )

    lines = tuple(map(line, positions))
    groups = (RowGroup("", "", lines),)
    empty = "Nothing matches. Widen the filter."
    columns = listing.kept(listing.columns, month.scheme)
    return Table(listing.what, caption(listing, month), columns, groups, empty=empty)


def report(listing: Listing[Any], month: Month, positions: Iterable[Any]) -> Report:
    """The positions as a report of one table, to be had as a file."""
    section = Section(listing.what, listing.what.capitalize(), (table(listing, month, positions),))
    return bound(month, listing.what, (section,))


def counted(listing: Listing[Any], month: Month, form: ListForm, found: int) -> str:
    """How many there are, and of how many where the list is narrowed: 54 of 201 milestones."""
    if not form.is_narrowed:
        return how_many(found, listing.thing)
    everything = narrowed(listing, month.period, month.scope, {}).count()
    return f"{found:,} of {how_many(everything, listing.thing)}"
