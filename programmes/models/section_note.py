"""What a section of the report must be read with."""

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from programmes.models.period import InPeriodQuerySet, Until, Versioned


class SectionNote(Versioned):
    """A section's own as-at date, where its figures are older than the report, and its caveat."""

    section = models.CharField(max_length=40)
    as_at = models.DateField("as-at date", null=True, blank=True)
    caveat = models.CharField(max_length=200, blank=True)

    natural_key = ("section",)
    stands_under = ()
    writers = {Permission.RUN_MONTHS: Until.CLOSED}
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
