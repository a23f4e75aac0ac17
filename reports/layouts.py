"""The layouts of a scheme, answered for a month: the report that every medium is written from."""

from dataclasses import replace

from core.blocks import Report
from programmes.month import Month
from programmes.report import bound, proof_of
from programmes.scheme import SectionChoice
from programmes.sections import SECTIONS, answered

DEFAULT = "scorecard"


class Unknown(LookupError):
    """A layout or a section that the scheme of the period does not have; the message names those it has."""


def build(month: Month, layout: str = DEFAULT, section: str = "") -> Report:
    """Read the whole layout, or one section of it. Raise Unknown where the scheme has no such layout or section."""
    return bound(month, layout, answered(month, _choices(month, layout, section)), proof=proof_of(month.period))


def only_table(report: Report, key: str) -> Report:
    """The report cut down to one table. Raise Unknown where it has none of that key."""
    for section in report.sections:
        for table in section.tables():
            if table.key == key:
                return replace(report, sections=(replace(section, blocks=(table,)),))
    raise Unknown(f"There is no table “{key}” in this report.")


def _choices(month: Month, layout: str, section: str) -> list[SectionChoice]:
    layouts = month.scheme.layouts
    if layout not in layouts:
        raise Unknown(f"There is no layout “{layout}”. This programme has: {', '.join(sorted(layouts))}.")
    choices = [choice for choice in layouts[layout] if choice.section in SECTIONS]
    if not section:
        return choices
    chosen = [choice for choice in choices if choice.key == section]
    if not chosen:
        known = ", ".join(choice.key for choice in choices)
        raise Unknown(f"The layout “{layout}” has no section “{section}”. It has: {known}.")
    return chosen
