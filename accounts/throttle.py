"""How many wrong passwords are taken, from whom and for whom, before an answer is refused for a while.

Tries are counted for one person from one address (`person`), from one address for anybody (`address`) and for one
person from anywhere (`anywhere`). A browser in which this person has signed in before is known by a cookie and has
one count of its own instead (`known`): neither strangers far away nor somebody behind the same address can use up its
tries, so guessing keeps nobody out for longer than they lock themselves out. The limits are in ACCOUNT_RATE_LIMITS.

What was typed as e-mail address is counted whether or not anyone has it, so that a refusal tells nothing.
"""

import secrets

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "known_browser"
COOKIE_AGE = 365 * 24 * 60 * 60


def take(request: HttpRequest, name: str) -> "ratelimit.RateLimitUsage | None":
    """Count a try before the password is looked at. Return None, with nothing counted, when a count is used up."""
    taken = ratelimit.RateLimitUsage(usage=[])
    for action, key in _counts(request, name):
        usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
        if usage is None:
            taken.rollback()
            return None
        taken.usage += usage.usage
    return taken


def forgive(request: HttpRequest, name: str) -> None:
    """Start this person's counts afresh: a new password, chosen by mail or knowing the old one, is proof enough."""
    for action, key in _counts(request, name):
        if action != "login_failed_address":
            ratelimit.clear(request, app="allauth.account", action=action, key=key)


def remember(response: HttpResponse, name: str) -> None:
    """Make this browser known as one in which this person signs in."""
    response.set_signed_cookie(
        COOKIE,
        f"{_digest(name)}.{secrets.token_urlsafe(12)}",
        max_age=COOKIE_AGE,
        path=reverse("account_login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _counts(request: HttpRequest, name: str) -> list[tuple[str, str]]:
    cookie = str(request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_AGE))
    if constant_time_compare(cookie.partition(".")[0], _digest(name)):
        return [("login_failed_known", cookie)]
    address = ratelimit.get_ip(request)
    return [
        ("login_failed_person", f"{name} {address}"),
        ("login_failed_address", address),
        ("login_failed_anywhere", name),
    ]


def _digest(name: str) -> str:
    return salted_hmac("accounts.throttle", name, algorithm="sha256").hexdigest()
