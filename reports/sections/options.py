"""What a layout may ask of a section: which sections there are, and which options each takes.

A scheme is held to it before it is added to a programme, so that no page meets a layout it cannot read.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from programmes.scheme import Scheme, SectionChoice
from reports.sections import SECTIONS

type Takes = Callable[[Scheme, Mapping[str, Any], Any], bool]  # of the scheme, all options of the section, and this one


def _kinds(scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(code, str) and code in scheme.narrative for code in value)


def _tier(scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return type(value) is int and 0 < value < len(scheme.tiers)


def _dimension(scheme: Scheme, options: Mapping[str, Any], value: Any) -> bool:
    """Rated in the tier that is asked for, where that is one."""
    tier: Any = options.get("tier")
    if not isinstance(value, str) or not _tier(scheme, options, tier):
        return value in [*scheme.dimensions]
    return scheme.scale(value, tier) is not None


def _tranche(scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, str) and value in scheme.tranches


def _flag(_scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, bool)


# Those a section needs, and those it may have. A section that is not named takes none.
NEEDED: dict[str, dict[str, Takes]] = {
    "points": {"kinds": _kinds},
    "narrative": {"kinds": _kinds},
    "resources": {"dimension": _dimension, "tier": _tier, "tranche": _tranche},
    "spread": {"tier": _tier},
}
POSSIBLE: dict[str, dict[str, Takes]] = {"narrative": {"leave_out_empty": _flag}}

# Rows and columns of the tables' own, beside which a code of the same name would be read as theirs.
OURS = frozenset(["all", "none", "other", "products", "status", "total", "tranche_products", "workstream"])


def faults(scheme: Scheme) -> Iterator[str]:
    """Why reports cannot be made by this scheme, as whole sentences."""
    from reports.layout import DEFAULT

    if DEFAULT not in scheme.layouts:
        yield f"It has no layout “{DEFAULT}”, which is the report of a month."
    for name, choices in scheme.layouts.items():
        for choice in choices:
            yield from _of_section(scheme, name, choice)
    codes = {code for scale in scheme.scales.values() for code in scale.levels} | scheme.tranches.keys()
    for code in sorted(codes & OURS):
        yield f"The code “{code}” means something else in reports. Choose another."


def _of_section(scheme: Scheme, layout: str, choice: SectionChoice) -> Iterator[str]:
    where = f"“{choice.key}” of the layout “{layout}”"
    if choice.section not in SECTIONS:
        known = ", ".join(sorted(SECTIONS))
        yield f"Section {where} is “{choice.section}”, which there is not. There is: {known}."
        return
    needed = NEEDED.get(choice.section, {})
    takes = needed | POSSIBLE.get(choice.section, {})
    for option in needed.keys() - choice.options.keys():
        yield f"Section {where} does not say its “{option}”."
    for option, value in choice.options.items():
        if option in takes and not takes[option](scheme, choice.options, value):
            yield f"Section {where} has a “{option}” that this scheme does not know: {value}."
