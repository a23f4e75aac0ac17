"""The part of a return that asks for risks, what is done about them, and issues."""

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from django.urls import reverse

from core.lookups import one_of
from core.words import how_many
from programmes.editing.lines import Lines, lines
from programmes.editing.parts import Places, added, begun, not_looked_at, unsaved
from programmes.month import Month
from programmes.rows import KINDS, Row
from programmes.rows.part import Part, Point
from programmes.tree import Node
from risks.models import IssuePosition, MitigationPosition, RiskPosition
from risks.scheme import asked_in_returns

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


def parts(month: Month, unit: Node) -> Iterable[Part]:
    """One part, where the scheme says that returns ask for risks."""
    if not asked_in_returns(month.scheme):
        return
    asked = _asked(month, unit)
    blanks = {"risk": RiskPosition, "mitigation": MitigationPosition, "issue": IssuePosition}
    typed = [row for each in asked for row in each.rows]
    for kind, _, places in asked:
        model = blanks[kind]
        typed += begun(month, unit, KINDS[kind], places, lambda _, of=model: of(period=month.period))  # type: ignore[misc]
    live = [row for each in asked for row in each.live]
    place = reverse("task", args=[month.programme.slug, month.period.label, unit.ref, PART])
    yield Part(
        PART,
        "Risks and issues",
        tuple(each.kind for each in asked),
        ", ".join(how_many(len(each.live), KINDS[each.kind].word) for each in asked),
        not live,
        unsaved(month, typed),
        tuple(Point(said, place) for said in not_looked_at(each for each in live if each.row.awaits_a_look())),
        partial(_lines, month, asked),
    )


def _asked(month: Month, unit: Node) -> list[Asked]:
    """What this unit reports. What was closed or done before this month is in the register and not asked for again."""
    nodes = month.in_return(unit)
    here = one_of("in_workstream", [node.pk for node in nodes])
    risks = RiskPosition.objects.reported(month.period).filter(here).select_related("risk")
    done = MitigationPosition.objects.reported(month.period).filter(here).select_related("mitigation", "risk")
    issues = IssuePosition.objects.reported(month.period).filter(here).select_related("issue", "risk")
    of_risks = [KINDS["risk"].of(month, row) for row in risks.order_by("withdrawn", "risk__ref")]
    open_risks = [each for each in of_risks if not each.is_withdrawn and not each.row.is_closed]
    return [
        Asked("risk", of_risks, _places(month, "risk", nodes, [(n.ref, f"Add a risk to {n.name}") for n in nodes])),
        Asked(
            "mitigation",
            [KINDS["mitigation"].of(month, row) for row in done.order_by("withdrawn", "risk__ref", "mitigation__ref")],
            _places(month, "mitigation", nodes, [(e.key, f"Add an action on {e.key}") for e in open_risks]),
        ),
        Asked(
            "issue",
            [KINDS["issue"].of(month, row) for row in issues.order_by("withdrawn", "issue__ref")],
            _places(month, "issue", nodes, [(n.ref, f"Add an issue to {n.name}") for n in nodes]),
        ),
    ]


def _places(month: Month, kind: str, nodes: list[Node], under: Places) -> Places:
    return added(month, KINDS[kind], nodes, [(f"{ref}/new", label) for ref, label in under])


def _lines(month: Month, asked: list[Asked]) -> tuple[Lines, ...]:
    return tuple(lines(month, KINDS[each.kind], each.rows, CAPTIONS[each.kind], add=each.add) for each in asked)
