"""`--as EMAIL`: in whose name a command changes something."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from accounts.models import User


def add_person(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--as", dest="person", default="", metavar="EMAIL", help="who does it, for the audit; else “command line”"
    )


def person(email: str) -> User | None:
    """Return the person with this e-mail address, None where none is named. Raise CommandError for one not known."""
    if not email:
        return None
    found = User.objects.filter(email=User.objects.normalize_email(email), is_active=True).first()
    if found is None:
        raise CommandError(f"Nobody signs in as “{email}”.")
    return found
