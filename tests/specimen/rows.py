"""Hazards and sightings: how each is found, asked for and shown, and the part of a return that asks for them."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db.models import Max

from core.blocks import Cell, Column, Kind
from core.words import how_many
from programmes.actions.positions import write_position
from programmes.editing.lines import Lines, lines
from programmes.editing.parts import about, added, begun, not_looked_at, unsaved
from programmes.editing.refs import next_ref, taken_or
from programmes.models.named import named
from programmes.month import Month
from programmes.rows import Held, Row, RowForm, RowKind, register
from programmes.rows.base import MONTHLY, lost, seen_node
from programmes.rows.part import Part
from programmes.tree import Node
from tests.specimen.lists import HAZARDS, offered
from tests.specimen.models import Hazard, HazardPosition, Sighting
from tests.specimen.scheme import RULES, responses

# --- What is asked ------------------------------------------------------------------------------------------


class HazardForm(RowForm[HazardPosition]):
    focus = "title"

    class Meta(RowForm.Meta):
        model = HazardPosition
        fields = ("title", "likelihood", "impact", "response")

    def prepare(self) -> None:
        self.offer("response", [("", "No response"), *offered(self.month)])


class SightingForm(RowForm[Sighting]):
    focus = "text"

    class Meta(RowForm.Meta):
        model = Sighting
        fields = ("text",)


# --- How one is found ---------------------------------------------------------------------------------------


def find_hazard(month: Month, key: str) -> Row[HazardPosition]:
    """Key: REF of one that is there; WORKSTREAM/new to add one, which proposes WORKSTREAM/REF."""
    under, _, ref = key.rpartition("/")
    if not under:
        row = HazardPosition.objects.reported(month.period).filter(hazard__ref=ref).first()
        if row is None or row.workstream_id not in month.seen:
            raise lost(month, f"hazard {ref}")
        return hazard_of(month, row)
    node = seen_node(month, under)
    ref = taken_or(month.programme, Hazard, ref, next_ref(month.programme, Hazard))
    blank = HazardPosition(
        period=month.period, hazard=Hazard(programme=month.programme, ref=ref), workstream_id=node.pk
    )
    return Row(HAZARD, f"{node.ref}/{ref}", blank, node, f"New hazard {ref} of {node.name}", f"{node.ref}/new")


def hazard_of(month: Month, row: HazardPosition) -> Row[HazardPosition]:
    row.period = month.period
    return Row(HAZARD, row.hazard.ref, row, month.tree.by_pk[row.workstream_id], named(row))


def find_sighting(month: Month, key: str) -> Row[Sighting]:
    """Key: HAZARD/NUMBER; HAZARD/new to add one, which proposes the next number."""
    ref, _, last = key.rpartition("/")
    hazard = find_hazard(month, ref)
    if hazard.is_new or not re.fullmatch("new|[1-9][0-9]{0,8}", last):
        raise lost(month, key)
    said = Sighting.objects.of(month.period).filter(hazard=hazard.row.hazard)
    following = (said.aggregate(last=Max("seq"))["last"] or 0) + 1
    seq = following if last == "new" else min(int(last), following)
    row = said.filter(seq=seq).first() or Sighting(period=month.period, seq=seq)
    row.hazard = hazard.row.hazard
    return _sighting_at(month, row, hazard.node)


def sighting_of(month: Month, row: Sighting) -> Row[Sighting]:
    return _sighting_at(month, row, month.tree.by_pk[getattr(row, "in_workstream")])  # noqa: B009 -- annotated


def _sighting_at(month: Month, row: Sighting, node: Node) -> Row[Sighting]:
    row.period = month.period
    ref = row.hazard.ref
    return Row(SIGHTING, f"{ref}/{row.seq}", row, node, f"Sighting {row.seq} of {ref}", f"{ref}/new")


# --- How one is shown ---------------------------------------------------------------------------------------


def hazard_columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("title", "Hazard", Kind.TEXT, is_header=True),
        Column("score", "Score", Kind.COUNT),
        Column("response", "Response", Kind.TEXT),
    )


def hazard_cells(month: Month, target: Row[HazardPosition]) -> Mapping[str, Cell]:
    row = target.row
    response = responses(month.scheme).get(row.response)
    return {
        "title": Cell(f"{row.title} ({row.hazard.ref})"),
        "score": Cell(row.score),
        "response": Cell(response.label if response else None),
    }


def sighting_columns(_month: Month) -> tuple[Column, ...]:
    return (Column("hazard", "Hazard", Kind.TEXT, is_header=True), Column("text", "What was seen", Kind.TEXT))


def sighting_cells(_month: Month, target: Row[Sighting]) -> Mapping[str, Cell]:
    return {"hazard": Cell(target.row.hazard.ref), "text": Cell(target.row.text)}


# --- In a return --------------------------------------------------------------------------------------------


def parts(held: Held) -> Iterable[Part]:
    """One part: the hazards of this unit and what was seen of them."""
    month, rules = held.month, RULES.of(held.month.scheme)
    assert rules is not None  # a kind that `needs` them is asked for where they are
    hazards = [hazard_of(month, row) for row in held.rows(HAZARD)]
    sightings = [sighting_of(month, row) for row in held.rows(SIGHTING)]
    live = [each for each in hazards if not each.is_withdrawn]
    new_hazards = added(held, HAZARD, [(f"{node.ref}/new", f"Add a hazard to {node.name}") for node in held.nodes])
    new_sightings = added(held, SIGHTING, [(f"{each.key}/new", f"Say what was seen of {each.key}") for each in live])
    typed: list[Row[Any]] = [
        *hazards,
        *sightings,
        *begun(held, HAZARD, new_hazards, lambda _: HazardPosition(period=month.period)),
        *begun(held, SIGHTING, new_sightings, lambda _: Sighting(period=month.period)),
    ]
    unanswered = [each for each in live if each.row.score >= rules.answer_from and not each.row.response]
    yield Part(
        "hazards",
        "Hazards",
        (HAZARD.code, SIGHTING.code),
        how_many(len(live), "hazard"),
        not live,
        (
            *(about(month, each, f"{each.about} is high: say what is done about it.") for each in unanswered),
            *unsaved(month, typed),
        ),
        not_looked_at(held, "hazards", live),
        partial(_lines, month, hazards, sightings, new_hazards, new_sightings),
    )


def _lines(
    month: Month,
    hazards: list[Row[HazardPosition]],
    sightings: list[Row[Sighting]],
    new_hazards: list[tuple[str, str]],
    new_sightings: list[tuple[str, str]],
) -> tuple[Lines, ...]:
    return (
        lines(month, HAZARD, hazards, "Hazards", add=new_hazards),
        lines(month, SIGHTING, sightings, "What was seen", add=new_sightings),
    )


HAZARD = register(
    RowKind(
        "hazard",
        "hazard",
        HazardPosition,
        HazardForm,
        find_hazard,
        hazard_of,
        hazard_columns,
        hazard_cells,
        stays=MONTHLY,
        acts=("move", "withdraw"),
        save=write_position,
        part=parts,
        needs=RULES.of,
        listing=HAZARDS,
    )
)
SIGHTING = register(
    RowKind(
        "sighting",
        "sighting",
        Sighting,
        SightingForm,
        find_sighting,
        sighting_of,
        sighting_columns,
        sighting_cells,
        part=parts,
        needs=RULES.of,
    )
)
