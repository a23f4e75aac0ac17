"""What is said afresh each period about a workstream: ratings, narrative, and what a section must be read with."""

from django.db import models
from django.db.models import Q

from programmes.models.period import InPeriodQuerySet, Versioned
from programmes.models.programme import Workstream
from programmes.models.stated_dates import in_order


class Rating(Versioned):
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
    green_by_text = models.CharField(max_length=40, blank=True)
    green_by_earliest = models.DateField(null=True, blank=True)
    green_by_latest = models.DateField(null=True, blank=True)

    natural_key = ("workstream", "dimension")
    objects = InPeriodQuerySet["Rating"].as_manager()

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
    on_text = models.CharField(max_length=40, blank=True)
    on_earliest = models.DateField(null=True, blank=True)
    on_latest = models.DateField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(default=1)  # 2 stands under the level 1 before it

    natural_key = ("workstream", "kind", "seq")
    objects = InPeriodQuerySet["Narrative"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "workstream", "kind", "seq"], name="narrative_once"),
            models.CheckConstraint(condition=in_order("on"), name="narrative_on_in_order"),
            models.CheckConstraint(condition=Q(level__in=[1, 2]), name="narrative_level_one_or_two"),
        ]

    def __str__(self) -> str:
        return self.heading or self.text[:60]


class SectionNote(Versioned):
    """A section's own as-at date, where its figures are older than the report, and its caveat."""

    section = models.CharField(max_length=40)
    as_at = models.DateField("as-at date", null=True, blank=True)
    caveat = models.CharField(max_length=200, blank=True)

    natural_key = ("section",)
    objects = InPeriodQuerySet["SectionNote"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "section"], name="section_note_once"),
            models.CheckConstraint(
                condition=Q(as_at__isnull=False) | ~Q(caveat=""), name="section_note_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.caveat}"
