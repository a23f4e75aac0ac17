"""Which words of the glossary its reader can do without."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from programmes.models import Programme

PARTS = {"vesting_day": "vesting day", "tranches": "tranches", "products": "products", "milestones": "milestones"}


def words_lacking(user: User | AnonymousUser) -> dict[str, bool]:
    """Of each part that a scheme need not have, whether none of this person's programmes has ever had it.

    Whoever has no role yet reads every word.
    """
    programmes = Programme.objects.visible_to(user).prefetch_related("schemes")
    schemes = [version.scheme for programme in programmes for version in programme.schemes.all()]
    return {key: bool(schemes) and all(scheme.lacks(part) for scheme in schemes) for key, part in PARTS.items()}
