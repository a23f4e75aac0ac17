"""What a layout may ask of a section: which sections there are, and which options each takes.

A scheme is held to it before it is added to a programme, so that no page meets a layout it cannot read.
"""

from collections.abc import Iterator

from programmes.scheme import Scheme, SectionChoice
from programmes.sections import SECTIONS
from reports.layouts import DEFAULT

# Rows and columns of the tables' own, beside which a code of the same name would be read as theirs.
OURS = frozenset(["all", "none", "other", "products", "status", "total", "tranche_products", "workstream"])
# Headings of our own, beside which a level or a tranche of the same word would head a second column so.
HEADINGS = frozenset(["all", "no rating given", "no status", "other", "status", "workstream"])


def faults(scheme: Scheme) -> Iterator[str]:
    """Why reports cannot be made by this scheme, as whole sentences."""
    if DEFAULT not in scheme.layouts:
        yield f"It has no layout “{DEFAULT}”, which is the report of a month."
    for name, choices in scheme.layouts.items():
        for choice in choices:
            yield from _of_section(scheme, name, choice)
    codes = {code for scale in scheme.scales.values() for code in scale.levels} | scheme.tranches.keys()
    for code in sorted(codes & OURS):
        yield f"The code “{code}” means something else in reports. Choose another."
    words = {level.word for scale in scheme.scales.values() for level in scale.levels.values()}
    for word in sorted(words | {tranche.label for tranche in scheme.tranches.values()}):
        if word.casefold() in HEADINGS:
            yield f"“{word}” heads another column in reports. Choose another word."


def _of_section(scheme: Scheme, layout: str, choice: SectionChoice) -> Iterator[str]:
    where = f"“{choice.key}” of the layout “{layout}”"
    if choice.section not in SECTIONS:
        known = ", ".join(sorted(SECTIONS))
        yield f"Section {where} is “{choice.section}”, which there is not. There is: {known}."
        return
    kind = SECTIONS[choice.section]
    if lack := kind.lacks(scheme):
        yield f"Section {where} is about {lack}, and this scheme has no {lack}."
    takes = {**kind.needs, **kind.may_have}
    for option in kind.needs.keys() - choice.options.keys():
        yield f"Section {where} does not say its “{option}”."
    for option, value in choice.options.items():
        if option in takes and not takes[option](scheme, choice.options, value):
            yield f"Section {where} has a “{option}” that this scheme does not know: {value}."
