"""Periods with their editions, the scheme they are read by, and what it means to stand in a period."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, Self, cast

from django.db import models
from django.db.models import BooleanField, Case, Expression, F, FilteredRelation, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from accounts.roles import Permission
from core import dates
from core.lookups import one_of
from core.plain_text import Reading
from programmes.models.identity import Identity
from programmes.scheme import Codes, CodesByTier, Scheme

BESIDE = 2  # months of one page: its own and the one before it


class SchemeVersion(models.Model):
    """One version of a programme's scheme. Insert only: a change of rules is another row."""

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="schemes")
    number = models.PositiveIntegerField()
    document = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="scheme_number_once")]

    def __str__(self) -> str:
        return f"Scheme {self.number}"

    @cached_property
    def scheme(self) -> Scheme:
        return Scheme.parse(self.document)


class PeriodQuerySet(models.QuerySet["Period"]):
    def open(self) -> Self:
        return self.filter(state=Period.State.OPEN)

    def closed(self) -> Self:
        return self.filter(state=Period.State.CLOSED)

    def newest_first(self) -> Self:
        """Order so that the first of each label is the edition that reading takes: the newest closed, else the open."""
        return self.order_by("-label", F("state").asc(), "-edition")  # "closed" sorts before "open"

    def with_neighbours(self) -> list["Period"]:
        """Every period asked for, with its scheme and, where it was asked for too, the period before it.

        Two queries however many periods there are; a scheme's document is read and parsed once.
        """
        periods = list(self.prefetch_related("scheme_version"))
        by_pk = {period.pk: period for period in periods}
        for period in periods:
            if period.previous_id in by_pk:
                period.previous = by_pk[period.previous_id]
        return periods


class Period(models.Model):
    """One edition of a reporting period. Closed, it is a closed book; an amendment is another edition."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="periods")
    scheme_version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=7, help_text="YYYY-MM")
    edition = models.PositiveIntegerField(default=1)
    as_at = models.DateField("as-at date")
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    # Fixed at opening: an amended May never alters June silently.
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why this edition was opened; the first needs none")
    # The closing record, written once with the closing.
    digest = models.CharField(max_length=64, blank=True)  # SHA-256, see programmes/months/digest.py
    digested = models.JSONField(default=dict, blank=True)  # which columns it was taken over, by model
    audit_head = models.CharField(max_length=100, blank=True)  # where the audit's chain stood, see accounts/audit.py
    held_by = models.JSONField(default=list, blank=True)  # sentences of the gates that held and were overridden
    override = models.TextField(blank=True)  # why it was closed all the same
    # Sentences said at the closing that held nothing back. The database has none for months that are closed already.
    remarks = models.JSONField(default=list, db_default=models.Value([], models.JSONField()), blank=True)
    # How what people typed in it is read. To the database it is as in the months that are there already.
    reading = models.CharField(max_length=8, choices=Reading, default=Reading.PLAIN, db_default=Reading.MARKDOWN.value)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "label", "edition"], name="period_edition_once"),
            models.UniqueConstraint(fields=["programme"], condition=Q(state="open", edition=1), name="one_open_period"),
            models.UniqueConstraint(fields=["programme", "label"], condition=Q(state="open"), name="one_open_edition"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="edition_from_one"),
            models.CheckConstraint(
                condition=Q(label__regex="^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"), name="label_is_a_month"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="closed_has_a_moment",
            ),
            models.CheckConstraint(condition=Q(reading__in=Reading.values), name="period_reading_known"),
            models.CheckConstraint(condition=Q(edition=1) | ~Q(reason=""), name="amendment_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, edition {self.edition}" if self.edition > 1 else self.name

    @property
    def name(self) -> str:
        """June 2022."""
        return dates.long_month(self.label)

    @property
    def month(self) -> str:
        """June: what a column is headed beside its neighbour month."""
        return dates.month_name(self.label)

    @property
    def last(self) -> str:
        """When the period before was, as a sentence of this one says it: last month, or in March 2022."""
        if self.previous is None or dates.months_between(self.previous.label, self.label) == 1:
            return "last month"
        return f"in {self.previous.name}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def scheme(self) -> Scheme:
        return self.scheme_version.scheme

    @property
    def read_as(self) -> Reading:
        return Reading(self.reading)


class InPeriodQuerySet[M: "InPeriod"](models.QuerySet[M]):
    def of(self, *periods: Period | None) -> Self:
        """What was reported in these periods; a period that does not exist holds nothing."""
        found = [period.pk for period in periods if period]
        # A history asks for ever more of them, in words that stay the same. Of two PostgreSQL knows that they are few.
        return self.filter(one_of("period", found) if len(found) > BESIDE else Q(period__in=found))

    def placed(self, period: Period) -> Self:
        """Of one period, with `in_workstream`: the key of the workstream in which each row is reported.

        That is what `stands_under` names first; of another thing than a workstream, the workstream where that thing
        stands in the period, null where it holds no such thing.
        """
        steps: list[Any] = []
        found = self.filter(period=period)
        for name, identity in self.model.above().items():
            if identity._meta.label == "programmes.Workstream":
                steps.append(F(f"{name}_id"))
            else:
                (first, *_) = positions_model(identity).stands_under
                held = FilteredRelation(f"{name}__positions", condition=Q(**{f"{name}__positions__period": period.pk}))
                found = found.annotate(**{f"held_{name}": held})
                steps.append(F(f"held_{name}__{first}_id"))
            if not self.model._meta.get_field(name).null:
                break
        none = Value(None, IntegerField())
        return found.annotate(in_workstream=Coalesce(*steps) if len(steps) > 1 else steps[0] if steps else none)

    def reported(self, period: Period) -> Self:
        """Those of one period as returns hold them: `placed`, with the things that they name, and `as_last`.

        That is true of one that is as last period and not looked at since, false of one that was said or looked at this
        month, null of one that nobody has to look at.
        """
        named = [*self.model.identity_fields()]
        found = self.placed(period).annotate(as_last=self._as_last(period))
        return found.select_related(*named) if named else found  # of none Django would follow every key there is

    def _as_last(self, _period: Period) -> Expression:
        return Value(False, BooleanField())


class Until(StrEnum):
    """How long somebody with a permission may write a row of a month."""

    SUBMITTED = "submitted"  # as long as the return in which it is reported is theirs to change
    CLOSED = "closed"  # as long as the month is open


class InPeriod(models.Model):
    """A row reported in a period: frozen and digested with it, unique in it by its natural key.

    `natural_key` names the fields that tell one row of a period from another. `stands_under` names those by which it
    stands under a workstream or another thing: the first that is set says in which workstream it is reported, and
    what any of them names is not withdrawn from above it. A row without any is the programme's own. `writers` says
    who may write it, and for how long. `is_kept` says whether a programme has such rows at all.
    """

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    as_last: bool | None  # of one that was read as `reported`

    natural_key: ClassVar[tuple[str, ...]]
    undigested: ClassVar[frozenset[str]] = frozenset()  # columns that differ from database to database
    # Columns that hold codes of the scheme. Closing, a new version of the scheme and opening look at them.
    coded: ClassVar[Mapping[str, Codes]] = {}
    coded_by_tier: ClassVar[CodesByTier | None] = None  # of a row that has a `workstream`
    stands_under: ClassVar[tuple[str, ...]] = ("workstream",)
    writers: ClassVar[Mapping[Permission, Until]] = {Permission.REPORT: Until.SUBMITTED}

    class Meta:
        abstract = True

    @classmethod
    def is_kept(cls, _scheme: Scheme) -> bool:
        """Whether a programme with this scheme has such rows. One that has not is asked for none and shown none."""
        return True

    @classmethod
    def written_fields(cls) -> list["models.Field[Any, Any]"]:
        """The columns that people and actions write: neither the database's own key nor what it works out itself."""
        return [field for field in cls._meta.concrete_fields if not (field.primary_key or field.generated)]

    @classmethod
    def identity_fields(cls) -> dict[str, "type[Identity]"]:
        """The fields that name an identity, in the order of the columns."""
        found = {field.name: field.related_model for field in cls._meta.concrete_fields if field.is_relation}
        return {name: model for name, model in found.items() if isinstance(model, type) and issubclass(model, Identity)}

    @classmethod
    def above(cls) -> dict[str, "type[Identity]"]:
        """The identities that it stands under, by the names of their fields."""
        named = cls.identity_fields()
        return {name: named[name] for name in cls.stands_under}


