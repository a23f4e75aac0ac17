"""Who may be signed in at all."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Sign-in by e-mail address and password.

    Example people exist for the demonstration alone. With DEMO off nobody is one of them, whatever passwords and
    sessions the data folder still holds from a time when it was on.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        return _admitted(super().authenticate(request, **credentials))

    def get_user(self, user_id: int) -> User | None:
        return _admitted(super().get_user(user_id))


def _admitted(user: User | None) -> User | None:
    return None if user and user.is_example and not settings.DEMO else user
