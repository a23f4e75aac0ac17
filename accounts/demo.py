"""The demonstration: example people, each signed in by a button. With DEMO off they cannot sign in (`backend`)."""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from accounts.models import EXAMPLE_DOMAIN, User
from accounts.roles import Permission, Role, allowed

# Who has which role is known higher up: `programmes` adds a function from people's keys to their roles.
roles_by_person: list[Callable[[Collection[int]], Mapping[int, Iterable[str]]]] = []


@dataclass(frozen=True, slots=True)
class ExamplePerson:
    """One person to try the example as."""

    email: str
    post: str
    roles: tuple[Role, ...]

    @property
    def permissions(self) -> list[Permission]:
        return [permission for permission in Permission if allowed(self.roles, permission)]


def prepare() -> None:
    """Give every example person the password of this data folder, made at the first call."""
    if not settings.DEMO:
        raise ImproperlyConfigured("Example people get a password in a demonstration only: set DEMO to 1.")
    path = _path()
    path.touch(mode=0o600)
    path.chmod(0o600)
    if not path.read_text(encoding="utf-8"):
        path.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    # One hash for all, and only where it is wanting: a fresh one would end everybody's session at each start.
    hashes = set(_people().values_list("password", flat=True))
    if len(hashes) != 1 or not check_password(password(), hashes.pop()):
        _people().update(password=make_password(password()))


def password() -> str:
    """Return the example people's password, or nothing where there is no demonstration."""
    return _path().read_text(encoding="utf-8") if settings.DEMO and _path().exists() else ""


def offered(email: str, typed: str) -> bool:
    """Whether this is what a button of the page posts, and so no guess."""
    return email.endswith(EXAMPLE_DOMAIN) and constant_time_compare(typed, password())


def example_people() -> list[ExamplePerson]:
    """Return whom one may sign in as by a button: nobody, unless this is a demonstration and it is prepared."""
    if not password():
        return []
    people = list(_people())
    roles: dict[int, set[str]] = {person.pk: set() for person in people}
    for known in roles_by_person:
        for key, names in known(roles.keys()).items():
            roles[key].update(names)
    return [
        ExamplePerson(person.email, person.name, tuple(role for role in Role if role in roles[person.pk]))
        for person in people
    ]


def _people() -> QuerySet[User]:
    return User.objects.filter(email__endswith=EXAMPLE_DOMAIN, is_active=True).order_by("pk")


def _path() -> Path:
    path: Path = settings.DATA_DIR / "demo-password"
    return path
