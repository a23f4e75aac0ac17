"""Hazards, month after month, and what was seen of one in a month."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from programmes.models import Identity, Position, Until, Versioned, Workstream
from programmes.models.period import InPeriodQuerySet, PositionQuerySet
from tests.specimen.scheme import RESPONSES

# Whoever reports on the workstream, until its return is submitted; who tests what is reported, until the month closes.
WRITERS = {Permission.REPORT: Until.SUBMITTED, Permission.VIEW_HISTORY: Until.CLOSED}
FROM_ONE_TO_FIVE = [(1, "1, low"), (2, "2"), (3, "3, medium"), (4, "4"), (5, "5, high")]


class Hazard(Identity):
    """Something that may go wrong."""

    prefix = "H"


class HazardPosition(Position):
    """What was reported about a hazard as at a period."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="positions")
    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    likelihood = models.PositiveSmallIntegerField(choices=FROM_ONE_TO_FIVE, default=1)
    impact = models.PositiveSmallIntegerField(choices=FROM_ONE_TO_FIVE, default=1)
    score = models.GeneratedField(
        expression=F("likelihood") * F("impact"), output_field=models.PositiveSmallIntegerField(), db_persist=True
    )
    response = models.CharField(max_length=20, blank=True)  # "" is none stated

    natural_key = ("hazard",)
    coded = {"response": RESPONSES}
    writers = WRITERS
    objects = PositionQuerySet["HazardPosition"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "hazard"], name="hazard_position_once"),
            models.CheckConstraint(
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)), name="hazard_from_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Sighting(Versioned):
    """What was seen of a hazard in a month: said afresh each month, and where the hazard is reported."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    text = models.TextField()

    natural_key = ("hazard", "seq")
    stands_under = ("hazard",)
    writers = WRITERS
    objects = InPeriodQuerySet["Sighting"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "hazard", "seq"], name="sighting_once")]

    def __str__(self) -> str:
        return self.text[:60]
