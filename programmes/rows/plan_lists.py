"""Products and milestones as lists: what they are narrowed by, what is read of them, what changes in many."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from django import forms
from django.db.models import F, OuterRef, QuerySet, Subquery

from core.blocks import Cell, Column, Kind
from core.dates import label_end, long_date
from core.fields import DayField, MonthField, TextField
from programmes.editing.listing import Listing
from programmes.forms.bulk import ChangeForm
from programmes.forms.listing import NONE, ListForm
from programmes.models import MilestonePosition, Period, ProductPosition
from programmes.models.stated_dates import date_cell
from programmes.month import Month
from programmes.scheme import Scheme
from programmes.tree import Node

type Choice = tuple[str, str]

SORTS = {"title": "Title", "due": "Date", "status": "Status", "ref": "Ref"}


class Offering(Protocol):
    """A form about products or milestones."""

    month: Month
    fields: dict[str, forms.Field]

    def offer(self, name: str, choices: list[tuple[str, str]], /) -> None: ...


def offer_tranches(form: Offering, first: Sequence[Choice] = (), last: Sequence[Choice] = ()) -> None:
    """Offer the tranches between these choices; where the scheme has none, do not ask for one."""
    if form.month.scheme.has_tranches:
        tranches = [(tranche.code, tranche.label) for tranche in form.month.scheme.tranches.values()]
        form.offer("tranche", [*first, *tranches, *last])
    else:
        del form.fields["tranche"]


def kept(columns: Iterable[Column], scheme: Scheme) -> tuple[Column, ...]:
    """Of these columns those of what the scheme has."""
    absent = {"tranche"} if not scheme.has_tranches else set[str]()
    absent |= set() if scheme.has_products else {"of"}
    return tuple(column for column in columns if column.key not in absent)


# --- What a list is narrowed to -----------------------------------------------------------------------------


class PlanListForm(ListForm):
    """Products and milestones are narrowed by tranche, status and the month they are due in too."""

    tranche = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    status = forms.ChoiceField(required=False)
    due = MonthField(label="Due in the month", required=False)
    field_order = ("q", "workstream", "tranche", "status", "due", "only")

    def prepare(self) -> None:
        scheme = self.month.scheme
        statuses = [(code, level.word) for code, level in scheme.delivery.levels.items()]
        offer_tranches(self, last=[(NONE, "No tranche")])
        self.offer("status", [("", "Any"), *statuses, (NONE, "No status given")])

    @classmethod
    def narrow(cls, rows: "QuerySet[Any]", asked: Mapping[str, Any]) -> "QuerySet[Any]":
        if asked.get("tranche"):
            rows = rows.filter(in_tranche__in=["" if code == NONE else code for code in asked["tranche"]])
        if asked.get("status"):
            rows = rows.filter(status="" if asked["status"] == NONE else asked["status"])
        if asked.get("due"):
            last = label_end(asked["due"])
            rows = rows.filter(due__gte=last.replace(day=1), due__lte=last)
        return rows


def _products(period: Period, scope: Node) -> "QuerySet[ProductPosition]":
    parent: QuerySet[Any] = ProductPosition.objects.of(period).filter(product=OuterRef("parent"))
    if scope.parent is not None:  # what is beyond may not be the reader's
        parent = parent.filter(workstream__in=[node.pk for node in scope.walk()])
    found = ProductPosition.objects.placed(period).live().dated()
    return found.annotate(in_tranche=F("tranche"), part_of=Subquery(parent.values("title")[:1]))


def _milestones(period: Period, _scope: Node) -> "QuerySet[MilestonePosition]":
    return MilestonePosition.objects.placed(period).live().dated()


# --- What is read -------------------------------------------------------------------------------------------

_PRODUCT = (
    Column("title", "Product", Kind.TEXT, is_header=True),
    Column("status", "Status", Kind.RATING),
    Column("ref", "Ref", Kind.TEXT),
    Column("workstream", "Workstream", Kind.TEXT),
    Column("tranche", "Tranche", Kind.TEXT),
    Column("owner", "Owner", Kind.TEXT),
    Column("baseline", "Due, baseline", Kind.DATE),
    Column("forecast", "Due, forecast", Kind.DATE),
    Column("flags", "To note", Kind.TEXT),
)
_MILESTONE = (
    Column("title", "Milestone", Kind.TEXT, is_header=True),
    Column("status", "Status", Kind.RATING),
    Column("ref", "Ref", Kind.TEXT),
    Column("of", "Of product", Kind.TEXT),
    Column("workstream", "Workstream", Kind.TEXT),
    Column("tranche", "Tranche", Kind.TEXT),
    Column("baseline", "Baseline", Kind.DATE),
    Column("forecast", "Forecast", Kind.DATE),
    Column("delivered", "Delivered on", Kind.DATE),
    Column("flags", "To note", Kind.TEXT),
)


def _product(month: Month, position: ProductPosition) -> dict[str, Cell]:
    part_of = getattr(position, "part_of", None)  # annotated by `_products`, which no type knows
    flags = [f"Part of {part_of} ({position.parent.ref})"] if part_of and position.parent else []
    flags += ["Critical product"] * position.critical
    if position.decision_body:
        when = f", {long_date(position.decision_on)}" if position.decision_on else ""
        flags.append(f"Decision: {position.decision_body}{when}")
    if position.legal_advice:
        flags.append("Legal advice needed")
    return {
        **_where(month, position.workstream_id, position.tranche),
        "owner": Cell(position.owner or None),
        "baseline": date_cell(position, "due_baseline"),
        "forecast": date_cell(position, "due_forecast"),
        "status": _status(month, position.status),
        "flags": Cell("; ".join(flags)),
    }


def _milestone(month: Month, position: Any) -> dict[str, Cell]:
    return {
        "of": Cell(position.of_product or ""),
        **_where(month, position.in_workstream, position.in_tranche),
        "baseline": date_cell(position, "baseline"),
        "forecast": date_cell(position, "forecast"),
        "delivered": Cell(position.delivered_on),
        "status": _status(month, position.status),
        "flags": Cell(position.status_text),
    }


def _where(month: Month, workstream: int, tranche: str) -> dict[str, Cell]:
    node = month.tree.by_pk.get(workstream)
    known = month.scheme.tranches.get(tranche)
    return {
        "workstream": Cell(
            node.name if node else None, href=month.link("scorecard", workstream=node.ref) if node else ""
        ),
        "tranche": Cell(known.label if known else None),
    }


def _status(month: Month, code: str) -> Cell:
    level = month.scheme.delivery.levels.get(code)
    return Cell(code or None, level.word if level else "", level)


# --- What changes in many at once ---------------------------------------------------------------------------


class PlanChangeForm(ChangeForm):
    status = forms.ChoiceField(required=False)

    def prepare(self) -> None:
        statuses = [(code, level.word) for code, level in self.month.scheme.delivery.levels.items()]
        self.offer("status", [*statuses, (NONE, "No status given")])


class ProductsForm(PlanChangeForm):
    owner = TextField(
        max_length=ProductPosition._meta.get_field("owner").max_length or 0,
        required=False,
        label="Owner (post)",
        help_text="Left empty, every owner stays",
    )
    tranche = forms.ChoiceField(required=False)

    keeps_words = frozenset({"owner"})

    def prepare(self) -> None:
        super().prepare()
        offer_tranches(self, last=[(NONE, "No tranche")])


class MilestonesForm(PlanChangeForm):
    delivered_on = DayField(required=False, label="Delivered on")

    def prepare(self) -> None:
        super().prepare()
        scheme = self.month.scheme
        delivered = scheme.delivery.levels[scheme.delivered].word.lower()
        self.fields["delivered_on"].help_text = f"Needed where the status is {delivered}. {DayField.hint}"

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        check_delivery(self, self.month, said.get("status", ""), said.get("delivered_on"))
        return said


def check_delivery(form: forms.BaseForm, month: Month, status: str, delivered_on: Any) -> None:
    """A milestone is delivered on a day, by the as-at date; one that is not delivered has no such day."""
    delivered, as_at = month.scheme.delivered, month.period.as_at
    if "delivered_on" in form.errors or "status" in form.errors:
        return
    if status == delivered and delivered_on is None:
        form.add_error("delivered_on", "Say on which day it was delivered.")
    elif status != delivered and delivered_on is not None:
        word = month.scheme.delivery.levels[delivered].word.lower()
        form.add_error("delivered_on", f"Leave this empty, or set the status to {word}.")
    elif delivered_on and delivered_on > as_at:
        form.add_error("delivered_on", f"This is after {long_date(as_at)}, the day this month describes.")


PRODUCTS = Listing("products", ProductPosition, PlanListForm, _products, SORTS, _PRODUCT, _product, ProductsForm, kept)
MILESTONES = Listing(
    "milestones", MilestonePosition, PlanListForm, _milestones, SORTS, _MILESTONE, _milestone, MilestonesForm, kept
)
