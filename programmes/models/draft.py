"""What somebody is writing and has not saved."""

from django.conf import settings
from django.db import models

from programmes.models.period import Period


class Draft(models.Model):
    """The text of one form as one person left it. Nobody else reads it, and no report does.

    It has no version and leaves no trace in the audit: only what is saved is reported.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    row = models.CharField(max_length=200, help_text="Its kind and key, as in its address")
    values = models.JSONField(help_text="What stood in each field, by its name")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "period", "row"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.row}"
