"""What django-allauth asks us: who may come in, from where, and in which words they are told."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import demo, throttle
from accounts.models import User
from core.links import public

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What allauth asks of an adapter. In use is its subclass in `jobs`, which has a worker send the mails."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "enter_current_password": "This is not your current password.",
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def is_ajax(self, _request: HttpRequest) -> bool:
        """Answer in HTML whatever is asked for: the JSON side of these views is a door nobody here uses."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether to send somebody there after sign-in: our own origin only, not every host we answer to."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        if demo.offered(credentials["email"], credentials["password"]):
            return
        self._login_failed_rl_usage = throttle.take(request, credentials["email"])  # given back if it succeeds
        if self._login_failed_rl_usage is None:
            logger.warning("Sign-in throttled: %s from %s", credentials["email"], self.get_client_ip(request))
            raise ImmediateHttpResponse(respond_429(request))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        throttle.count_failure(request, credentials["email"])
        logger.warning("Sign-in refused: %s from %s", credentials["email"], self.get_client_ip(request))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        throttle.remember(response, user.email)
        return response

    def clean_password(self, password: str, user: User | None = None) -> str:
        if user and user.is_example:
            raise ValidationError("Example people keep their password: everybody who tries the example uses it.")
        return str(super().clean_password(password, user))

    def set_password(self, user: User, password: str) -> None:
        self.request.session["first_password"] = not user.has_usable_password()  # which the page after it says
        super().set_password(user, password)
        throttle.forgive(self.request, user.email)

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Name the configured address: what a request calls us can be made up, at least in its port."""
        url: str = super().get_reset_password_from_key_url(key)
        return public(urlsplit(url).path) if settings.PUBLIC_URL else url
