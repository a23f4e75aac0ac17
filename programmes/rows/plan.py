"""Products and milestones."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

from django import forms

from accounts.roles import Permission
from core.blocks import Cell, Column, Kind
from core.fields import DayField, StatedDateField
from core.words import how_many
from programmes import figures
from programmes.actions.plan import write_product
from programmes.actions.positions import write_position
from programmes.editing.lines import Lines, lines
from programmes.editing.parts import Places, added, begun, not_looked_at, unsaved
from programmes.editing.refs import next_ref, taken_or
from programmes.models import Milestone, MilestonePosition, Product, ProductPosition
from programmes.models.named import named
from programmes.models.stated_dates import date_stated
from programmes.month import Month
from programmes.rows.base import MONTHLY, Held, Row, RowForm, RowKind, lost, register, seen_node
from programmes.rows.part import Part
from programmes.rows.plan_lists import MILESTONES, PRODUCTS, check_delivery, kept, offer_tranches

OF_OTHERS = "A product of a workstream that you do not see"
UNKNOWN = [("", "Not yet assessed"), ("yes", "Yes"), ("no", "No")]


class PlanForm[M: (ProductPosition, MilestonePosition)](RowForm[M]):
    """What products and milestones share: a status of the scheme, and a baseline that is the PMO's once it is set."""

    focus = "title"
    baseline_field: ClassVar[str]

    def prepare(self) -> None:
        self.offer("status", [("", "No status given"), *_statuses(self.month)])
        baseline, stated = self.fields[self.baseline_field], date_stated(self.target.row, self.baseline_field)
        if stated and not self.month.may_for_all(Permission.RUN_MONTHS):
            self.initial[self.baseline_field] = stated  # whatever a draft says
            baseline.disabled = True
            baseline.help_text = "Set. Only the programme’s PMO changes a baseline."


def _statuses(month: Month) -> list[tuple[str, str]]:
    return [(code, level.word) for code, level in month.scheme.delivery.levels.items()]


class ProductForm(PlanForm[ProductPosition]):
    baseline_field = "due_baseline"

    due_baseline = StatedDateField(required=False, label="Due, baseline")
    due_forecast = StatedDateField(required=False, label="Due, forecast")
    parent = forms.ChoiceField(
        label="Part of",
        required=False,
        help_text="Where it is a part of another product. That one cannot be withdrawn while this stands under it.",
        error_messages={
            "invalid_choice": "Choose one of these: it is no live product of yours, or is a part of this one itself."
        },
    )
    legal_advice = forms.TypedChoiceField(
        label="Legal advice needed",
        choices=UNKNOWN,
        required=False,
        coerce=lambda said: said == "yes",
        empty_value=None,
    )

    class Meta(RowForm.Meta):
        model = ProductPosition
        fields = ("title", "status", "tranche", "owner", "critical", "decision_body", "decision_on", "legal_advice")

    def prepare(self) -> None:
        super().prepare()
        offer_tranches(self, [("", "No tranche")])
        parent, row = self.fields["parent"], self.target.row
        assert isinstance(parent, forms.ChoiceField)
        parent.choices = self.parents  # called where they are asked for: of many rows at once nobody reads them
        held = figures.plan(self.month).get(row.parent_id) if row.parent_id else None
        self.initial.setdefault("parent", held.ref if held else "")
        advice = self.initial.get("legal_advice")
        if not isinstance(advice, str):
            self.initial["legal_advice"] = {None: "", True: "yes", False: "no"}[advice]
        first = ["title", "status", "due_forecast", "due_baseline", "tranche", "parent", "owner", "critical"]
        self.order_fields(first)

    def parents(self) -> list[tuple[str, Any]]:
        """What it may be a part of, by workstream: the live products of this person, and what it is a part of now."""
        month, row = self.month, self.target.row
        own = figures.planned_under(month, row.product_id)
        found = {
            key: each
            for key, each in figures.plan(month).items()
            if key == row.parent_id or (key not in own and not each.withdrawn and each.workstream in month.reported)
        }
        unseen = [(each.ref, OF_OTHERS) for each in found.values() if each.workstream not in month.seen]
        groups: list[tuple[str, Any]] = [("", "Not a part of another product"), *unseen]
        for node in month.tree.by_pk.values():
            if node.pk in month.seen:
                here = [(each.ref, str(each)) for each in found.values() if each.workstream == node.pk]
                groups += [(node.name, here)] if here else []
        return groups

    def values(self) -> dict[str, Any]:
        said = super().values()
        ref = said.pop("parent")
        products = figures.plan(self.month).items() if ref else ()
        said["parent_id"] = next((key for key, each in products if each.ref == ref), None)
        return said


