"""Issues: what has gone wrong. One that was a risk before says which."""

from typing import Self

from django.db import models
from django.db.models import Q

from core.dates import DATE_LENGTH
from programmes.models import Identity, Period, Position, Workstream
from programmes.models.period import PositionQuerySet
from programmes.models.stated_dates import in_order
from risks.models.risk import Risk
from risks.scheme import CATEGORIES, LEVELS


class Issue(Identity):
    """Something that has gone wrong."""

    prefix = "I"


class IssuePositionQuerySet(PositionQuerySet["IssuePosition"]):
    def still_open(self) -> Self:
        """Those that have not been settled."""
        return self.filter(closed_on=None)

    def reported(self, period: Period) -> Self:
        """What was settled before this month is not looked at again."""
        return super().reported(period).exclude(carried=True, closed_on__isnull=False, changed_by_others="")


class IssuePosition(Position):
    """What was reported about an issue as at a period."""

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="positions")
    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="+")
    # What it was before it came true. That stays in the register as long as this does.
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=300)
    effect = models.TextField(blank=True)
    level = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=20, blank=True)
    raised_by = models.CharField("raised by (post or body)", max_length=200, blank=True)
    raised_on = models.DateField("date raised", null=True, blank=True)
    owner = models.CharField("owner (post)", max_length=200, blank=True)  # "" is nobody's
    response = models.TextField("what is done about it", blank=True)
    due_text = models.CharField(max_length=DATE_LENGTH, blank=True)
    due_earliest = models.DateField(null=True, blank=True)
    due_latest = models.DateField(null=True, blank=True)
    progress = models.TextField(blank=True)
    closed_on = models.DateField("settled on", null=True, blank=True)  # None: it is open
    closed_because = models.TextField("how it was settled", blank=True)

    natural_key = ("issue",)
    coded = {"level": LEVELS, "category": CATEGORIES}
    objects = IssuePositionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "issue"], name="issue_position_once"),
            models.CheckConstraint(condition=in_order("due"), name="issue_due_in_order"),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_because="") | (Q(closed_on__isnull=False) & ~Q(closed_because="")),
                name="issue_settled_somehow",
            ),
        ]
        indexes = [models.Index(fields=["period", "workstream"], name="issue_by_workstream")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None
