"""The sections of reports, of every app: each a function from a month and its options to blocks, named by layouts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.blocks import Block, Section
from programmes import figures
from programmes.month import Month
from programmes.scheme import OF_ANY_SCHEME, Lacking, Scheme, SectionChoice

type Build = Callable[[Month, Mapping[str, Any]], tuple[Block, ...]]
type Takes = Callable[[Scheme, Mapping[str, Any], Any], bool]  # of the scheme, all options of the section, and this one


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A section that layouts may choose: what answers it, the options it needs and those it may have.

    Both are tested before a scheme is added to a programme, so that no page meets a layout that it cannot read: the
    options, and whether the scheme has what the section is about.
    """

    build: Build
    needs: Mapping[str, Takes] = field(default_factory=dict)
    may_have: Mapping[str, Takes] = field(default_factory=dict)
    lacks: Lacking = OF_ANY_SCHEME  # of a scheme, what it lacks of that which the section is about


SECTIONS: dict[str, SectionKind] = {}

# What an app above shows under a rating, beside the reason given: blocks about the workstream that the month is
# narrowed to, for the dimension of this code.
type Evidence = Callable[[Month, str], tuple[Block, ...]]

evidence: list[Evidence] = []


def register(**sections: SectionKind) -> None:
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
                SECTIONS[choice.section].build(month, choice.options),
                note.as_at if note else None,
                note.caveat if note else "",
            )
        )
    return tuple(out)


# --- What an option may be ----------------------------------------------------------------------------------


def kinds_of_narrative(scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(code, str) and code in scheme.narrative for code in value)


def tier_below(scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return type(value) is int and 0 < value < len(scheme.tiers)


def dimension_of_tier(scheme: Scheme, options: Mapping[str, Any], value: Any) -> bool:
    """Rated in the tier that is asked for, where that is one."""
    tier: Any = options.get("tier")
    if not isinstance(value, str) or not tier_below(scheme, options, tier):
        return value in [*scheme.dimensions]
    return scheme.scale(value, tier) is not None


def tranche(scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return scheme.has_tranches and isinstance(value, str) and value in scheme.tranches


def flag(_scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, bool)
