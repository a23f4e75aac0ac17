"""Products (deliverables) and milestones."""

from typing import Self

from django.db import models
from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce

from programmes.models.period import InPeriodQuerySet, Period, Position, PositionQuerySet, Said
from programmes.models.programme import REF_LENGTH, Identity, Workstream
from programmes.models.stated_dates import in_order


class Product(Identity):
    """A deliverable."""


class Milestone(Identity):
    """A dated step towards a product, or of a workstream itself."""


class ProductPositionQuerySet(PositionQuerySet["ProductPosition"]):
    def dated(self) -> Self:
        """With `due`: the last day its forecast date can mean, or its baseline's where none is forecast."""
        return self.annotate(due=Coalesce("due_forecast_latest", "due_baseline_latest"))


class ProductPosition(Position):
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="positions")
    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=300)
    tranche = models.CharField(max_length=20, blank=True)  # "" is not placed in a tranche
    owner = models.CharField("owner (post)", max_length=200, blank=True)
    critical = models.BooleanField("critical product", default=False)
    due_baseline_text = models.CharField(max_length=40, blank=True)
    due_baseline_earliest = models.DateField(null=True, blank=True)
    due_baseline_latest = models.DateField(null=True, blank=True)
    due_forecast_text = models.CharField(max_length=40, blank=True)
    due_forecast_earliest = models.DateField(null=True, blank=True)
    due_forecast_latest = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=20, blank=True)  # "" is no status given
    decision_body = models.CharField("decision needed from", max_length=200, blank=True)
    decision_on = models.DateField("decision needed on", null=True, blank=True)
    legal_advice = models.BooleanField("legal advice needed", null=True, blank=True)  # None: not yet assessed

    natural_key = ("product",)
    objects = ProductPositionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "product"], name="product_position_once"),
            models.CheckConstraint(condition=in_order("due_baseline"), name="product_baseline_in_order"),
            models.CheckConstraint(condition=in_order("due_forecast"), name="product_forecast_in_order"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("product")), name="product_not_its_parent"),
        ]
        indexes = [models.Index(fields=["period", "workstream"], name="product_by_workstream")]

    def __str__(self) -> str:
        return self.title


class MilestonePositionQuerySet(PositionQuerySet["MilestonePosition"]):
    def placed(self, period: Period) -> Self:
        """Of one period, with `in_workstream` and `in_tranche`, its product's or its own, and `of_product`, a title."""
        held = FilteredRelation("product__positions", condition=Q(product__positions__period=period.pk))
        return self.filter(period=period).annotate(
            held=held,
            in_workstream=Coalesce("held__workstream_id", "workstream_id"),
            in_tranche=Coalesce("held__tranche", Value("")),
            of_product=F("held__title"),
        )

    def dated(self) -> Self:
        """With `due`: the last day its forecast date can mean, or its baseline's where none is forecast."""
        return self.annotate(due=Coalesce("forecast_latest", "baseline_latest"))


class MilestonePosition(Position):
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="positions")
    # Of a product, whose tranche and workstream it takes, or else of a workstream.
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=300)
    baseline_text = models.CharField(max_length=40, blank=True)
    baseline_earliest = models.DateField(null=True, blank=True)
    baseline_latest = models.DateField(null=True, blank=True)
    forecast_text = models.CharField(max_length=40, blank=True)
    forecast_earliest = models.DateField(null=True, blank=True)
    forecast_latest = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=20, blank=True)  # "" is no status given
    status_text = models.CharField(max_length=500, blank=True)

    natural_key = ("milestone",)
    objects = MilestonePositionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "milestone"], name="milestone_position_once"),
            models.CheckConstraint(
                condition=Q(product__isnull=False, workstream=None) | Q(product=None, workstream__isnull=False),
                name="milestone_of_one_thing",
                violation_error_message="A milestone belongs to a product or to a workstream, not to both.",
            ),
            models.CheckConstraint(condition=in_order("baseline"), name="milestone_baseline_in_order"),
            models.CheckConstraint(condition=in_order("forecast"), name="milestone_forecast_in_order"),
        ]
        indexes = [models.Index(fields=["period", "product"], name="milestone_by_product")]

    def __str__(self) -> str:
        return self.title


class Lineage(Said):
    """Where a product or milestone came from or went: one step, as it was done. Refs, because it outlives positions."""

    class Step(models.TextChoices):
        ADDED = "added", "Added"
        SPLIT = "split", "Split off"
        MERGED = "merged", "Merged into"
        MOVED = "moved", "Moved to"
        WITHDRAWN = "withdrawn", "Withdrawn"
        RESTORED = "restored", "Taken back in"

    kind = models.CharField(max_length=10)  # product or milestone
    ref = models.CharField(max_length=REF_LENGTH)
    seq = models.PositiveIntegerField()  # the steps of one thing in one period, from 1
    step = models.CharField(max_length=10, choices=Step)
    other = models.CharField(max_length=REF_LENGTH, blank=True)  # what it was split off or merged into, where it moved
    reason = models.TextField(blank=True)

    natural_key = ("kind", "ref", "seq")
    objects = InPeriodQuerySet["Lineage"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "kind", "ref", "seq"], name="lineage_once"),
            models.CheckConstraint(condition=Q(kind__in=["product", "milestone"]), name="lineage_kind_known"),
            models.CheckConstraint(
                condition=Q(step__in=["added", "split", "merged", "moved", "withdrawn", "restored"]),
                name="lineage_step_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.get_step_display()} {self.other}".strip()
