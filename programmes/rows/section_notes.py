"""The caveats that sections are read with."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Cell, Column, Kind
from core.dates import long_date
from programmes.models import SectionNote
from programmes.month import Month
from programmes.rows.base import Row, RowForm, RowKind, lost, register
from programmes.scheme import SectionChoice


class NoteForm(RowForm[SectionNote]):
    focus = "caveat"

    class Meta(RowForm.Meta):
        model = SectionNote
        fields = ("caveat", "as_at")

    def prepare(self) -> None:
        self.fields["caveat"].help_text = "Printed at the head of the section: “Using available data”"
        self.fields["as_at"].help_text = "Where the section’s figures are older than the report’s"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and not said["caveat"] and said["as_at"] is None:
            self.add_error("caveat", "Say what a reader must know, or the day of the figures.")
        return said


def sections(month: Month) -> dict[str, SectionChoice]:
    """Every section of the layouts, by its key."""
    return {choice.key: choice for layout in month.scheme.layouts.values() for choice in layout}


def find(month: Month, key: str) -> Row[SectionNote]:
    """Key: the section's."""
    if key not in sections(month):
        raise lost(month, f"section {key}")
    row = SectionNote.objects.of(month.period).filter(section=key).first()
    return of(month, row or SectionNote(period=month.period, section=key))


def of(month: Month, row: SectionNote) -> Row[SectionNote]:
    assert month.tree.root is not None
    row.period = month.period
    return Row(KIND, row.section, row, month.tree.root, f"Caveat of “{sections(month)[row.section].title}”")


def columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("section", "Section", Kind.TEXT, is_header=True),
        Column("caveat", "Caveat", Kind.TEXT),
        Column("as_at", "Figures as at", Kind.TEXT),
    )


def cells(month: Month, target: Row[SectionNote]) -> Mapping[str, Cell]:
    row = target.row
    return {
        "section": Cell(sections(month)[row.section].title),
        "caveat": Cell(row.caveat or None),
        "as_at": Cell(long_date(row.as_at) if row.as_at else None),
    }


KIND = register(RowKind("note", "caveat", SectionNote, NoteForm, find, of, columns, cells))
