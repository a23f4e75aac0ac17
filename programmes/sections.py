"""The sections of reports, of every app: each a function from a month and its options to blocks, named by layouts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.blocks import Block, Section
from programmes import figures
from programmes.month import Month
from programmes.scheme import SectionChoice

type SectionOf = Callable[[Month, Mapping[str, Any]], tuple[Block, ...]]

SECTIONS: dict[str, SectionOf] = {}


def register(**sections: SectionOf) -> None:
    """Add sections under the names by which layouts choose them. An app does so when it is ready."""
    SECTIONS.update(sections)


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