class Versioned(InPeriod):
    """One that is saved again and again until its period closes.

    Whoever saves it names the version they saw, so that nobody writes over what they have not read.
    """

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class AppendOnly(InPeriod):
    """What somebody said or did in a period: added while it is open, and never changed or taken back."""

    class Meta:
        abstract = True


class Detail(InPeriod):
    """One of many rows of its own in which a position says something: an amount of a line of money.

    It stands under the thing that the position is about, is written with that position, under its version, by its
    action, and carries forward with it. `stands_under` names that thing and nothing else.
    """

    class Meta:
        abstract = True


class PositionQuerySet[M: "Position"](InPeriodQuerySet[M]):
    def live(self) -> Self:
        return self.filter(withdrawn=False)

    def _as_last(self, period: Period) -> Expression:
        waits = When(self._to_look_at(period), then=True)
        return Case(When(carried=False, then=False), waits, output_field=BooleanField(null=True))

    def _to_look_at(self, _period: Period) -> Q:
        """What of that which is as last month somebody should look at."""
        return Q(withdrawn=False)


class Position(Versioned):
    """What was reported about an identity as at a period. Copied forward when the next period opens.

    `starts_afresh` names the fields that do not carry, with the value they start from.
    """

    carried = models.BooleanField(default=False)  # copied from last period and not touched since
    withdrawn = models.BooleanField(default=False)  # no longer counted; gone at the next opening
    # What was done in it by somebody who did not look at it for its lead, each on a line: they have still to look.
    changed_by_others = models.TextField(blank=True, default="", db_default="")

    starts_afresh: ClassVar[dict[str, Any]] = {"version": 1, "carried": True, "changed_by_others": ""}
    takes_along: ClassVar[bool] = True  # what stands under it is withdrawn with it; else that keeps it from it
    details: ClassVar[frozenset[str]] = frozenset()  # attributes that stand in rows of their own: see `Detail`

    class Meta:
        abstract = True

    def write_detail(self, name: str, value: Any) -> None:
        """Make its rows of details say this, as the attribute of that name is read: `write` calls it once it may."""
        raise NotImplementedError(f"{type(self).__name__} has no {name}.")

    def detail_said(self, name: str, _value: Any) -> str:
        """What is said to change where its rows of details come to say this: asked before they are written."""
        return name

    @classmethod
    def places(cls) -> dict[str, type[Identity]]:
        """What it may be moved under, by field: of these one is set and says in which workstream it is reported."""
        found: dict[str, type[Identity]] = {}
        for name, identity in cls.above().items():
            if name not in cls.natural_key:
                found[name] = identity
                if not cls._meta.get_field(name).null:
                    break
        return found


def positions_model(identity: type[Identity]) -> type[Position]:
    """The model of what is reported about such a thing."""
    meta: Any = identity._meta  # the abstract class alone has no positions
    return cast("type[Position]", meta.get_field("positions").related_model)
