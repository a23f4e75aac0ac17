"""Ratings: one of each dimension that a workstream's tier is rated on."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.html import format_html

from core.blocks import Cell, Column, Kind
from core.fields import StatedDateField
from core.lookups import one_of
from programmes import figures
from programmes.actions.ratings import write_rating
from programmes.editing.lines import Lines, lines
from programmes.editing.parts import about, unsaved
from programmes.models import Rating
from programmes.models.stated_dates import by_when
from programmes.month import Month
from programmes.rows.base import Row, RowForm, RowKind, lost, register, seen_node
from programmes.rows.part import Part, Point
from programmes.scheme import Dimension, Scale
from programmes.tree import Node


class RatingForm(RowForm[Rating]):
    focus = "level"

    level = forms.ChoiceField(widget=forms.RadioSelect, error_messages={"required": "Choose a rating."})
    green_by = StatedDateField(required=False, label="Green by")

    class Meta(RowForm.Meta):
        model = Rating
        fields = ("level", "reason", "direction", "path_to_green", "path_owner")

    def prepare(self) -> None:
        self.scale = scale_of(self.month, self.target)
        row = self.target.row
        self.past = figures.past_levels(self.month).get(
            (row.workstream_id, row.dimension), ""
        )  # "" where it was not rated
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        level.choices = [(g.code, f"{g.level.glyph} {g.level.word}: {g.meaning}") for g in self.scale.grades]
        level.label = dimension_of(self.month, self.target).label
        past = figures.meant(self.month.past, self.target.node, row.dimension, self.past)
        self.past_word = past.word if past else self.past
        if past:
            level.help_text = format_html("Last month: {}.", past.word)
        self.fields["reason"].help_text = "Needed where the rating is not the best, and where it has moved."
        self.fields["path_to_green"].help_text = "What will be done to get back on course"
        self.order_fields(["level", "reason", "direction", "path_to_green", "path_owner", "green_by"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        level = said.get("level")
        has_reason = said.get("reason") or "reason" in self.errors
        if level and not has_reason and to_explain(self.scale, level, self.past):
            is_off = f"Say why it is {self.scale.levels[level].word.lower()}."
            has_moved = f"Say why it has moved: last month it was {self.past_word.lower()}."
            self.add_error("reason", has_moved if level in self.scale.best else is_off)
        return said


def to_explain(scale: Scale, level: str, past: str) -> str:
    """What about a rating asks for its reason, in words that follow its name; "" where nothing does.

    `past` is what it was last month, "" where it was not rated.
    """
    if past and level != past:
        return "has moved"
    return "" if level in scale.best else "is not the best"


def dimension_of(month: Month, target: Row[Rating]) -> Dimension:
    return month.scheme.dimensions[target.row.dimension]


def scale_of(month: Month, target: Row[Rating]) -> Scale:
    return dimension_of(month, target).scales[target.node.tier]


def find(month: Month, key: str) -> Row[Rating]:
    """Key: REF/DIMENSION."""
    ref, _, code = key.rpartition("/")
    node = seen_node(month, ref)
    dimension = month.scheme.dimensions.get(code)
    if dimension is None or node.tier not in dimension.scales:
        raise lost(month, key)
    there = Rating.objects.of(month.period).filter(workstream=node.pk, dimension=code).select_related("workstream")
    row = there.first() or Rating(period=month.period, workstream_id=node.pk, dimension=code)
    return of(month, row)


def of(month: Month, row: Rating) -> Row[Rating]:
    node = month.tree.by_pk[row.workstream_id]
    label = month.scheme.dimensions[row.dimension].label
    row.period = month.period
    return Row(KIND, f"{node.ref}/{row.dimension}", row, node, f"{label} rating of {node.name} ({node.ref})")


def columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("dimension", "Rating", Kind.TEXT, is_header=True),
        Column("last", "Last month", Kind.RATING, is_past=True),
        Column("level", "This month", Kind.RATING),
        Column("reason", "Reason", Kind.TEXT),
        Column("path", "Path to green", Kind.TEXT),
    )


def cells(month: Month, target: Row[Rating]) -> Mapping[str, Cell]:
    row = target.row
    scale = scale_of(month, target)
    was = figures.past_levels(month).get((row.workstream_id, row.dimension), "")
    path = [row.path_to_green, row.path_owner, by_when(row, "green_by")]
    return {
        "dimension": Cell(f"{dimension_of(month, target).label}, {target.node.name}"),
        "last": Cell.rated(figures.meant(month.past, target.node, row.dimension, was)),
        "level": Cell.rated(scale.levels.get(row.level)),
        "reason": Cell(row.reason or None),
        "path": Cell(", ".join(filter(None, path)) or None),
    }


# --- In a return --------------------------------------------------------------------------------------------


def parts(month: Month, unit: Node) -> Iterable[Part]:
    """A part for each task of the scheme's dimensions: the ratings that are asked of this unit."""
    nodes = month.in_return(unit)
    given = {
        (row.workstream_id, row.dimension): row
        for row in Rating.objects.of(month.period).filter(one_of("workstream", [node.pk for node in nodes]))
    }
    titles = dict.fromkeys(d.task for d in month.scheme.dimensions.values())
    for title in titles:
        asked = [
            (node, dimension.code)
            for node in nodes
            for dimension in month.scheme.dimensions.values()
            if dimension.task == title and node.tier in dimension.scales
        ]
        if not asked:
            continue
        rows = [
            given.get((node.pk, code)) or Rating(period=month.period, workstream_id=node.pk, dimension=code)
            for node, code in asked
        ]
        targets = [of(month, row) for row in rows]
        missing, look = _wanting(month, targets)
        yield Part(
            title.lower().replace(" ", "-"),
            title,
            ("rating",),
            f"{sum(1 for row in rows if row.pk)} of {len(rows)} given",
            False,
            (*missing, *unsaved(month, targets)),
            tuple(look),
            partial(_lines, month, targets, f"{title} in {month.period.name}"),
        )


def _lines(month: Month, targets: list[Row[Rating]], caption: str) -> tuple[Lines, ...]:
    return (lines(month, KIND, targets, caption),)


def _wanting(month: Month, targets: Iterable[Row[Rating]]) -> tuple[list[Point], list[Point]]:
    missing, look = [], []
    for target in targets:
        row = target.row
        scale = scale_of(month, target)
        if target.is_new:
            missing.append(about(month, target, f"{target.about} is not given."))
            continue
        past = figures.past_levels(month).get((row.workstream_id, row.dimension), "")
        if not row.reason and (how := to_explain(scale, row.level, past)):
            missing.append(about(month, target, f"{target.about} {how} and gives no reason."))
        if row.level not in scale.best and (lack := _lack_of_path(row)):
            look.append(about(month, target, f"{target.about} has {lack}."))
    return missing, look


def _lack_of_path(row: Rating) -> str:
    """What a rating off course lacks of its path to green; "" where that says what, who and when."""
    if not row.path_to_green:
        return "no path to green"
    lacks = [] if row.path_owner else ["names nobody"]
    lacks += [] if row.green_by_earliest or row.green_by_latest else ["has no date"]
    return f"a path to green that {' and '.join(lacks)}" if lacks else ""


KIND = register(
    RowKind("rating", "rating", Rating, RatingForm, find, of, columns, cells, save=write_rating, part=parts)
)
