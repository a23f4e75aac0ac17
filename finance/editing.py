"""Saving what was typed into a grid: all of it or nothing, and laying a block from a spreadsheet over it."""

from typing import NamedTuple

from core.refusal import Refused
from finance.grid import Grid, GridLine
from finance.models import as_stated
from finance.pasting import lay
from programmes.actions.positions import Change, save_positions
from programmes.leads import Leads


class Saved(NamedTuple):
    """How much was written: amounts, and the lines they stand in."""

    amounts: int
    lines: int


class GridNotSaved(Exception):
    """Nothing was written; the grid says why at its cells and lines. `is_late`: somebody else was quicker."""

    def __init__(self, *, is_late: bool) -> None:
        super().__init__("Nothing was saved.")
        self.is_late = is_late


def save(grid: Grid) -> Saved:
    """Write every amount that was changed. Raise GridNotSaved, ManyStale or Refused; then none is."""
    if any(line.is_held or line.is_stale for line in grid.lines):
        raise GridNotSaved(is_late=True)
    if any(cell.wrong for _, cell in grid.cells):
        raise GridNotSaved(is_late=False)
    wanted = [line for line in grid.lines if line.changes]
    if not wanted:
        return Saved(0, 0)
    leads = Leads(grid.month.programme)
    touches = frozenset(line.target.node.pk for line in wanted)
    changes = [_change(grid, line, leads) for line in wanted]
    written = {change.row.pk for change in save_positions(changes, touches=touches, by=grid.month.user)}
    lines = [line for line in wanted if line.target.row.pk in written]
    return Saved(sum(cell.changes for line in lines for cell in line.changed), len(lines))


def _change(grid: Grid, line: GridLine, leads: Leads) -> Change:
    """A change looks at the amounts that it changes: to the rest of a line of others, its lead has still to look."""
    month, target = grid.month, line.target
    is_leads = month.user in leads.nearest(reversed(month.tree.path(target.node)))
    return Change(target.row, {"amounts": as_stated(line.amounts())}, line.seen, target.about, is_leads)


def paste(grid: Grid, text: str, *, ref: str, place: str) -> list[str]:
    """Put a block into the cells as if it had been typed there; return what of it was left out. Raise Misfit.

    It begins at the line of this ref and at this place where its own names do not say where it goes.
    """
    lines = grid.editable
    if not lines:
        raise Refused("There is no line here that you can change.")
    refs, places = [line.line.ref for line in lines], [" ".join(each) for each in grid.columns]
    line, column = (refs.index(ref) if ref in refs else 0), (places.index(place) if place in places else 0)
    laid = lay(text, grid.sheet(), line=line, column=column)
    for (n, m), said in laid.cells.items():
        cell = lines[n].cells[m]
        if cell is None:
            laid.left_out.append(f"“{said}”: no {grid.labels[m].lower()} is asked of {lines[n].line.title}.")
            continue
        cell.typed = said
        if not cell.fault and cell.amount == cell.now:
            cell.typed = cell.was = cell.stands
    return laid.left_out
