"""What holds a change of a row back besides its period. Apps above add theirs, as with the gates of a closing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError

from accounts.models import User
from accounts.roles import Permission
from core.refusal import Refused
from programmes.models import Period, Until
from programmes.month import Month

type Writers = Mapping[Permission, Until]  # who may write such a row, and for how long: see `InPeriod.writers`

# Given the period, the keys of the workstreams that the change touches, who makes it and who may. Called in the
# change's own transaction; raises Refused. What it looks at it locks, so that the answer still holds when the change is
# written.
type Guard = Callable[[Period, frozenset[int], User, Writers], None]

guards: list[Guard] = []

# The same question, asked by a page before anybody types: the sentence, "" where nothing holds a change back. It locks
# nothing, because nothing is written.
type Hindrance = Callable[[Month, frozenset[int], Writers], str]

hindrances: list[Hindrance] = []


def guard(period: Period, workstreams: frozenset[int], by: User, writers: Writers) -> None:
    """Raise Refused where something holds back a change to rows of these workstreams. Of none, nothing is asked."""
    for each in guards if workstreams else ():
        each(period, workstreams, by, writers)


def hindrance(month: Month, workstreams: frozenset[int], writers: Writers) -> str:
    """Why rows of these workstreams are not for this person to change as things stand, "" where they are."""
    return next((sentence for each in hindrances if (sentence := each(month, workstreams, writers))), "")


@contextmanager
def closed_is_refused(period: Period) -> Iterator[None]:
    """Say in a sentence what the freeze triggers say to a machine."""
    try:
        yield
    except IntegrityError as error:
        if "period closed" not in str(error):
            raise
        raise Refused(f"{period.name} has been closed meanwhile, so nothing in it can change.") from error
