"""Products: the deliverables of a programme."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from core.dates import DATE_LENGTH
from programmes.models.identity import Identity
from programmes.models.period import Period, Position, PositionQuerySet
from programmes.models.programme import Workstream
from programmes.models.stated_dates import due_by, in_order
from programmes.scheme import STATUSES, TRANCHES, Scheme


class Product(Identity):
    """A deliverable."""

    prefix = "P"


class ProductPositionQuerySet(PositionQuerySet["ProductPosition"]):
    def reported(self, period: Period) -> Self:
        return super().reported(period).dated()

    def dated(self) -> Self:
        """With `due`: the last day its forecast date can mean, or its baseline's where nothing is forecast."""
        return self.annotate(due=due_by("due_forecast", "due_baseline"))


class ProductPosition(Position):
    """What was reported about a product as at a period: where it stands, when it is due and how far it has come."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="positions")
    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=300)
    tranche = models.CharField(max_length=20, blank=True)  # "" is not placed in a tranche
    owner = models.CharField("owner (post)", max_length=200, blank=True)
    critical = models.BooleanField("critical product", default=False)
    due_baseline_text = models.CharField(max_length=DATE_LENGTH, blank=True)
    due_baseline_earliest = models.DateField(null=True, blank=True)
    due_baseline_latest = models.DateField(null=True, blank=True)
    due_forecast_text = models.CharField(max_length=DATE_LENGTH, blank=True)
    due_forecast_earliest = models.DateField(null=True, blank=True)
    due_forecast_latest = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=20, blank=True)  # "" is no status given
    decision_body = models.CharField("decision needed from", max_length=200, blank=True)
    decision_on = models.DateField("decision needed on", null=True, blank=True)
    legal_advice = models.BooleanField("legal advice needed", null=True, blank=True)  # None: not yet assessed

    natural_key = ("product",)
    coded = {"tranche": TRANCHES, "status": STATUSES}
    stands_under = ("workstream", "parent")
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

    @classmethod
    def is_kept(cls, scheme: Scheme) -> bool:
        return scheme.has_products