class MilestoneForm(PlanForm[MilestonePosition]):
    baseline_field = "baseline"

    baseline = StatedDateField(required=False, label="Baseline date")
    forecast = StatedDateField(required=False, label="Forecast date")
    delivered_on = DayField(required=False, label="Delivered on")

    class Meta(RowForm.Meta):
        model = MilestonePosition
        fields = ("title", "status", "delivered_on", "status_text")

    def prepare(self) -> None:
        super().prepare()
        self.fields["status_text"].label = "Note on the status"
        self.order_fields(["title", "status", "delivered_on", "forecast", "baseline", "status_text"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        check_delivery(self, self.month, said.get("status", ""), said.get("delivered_on"))
        return said


# --- Finding ------------------------------------------------------------------------------------------------


def find_product(month: Month, key: str) -> Row[ProductPosition]:
    """Key: REF of one that is there; WORKSTREAM/new to add one, which proposes WORKSTREAM/REF.

    A ref that was proposed and is not taken gives way to the next: nobody chooses one by an address.
    """
    under, _, ref = key.rpartition("/")
    if not under:
        row = ProductPosition.objects.reported(month.period).filter(product__ref=ref).first()
        if row is None or row.workstream_id not in month.seen:
            raise lost(month, f"product {ref}")
        return product_of(month, row)
    node = seen_node(month, under)
    ref = taken_or(month.programme, Product, ref, next_ref(month.programme, Product))
    product = Product(programme=month.programme, ref=ref)
    blank = ProductPosition(period=month.period, product=product, workstream_id=node.pk)
    return Row(PRODUCT, f"{node.ref}/{ref}", blank, node, f"New product {ref} of {node.name}", f"{node.ref}/new")


def product_of(month: Month, row: ProductPosition) -> Row[ProductPosition]:
    row.period = month.period
    node = month.tree.by_pk[row.workstream_id]
    return Row(PRODUCT, row.product.ref, row, node, named(row))


def find_milestone(month: Month, key: str) -> Row[MilestonePosition]:
    """Key: REF of one that is there; product/REF/new or workstream/REF/new to add one under that."""
    under, _, ref = key.rpartition("/")
    if not under:
        row = MilestonePosition.objects.reported(month.period).filter(milestone__ref=ref).first()
        if row is None or getattr(row, "in_workstream", None) not in month.seen:
            raise lost(month, f"milestone {ref}")
        return milestone_of(month, row)
    kind, _, owner = under.partition("/")
    ref = taken_or(month.programme, Milestone, ref, next_ref(month.programme, Milestone))
    blank = MilestonePosition(period=month.period, milestone=Milestone(programme=month.programme, ref=ref))
    if (
        kind == "product" and PRODUCT.is_in(month) and "/" not in owner
    ):  # with one it would be a product that is still to be added
        of = find_product(month, owner)
        blank.product, node, name = of.row.product, of.node, of.row.title
    elif kind == "workstream":
        node = seen_node(month, owner)
        blank.workstream_id, name = node.pk, node.name
    else:
        raise lost(month, key)
    return Row(MILESTONE, f"{under}/{ref}", blank, node, f"New milestone {ref} of {name}", f"{under}/new")


def milestone_of(month: Month, row: MilestonePosition) -> Row[MilestonePosition]:
    row.period = month.period
    under: int = getattr(row, "in_workstream")  # noqa: B009 -- annotated by `placed`, which no type knows
    node = month.tree.by_pk[under]
    return Row(MILESTONE, row.milestone.ref, row, node, named(row))


# --- Showing ------------------------------------------------------------------------------------------------


def product_columns(month: Month) -> tuple[Column, ...]:
    columns = (
        Column("title", "Product", Kind.TEXT, is_header=True),
        Column("status", "Status", Kind.RATING),
        Column("due", "Due", Kind.TEXT),
        Column("tranche", "Tranche", Kind.TEXT),
        Column("owner", "Owner", Kind.TEXT),
    )
    return kept(columns, month.scheme)


def product_cells(month: Month, target: Row[ProductPosition]) -> Mapping[str, Cell]:
    row = target.row
    tranche = month.scheme.tranches.get(row.tranche)
    return {
        "title": Cell(f"{row.title} ({row.product.ref}){_part_of(month, row)}"),
        "status": Cell.rated(month.scheme.delivery.levels.get(row.status)),
        "due": Cell(date_stated(row, "due_forecast") or date_stated(row, "due_baseline") or None),
        "tranche": Cell(tranche.label if tranche else None),
        "owner": Cell(row.owner or None),
    }


def _part_of(month: Month, row: ProductPosition) -> str:
    """What it is a part of, as it follows the product's own name."""
    parent = figures.plan(month).get(row.parent_id) if row.parent_id else None
    return f", part of {parent}" if parent and parent.workstream in month.seen else ""


def milestone_columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("title", "Milestone", Kind.TEXT, is_header=True),
        Column("status", "Status", Kind.RATING),
        Column("forecast", "Forecast", Kind.TEXT),
        Column("delivered_on", "Delivered", Kind.DATE),
        Column("of", "Of", Kind.TEXT),
    )


def milestone_cells(month: Month, target: Row[MilestonePosition]) -> Mapping[str, Cell]:
    row = target.row
    return {
        "title": Cell(f"{row.title} ({row.milestone.ref})"),
        "status": Cell.rated(month.scheme.delivery.levels.get(row.status)),
        "forecast": Cell(date_stated(row, "forecast") or date_stated(row, "baseline") or None),
        "delivered_on": Cell(row.delivered_on),
        "of": Cell(row.product.ref if row.product else target.node.name),
    }


# --- In a return --------------------------------------------------------------------------------------------

PLAN = "plan"  # the code of the part


def parts(held: Held) -> Iterable[Part]:
    """One part: the products of this unit and the milestones under them and under itself, whichever there are.

    What was withdrawn this month stands at the end, crossed out, where it can be taken back in.
    """
    month = held.month
    of_products = [product_of(month, row) for row in held.rows(PRODUCT)]
    of_milestones = [milestone_of(month, row) for row in held.rows(MILESTONE)]
    live_products = [each for each in of_products if not each.is_withdrawn]
    live_milestones = [each for each in of_milestones if not each.is_withdrawn]
    live: list[Row[Any]] = [*live_products, *live_milestones]
    add = _places_of_plan(held, live_products)
    both: list[tuple[RowKind[Any], int]] = [(PRODUCT, len(live_products)), (MILESTONE, len(live_milestones))]
    counts = [(kind, n) for kind, n in both if kind.is_in(month)]
    yield Part(
        PLAN,
        " and ".join(month.scheme.plan).capitalize(),
        tuple(kind.code for kind, _ in counts),
        ", ".join(how_many(n, kind.word) for kind, n in counts),
        not live,
        unsaved(month, [*of_products, *of_milestones, *_begun_in_plan(held, add)]),
        not_looked_at(held, PLAN, live),
        partial(_plan_lines, month, add, of_products, of_milestones),
    )


def _places_of_plan(held: Held, products: list[Row[ProductPosition]]) -> tuple[Places, Places]:
    """Where products may be added, and where milestones."""
    new_products = [(f"{node.ref}/new", f"Add a product to {node.name}") for node in held.nodes]
    new_milestones = [
        *((f"product/{each.key}/new", f"Add a milestone to {each.key}") for each in products),
        *((f"workstream/{node.ref}/new", f"Add a milestone to {node.name} itself") for node in held.nodes),
    ]
    return added(held, PRODUCT, new_products), added(held, MILESTONE, new_milestones)


def _begun_in_plan(held: Held, add: tuple[Places, Places]) -> list[Row[Any]]:
    products, milestones = add
    period = held.month.period
    return [
        *begun(held, PRODUCT, products, lambda _: ProductPosition(period=period)),
        *begun(held, MILESTONE, milestones, lambda _: MilestonePosition(period=period)),
    ]


def _plan_lines(
    month: Month,
    add: tuple[Places, Places],
    products: list[Row[ProductPosition]],
    milestones: list[Row[MilestonePosition]],
) -> tuple[Lines, ...]:
    new_products, new_milestones = add
    both = (
        lines(month, PRODUCT, products, "Products", add=new_products),
        lines(month, MILESTONE, milestones, "Milestones", add=new_milestones),
    )
    return tuple(each for each in both if each.kind.is_in(month))


ACTS = ("move", "split", "merge", "withdraw")
PRODUCT = register(
    RowKind(
        "product",
        "product",
        ProductPosition,
        ProductForm,
        find_product,
        product_of,
        product_columns,
        product_cells,
        stays=MONTHLY,
        acts=ACTS,
        save=write_product,
        part=parts,
        listing=PRODUCTS,
    )
)
MILESTONE = register(
    RowKind(
        "milestone",
        "milestone",
        MilestonePosition,
        MilestoneForm,
        find_milestone,
        milestone_of,
        milestone_columns,
        milestone_cells,
        stays=MONTHLY,
        acts=ACTS,
        save=write_position,
        part=parts,
        listing=MILESTONES,
    )
)
