"""How many wrong passwords are taken, from whom and for whom, before an answer is refused for a while.

Tries are counted for one person from one address (`person`), from one address for anybody (`address`) and for one
person from anywhere (`anywhere`). A browser in which this person has signed in before is known by a cookie and has
one count of its own instead (`known`): neither strangers far away nor somebody behind the same address can use up its
tries, so guessing keeps nobody out for longer than they lock themselves out. The limits are in ACCOUNT_RATE_LIMITS.

A try for a person is counted before the password is looked at, and given back if it was right: however many are made at
the same moment, no more than the limit are looked at. An address is that of a whole council, where on the first morning
dozens sign in at the same moment with the right one; so of an address only what was wrong is counted, afterwards. Who
makes many at once gets as many more as there are threads to look at them.

What was typed as e-mail address is counted whether or not anyone has it, so that a refusal tells nothing.
"""

import secrets
import time

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

APP = "allauth.account"
COOKIE = "known_browser"
COOKIE_AGE = 365 * 24 * 60 * 60


def take(request: HttpRequest, name: str) -> "ratelimit.RateLimitUsage | None":
    """Count a try before the password is looked at. Return None, with nothing counted, when a count is used up."""
    taken = ratelimit.RateLimitUsage(usage=[])
    if not _is_known(request, name) and _is_used_up(request, "login_failed_address"):
        return None
    for action, key in _counts(request, name):
        usage = ratelimit.consume(request, app=APP, action=action, key=key)
        if usage is None:
            taken.rollback()
            return None
        taken.usage += usage.usage
    return taken


def count_failure(request: HttpRequest, name: str) -> None:
    """Count a wrong password for the address it came from."""
    if not _is_known(request, name):
        ratelimit.consume(request, app=APP, action="login_failed_address")


def forgive(request: HttpRequest, name: str) -> None:
    """Start this person's counts afresh: a new password, chosen by mail or knowing the old one, is proof enough."""
    for action, key in _counts(request, name):
        ratelimit.clear(request, app=APP, action=action, key=key)


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
    if _is_known(request, name):
        return [("login_failed_known", _cookie(request))]
    return [
        ("login_failed_person", f"{name} {ratelimit.get_ip(request)}"),
        ("login_failed_anywhere", name),
    ]


def _is_known(request: HttpRequest, name: str) -> bool:
    return constant_time_compare(_cookie(request).partition(".")[0], _digest(name))


def _cookie(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_AGE))


def _is_used_up(request: HttpRequest, action: str) -> bool:
    """Look at a count without its lock: whoever has waited for that for a second has, to allauth, used up the count."""
    (rate,) = ratelimit.get_rates(app=APP, action=action)
    tries = cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate), [])
    is_free, _ = ratelimit.apply_rate(tries, time.time(), rate, dry_run=True)
    return not is_free


def _digest(name: str) -> str:
    return salted_hmac("accounts.throttle", name, algorithm="sha256").hexdigest()
