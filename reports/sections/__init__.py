"""The sections of reports. A layout names them; each is a function from a reading and its options to blocks."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.blocks import Block, Section
from programmes.scheme import SectionChoice
from reports.reading import Reading
from reports.sections.delivery import milestones, plan, products
from reports.sections.findings import findings
from reports.sections.headline import headline
from reports.sections.narrative import narrative, points
from reports.sections.ratings import ratings
from reports.sections.resources import resources, spread
from reports.sections.time import time

SECTIONS: Mapping[str, Callable[[Reading, Mapping[str, Any]], tuple[Block, ...]]] = {
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


def answered(reading: Reading, choices: Iterable[SectionChoice]) -> tuple[Section, ...]:
    """The sections a layout chooses, each with its own as-at date and caveat where its period says so."""
    out = []
    for choice in choices:
        note = reading.section_notes.get(choice.key)
        out.append(
            Section(
                choice.key,
                choice.title,
                SECTIONS[choice.section](reading, choice.options),
                note.as_at if note else None,
                note.caveat if note else "",
            )
        )
    return tuple(out)
