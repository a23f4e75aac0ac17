"""What holds a change of a row back besides its period. Apps above add theirs, as with the gates of a closing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from accounts.models import User
from core.refusal import Refused
from programmes.models import Period
from programmes.month import Month

# Given the period, the keys of the workstreams that the change touches, and who makes it. Called in the change's own
# transaction; raises Refused. What it looks at it locks, so that the answer still holds when the change is written.
type Guard = Callable[[Period, frozenset[int], User], None]

guards: list[Guard] = []

# The same question, asked by a page before anybody types: the sentence, "" where nothing holds a change back. It locks
# nothing, because nothing is written.
type Hindrance = Callable[[Month, frozenset[int]], str]

hindrances: list[Hindrance] = []


def guard(period: Period, workstreams: frozenset[int], by: User) -> None:
    """Raise Refused where something holds back a change to rows of these workstreams. Of none, nothing is asked."""
    for each in guards if workstreams else ():
        each(period, workstreams, by)


def hindrance(month: Month, workstreams: frozenset[int]) -> str:
    """Why rows of these workstreams are not for this person to change as things stand, "" where they are."""
    return next((sentence for each in hindrances if (sentence := each(month, workstreams))), "")


@contextmanager
def closed_is_refused(period: Period) -> Iterator[None]:
    """Say in a sentence what the freeze triggers say to a machine."""
    try:
        yield
    except IntegrityError as error:
        if "period closed" not in str(error):
            raise
        raise Refused(f"{period.name} has been closed meanwhile, so nothing in it can change.") from error
