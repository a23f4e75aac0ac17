"""Why a rating has its colour: the reason given, the path back to green, and what stands under it."""

from collections.abc import Iterable
from dataclasses import replace

from assurance.running import counts
from core.blocks import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Kind,
    Level,
    Prose,
    ProseEntry,
    RowGroup,
    Section,
    Table,
    TableRow,
)
from core.dates import short_month
from programmes import figures, sections
from programmes.models import Period, Rating
from programmes.models.stated_dates import by_when
from programmes.month import Month
from programmes.scheme import Dimension, Scale
from programmes.tree import Node
from reports.sections.delivery import milestones, products

HISTORY = 12  # periods shown


def evidence_section(month: Month, dimension: Dimension, scale: Scale, periods: Iterable[Period]) -> Section:
    """Return one rating of the month's scope with its reason, its path to green, its history and the rows under it."""
    node = month.scope
    said = Rating.objects.of(month.period, month.past).filter(workstream=node.pk, dimension=dimension.code)
    by_period = {rating.period_id: rating for rating in said}
    now = by_period.get(month.period.pk)
    was = by_period.get(month.past.pk) if month.past else None
    blocks: list[Block] = [_rating(month, dimension, now, was), _reasons(month, now, was)]
    if now:
        blocks += _path(month, scale, now)
    blocks.append(_history(month, dimension, periods))
    if node.children:
        blocks += _below(month, dimension)
    # Beside the scorecard's own tables on one page, these need keys of their own.
    planned = {"products": products, "milestones": milestones}
    under = [table for what in month.scheme.plan for table in planned[what](month, {})]
    blocks += [replace(block, key=f"under_{block.key}") for block in [*_of_apps(month, dimension), *under]]
    level = scale.levels.get(now.level) if now else None
    name = "Overall programme" if node.tier == 0 else node.name
    word = level.word.lower() if level else "not stated"
    return Section(f"{node.ref}-{dimension.code}", f"{name}, {dimension.label.lower()}: {word}", tuple(blocks))


def _of_apps(month: Month, dimension: Dimension) -> list[Block]:
    """What apps above show under ratings of this dimension, such as the money under a budget's."""
    return [block for found in sections.evidence for block in found(month, dimension.code)]


def _rating(month: Month, dimension: Dimension, now: Rating | None, was: Rating | None) -> Facts:
    scale = dimension.scales[month.scope.tier]
    level = scale.levels.get(now.level) if now else None
    past = figures.meant(month.past, month.scope, dimension.code, was.level) if was else None
    facts = [
        Fact(
            "this",
            month.period.name,
            Kind.RATING,
            Cell.rated(level),
            scale.meaning(level.code) if level else "",
        )
    ]
    if month.past:
        facts.append(Fact("last", month.past.name, Kind.RATING, Cell.rated(past)))
    direction = now.get_direction_display() if now and now.direction else ""
    facts.append(Fact("direction", "Direction of travel", Kind.TEXT, Cell(direction or None)))
    facts.append(_findings(month))
    return Facts("rating", "The rating", tuple(facts))


def _findings(month: Month) -> Fact:
    n = counts(month).total()
    href = month.link("findings") if n else ""
    return Fact("findings", "Findings", Kind.COUNT, Cell(n, href=href), "what the checks find here and below")


def _reasons(month: Month, now: Rating | None, was: Rating | None) -> Prose:
    given = [(month.period, now), (month.past, was)]
    entries = tuple(
        ProseEntry(period.label, "", rating.reason, heading=f"Reason given in {period.name}", reading=period.read_as)
        for period, rating in given
        if period and rating and rating.reason
    )
    return Prose("reason", "", entries, empty="No reason was given.")


def _path(month: Month, scale: Scale, now: Rating) -> list[Block]:
    """What is done about it, by whom and by when. Only a level off course needs any; else it is as given."""
    by = by_when(now, "green_by")
    by = by[:1].upper() + by[1:]
    if not any((now.path_to_green, now.path_owner, by)):
        is_off = scale.is_off(now.level)
        return [Prose("path", "", (), empty="No path to green was given.")] if is_off else []
    said = ProseEntry(
        month.period.label,
        "",
        now.path_to_green or "What will be done is not stated.",
        heading="Path to green",
        second=now.path_owner or "Not stated",
        on=by or "No date stated",
        reading=month.period.read_as,
    )
    return [Prose("path", "", (said,), "Who sees to it")]


def _history(month: Month, dimension: Dimension, periods: Iterable[Period]) -> Table:
    shown = [period for period in periods if period.label <= month.period.label][-HISTORY:]
    rows = Rating.objects.of(*shown).filter(workstream=month.scope.pk, dimension=dimension.code)
    levels: dict[int, str] = dict(rows.values_list("period_id", "level"))
    columns = tuple(Column(period.label, short_month(period.label), Kind.RATING) for period in shown)
    cells = {
        period.label: Cell.rated(figures.meant(period, month.scope, dimension.code, levels.get(period.pk, "")))
        for period in shown
    }
    row = TableRow("level", {"what": Cell(dimension.label)} | cells)
    header = Column("what", "Period", Kind.TEXT, is_header=True)
    return Table("history", "History", (header, *columns), (RowGroup("", "", (row,)),))


def _below(month: Month, dimension: Dimension) -> list[Block]:
    """How the workstreams right below are rated in the same dimension, the most serious first."""
    below = ((node, figures.level(month, node, dimension.code, month.period)) for node in month.scope.children)
    rated = [(node, level) for node, level in below if level]

    def place(pair: tuple[Node, Level]) -> tuple[bool, int]:
        node, level = pair
        return dimension.scales[node.tier].worst_first(level.code)

    rows = tuple(
        TableRow(
            node.ref,
            {
                "workstream": Cell(node.name, href=month.link("scorecard", workstream=node.ref)),
                "level": Cell.rated(level, month.link("evidence", node.ref, dimension.code)),
            },
        )
        for node, level in sorted(rated, key=place)
    )
    if not rows:
        return []
    columns = (
        Column("workstream", "Workstream below", Kind.TEXT, is_header=True),
        Column("level", dimension.label, Kind.RATING),
    )
    caption = f"{dimension.label} of the {len(rows)} workstreams below, most serious first"
    return [Table("below", caption, columns, (RowGroup("", "", rows),))]
