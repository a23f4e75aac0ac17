"""What a programme was called in a month, whose it was, and where its rows came from."""

from django.db import models

from programmes.models.period import InPeriod, InPeriodQuerySet


class Particulars(InPeriod):
    """The programme's name, council and provenance as a month prints them: one row of every month.

    The database makes it as the month opens and keeps it right while the month is open (`months/freeze.py`); with the
    closing it is frozen and digested, so that a programme that is renamed says in its closed months what it said.
    """

    name = models.CharField(max_length=200)
    council = models.CharField(max_length=200)
    provenance = models.TextField(blank=True)

    natural_key = ()
    stands_under = ()
    objects = InPeriodQuerySet["Particulars"].as_manager()

    class Meta:
        verbose_name = "programme’s particulars"
        verbose_name_plural = "programme’s particulars"
        constraints = [models.UniqueConstraint(fields=["period"], name="particulars_once")]

    def __str__(self) -> str:
        return self.name
