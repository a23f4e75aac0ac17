"""A layout read: the report that every medium is written from."""

from dataclasses import replace

from core.blocks import Report, Section
from core.dates import long_date
from programmes.models import Period
from programmes.month import Month
from programmes.scheme import SectionChoice
from reports.sections import SECTIONS, answered

DEFAULT = "scorecard"


class Unknown(LookupError):
    """A layout or a section that the scheme of the period does not have; the message names those it has."""


def build(month: Month, layout: str = DEFAULT, section: str = "") -> Report:
    """Read the whole layout, or one section of it. Raise Unknown where the scheme has no such layout or section."""
    return bound(month, layout, answered(month, _choices(month, layout, section)))


def bound(month: Month, layout: str, sections: tuple[Section, ...]) -> Report:
    """These sections as a report of the month, under this name."""
    name = month.tree.root.name if month.tree.root else month.programme.name
    # They name returns of any workstream: only the report of the whole is for those alone who may read of each.
    remarks = tuple(month.period.remarks) if month.is_whole else ()
    return Report(
        programme=month.programme.slug,
        workstream=month.scope.ref,
        is_whole=month.is_whole,
        title=f"{name}: {layout}" if month.is_whole else f"{month.scope.name}: {layout}, {name}",
        period=month.period.label,
        edition=month.period.edition,
        as_at=month.period.as_at,
        standing=standing(month),
        layout=layout,
        sections=sections,
        override=month.period.override,
        held_by=tuple(month.period.held_by),
        remarks=remarks,
        notes=(*_closing_record(month.period), *remarks, *filter(None, month.programme.provenance.split("\n\n"))),
    )


def standing(month: Month) -> str:
    """The position with the edition that is read."""
    return f"{position(month)} Edition {month.period.edition}."


def position(month: Month) -> str:
    """One sentence or two: which positions are shown and whether they can still change."""
    beside = f", beside {long_date(month.past.as_at)}" if month.past else ""
    return f"Position as at {long_date(month.period.as_at)}{beside}. {state(month.period)}"


def state(period: Period) -> str:
    """One sentence: whether what is shown can still change."""
    return "This month is still open: its figures can change." if period.is_open else "This month is closed."


def _closing_record(period: Period) -> list[str]:
    """What a reader of this edition must know: why it was opened again, and what it was closed in spite of."""
    said = []
    if period.reason:
        said.append(f"Edition {period.edition} of {period.name} was opened because: {period.reason}")
    if period.override:
        said.append(f"{period.name} was closed all the same because: {period.override}")
        said += [f"It was held back: {sentence}" for sentence in period.held_by]
    return said


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
