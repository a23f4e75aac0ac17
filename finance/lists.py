"""Finance lines as a list: what it is narrowed by, and what is read of them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from core.blocks import Cell, Column, Kind
from finance.measures import LineKind
from finance.models import FinanceLinePosition
from programmes.editing.listing import Listing
from programmes.forms.listing import ListForm
from programmes.models import Period
from programmes.month import Month
from programmes.tree import Node


class FinanceLineListForm(ListForm):
    kind = forms.ChoiceField(required=False, choices=[("", "Any"), *LineKind.choices])
    field_order = ("q", "workstream", "kind", "only")

    @classmethod
    def narrow(cls, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        return rows.filter(kind=asked["kind"]) if asked.get("kind") else rows


def _lines(period: Period, _scope: Node) -> QuerySet[Any]:
    return FinanceLinePosition.objects.placed(period).live()


def _cells(_month: Month, row: FinanceLinePosition) -> dict[str, Cell]:
    return {
        "kind": Cell(row.get_kind_display()),
        "group": Cell(row.group or None),
        "comment": Cell(row.comment or None),
    }


LINES = Listing(
    "lines",
    FinanceLinePosition,
    FinanceLineListForm,
    _lines,
    {"title": "Name", "kind": "Kind", "ref": "Ref"},
    (
        Column("title", "Line", Kind.TEXT, is_header=True),
        Column("ref", "Ref", Kind.TEXT),
        Column("kind", "Kind", Kind.TEXT),
        Column("group", "Group", Kind.TEXT),
        Column("comment", "Comment", Kind.TEXT),
    ),
    _cells,
)
