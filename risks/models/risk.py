"""Risks: what may go wrong, how likely and how bad that is, and what is done about it."""

from typing import Self

from django.db import models
from django.db.models import Q

from core.dates import DATE_LENGTH
from programmes.models import Identity, Period, Position, Product, Workstream
from programmes.models.period import PositionQuerySet
from programmes.models.stated_dates import in_order
from risks.models import scores
from risks.scheme import CATEGORIES, LEVELS, PROSPECTS, TREATMENTS


class Risk(Identity):
    """Something that may go wrong."""

    prefix = "R"


class RiskPositionQuerySet(PositionQuerySet["RiskPosition"]):
    def still_open(self) -> Self:
        """Those that have not been closed."""
        return self.filter(closed_on=None)

    def reported(self, period: Period) -> Self:
        """What was closed before this month is not looked at again."""
        return super().reported(period).exclude(carried=True, closed_on__isnull=False, changed_by_others="")


class RiskPosition(Position):
    """What was reported about a risk as at a period.

    One that is closed stays in the register, out of every count, so that it can be opened again with its past.
    """

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="positions")
    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="product it threatens"
    )
    title = models.CharField(max_length=300)
    cause = models.TextField(blank=True)
    event = models.TextField(blank=True)
    effect = models.TextField(blank=True)
    level = models.CharField(max_length=20, blank=True)  # on whose register it stands; "" is not stated
    category = models.CharField(max_length=20, blank=True)
    raised_by = models.CharField("raised by (post or body)", max_length=200, blank=True)
    raised_on = models.DateField("date raised", null=True, blank=True)
    owner = models.CharField("owner (post)", max_length=200, blank=True)  # "" is nobody's
    proximity = models.CharField(max_length=100, blank=True)  # when it would strike: “within three months”
    treatment = models.CharField(max_length=20, blank=True)
    original_likelihood = scores.step()
    original_impact = scores.step()
    original_alone = scores.step()
    original_score = scores.score("original")
    current_likelihood = scores.step()
    current_impact = scores.step()
    current_alone = scores.step()
    current_score = scores.score("current")
    target_likelihood = scores.step()
    target_impact = scores.step()
    target_alone = scores.step()
    target_score = scores.score("target")
    target_date_text = models.CharField(max_length=DATE_LENGTH, blank=True)
    target_date_earliest = models.DateField(null=True, blank=True)
    target_date_latest = models.DateField(null=True, blank=True)
    prospects = models.CharField(max_length=20, blank=True)  # of reaching the target by its date
    response = models.TextField("what is done about it", blank=True)  # in a sentence; its actions are rows of their own
    progress = models.TextField(blank=True)
    by_exception = models.BooleanField("reported by exception", default=False)
    closed_on = models.DateField("closed on", null=True, blank=True)  # None: it is open
    closed_because = models.TextField("why it was closed", blank=True)

    natural_key = ("risk",)
    coded = {
        "level": LEVELS,
        "category": CATEGORIES,
        "treatment": TREATMENTS,
        "prospects": PROSPECTS,
        **scores.coded(),
    }
    objects = RiskPositionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "risk"], name="risk_position_once"),
            *scores.rules(),
            models.CheckConstraint(condition=in_order("target_date"), name="risk_target_date_in_order"),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_because="") | (Q(closed_on__isnull=False) & ~Q(closed_because="")),
                name="risk_closed_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["period", "workstream"], name="risk_by_workstream")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None
