"""Ratings: how a workstream stands, said afresh each month."""

from typing import Self

from django.db import models
from django.db.models import BooleanField, Case, F, Q, When

from core.dates import DATE_LENGTH
from programmes.models.period import InPeriodQuerySet, Period, Versioned
from programmes.models.programme import Workstream
from programmes.models.stated_dates import in_order
from programmes.scheme import RATINGS


class RatingQuerySet(InPeriodQuerySet["Rating"]):
    def reported(self, period: Period) -> Self:
        """Also those of the month before, beside which they are read; `as_last` is null of these."""
        this_month = Case(When(period=period, then=False), output_field=BooleanField(null=True))
        both = self.of(period, period.previous).annotate(in_workstream=F("workstream_id"), as_last=this_month)
        return both.select_related("workstream")


class Rating(Versioned):
    was: str = ""  # the code that was given last month, where it was read beside that; "" for none

    class Direction(models.TextChoices):
        IMPROVING = "improving", "Improving"
        STEADY = "steady", "Steady"
        WORSENING = "worsening", "Worsening"

    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="+")
    dimension = models.CharField(max_length=20)
    level = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    direction = models.CharField("direction of travel", max_length=10, choices=Direction, blank=True)
    path_to_green = models.TextField("path to green", blank=True)
    path_owner = models.CharField("who sees to it (post)", max_length=200, blank=True)
    green_by_text = models.CharField(max_length=DATE_LENGTH, blank=True)
    green_by_earliest = models.DateField(null=True, blank=True)
    green_by_latest = models.DateField(null=True, blank=True)

    natural_key = ("workstream", "dimension")
    coded_by_tier = RATINGS
    objects = RatingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "workstream", "dimension"], name="rating_once"),
            models.CheckConstraint(
                condition=Q(direction__in=["", "improving", "steady", "worsening"]),
                name="rating_direction_known",
            ),
            models.CheckConstraint(condition=in_order("green_by"), name="rating_green_by_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.level}"
