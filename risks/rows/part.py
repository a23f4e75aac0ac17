"""The part of a return that asks for risks, what is done about them, and issues."""

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from core.words import how_many
from programmes.editing.lines import Lines, lines
from programmes.editing.parts import Places, added, begun, not_looked_at, unsaved
from programmes.month import Month
from programmes.rows import KINDS, Held, Row
from programmes.rows.part import Part
from risks.models import IssuePosition, MitigationPosition, RiskPosition

PART = "risks"  # its code
CAPTIONS = {"risk": "Risks", "mitigation": "Mitigating actions", "issue": "Issues"}


class Asked(NamedTuple):
    """A list of the part: its rows, and where more are begun."""

    kind: str
    rows: list[Row[Any]]
    add: Places

    @property
    def live(self) -> list[Row[Any]]:
        return [each for each in self.rows if not each.is_withdrawn]


def parts(held: Held) -> Iterable[Part]:
    """One part. What was closed or done before this month is in the register and not asked for again."""
    month = held.month
    asked = _asked(held)
    blanks = {"risk": RiskPosition, "mitigation": MitigationPosition, "issue": IssuePosition}
    typed = [row for each in asked for row in each.rows]
    for kind, _, places in asked:
        model = blanks[kind]
        typed += begun(held, KINDS[kind], places, lambda _, of=model: of(period=month.period))  # type: ignore[misc]
    live = [row for each in asked for row in each.live]
    yield Part(
        PART,
        "Risks and issues",
        tuple(each.kind for each in asked),
        ", ".join(how_many(len(each.live), KINDS[each.kind].word) for each in asked),
        not live,
        unsaved(month, typed),
        not_looked_at(held, PART, live),
        partial(_lines, month, asked),
    )


def _asked(held: Held) -> list[Asked]:
    rows = {code: [KINDS[code].of(held.month, row) for row in held.rows(KINDS[code])] for code in CAPTIONS}
    open_risks = [each for each in rows["risk"] if not each.is_withdrawn and not each.row.is_closed]
    under = {
        "risk": [(node.ref, f"Add a risk to {node.name}") for node in held.nodes],
        "mitigation": [(each.key, f"Add an action on {each.key}") for each in open_risks],
        "issue": [(node.ref, f"Add an issue to {node.name}") for node in held.nodes],
    }
    return [
        Asked(code, rows[code], added(held, KINDS[code], [(f"{ref}/new", label) for ref, label in under[code]]))
        for code in CAPTIONS
    ]


def _lines(month: Month, asked: list[Asked]) -> tuple[Lines, ...]:
    return tuple(lines(month, KINDS[each.kind], each.rows, CAPTIONS[each.kind], add=each.add) for each in asked)
