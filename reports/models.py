"""What is kept of a closed period: its report as it was read at closing, byte for byte."""

import hashlib

from django.db import models

from programmes.models import Period


class KeptReport(models.Model):
    """One medium of the default layout of one closed edition. Added once and never changed."""

    class Medium(models.TextChoices):
        JSON = "json", "JSON"
        PDF = "pdf", "PDF"

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="kept")
    layout = models.CharField(max_length=40)
    medium = models.CharField(max_length=4, choices=Medium)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "layout", "medium"], name="report_kept_once"),
            models.CheckConstraint(condition=models.Q(medium__in=["json", "pdf"]), name="kept_medium_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_medium_display()} of {self.period}"

    @property
    def sha256_now(self) -> str:
        """The SHA-256 of the content as it is, which is `sha256` unless somebody went behind the database."""
        return hashlib.sha256(self.content).hexdigest()
