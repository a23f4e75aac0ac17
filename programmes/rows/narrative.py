"""Narrative by the kinds of the scheme, and the caveats that sections are read with."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Max
from django.utils.html import format_html

from accounts.roles import Permission
from core.blocks import Cell, Column, Kind
from core.dates import long_date
from core.fields import StatedDateField
from programmes.models import Narrative, SectionNote
from programmes.models.stated_dates import date_stated
from programmes.month import Month
from programmes.rows.base import Row, RowForm, RowKind, lost, seen_node
from programmes.scheme import NarrativeKind, SectionChoice

LEVELS = [("1", "Of its own"), ("2", "Under the one before it")]


class NarrativeForm(RowForm):
    focus = "text"

    on = StatedDateField(required=False, label="When")
    dimensions = forms.MultipleChoiceField(
        label="Bears on", required=False, widget=forms.CheckboxSelectMultiple, help_text="Choose any that apply"
    )
    level = forms.TypedChoiceField(label="Where it stands", choices=LEVELS, coerce=int, initial=1)

    class Meta(RowForm.Meta):
        model = Narrative
        fields = ("heading", "text", "second", "dimensions", "area", "level")

    def prepare(self) -> None:
        kind = kind_of(self.month, self.target)
        self.fields["text"].label = kind.heading
        self.fields["heading"].required = kind.needs_heading
        dimensions = self.fields["dimensions"]
        assert isinstance(dimensions, forms.MultipleChoiceField)
        dimensions.choices = [(d.code, d.label) for d in self.month.scheme.dimensions.values()]
        self.fields["area"].help_text = "A part of the workstream, such as Education, where it is about that alone"
        if kind.second:
            self.fields["second"].label = kind.second
            if kind.second_blank:
                self.fields["second"].help_text = format_html("Left empty, it is printed as “{}”.", kind.second_blank)
        else:
            del self.fields["second"]
        if not kind.is_dated:
            del self.fields["on"]
        if not kind.has_levels:
            del self.fields["level"]
        first = ["heading", "text"] if kind.needs_heading else ["text", "heading"]
        self.order_fields([*first, "second", "on", "level", "dimensions", "area"])


def kind_of(month: Month, target: Row) -> NarrativeKind:
    assert isinstance(target.row, Narrative)
    return month.scheme.narrative[target.row.kind]


def find(month: Month, key: str) -> Row:
    """Key: REF/KIND/NUMBER; REF/KIND/new to add one, which proposes the next number.

    A number past that gives way to it: those before it may have been taken away while somebody wrote.
    """
    place, _, last = key.rpartition("/")
    ref, _, code = place.rpartition("/")
    node = seen_node(month, ref)
    if code not in month.scheme.narrative or not re.fullmatch("new|[1-9][0-9]{0,8}", last):
        raise lost(month, key)
    said = Narrative.objects.of(month.period).filter(workstream=node.pk, kind=code)
    following = (said.aggregate(last=Max("seq"))["last"] or 0) + 1
    seq = following if last == "new" else min(int(last), following)
    row = said.filter(seq=seq).first() or Narrative(period=month.period, workstream_id=node.pk, kind=code, seq=seq)
    return of(month, row)


def of(month: Month, row: Narrative) -> Row:
    node = month.tree.by_pk[row.workstream_id]
    row.period = month.period
    label = month.scheme.narrative[row.kind].label
    about = f"{label} {row.seq} of {node.name} ({node.ref})"
    return Row(NARRATIVE, f"{node.ref}/{row.kind}/{row.seq}", row, node, about, f"{node.ref}/{row.kind}/new")


def columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("kind", "Kind", Kind.TEXT, is_header=True),
        Column("text", "What is said", Kind.TEXT),
        Column("second", "And", Kind.TEXT),
    )


def cells(month: Month, target: Row) -> Mapping[str, Cell]:
    row, kind = target.row, kind_of(month, target)
    assert isinstance(row, Narrative)
    place = f"{kind.label}, {target.node.name}"
    text = ": ".join(filter(None, [row.heading, date_stated(row, "on"), row.text]))
    second = row.second or kind.second_blank
    return {
        "kind": Cell(place),
        "text": Cell(text or None),
        "second": Cell(f"{kind.second}: {second}" if kind.second and second else None),
    }


NARRATIVE = RowKind("narrative", "entry", NarrativeForm, find, columns, cells)

# --- Caveats of sections ------------------------------------------------------------------------------------


class NoteForm(RowForm):
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


def find_note(month: Month, key: str) -> Row:
    """Key: the section's."""
    if key not in sections(month):
        raise lost(month, f"section {key}")
    row = SectionNote.objects.of(month.period).filter(section=key).first()
    return note_of(month, row or SectionNote(period=month.period, section=key))


def note_of(month: Month, row: SectionNote) -> Row:
    assert month.tree.root is not None
    row.period = month.period
    return Row(NOTE, row.section, row, month.tree.root, f"Caveat of “{sections(month)[row.section].title}”")


def note_columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("section", "Section", Kind.TEXT, is_header=True),
        Column("caveat", "Caveat", Kind.TEXT),
        Column("as_at", "Figures as at", Kind.TEXT),
    )


def note_cells(month: Month, target: Row) -> Mapping[str, Cell]:
    row = target.row
    assert isinstance(row, SectionNote)
    return {
        "section": Cell(sections(month)[row.section].title),
        "caveat": Cell(row.caveat or None),
        "as_at": Cell(long_date(row.as_at) if row.as_at else None),
    }


NOTE = RowKind("note", "caveat", NoteForm, find_note, note_columns, note_cells, permission=Permission.RUN_MONTHS)
