"""What people say about the period, by kind of narrative."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Prose, ProseEntry
from programmes import figures
from programmes.models import Narrative
from programmes.models.stated_dates import date_stated
from programmes.month import Month
from programmes.scheme import NarrativeKind, Scheme


def points(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """The scope's own entries of these kinds, numbered: key points, the ask of the committee. Option: `kinds`."""
    return tuple(_prose(month, kind, is_own=True) for kind in _kinds(month, options))


def narrative(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """Entries of these kinds from every workstream read, in the workstreams' order.

    Options: `kinds`, `leave_out_empty` (kinds of which nothing is said are not named either).
    """
    blocks = (_prose(month, kind, is_own=False) for kind in _kinds(month, options))
    return tuple(block for block in blocks if block.entries or not options.get("leave_out_empty"))


def _kinds(month: Month, options: Mapping[str, Any]) -> list[NarrativeKind]:
    """Those a section names and its scheme has: nobody can have written anything of another kind."""
    return [kind for code in options["kinds"] if (kind := month.scheme.narrative.get(code))]


def nothing_yet(month: Month, nothing: str, act: str) -> str:
    """The note of a table without a figure: “No rating is” reported here, and while the month is open who `act`s."""
    way_out = f" yet: whoever reports on a workstream {act}" if month.period.is_open else ""
    return f"{nothing} reported here{way_out}."


def _prose(month: Month, kind: NarrativeKind, *, is_own: bool) -> Prose:
    order = {node.pk: n for n, node in enumerate(month.scope.walk())}
    said = [row for row in figures.narrative(month) if row.kind == kind.code and row.workstream_id in order]
    if is_own:
        said = [row for row in said if row.workstream_id == month.scope.pk]
    said.sort(key=lambda row: (order[row.workstream_id], row.seq))
    entries = tuple(
        ProseEntry(
            key=f"{node.ref}-{row.seq}",
            about="" if is_own else node.name if node.parent else "Programme",
            heading=row.heading,
            text=row.text,
            second=row.second or kind.second_blank,
            on=date_stated(row, "on"),
            tags=tags(month.scheme, row),
            level=row.level,
            reading=month.period.read_as,
        )
        for row in said
        for node in (month.tree.by_pk[row.workstream_id],)
    )
    return Prose(
        kind.code,
        kind.plural,
        entries,
        kind.second,
        is_ordered=is_own,
        empty=f"Nothing is given for: {kind.plural.lower()}.",
    )


def tags(scheme: Scheme, row: Narrative) -> tuple[str, ...]:
    """What an entry bears on: dimensions by their labels, then its area."""
    labels = (scheme.dimensions[code].label for code in row.dimensions if code in scheme.dimensions)
    return (*labels, *filter(None, [row.area]))
