"""The programme, its workstreams, and who has which role where."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.roles import Permission, Role
from programmes.models.identity import Identity
from programmes.models.period import Position, PositionQuerySet, Until
from programmes.scheme import DEEPEST_TIER

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The programmes in which this person has any role."""
        mine = Membership.objects.filter(user=user.pk, workstream__programme=models.OuterRef("pk"))
        return self.filter(models.Exists(mine))


class Programme(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    council = models.CharField(max_length=200, help_text="The body whose programme it is")
    provenance = models.TextField(
        blank=True, help_text="Where the rows come from, where that must be said (examples, migrated data)"
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class WorkstreamQuerySet(models.QuerySet["Workstream"]):
    def roots(self) -> Self:
        """Those that are the programme itself, which no month places below another.

        Before the first month opens nothing is placed, and the root is the only one there is.
        """
        return self.exclude(positions__parent__isnull=False)


class Workstream(Identity):
    """A workstream of any tier. The programme itself is the root workstream, so that no key is ever null."""

    objects = WorkstreamQuerySet.as_manager()


class WorkstreamPosition(Position):
    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="positions")
    parent = models.ForeignKey(
        Workstream, on_delete=models.PROTECT, null=True, blank=True, related_name="child_positions"
    )
    sort = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=200)
    lead = models.CharField("lead (post)", max_length=200, blank=True)
    # Where it is stated: a project of the fourth tier may stand right below a portfolio of the first. None: one below.
    tier = models.PositiveSmallIntegerField(null=True, blank=True)

    natural_key = ("workstream",)
    stands_under = ("workstream", "parent")
    writers = {Permission.SHAPE: Until.SUBMITTED}
    takes_along = False
    objects = PositionQuerySet["WorkstreamPosition"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "workstream"], name="workstream_position_once"),
            models.UniqueConstraint(fields=["period"], condition=Q(parent=None), name="one_root_workstream"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("workstream")), name="workstream_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(tier=None) | Q(parent__isnull=False, tier__range=(1, DEEPEST_TIER)),
                name="workstream_tier_below_the_programme",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role a person has over a workstream and all below it; over the root, over the whole programme."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "workstream", "role"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.workstream}"
