"""Changes to who can sign in."""

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.http import int_to_base36

from accounts import audit
from accounts.models import User
from core.links import public


@transaction.atomic
def admit(
    *, email: str, name: str, sets_up_programmes: bool | None = None, by: User | None = None
) -> tuple[User, bool]:
    """Return the person with this address, made if need be, and whether they were made now.

    A name that is there stays. `sets_up_programmes` says whether they may; None leaves that as it is.
    """
    person, is_new = User.objects.get_or_make(email, name=name)
    before = {"sets_up_programmes": person.sets_up_programmes}
    if sets_up_programmes is not None:
        person.sets_up_programmes = sets_up_programmes
        person.save(update_fields=["sets_up_programmes"])
    after = {"sets_up_programmes": person.sets_up_programmes}
    audit.record(
        what="person.make" if is_new else "person.admit",
        subject=person.name,
        subject_key=person.pk,
        before=None if is_new else before,
        after=after,
        by=by,
    )
    return person, is_new


def password_link(person: User) -> str:
    """Return the address at which a person chooses a password. It works once, for PASSWORD_RESET_TIMEOUT."""
    key = {"uidb36": int_to_base36(person.pk), "key": default_token_generator.make_token(person)}
    return public(reverse("account_reset_password_from_key", kwargs=key))
