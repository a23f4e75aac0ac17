"""The heat map: a table of likelihood by impact that says in words where each risk stands and where it came from.

What stands in no field of it is counted below, so that it accounts for every open risk.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from core.blocks import Block, Cell, CellPart, Column, Kind, RowGroup, RowRole, Table, TableRow
from core.dates import long_date
from core.words import how_many
from programmes.month import Month, once
from risks import figures
from risks.models import RiskPosition
from risks.movement import scores_alike
from risks.printed import score_text
from risks.scheme import RULES, Matrix
from risks.sections.tables import card_link, notes

SHOWN = 6  # risks named in a field; of more, the rest is counted


def heat_map(month: Month, _options: Mapping[str, Any]) -> tuple[Block, ...]:
    """Where each open risk of what is read stands, with its movement since the last report."""
    rules = RULES.of(month.scheme)
    if rules is None:
        return ()
    return (_steps(month, rules.matrix) if rules.matrix.scale else _map(month, rules.matrix),)


def _map(month: Month, matrix: Matrix) -> Table:
    fields: dict[tuple[str, str], list[RiskPosition]] = defaultdict(list)
    rest: list[RiskPosition] = []
    for row in figures.register(month).still_open:
        place = (row.current_likelihood, row.current_impact)
        (fields[place] if row.current_likelihood else rest).append(row)
    columns = (
        Column("likelihood", "Likelihood", Kind.TEXT, is_header=True),
        *(Column(str(n), f"{n} {word}", Kind.TEXT, ("Impact",)) for n, word in enumerate(matrix.impact, 1)),
    )
    rows = tuple(
        TableRow(
            str(m),
            {"likelihood": Cell(f"{m} {word}")}
            | {
                str(n): _field(month, matrix, m * n, fields[str(m), str(n)], left=_left(month, str(m), str(n)))
                for n in range(1, len(matrix.impact) + 1)
            },
        )
        for m, word in reversed([*enumerate(matrix.likelihood, 1)])
    )
    caption = f"Heat map, {long_date(month.period.as_at)}: each field says its score and the risks that stand there"
    groups = (RowGroup("", "", rows),)
    return Table("risk_heat_map", caption, columns, groups, _rest(month, rest), notes=(*notes(month), *_bands(matrix)))


def _steps(month: Month, matrix: Matrix) -> Table:
    """The same on one named scale: a row for each step, the highest first."""
    columns = (
        Column("likelihood", "Score", Kind.TEXT, is_header=True),
        Column("1", "Risks", Kind.TEXT),
    )
    by_step: dict[int | None, list[RiskPosition]] = defaultdict(list)
    for row in figures.register(month).still_open:
        by_step[row.current_score].append(row)
    rows = tuple(
        TableRow(
            str(step),
            {
                "likelihood": Cell(score_text(matrix, step)),
                "1": Cell("none" if not by_step[step] else "", parts=_standing(month, by_step[step])),
            },
        )
        for step in range(len(matrix.scale), 0, -1)
    )
    caption = f"Risks by score, {long_date(month.period.as_at)}, highest first"
    rest = _rest(month, by_step[None])
    return Table("risk_heat_map", caption, columns, (RowGroup("", "", rows),), rest, notes=notes(month))


def _field(month: Month, matrix: Matrix, score: int, rows: list[RiskPosition], *, left: list[RiskPosition]) -> Cell:
    gone = tuple(CellPart(f"{row.risk.ref} was here", card_link(month, row)) for row in left[:SHOWN])
    return Cell(score_text(matrix, score), parts=(*_standing(month, rows), *gone))


def _standing(month: Month, rows: list[RiskPosition]) -> tuple[CellPart, ...]:
    """How many risks stand here, and which, each with where it came from."""
    if not rows:
        return ()
    more = [CellPart(f"and {len(rows) - SHOWN} more")] if len(rows) > SHOWN else []
    named = (CellPart(f"{row.risk.ref}, {_came(month, row)}", card_link(month, row)) for row in rows[:SHOWN])
    return (_counted(month, rows), *named, *more)


def _counted(month: Month, rows: list[RiskPosition]) -> CellPart:
    row = rows[0]
    where = {"likelihood": row.current_likelihood, "impact": row.current_impact} if row.current_likelihood else {}
    return CellPart(how_many(len(rows), "risk"), month.link("risks", **where or _by_score(row.current_score)))


def _by_score(score: int | None) -> dict[str, Any]:
    return {"which": "no_score"} if score is None else {"score": score}


def _came(month: Month, row: RiskPosition) -> str:
    """Where a risk came from: “same”, “↓ from 15”, “new”."""
    was = _before(month).get(row.risk_id)
    if was is None:
        return "new" if month.past else "now"
    if was.current_score is None:
        return "first scored"
    before, now = was.current_score, row.current_score or 0
    if before == now:
        there = (was.current_likelihood, was.current_impact) == (row.current_likelihood, row.current_impact)
        return "same" if there else f"moved, still {now}"
    return f"{'↓' if before > now else '↑'} from {before}"


def _left(month: Month, likelihood: str, impact: str) -> list[RiskPosition]:
    """The open risks that stood in this field last month and stand elsewhere now."""
    return _leavers(month).get((likelihood, impact), [])


@once
def _leavers(month: Month) -> dict[tuple[str, str], list[RiskPosition]]:
    found: dict[tuple[str, str], list[RiskPosition]] = defaultdict(list)
    for row in figures.register(month).still_open:
        was = _before(month).get(row.risk_id)
        if was and was.current_likelihood:
            place = (was.current_likelihood, was.current_impact)
            if place != (row.current_likelihood, row.current_impact):
                found[place].append(row)
    return found


def _before(month: Month) -> Mapping[int, RiskPosition]:
    """Last month's positions, where they were scored by a matrix like this month's."""
    alike = month.past and scores_alike(RULES.of(month.scheme), RULES.of(month.past.scheme))
    return figures.register(month).was if alike else {}


def _rest(month: Month, rows: list[RiskPosition]) -> tuple[TableRow, ...]:
    """What stands in no field: scored without likelihood and impact, or not scored."""
    kinds: Iterable[tuple[str, str, list[RiskPosition]]] = (
        ("alone", "Score alone", [row for row in rows if row.current_score is not None]),
        ("none", "Not scored", [row for row in rows if row.current_score is None]),
    )
    return tuple(
        TableRow(
            key, {"likelihood": Cell(label), "1": Cell("", parts=_unplaced(month, key, found))}, RowRole.UNACCOUNTED
        )
        for key, label, found in kinds
        if found
    )


def _unplaced(month: Month, key: str, rows: list[RiskPosition]) -> tuple[CellPart, ...]:
    asked = {"which": "no_score"} if key == "none" else {"score": key}
    counted = CellPart(how_many(len(rows), "risk"), month.link("risks", **asked))
    more = [CellPart(f"and {len(rows) - SHOWN} more")] if len(rows) > SHOWN else []
    named = (
        CellPart(f"{row.risk.ref}{f', {row.current_score}' if row.current_score else ''}", card_link(month, row))
        for row in rows[:SHOWN]
    )
    return (counted, *named, *more)


def _bands(matrix: Matrix) -> tuple[str, ...]:
    """What the letters beside the scores mean."""
    said = ", ".join(f"{band.level.letter} {band.level.word.lower()} from {band.start}" for band in matrix.bands)
    return (f"Bands: {said}.",)
