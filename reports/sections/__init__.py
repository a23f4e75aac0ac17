"""The sections of reports. A layout names them; each is a function from a month and its options to blocks."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.blocks import Block, Section
from programmes import figures
from programmes.month import Month
from programmes.scheme import SectionChoice
from reports.sections.delivery import milestones, plan, products
from reports.sections.findings import findings
from reports.sections.headline import headline
from reports.sections.narrative import narrative, points
from reports.sections.ratings import ratings
from reports.sections.resources import resources, spread
from reports.sections.time import time

SECTIONS: Mapping[str, Callable[[Month, Mapping[str, Any]], tuple[Block, ...]]] = {
    "findings": findings,
    "headline": headline,
    "milestones": milestones,
    "narrative": narrative,
    "plan": plan,
    "points": points,
    "products": products,
    "ratings": ratings,
    "resources": resources,
    "spread": spread,
    "time": time,
}


def answered(month: Month, choices: Iterable[SectionChoice]) -> tuple[Section, ...]:
    """The sections a layout chooses, each with its own as-at date and caveat where its period says so."""
    out = []
    for choice in choices:
        note = figures.section_notes(month).get(choice.key)
        out.append(
            Section(
                choice.key,
                choice.title,
                SECTIONS[choice.section](month, choice.options),
                note.as_at if note else None,
                note.caveat if note else "",
            )
        )
    return tuple(out)
