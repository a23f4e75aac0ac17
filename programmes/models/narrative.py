"""Narrative: what is said of a workstream in words, afresh each month."""

from django.db import models
from django.db.models import Q

from core.dates import DATE_LENGTH
from programmes.models.period import InPeriodQuerySet, Versioned
from programmes.models.programme import Workstream
from programmes.models.stated_dates import in_order
from programmes.scheme import NARRATIVE_KINDS


class Narrative(Versioned):
    """One entry of narrative. Its kind, with the heading of a second column if it has one, is the scheme's."""

    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    seq = models.PositiveIntegerField()
    heading = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    second = models.TextField(blank=True)
    dimensions = models.JSONField("tags", default=list, blank=True)  # codes of what it bears on
    area = models.CharField(max_length=100, blank=True)
    on_text = models.CharField(max_length=DATE_LENGTH, blank=True)
    on_earliest = models.DateField(null=True, blank=True)
    on_latest = models.DateField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(default=1)  # 2 stands under the level 1 before it

    natural_key = ("workstream", "kind", "seq")
    coded = {"kind": NARRATIVE_KINDS}
    objects = InPeriodQuerySet["Narrative"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "workstream", "kind", "seq"], name="narrative_once"),
            models.CheckConstraint(condition=in_order("on"), name="narrative_on_in_order"),
            models.CheckConstraint(condition=Q(level__in=[1, 2]), name="narrative_level_one_or_two"),
        ]

    def __str__(self) -> str:
        return self.heading or self.text[:60]
