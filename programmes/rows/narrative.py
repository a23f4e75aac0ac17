"""Narrative, by the kinds of the scheme."""

import re
from collections.abc import Iterable, Mapping
from functools import partial

from django import forms
from django.db.models import Max
from django.utils.html import format_html

from core.blocks import Cell, Column, Kind
from core.fields import StatedDateField
from programmes.editing.lines import Lines, lines
from programmes.editing.parts import Places, added, begun, unsaved
from programmes.models import Narrative
from programmes.models.stated_dates import date_stated
from programmes.month import Month
from programmes.rows.base import Held, Row, RowForm, RowKind, lost, register, seen_node
from programmes.rows.part import Part
from programmes.scheme import NarrativeKind
from programmes.tree import Node

LEVELS = [("1", "Of its own"), ("2", "Under the one before it")]


class NarrativeForm(RowForm[Narrative]):
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


def kind_of(month: Month, target: Row[Narrative]) -> NarrativeKind:
    return month.scheme.narrative[target.row.kind]


def find(month: Month, key: str) -> Row[Narrative]:
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


def of(month: Month, row: Narrative) -> Row[Narrative]:
    node = month.tree.by_pk[row.workstream_id]
    row.period = month.period
    label = month.scheme.narrative[row.kind].label
    about = f"{label} {row.seq} of {node.name} ({node.ref})"
    return Row(KIND, f"{node.ref}/{row.kind}/{row.seq}", row, node, about, f"{node.ref}/{row.kind}/new")


def columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("kind", "Kind", Kind.TEXT, is_header=True),
        Column("text", "What is said", Kind.TEXT),
        Column("second", "And", Kind.TEXT),
    )


def cells(month: Month, target: Row[Narrative]) -> Mapping[str, Cell]:
    row, kind = target.row, kind_of(month, target)
    place = f"{kind.label}, {target.node.name}"
    text = ": ".join(filter(None, [row.heading, date_stated(row, "on"), row.text]))
    second = row.second or kind.second_blank
    return {
        "kind": Cell(place),
        "text": Cell(text or None),
        "second": Cell(f"{kind.second}: {second}" if kind.second and second else None),
    }


# --- In a return --------------------------------------------------------------------------------------------


def parts(held: Held) -> Iterable[Part]:
    """One part: every entry of narrative of this unit, by kind."""
    month, nodes = held.month, held.nodes
    kinds, order = list(month.scheme.narrative), {node.pk: n for n, node in enumerate(nodes)}
    said = [row for row in held.rows(KIND) if row.kind in kinds]
    rows = sorted(said, key=lambda row: (kinds.index(row.kind), order[row.workstream_id], row.seq))
    targets = [of(month, row) for row in rows]
    add = added(held, KIND, _places(month, nodes))
    yield Part(
        "narrative",
        "Narrative",
        ("narrative",),
        "1 entry" if len(rows) == 1 else f"{len(rows)} entries",
        not rows,
        unsaved(month, [*targets, *begun(held, KIND, add, partial(_blank, month))]),
        (),
        partial(_lines, month, add, targets),
    )


def _lines(month: Month, add: Places, rows: list[Row[Narrative]]) -> tuple[Lines, ...]:
    return (lines(month, KIND, rows, "What is said this month", add=add),)


def _places(month: Month, nodes: list[Node]) -> Places:
    return [
        (f"{node.ref}/{code}/new", _to_add(month, code, node, nodes))
        for code in month.scheme.narrative
        for node in nodes
    ]


def _blank(month: Month, key: str) -> Narrative:
    _, kind, _ = key.rsplit("/", 2)
    return Narrative(period=month.period, kind=kind)


def _to_add(month: Month, code: str, node: Node, nodes: list[Node]) -> str:
    kind = month.scheme.narrative[code].label
    return f"Add: {kind.lower()}" if len(nodes) == 1 else f"Add: {kind.lower()}, {node.name}"


KIND = register(RowKind("narrative", "entry", Narrative, NarrativeForm, find, of, columns, cells, part=parts))
