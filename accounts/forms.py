"""Who somebody is; and django-allauth's forms in our words: a label that stays, no placeholder that goes on typing."""

from typing import Any

import django.forms
from allauth.account import forms
from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.forms import Field
from django.http import HttpRequest

from accounts.models import User
from core.fields import TextField
from core.validators import keepable, on_one_line, says_something, visible

PASSWORD_HINT = "At least 12 characters, and not one that is easy to guess. Three random words make a good one."  # noqa: S105


def _ask(field: Field, label: str, *, hint: str = "", **attrs: str) -> None:
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= attrs


class PersonForm(django.forms.Form):
    """A person by address and name, whoever asks for them: a page or a command."""

    email = django.forms.EmailField(
        label="E-mail address",
        max_length=254,
        validators=[keepable, on_one_line, visible],
        widget=django.forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = TextField(
        label="Name or post",
        max_length=200,
        validators=[visible, says_something],
        help_text="As others see it, for example: Head of revenues",
        widget=django.forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if not email.isascii():  # two letters that look the same would be two people
            raise ValidationError("Write the address with the letters A to Z only.")
        return User.objects.normalize_email(email)


class SignIn(forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self.fields["login"], "E-mail address", autocomplete="username", spellcheck="false")
        _ask(self.fields["password"], "Password")


class ChangePassword(forms.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self.fields["oldpassword"], "Current password")
        _ask(self.fields["password1"], "New password", hint=PASSWORD_HINT)
        _ask(self.fields["password2"], "New password again")


class ChoosePassword(forms.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self.fields["password1"], "New password", hint=PASSWORD_HINT)
        _ask(self.fields["password2"], "New password again")


class AskForReset(forms.ResetPasswordForm):  # type: ignore[misc]
    email = django.forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=django.forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the link; to an address nobody has, a mail that says so: the answer then takes as long for both."""
        if self.users:
            return str(super().save(request, **kwargs))
        email: str = self.cleaned_data["email"]
        get_adapter().send_mail("account/email/unknown_account", email, {})
        return email
