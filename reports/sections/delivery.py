"""Products and milestones: by status and tranche, and by workstream. Every count opens the rows it counts."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Cell, Column, Kind, RowGroup, RowRole, Table, TableRow
from core.dates import long_date
from core.words import how_many
from programmes import figures
from programmes.figures import Tally
from programmes.month import Month
from programmes.scheme import Scheme
from programmes.tree import Node
from reports.sections.narrative import nothing_yet

ALL, NONE = "all", "none"


def products(month: Month, options: Mapping[str, Any]) -> tuple[Table, ...]:
    return (_by_status(month, "products"),)


def milestones(month: Month, options: Mapping[str, Any]) -> tuple[Table, ...]:
    return (_by_status(month, "milestones"),)


def _by_status(month: Month, what: str) -> Table:
    """Count by status in the tranches the scheme counts; no status given is a line of its own, so that it adds up.

    A scheme without tranches counts everything. Of one tranche alone the first column says it all.
    """
    has_tranches = month.scheme.has_tranches
    counted = {tranche.code: tranche.label for tranche in month.scheme.counted_tranches} if has_tranches else {}
    apart = counted if len(counted) > 1 else {}
    tally, counts = figures.planned(month, what), Counter[tuple[str, str]]()
    for (_, tranche, status), n in tally.items():
        if tranche in counted or not has_tranches:
            for column in (ALL, tranche):
                counts[column, status or NONE] += n
                counts[column, "total"] += n
    columns = (
        Column("status", "Status", Kind.TEXT, is_header=True),
        Column(ALL, " and ".join(counted.values()) or "All", Kind.COUNT),
        *(Column(code, label, Kind.COUNT) for code, label in apart.items()),
    )

    def line(status: str, label: str, role: RowRole = RowRole.BODY) -> TableRow:
        cells = {"status": Cell(label)}
        for column in (ALL, *apart):
            asked = {
                "tranche": [*counted] if column == ALL else [column],
                "status": "" if status == "total" else status,
            }
            n = counts[column, status]
            cells[column] = Cell(n, href=month.link(what, **asked) if n else "")
        return TableRow(status, cells, role)

    rows = [line(code, level.word) for code, level in month.scheme.delivery.levels.items()]
    foot = [line("total", f"All {what}", RowRole.TOTAL)]
    if counts[ALL, NONE]:
        foot.insert(0, line(NONE, "No status given", RowRole.UNACCOUNTED))
    by = "status and tranche" if has_tranches else "status"
    caption = f"{what.capitalize()} by {by}, {long_date(month.period.as_at)}"
    return Table(what, caption, columns, (RowGroup("", "", tuple(rows)),), tuple(foot), _left_out(month, what, tally))


def _left_out(month: Month, what: str, tally: Tally) -> tuple[str, ...]:
    """One note that says what stands outside the tranches counted, so that nobody takes the total for everything.

    Where there is nothing at all, it says who adds something.
    """
    if not tally:
        return (nothing_yet(month, f"No {what[:-1]} is", f"adds its {what}"),)
    if not month.scheme.has_tranches:
        return ()
    outside: Counter[str] = Counter()
    for (_, tranche, _), n in tally.items():
        known = month.scheme.tranches.get(tranche)
        if known is None or not known.is_counted:
            outside[f"in {known.label.lower()}" if known else "in no tranche"] += n
    if not outside:
        return ()
    total = how_many(outside.total(), what[:-1])
    if len(outside) == 1:
        return (f"Not counted here: {total} {next(iter(outside))}.",)
    parts = " and ".join(f"{n:,} {where}" for where, n in sorted(outside.items(), reverse=True))
    return (f"Not counted here: {total} ({parts}).",)


def plan(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """Products and milestones of every tranche, by workstream right below the scope; each opens its own scorecard."""
    heads = _heads(month.scheme)
    columns = [Column("workstream", "Workstream", Kind.TEXT, is_header=True)]
    for what in month.scheme.plan:
        columns += [Column(f"{what}_{key}", label, Kind.COUNT, (what.capitalize(),)) for key, label in heads.items()]
    parts = {child: frozenset(node.pk for node in child.walk()) for child in month.scope.children}
    parts[month.scope] = frozenset([month.scope.pk])
    rows = [row for node, keys in parts.items() if (row := _part(month, node, keys))]
    everything = frozenset(node.pk for node in month.scope.walk())
    total = TableRow("total", {"workstream": Cell("All")} | _cells(month, month.scope, everything), RowRole.TOTAL)
    planned = " and ".join(month.scheme.plan).capitalize()
    of = f"{planned} of every tranche" if month.scheme.has_tranches else planned
    caption = f"{of} by workstream, {long_date(month.period.as_at)}"
    return (Table("plan", caption, tuple(columns), (RowGroup("", "", tuple(rows)),), (total,)),)


def _heads(scheme: Scheme) -> dict[str, str]:
    """What is counted of products, and of milestones, by key: each tranche that the scheme counts, and all."""
    apart = {tranche.code: tranche.label for tranche in scheme.counted_tranches} | {"other": "Other"}
    return (apart if scheme.has_tranches else {}) | {"all": "All", "none": "No status"}


def _part(month: Month, node: Node, keys: frozenset[int]) -> TableRow | None:
    """A child's line, or the scope's own holdings where it has any."""
    cells = _cells(month, node, keys)
    if node is not month.scope:
        return TableRow(
            node.ref,
            {"workstream": Cell(node.name, href=month.link("scorecard", workstream=node.ref))} | cells,
        )
    if not any(cell.value for cell in cells.values()):
        return None
    return TableRow(node.ref, {"workstream": Cell("Held here directly" if month.scope.children else node.name)} | cells)


def _cells(month: Month, node: Node, keys: frozenset[int]) -> dict[str, Cell]:
    heads = _heads(month.scheme)
    cells: dict[str, Cell] = {}
    for what in month.scheme.plan:
        counts: Counter[str] = Counter()
        for (workstream, tranche, status), n in figures.planned(month, what).items():
            if workstream in keys:
                counts[tranche if tranche in heads else "other"] += n
                counts["all"] += n
                counts["none"] += n * (status == "")
        for column in heads:
            cells[f"{what}_{column}"] = Cell(counts[column])
        own = {"only": "own"} if node is month.scope and len(keys) == 1 and node.children else {}
        if counts["all"]:
            cells[f"{what}_all"] = Cell(counts["all"], href=month.link(what, workstream=node.ref, **own))
        if counts["none"]:
            cells[f"{what}_none"] = Cell(counts["none"], href=month.link(what, workstream=node.ref, status=NONE, **own))
    return cells
