"""Milestones: dated steps towards a product, or of a workstream itself."""

from typing import Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from core.dates import DATE_LENGTH
from programmes.models.identity import Identity
from programmes.models.period import Period, Position, PositionQuerySet
from programmes.models.product import Product
from programmes.models.programme import Workstream
from programmes.models.stated_dates import due_by, in_order
from programmes.scheme import STATUSES, Scheme


class Milestone(Identity):
    """A dated step towards a product, or of a workstream itself."""

    prefix = "M"


class MilestonePositionQuerySet(PositionQuerySet["MilestonePosition"]):
    def placed(self, period: Period) -> Self:
        """Also with `in_tranche`, its product's, "" for a workstream's own, and `of_product`, a title."""
        return (
            super()
            .placed(period)
            .annotate(in_tranche=Coalesce("held_product__tranche", Value("")), of_product=F("held_product__title"))
        )

    def reported(self, period: Period) -> Self:
        return super().reported(period).dated()

    def _to_look_at(self, period: Period) -> Q:
        """What was delivered before this month is not looked at again, unless others have changed it since."""
        return super()._to_look_at(period) & ~Q(status=period.scheme.delivered, changed_by_others="")

    def dated(self) -> Self:
        """With `due`: the last day its forecast date can mean, or its baseline's where nothing is forecast."""
        return self.annotate(due=due_by("forecast", "baseline"))


class MilestonePosition(Position):
    """What was reported about a milestone as at a period."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="positions")
    # Of a product, whose tranche and workstream it takes, or else of a workstream.
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=300)
    baseline_text = models.CharField(max_length=DATE_LENGTH, blank=True)
    baseline_earliest = models.DateField(null=True, blank=True)
    baseline_latest = models.DateField(null=True, blank=True)
    forecast_text = models.CharField(max_length=DATE_LENGTH, blank=True)
    forecast_earliest = models.DateField(null=True, blank=True)
    forecast_latest = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=20, blank=True)  # "" is no status given
    status_text = models.CharField(max_length=500, blank=True)

    natural_key = ("milestone",)
    coded = {"status": STATUSES}
    stands_under = ("product", "workstream")
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

    @classmethod
    def is_kept(cls, scheme: Scheme) -> bool:
        return scheme.has_milestones
