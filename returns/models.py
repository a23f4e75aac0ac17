"""What happens to a return. Its rows are positions of the apps below; here stands who did what with it, and by when."""

from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.roles import Permission
from programmes.models import AppendOnly, Until, Versioned, Workstream
from programmes.models.period import InPeriodQuerySet


class Deadline(Versioned):
    """The day by whose end the returns of a month are due."""

    due_on = models.DateField("returns due by the end of")

    natural_key = ()
    stands_under = ()
    writers = {Permission.RUN_MONTHS: Until.CLOSED}
    objects = InPeriodQuerySet["Deadline"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period"], name="deadline_once")]

    def __str__(self) -> str:
        return f"{self.due_on}"


class ReturnEvent(AppendOnly):
    """One thing that somebody did or wrote about a workstream's return: a row that is added and never changes.

    Names stand as they were at the time. `seq` counts from 1: the steps of a return, or what is said in a challenge.
    """

    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    actor = models.TextField()
    # The person's key, as the audit keeps it: two people may have one name. Empty in what is older than this column.
    actor_key = models.BigIntegerField(null=True)
    role = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    undigested = frozenset({"actor_key"})

    class Meta:
        abstract = True


class ReturnStepQuerySet(InPeriodQuerySet["ReturnStep"]):
    def newest(self) -> Self:
        """The last step of each return."""
        return self.filter(seq=Subquery(self._of_the_same().values("seq")[:1]))

    def with_submitter(self) -> Self:
        """With `submitter`: the key of whoever submitted the return last, null where nobody has."""
        submitted = self._of_the_same().filter(step=ReturnStep.Step.SUBMITTED)
        return self.annotate(submitter=Subquery(submitted.values("actor_key")[:1]))

    def _of_the_same(self) -> "QuerySet[ReturnStep]":
        """Every step of the return of a step, the last first."""
        same = ReturnStep.objects.filter(period=OuterRef("period"), workstream=OuterRef("workstream"))
        return same.order_by("-seq")


class ReturnStep(ReturnEvent):
    """A step of a return. The last one says where it stands."""

    class Step(models.TextChoices):
        SUBMITTED = "submitted", "Submitted"
        WITHDRAWN = "withdrawn", "Withdrawn"
        PASSED_ON = "passed_on", "Passed on to the programme’s PMO"
        SENT_BACK = "sent_back", "Sent back"
        ACCEPTED = "accepted", "Accepted"

    step = models.CharField(max_length=9, choices=Step)
    reason = models.TextField(blank=True)  # why it was sent back, or accepted by whoever submitted it
    submitter: int | None  # of one that was read `with_submitter`

    natural_key = ("workstream", "seq")
    objects = ReturnStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "workstream", "seq"], name="return_step_once"),
            models.CheckConstraint(
                condition=Q(step__in=["submitted", "withdrawn", "passed_on", "sent_back", "accepted"]),
                name="return_step_known",
            ),
            models.CheckConstraint(condition=~Q(step="sent_back", reason=""), name="sent_back_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.workstream}: {self.get_step_display()}"


class ChallengeStep(ReturnEvent):
    """A question about a return, an answer to it, or that it is settled. Those of one number are one challenge."""

    class Step(models.TextChoices):
        ASKED = "asked", "Asked"
        ANSWERED = "answered", "Answered"
        SETTLED = "settled", "Settled"

    number = models.PositiveIntegerField()  # of the challenge, within the workstream's return
    step = models.CharField(max_length=8, choices=Step)
    about = models.CharField(max_length=200, blank=True)  # what of the return is asked about
    text = models.TextField(blank=True)
    evidence = models.TextField(blank=True)  # what an answer rests on, or where to find it

    natural_key = ("workstream", "number", "seq")
    objects = InPeriodQuerySet["ChallengeStep"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "workstream", "number", "seq"], name="challenge_step_once"),
            models.CheckConstraint(condition=Q(step__in=["asked", "answered", "settled"]), name="challenge_step_known"),
            models.CheckConstraint(condition=Q(step="settled") | ~Q(text=""), name="challenge_says_something"),
            models.CheckConstraint(
                condition=Q(step="asked", seq=1) | (~Q(step="asked") & Q(seq__gt=1)), name="challenge_begins_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workstream}, challenge {self.number}: {self.get_step_display()}"
