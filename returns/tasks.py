"""What a return is made of, and what is still missing in it: the parts of every kind of row, with what checks find."""

from dataclasses import replace

from assurance.running import findings_in
from programmes.checks import Finding
from programmes.editing.lines import address
from programmes.editing.parts import parts
from programmes.month import Month
from programmes.rows import KINDS, Held
from programmes.rows.part import Part, Point
from programmes.tree import Node


def tasks(held: Held) -> list[Part]:
    """The parts of a return in order, each with the findings about its kinds of rows as worth a look."""
    found = findings_in(held)
    return [_with_findings(held.month, part, found) for part in parts(held)]


def missing(month: Month, unit: Node) -> list[str]:
    """What a return cannot be submitted without."""
    return [f"{part.title}: {point.said}" for part in parts(Held(month, unit)) for point in part.missing]


def _with_findings(month: Month, part: Part, found: list[Finding]) -> Part:
    points = tuple(_of_finding(month, each) for each in found if each.kind in part.kinds)
    return replace(part, worth_a_look=(*part.worth_a_look, *points))


def _of_finding(month: Month, found: Finding) -> Point:
    kind = KINDS.get(found.kind)
    is_theirs = kind is not None and found.workstream in month.reach_of_any(kind.model.writers)
    return Point(found.sentence, address(month, kind, found.subject) if kind and is_theirs else "")
