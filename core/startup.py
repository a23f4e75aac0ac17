"""What Plumbline will not start without."""

from django.db.backends.base.base import BaseDatabaseWrapper

from core import triggers


def refusal(connection: BaseDatabaseWrapper) -> str:
    """Say why nothing may run on this database, or return ""."""
    if missing := triggers.missing(connection):
        return (
            f"The database lacks {len(missing)} of the triggers that keep a closed month closed "
            f"({missing[0]} is the first), so Plumbline does not start: run “manage.py migrate”."
        )
    return ""
