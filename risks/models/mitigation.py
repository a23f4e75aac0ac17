"""Mitigating actions: what is done about a risk, by whom and by when."""

from typing import Self

from django.db import models
from django.db.models import F

from core.dates import DATE_LENGTH
from programmes.models import Identity, Period, Position
from programmes.models.period import PositionQuerySet
from programmes.models.stated_dates import in_order
from risks.models.risk import Risk


class Mitigation(Identity):
    """A mitigating action."""

    prefix = "A"

    class Meta(Identity.Meta):
        verbose_name = "mitigating action"


class MitigationPositionQuerySet(PositionQuerySet["MitigationPosition"]):
    def placed(self, period: Period) -> Self:
        """Also with `of_risk`, the title of its risk, and `risk_closed_on`."""
        found = super().placed(period)
        return found.annotate(of_risk=F("held_risk__title"), risk_closed_on=F("held_risk__closed_on"))

    def reported(self, period: Period) -> Self:
        """What was done before this month is not looked at again, nor an action on a risk that is closed."""
        found = super().reported(period).exclude(carried=True, done_on__isnull=False, changed_by_others="")
        return found.exclude(carried=True, risk_closed_on__isnull=False, changed_by_others="")

    def overdue(self, period: Period) -> Self:
        """Those whose date has passed by the as-at date, and that are not done."""
        return self.filter(done_on=None, due_latest__lt=period.as_at)


class MitigationPosition(Position):
    """What was reported about a mitigating action as at a period. It is reported where its risk is."""

    mitigation = models.ForeignKey(Mitigation, on_delete=models.PROTECT, related_name="positions")
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("what is to be done", max_length=300, blank=True)  # "" where a record has lost it
    owner = models.CharField("owner (post)", max_length=200, blank=True)
    due_text = models.CharField(max_length=DATE_LENGTH, blank=True)
    due_earliest = models.DateField(null=True, blank=True)
    due_latest = models.DateField(null=True, blank=True)
    done_on = models.DateField("done on", null=True, blank=True)  # None: it is still to be done
    progress = models.TextField(blank=True)

    natural_key = ("mitigation",)
    stands_under = ("risk",)
    objects = MitigationPositionQuerySet.as_manager()

    class Meta:
        verbose_name = "mitigating action position"
        constraints = [
            models.UniqueConstraint(fields=["period", "mitigation"], name="mitigation_position_once"),
            models.CheckConstraint(condition=in_order("due"), name="mitigation_due_in_order"),
        ]
        indexes = [models.Index(fields=["period", "risk"], name="mitigation_by_risk")]

    def __str__(self) -> str:
        return self.title or "not stated"
