from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

EXAMPLE_DOMAIN = "@example.org"  # reserved by RFC 2606: no real person has such an address


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, *, name: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person who signs in with this address; without a password nobody can sign in as them yet."""
        user = self.model(email=self.normalize_email(email), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_or_make(self, email: str, *, name: str) -> "tuple[User, bool]":
        """Return who signs in with this address, and whether they were made now, with this name and no password."""
        return self.get_or_create(
            email=self.normalize_email(email), defaults={"name": name, "password": make_password(None)}
        )

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Fold the whole address: sign-in looks for it in lower case and finds nothing else."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))


class User(AbstractBaseUser):
    """A person, known by e-mail address and shown by post ("Head of revenues")."""

    email = models.EmailField("e-mail address", max_length=254)
    name = models.CharField("name or post", max_length=200)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    # The one right that is no role: before there is a programme there is nothing to have a role in.
    sets_up_programmes = models.BooleanField("may set up programmes", default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="user_email_once",
                violation_error_message="Someone already signs in with this address.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_in_lower_case",
                violation_error_message="Write the address in lower case.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_example(self) -> bool:
        """Whether this person was made up for the demonstration."""
        return self.email.endswith(EXAMPLE_DOMAIN)


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def newest_first(self) -> Self:
        return self.order_by("-seq")  # the order they were written in, whatever the clock said


class AuditEntry(models.Model):
    """One change that somebody made: who, as what, when and why. Written by `audit.record` alone, and never changed.

    It refers to nothing: names stand as they were, so that it says the same after a rename and after a deletion.
    """

    seq = models.PositiveBigIntegerField("number", primary_key=True, help_text="From 1, through all programmes")
    at = models.DateTimeField()
    actor_key = models.BigIntegerField(null=True, help_text="The person's key; null where there is no person")
    actor = models.TextField(help_text="Their name at the time")
    role = models.TextField(blank=True, help_text="The roles they held, in words")
    programme = models.TextField(blank=True, help_text="Its short name")
    what = models.CharField(max_length=60, help_text="A short code: period.open")
    subject = models.TextField(help_text="What was changed, in words")
    subject_key = models.CharField(max_length=60)
    # The key of the period into which the change wrote. Entries of before this column have none.
    period_key = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=32, blank=True, help_text="Empty for a command")
    previous = models.CharField(max_length=64, blank=True, help_text="The hash of the entry before this one")
    hash = models.CharField(max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["programme", "-seq"], name="audit_of_a_programme"),
            models.Index(
                fields=["period_key", "-seq"], name="audit_of_a_period", condition=Q(period_key__isnull=False)
            ),
        ]
        constraints = [models.CheckConstraint(condition=Q(seq__gte=1), name="audit_from_one")]

    def __str__(self) -> str:
        return f"{self.seq}: {self.what} of {self.subject} by {self.actor}"

    @property
    def head(self) -> str:
        """Where the chain ended with this entry, as "seq:hash"."""
        return f"{self.seq}:{self.hash}"

    def stated(self, name: str) -> Any:
        """What stands under this name after the change; None where the entry, or one that was forged, has no such."""
        return self.after.get(name) if isinstance(self.after, dict) else None


class AuditHead(models.Model):
    """The one row that says where the chain of audit entries ends. Whoever writes an entry locks it."""

    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_audit_head")]

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"
