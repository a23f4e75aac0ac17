"""What became of a thing within a month: added, split, merged, moved, withdrawn, taken back in."""

from django.db import models
from django.db.models import Q

from programmes.models.identity import REF_LENGTH
from programmes.models.period import AppendOnly, InPeriodQuerySet


class Lineage(AppendOnly):
    """Where a thing came from or went: one step, as it was done. Refs, because it outlives positions."""

    class Step(models.TextChoices):
        ADDED = "added", "Added"
        SPLIT = "split", "Split off"
        MERGED = "merged", "Merged into"
        MOVED = "moved", "Moved to"
        WITHDRAWN = "withdrawn", "Withdrawn"
        RESTORED = "restored", "Taken back in"

    kind = models.CharField(max_length=40)  # of thing: product, milestone
    ref = models.CharField(max_length=REF_LENGTH)
    seq = models.PositiveIntegerField()  # the steps of one thing in one period, from 1
    step = models.CharField(max_length=10, choices=Step)
    other = models.CharField(max_length=REF_LENGTH, blank=True)  # what it was split off or merged into, where it moved
    reason = models.TextField(blank=True)

    natural_key = ("kind", "ref", "seq")
    stands_under = ()
    objects = InPeriodQuerySet["Lineage"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "kind", "ref", "seq"], name="lineage_once"),
            models.CheckConstraint(
                condition=Q(step__in=["added", "split", "merged", "moved", "withdrawn", "restored"]),
                name="lineage_step_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.get_step_display()} {self.other}".strip()
