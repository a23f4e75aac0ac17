"""What the tables of risks share: the cells that name one, and the columns of a register."""

from collections.abc import Iterable

from core.blocks import Cell, CellPart, Column, Kind, RowGroup, Table, TableRow
from core.dates import long_date
from core.words import how_many
from programmes.models.stated_dates import date_cell
from programmes.month import Month
from risks import figures, printed
from risks.models import RiskPosition
from risks.movement import scores_alike
from risks.scheme import RULES

COLUMNS = (
    Column("risk", "Risk", Kind.TEXT, is_header=True),
    Column("original", "Original", Kind.COUNT),
    Column("current", "Current", Kind.COUNT),
    Column("target", "Target", Kind.COUNT),
    Column("movement", "Movement", Kind.TEXT),
    Column("by", "By", Kind.DATE),
    Column("prospects", "Prospects", Kind.RATING),
    Column("actions", "Actions", Kind.TEXT),
    Column("owner", "Owner", Kind.TEXT),
)


def notes(month: Month) -> tuple[str, ...]:
    """What must be read with every table of risks, such as that they are made up."""
    rules = RULES.of(month.scheme)
    return (rules.made_up,) if rules and rules.made_up else ()


def named(month: Month, row: RiskPosition, *, more: str = "") -> Cell:
    """A risk by its title and ref, which lead to its report card, with what it is about below."""
    lines = tuple(CellPart(line) for line in (more, printed.state_text(row)) if line)
    return Cell(f"{row.title} ({row.risk.ref})", parts=lines, href=card_link(month, row))


def card_link(month: Month, row: RiskPosition) -> str:
    return month.link("risk", row.risk.ref)


def with_movement(month: Month, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """These columns; in a first month nothing can have moved."""
    return tuple(column for column in columns if month.past or column.key != "movement")


def movement(month: Month, row: RiskPosition) -> Cell:
    """How the score has moved since the last report."""
    return moved_from(month, row, figures.register(month).was.get(row.risk_id))


def moved_from(month: Month, row: RiskPosition, was: RiskPosition | None) -> Cell:
    if month.past is None:
        return Cell(None)
    if was is None:
        return Cell("new")
    if not scores_alike(RULES.of(month.scheme), RULES.of(month.past.scheme)):
        return Cell("another matrix")
    return Cell(printed.moved_text(was.current_score, row.current_score) or None)


def actions(month: Month, row: RiskPosition) -> Cell:
    """How many actions there are on it, and how many of them are done or overdue; they lead to the card."""
    found = figures.actions(month).get(row.risk_id, [])
    if not found:
        return Cell("none")
    done = sum(each.done_on is not None for each in found)
    late = sum(figures.is_overdue(each, month.period) for each in found)
    said = [f"{done} done"] * bool(done) + [f"{late} overdue"] * bool(late)
    return Cell(how_many(len(found), "action"), parts=tuple(map(CellPart, said)), href=card_link(month, row))


def line(month: Month, row: RiskPosition) -> TableRow:
    """A risk as a row of a register."""
    rules = RULES.of(month.scheme)
    cells = {
        "risk": named(month, row, more=row.event or row.cause),
        **{moment: printed.score_cell(month.scheme, row, moment) for moment in ("original", "current", "target")},
        "movement": movement(month, row),
        "by": date_cell(row, "target_date"),
        "prospects": printed.prospects_cell(rules, row.prospects),
        "actions": actions(month, row),
        "owner": printed.owner_cell(row),
    }
    return TableRow(row.risk.ref, cells)


def register_table(month: Month, rows: Iterable[RiskPosition], *, key: str, what: str) -> Table:
    """These risks as a register, the highest current score first."""
    lines = tuple(line(month, row) for row in rows)
    caption = f"{what}, {long_date(month.period.as_at)}, highest current score first"
    return Table(
        key,
        caption,
        with_movement(month, COLUMNS),
        (RowGroup("", "", lines),),
        notes=notes(month),
        empty="There is none.",
    )
