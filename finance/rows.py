"""Finance lines and control totals: how each is found, shown and saved, and the part of a return that asks for them."""

from collections.abc import Iterable, Mapping
from functools import partial
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from core.blocks import Cell, Column, Kind
from core.words import how_many
from finance.asked import is_typed, takes
from finance.forms import FinanceLineForm
from finance.lists import LINES
from finance.measures import LineKind
from finance.models import FinanceLine, FinanceLinePosition
from finance.scheme import RULES, tables
from programmes.actions.positions import write_position
from programmes.editing.lines import Lines, lines
from programmes.editing.parts import Places, added, begun, not_looked_at, unsaved
from programmes.editing.refs import next_ref, taken_or
from programmes.models.named import named
from programmes.month import Month
from programmes.rows import Held, Row, RowKind, register
from programmes.rows.base import MONTHLY, lost, seen_node
from programmes.rows.part import Part, Point
from programmes.tree import Node


def find(month: Month, key: str) -> Row[FinanceLinePosition]:
    """Key: REF of one that is there; WORKSTREAM/new to add one, which proposes WORKSTREAM/REF."""
    under, _, ref = key.rpartition("/")
    if not under:
        row = placed(month).filter(line__ref=ref).first()
        if row is None or row.workstream_id not in month.seen:
            raise lost(month, f"finance line {ref}")
        return of(month, row)
    node = seen_node(month, under)
    ref = taken_or(month.programme, FinanceLine, ref, next_ref(month.programme, FinanceLine))
    blank = FinanceLinePosition(
        period=month.period, line=FinanceLine(programme=month.programme, ref=ref), workstream_id=node.pk
    )
    return Row(LINE, f"{node.ref}/{ref}", blank, node, f"New finance line {ref} of {node.name}", f"{node.ref}/new")


def of(month: Month, row: FinanceLinePosition) -> Row[FinanceLinePosition]:
    row.period = month.period
    return Row(LINE, row.line.ref, row, month.tree.by_pk[row.workstream_id], named(row))


def placed(month: Month) -> QuerySet[FinanceLinePosition]:
    return FinanceLinePosition.objects.placed(month.period).select_related("line")


def columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("title", "Line", Kind.TEXT, is_header=True),
        Column("kind", "Kind", Kind.TEXT),
        Column("group", "Group", Kind.TEXT),
        Column("comment", "Comment", Kind.TEXT),
    )


def cells(_month: Month, target: Row[FinanceLinePosition]) -> Mapping[str, Cell]:
    row = target.row
    return {
        "title": Cell(f"{row.title} ({row.line.ref})"),
        "kind": Cell(row.get_kind_display()),
        "group": Cell(row.group or None),
        "comment": Cell(row.comment or None),
    }


# --- In a return --------------------------------------------------------------------------------------------


def parts(held: Held) -> Iterable[Part]:
    """One part: the finance lines of this unit."""
    month = held.month
    found = [of(month, row) for row in held.rows(LINE)]
    live = [each for each in found if not each.is_withdrawn]
    add = added(held, LINE, [(f"{node.ref}/new", f"Add a finance line to {node.name}") for node in held.nodes])
    typed = [*found, *begun(held, LINE, add, lambda _: FinanceLinePosition(period=month.period))]
    yield Part(
        "money",
        "Money",
        (LINE.code,),
        how_many(len(live), "line"),
        not live,
        unsaved(month, typed),
        not_looked_at(held, "money", live),
        partial(_lines, month, found, add),
        _grids(month, held.unit, live),
    )


def _grids(month: Month, unit: Node, live: list[Row[FinanceLinePosition]]) -> tuple[Point, ...]:
    """Where the amounts of these lines are changed at once: the grid of each table that shows one of their kinds."""
    if not month.reach_of_any(FinanceLinePosition.writers) & {each.node.pk for each in live}:
        return ()
    kinds = {LineKind(each.row.kind) for each in live}
    here = reverse("money_edit", args=[month.programme.slug, month.period.label])
    return tuple(
        Point(table.caption, f"{here}?{urlencode({'table': table.code, 'workstream': unit.ref})}")
        for table in tables(month.scheme).values()
        if is_typed(table) and any(takes(table, kind) for kind in kinds)
    )


def _lines(month: Month, found: list[Row[FinanceLinePosition]], add: Places) -> tuple[Lines, ...]:
    return (lines(month, LINE, found, "Finance lines", add=add),)


LINE = register(
    RowKind(
        "financeline",
        "finance line",
        FinanceLinePosition,
        FinanceLineForm,
        find,
        of,
        columns,
        cells,
        stays=MONTHLY,
        acts=("move", "withdraw"),
        save=write_position,
        part=parts,
        needs=RULES.of,
        listing=LINES,
    )
)
