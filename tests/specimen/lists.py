"""Hazards as a list: what it is narrowed by, what is read of them, what changes in many at once."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from core.blocks import Cell, Column, Kind
from programmes.editing.listing import Listing
from programmes.forms.bulk import ChangeForm
from programmes.forms.listing import NONE, ListForm
from programmes.models import Period
from programmes.month import Month
from programmes.tree import Node
from tests.specimen.models import HazardPosition
from tests.specimen.scheme import responses


class HazardListForm(ListForm):
    response = forms.ChoiceField(required=False)
    at_least = forms.IntegerField(label="Score of at least", required=False, min_value=1, max_value=25)
    field_order = ("q", "workstream", "response", "at_least", "only")

    def prepare(self) -> None:
        self.offer("response", [("", "Any"), *offered(self.month), (NONE, "No response")])

    @classmethod
    def narrow(cls, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        if asked.get("response"):
            rows = rows.filter(response="" if asked["response"] == NONE else asked["response"])
        if asked.get("at_least"):
            rows = rows.filter(score__gte=asked["at_least"])
        return rows


class HazardsForm(ChangeForm):
    response = forms.ChoiceField(required=False)

    def prepare(self) -> None:
        self.offer("response", [*offered(self.month), (NONE, "No response")])


def offered(month: Month) -> list[tuple[str, str]]:
    return [(each.code, each.label) for each in responses(month.scheme).values()]


def _hazards(period: Period, _scope: Node) -> QuerySet[Any]:
    return HazardPosition.objects.placed(period).live()


def _cells(month: Month, row: HazardPosition) -> dict[str, Cell]:
    response = responses(month.scheme).get(row.response)
    return {"score": Cell(row.score), "response": Cell(response.label if response else None)}


HAZARDS = Listing(
    "hazards",
    HazardPosition,
    HazardListForm,
    _hazards,
    {"title": "Title", "score": "Score", "ref": "Ref"},
    (
        Column("title", "Hazard", Kind.TEXT, is_header=True),
        Column("ref", "Ref", Kind.TEXT),
        Column("score", "Score", Kind.COUNT),
        Column("response", "Response", Kind.TEXT),
    ),
    _cells,
    HazardsForm,
)
