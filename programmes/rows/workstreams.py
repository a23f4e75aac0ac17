"""Workstreams: their names, their leads and where they stand."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.roles import Permission
from core.blocks import Cell, Column, Kind
from programmes.actions.workstreams import write_workstream
from programmes.editing.refs import taken_or
from programmes.models import REF_LENGTH, Workstream, WorkstreamPosition
from programmes.models.named import named
from programmes.month import Month
from programmes.rows.base import MONTHLY, Row, RowForm, RowKind, lost, register, seen_node
from programmes.tree import Node


class WorkstreamForm(RowForm[WorkstreamPosition]):
    focus = "name"

    parent = forms.ChoiceField(label="Stands under")
    tier = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        help_text="A tier may be left out: it need only be deeper than that of what it stands under",
    )

    class Meta(RowForm.Meta):
        model = WorkstreamPosition
        fields = ("name", "lead", "sort", "tier")

    def prepare(self) -> None:
        self.fields["sort"].label = "Order"
        self.fields["sort"].help_text = "Lower numbers stand first among those under the same workstream"
        row, shaped = self.target.row, self.month.reach(Permission.SHAPE)
        # The programme stands under nothing, and nobody moves the top of what is theirs to shape.
        if row.parent_id is None or row.parent_id not in shaped:
            del self.fields["parent"], self.fields["tier"]
            return
        below = set() if self.target.is_new else {node.pk for node in self.target.node.walk()}
        deepest = len(self.month.scheme.tiers) - 1
        nodes = [n for n in self.month.tree.by_pk.values() if n.pk in shaped - below and n.tier < deepest]
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ChoiceField)
        parent.choices = [(node.ref, "\u2003" * node.tier + node.name) for node in nodes]
        self.initial.setdefault("parent", self.month.tree.by_pk[row.parent_id].ref)
        words = [(str(tier), of.word.capitalize()) for tier, of in enumerate(self.month.scheme.tiers) if tier]
        self.offer_tiers([("", "One below what it stands under"), *words])

    def offer_tiers(self, choices: list[tuple[str, str]]) -> None:
        tier = self.fields["tier"]
        assert isinstance(tier, forms.TypedChoiceField)
        tier.choices = choices
        self.order_fields(["name", "lead", "parent", "tier", "sort"])

    def clean(self) -> dict[str, Any]:
        """Everything has to stand deeper than what it stands under, and no deeper than the scheme's tiers."""
        said = super().clean() or self.cleaned_data
        if "parent" in said and "tier" in said:
            above = self.month.tree.by_ref[said["parent"]]
            here = said["tier"] or above.tier + 1
            if here <= above.tier:
                word = self.month.scheme.tiers[above.tier].word
                self.add_error("tier", f"{above.name} is a {word}: choose a tier below that, or leave it as one below.")
            elif here >= len(self.month.scheme.tiers):
                self.add_error("parent", "Nothing stands below that: it is of the lowest tier.")
            elif not self.target.is_new and {"parent", "tier"} & {*self.changed_data}:
                self._compare_below(here)
        return said

    def _compare_below(self, here: int) -> None:
        """What stands below it goes with it, one below each unless its own tier is stated."""
        rows = WorkstreamPosition.objects.of(self.month.period).filter(tier__isnull=False)
        stated = dict(rows.values_list("workstream", "tier"))
        tiers = {self.target.node.pk: here}
        for node in self.target.node.walk():
            for child in node.children:
                tiers[child.pk] = stated.get(child.pk) or tiers[node.pk] + 1
                if tiers[child.pk] <= tiers[node.pk]:
                    self.add_error("tier", f"{child.name}, which stands below it, is of that tier or a higher one.")
        if max(tiers.values()) >= len(self.month.scheme.tiers):
            self.add_error("parent", "What stands below it would stand deeper than this programme’s tiers.")

    def touches(self) -> frozenset[int]:
        under = self.cleaned_data.get("parent")
        return super().touches() | ({self.month.tree.by_ref[under].pk} if under else set())

    def values(self) -> dict[str, Any]:
        out = super().values()
        if "parent" in out:
            out["parent"] = Workstream(
                pk=self.month.tree.by_ref[out["parent"]].pk,
                programme=self.month.programme,
                ref=out["parent"],
            )
        return out


def find(month: Month, key: str) -> Row[WorkstreamPosition]:
    """Key: REF of one that is there; PARENT/new to add one under it, which proposes PARENT/REF."""
    under, _, ref = key.rpartition("/")
    if not under:
        there = WorkstreamPosition.objects.of(month.period).filter(workstream__ref=ref).select_related("workstream")
        row = there.first()
        if row is None or (row.parent_id if row.withdrawn else row.workstream_id) not in month.seen:
            raise lost(month, f"workstream {ref}")
        return of(month, row)
    parent = seen_node(month, under)
    if parent.tier + 1 >= len(month.scheme.tiers):
        raise lost(month, key)
    ref = taken_or(month.programme, Workstream, ref, _next_ref(month, parent.ref))
    workstream = Workstream(programme=month.programme, ref=ref)
    blank = WorkstreamPosition(
        period=month.period, workstream=workstream, parent_id=parent.pk, sort=len(parent.children) + 1
    )
    about = f"New {month.scheme.tiers[parent.tier + 1].word} {ref}"
    return Row(KIND, f"{parent.ref}/{ref}", blank, parent, about, f"{parent.ref}/new")


def of(month: Month, row: WorkstreamPosition) -> Row[WorkstreamPosition]:
    """One that is withdrawn is in no tree: it stands under what it stood under."""
    row.period = month.period
    node = month.tree.by_pk[row.parent_id if row.withdrawn and row.parent_id else row.workstream_id]
    return Row(KIND, row.workstream.ref, row, node, named(row))


def withdrawn_under(month: Month, node: Node) -> list[Row[WorkstreamPosition]]:
    """The workstreams withdrawn this month that stood under this one: they are in no list of live ones."""
    gone = WorkstreamPosition.objects.of(month.period).filter(withdrawn=True, parent=node.pk)
    return [of(month, row) for row in gone.select_related("workstream").order_by("workstream__ref")]


def _next_ref(month: Month, parent: str) -> str:
    """FIN-03 under FIN; W-03 under the programme."""
    stem = "W" if month.tree.root and parent == month.tree.root.ref else parent[: REF_LENGTH - len("-0000")]
    taken = set(month.programme.workstreams.filter(ref__startswith=stem).values_list("ref", flat=True))
    return next(ref for n in range(1, len(taken) + 2) if (ref := f"{stem}-{n:02}") not in taken)


def columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("name", "Workstream", Kind.TEXT, is_header=True),
        Column("lead", "Lead (post)", Kind.TEXT),
        Column("tier", "Tier", Kind.TEXT),
    )


def cells(month: Month, target: Row[WorkstreamPosition]) -> Mapping[str, Cell]:
    row, node = target.row, target.node
    tier = row.tier or node.tier + (node.pk != row.workstream_id)  # one that is new or withdrawn is read by its parent
    word = month.scheme.tiers[tier].word.capitalize()
    return {"name": Cell(f"{row.name} ({row.workstream.ref})"), "lead": Cell(row.lead or None), "tier": Cell(word)}


KIND = register(
    RowKind(
        "workstream",
        "workstream",
        WorkstreamPosition,
        WorkstreamForm,
        find,
        of,
        columns,
        cells,
        stays=MONTHLY,
        acts=("withdraw",),
        save=write_workstream,
    )
)
