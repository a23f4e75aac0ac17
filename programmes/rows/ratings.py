"""Ratings: one of each dimension that a workstream's tier is rated on."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import capfirst

from core.blocks import Cell, Column, Kind, Level
from core.fields import StatedDateField
from programmes import figures
from programmes.actions.ratings import write_rating
from programmes.editing.lines import Lines, lines
from programmes.editing.parts import about, unsaved
from programmes.models import Rating
from programmes.models.stated_dates import by_when
from programmes.month import Month
from programmes.rows.base import Held, Row, RowForm, RowKind, lost, register, seen_node
from programmes.rows.part import Part, Point
from programmes.scheme import Dimension, Scale
from programmes.tree import Node

type Said = Mapping[tuple[int, int, str], Rating]  # by the keys of the period and the workstream, and the dimension


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
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        level.choices = [(g.code, f"{g.level.glyph} {g.level.word}: {g.meaning}") for g in self.scale.grades]
        level.label = dimension_of(self.month, self.target).label
        past = _past(self.month, self.target)
        self.past_word = past.word if past else row.was
        if past:
            level.help_text = format_html("{}: {}.", capfirst(self.month.period.last), past.word)
        self.fields["reason"].help_text = "Needed where the rating is worse than the best, and where it has moved."
        self.fields["path_to_green"].help_text = "What will be done to get back on course"
        self.order_fields(["level", "reason", "direction", "path_to_green", "path_owner", "green_by"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        level = said.get("level")
        has_reason = said.get("reason") or "reason" in self.errors
        if level and not has_reason and to_explain(self.scale, level, self.target.row.was):
            is_off = f"Say why it is {self.scale.levels[level].word.lower()}."
            has_moved = f"Say why it has moved: {self.month.period.last} it was {self.past_word.lower()}."
            self.add_error("reason", is_off if self.scale.is_off(level) else has_moved)
        return said


def to_explain(scale: Scale, level: str, past: str) -> str:
    """What about a rating asks for its reason, in words that follow its name; "" where nothing does.

    `past` is what it was last period, "" where it was not rated.
    """
    if past and level != past:
        return "has moved"
    return "is not the best" if scale.is_off(level) else ""


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
    said = Rating.objects.reported(month.period).filter(workstream=node.pk, dimension=code)
    return _beside_the_last(month, node, code, _by_place(said))


def _by_place(rows: Iterable[Rating]) -> Said:
    return {(row.period_id, row.workstream_id, row.dimension): row for row in rows}


def _beside_the_last(month: Month, node: Node, code: str, said: Said) -> Row[Rating]:
    """The rating of a dimension, blank where it is not given, with what it was last month."""
    there = said.get((month.period.pk, node.pk, code))
    past = said.get((month.past.pk, node.pk, code)) if month.past else None
    row = there or Rating(period=month.period, workstream_id=node.pk, dimension=code)
    row.was = past.level if past else ""
    return of(month, row)


def of(month: Month, row: Rating) -> Row[Rating]:
    node = month.tree.by_pk[row.workstream_id]
    label = month.scheme.dimensions[row.dimension].label
    row.period = month.period
    return Row(KIND, f"{node.ref}/{row.dimension}", row, node, f"{label} rating of {node.name} ({node.ref})")


def columns(month: Month) -> tuple[Column, ...]:
    return (
        Column("dimension", "Rating", Kind.TEXT, is_header=True),
        Column("last", capfirst(month.period.last), Kind.RATING, is_past=True),
        Column("level", "This month", Kind.RATING),
        Column("reason", "Reason", Kind.TEXT),
        Column("path", "Path to green", Kind.TEXT),
    )


def cells(month: Month, target: Row[Rating]) -> Mapping[str, Cell]:
    row = target.row
    scale = scale_of(month, target)
    path = [row.path_to_green, row.path_owner, by_when(row, "green_by")]
    return {
        "dimension": Cell(f"{dimension_of(month, target).label}, {target.node.name}"),
        "last": Cell.rated(_past(month, target)),
        "level": Cell.rated(scale.levels.get(row.level)),
        "reason": Cell(row.reason or None),
        "path": Cell(", ".join(filter(None, path)) or None),
    }


def _past(month: Month, target: Row[Rating]) -> Level | None:
    return figures.meant(month.past, target.node, target.row.dimension, target.row.was)


# --- In a return --------------------------------------------------------------------------------------------


def parts(held: Held) -> Iterable[Part]:
    """A part for each task of the scheme's dimensions: the ratings that are asked of this unit."""
    month, nodes = held.month, held.nodes
    said = _by_place(held.rows(KIND))
    titles = dict.fromkeys(d.task for d in month.scheme.dimensions.values())
    for title in titles:
        targets = [
            _beside_the_last(month, node, dimension.code, said)
            for node in nodes
            for dimension in month.scheme.dimensions.values()
            if dimension.task == title and node.tier in dimension.scales
        ]
        if not targets:
            continue
        missing, look = _wanting(month, targets)
        yield Part(
            title.lower().replace(" ", "-"),
            title,
            ("rating",),
            f"{sum(not each.is_new for each in targets)} of {len(targets)} given",
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
        if not row.reason and (how := to_explain(scale, row.level, row.was)):
            missing.append(about(month, target, f"{target.about} {how} and gives no reason."))
        if scale.is_off(row.level) and (lack := _lack_of_path(row)):
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
