"""What is reported about, month after month."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

REF_LENGTH = 40


class Identity(models.Model):
    """A thing that is reported about, known by a ref that never changes. What is reported are its `positions`.

    `prefix` begins the refs that are proposed for new ones: P in P-0001; "" where refs are made in another way.
    """

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="%(class)ss")
    ref = models.CharField(max_length=REF_LENGTH)

    prefix: ClassVar[str] = ""

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["programme", "ref"], name="%(class)s_ref_once"),
            models.CheckConstraint(condition=~Q(ref=""), name="%(class)s_has_a_ref"),
        ]

    def __str__(self) -> str:
        return self.ref
