"""Ratings: one of each dimension that a workstream's tier is rated on."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html

from core.blocks import Cell, Column, Kind
from core.fields import StatedDateField
from programmes import figures
from programmes.actions.ratings import save_rating
from programmes.models import Rating
from programmes.models.stated_dates import date_stated
from programmes.month import Month
from programmes.rows.base import Row, RowForm, RowKind, lost, seen_node
from programmes.scheme import Dimension, Scale


class RatingForm(RowForm):
    focus = "level"

    level = forms.ChoiceField(widget=forms.RadioSelect, error_messages={"required": "Choose a rating."})
    green_by = StatedDateField(required=False, label="Green by")

    class Meta(RowForm.Meta):
        model = Rating
        fields = ("level", "reason", "direction", "path_to_green", "path_owner")

    def prepare(self) -> None:
        self.scale = scale_of(self.month, self.target)
        row = self.target.row
        assert isinstance(row, Rating)
        self.past = figures.past_levels(self.month).get(
            (row.workstream_id, row.dimension), ""
        )  # "" where it was not rated
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        level.choices = [(g.code, f"{g.level.glyph} {g.level.word}: {g.meaning}") for g in self.scale.grades]
        level.label = dimension_of(self.month, self.target).label
        if self.past in self.scale.levels:
            level.help_text = format_html("Last month: {}.", self.scale.levels[self.past].word)
        self.fields["reason"].help_text = "Needed where the rating is not the best, and where it has moved."
        self.fields["path_to_green"].help_text = "What will be done to get back on course"
        self.order_fields(["level", "reason", "direction", "path_to_green", "path_owner", "green_by"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        level = said.get("level")
        has_reason = said.get("reason") or "reason" in self.errors
        if level and not has_reason and to_explain(self.scale, level, self.past):
            was = self.scale.levels[self.past].word.lower() if self.past in self.scale.levels else self.past
            is_off = f"Say why it is {self.scale.levels[level].word.lower()}."
            has_moved = f"Say why it has moved: last month it was {was}."
            self.add_error("reason", has_moved if level in self.scale.best else is_off)
        return said


def to_explain(scale: Scale, level: str, past: str) -> str:
    """What about a rating asks for its reason, in words that follow its name; "" where nothing does.

    `past` is what it was last month, "" where it was not rated.
    """
    if past and level != past:
        return "has moved"
    return "" if level in scale.best else "is not the best"


def dimension_of(month: Month, target: Row) -> Dimension:
    assert isinstance(target.row, Rating)
    return month.scheme.dimensions[target.row.dimension]


def scale_of(month: Month, target: Row) -> Scale:
    return dimension_of(month, target).scales[target.node.tier]


def find(month: Month, key: str) -> Row:
    """Key: REF/DIMENSION."""
    ref, _, code = key.rpartition("/")
    node = seen_node(month, ref)
    dimension = month.scheme.dimensions.get(code)
    if dimension is None or node.tier not in dimension.scales:
        raise lost(month, key)
    there = Rating.objects.of(month.period).filter(workstream=node.pk, dimension=code).select_related("workstream")
    row = there.first() or Rating(period=month.period, workstream_id=node.pk, dimension=code)
    return of(month, row)


def of(month: Month, row: Rating) -> Row:
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


def cells(month: Month, target: Row) -> Mapping[str, Cell]:
    row = target.row
    assert isinstance(row, Rating)
    scale = scale_of(month, target)
    path = [row.path_to_green, row.path_owner, f"by {date_stated(row, 'green_by')}" if row.green_by_latest else ""]
    return {
        "dimension": Cell(f"{dimension_of(month, target).label}, {target.node.name}"),
        "last": Cell.rated(scale.levels.get(figures.past_levels(month).get((row.workstream_id, row.dimension), ""))),
        "level": Cell.rated(scale.levels.get(row.level)),
        "reason": Cell(row.reason or None),
        "path": Cell(", ".join(filter(None, path)) or None),
    }


KIND = RowKind("rating", "rating", RatingForm, find, columns, cells, save=save_rating)
