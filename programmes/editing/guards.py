"""What holds a change of a row back besides its period. Apps above add theirs, as with the gates of a closing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError

from accounts.models import User
from accounts.roles import Permission
from core.refusal import Refused
from programmes.models import Period, Until
from programmes.month import Month

type Writers = Mapping[Permission, Until]  # who may write such a row, and for how long: see `InPeriod.writers`

# Given the period, the keys of the workstreams that the change touches, who makes it, who may, and the month as that
# person saw it before, where it is at hand. Called in the change's own transaction; raises Refused. What it looks at it
# locks, so that the answer still holds when the change is written.
type Guard = Callable[[Period, frozenset[int], User, Writers, Month | None], "Guarded"]

guards: list[Guard] = []

# The same question, asked by a page before anybody types: the sentence by workstream, of each that is held back. It
# locks nothing, because nothing is written.
type Hindrance = Callable[[Month, frozenset[int], Writers], Mapping[int, str]]

hindrances: list[Hindrance] = []

# How that stands in which the rows of these workstreams are handed in, by workstream: "Submitted". Only where it is.
type HandedIn = Callable[[Month, frozenset[int]], Mapping[int, str]]

handed_in: list[HandedIn] = []


@dataclass(frozen=True, slots=True)
class Guarded:
    """What a guard found: the month as it stands behind the locks, and the workstreams whose own rows are locked."""

    month: Month | None = None
    locked: frozenset[int] = frozenset()

    @property
    def role(self) -> str | None:
        """The roles of whoever makes the change, as the audit prints them; None where no guard has read them."""
        return self.month.access.in_words if self.month else None


NOBODY_ASKED = Guarded()


def guard(
    period: Period, workstreams: frozenset[int], by: User, writers: Writers, before: Month | None = None
) -> Guarded:
    """Raise Refused where something holds back a change to rows of these workstreams. Of none, nothing is asked."""
    found = NOBODY_ASKED
    for each in guards if workstreams else ():
        found = each(period, workstreams, by, writers, before) or found
    return found


def hindrance(month: Month, workstreams: frozenset[int], writers: Writers) -> str:
    """Why rows of these workstreams are not for this person to change as things stand, "" where they are."""
    return next(iter(hindered(month, workstreams, writers).values()), "")


def hindered(month: Month, workstreams: frozenset[int], writers: Writers) -> dict[int, str]:
    """The same of each workstream, by its key; those are left out of which rows can be changed."""
    found: dict[int, str] = {}
    for each in hindrances if workstreams else ():
        found = {**each(month, workstreams, writers), **found}
    return found


def standing(month: Month, workstreams: frozenset[int]) -> dict[int, str]:
    """How each of these workstreams has handed in what it reports, in a word; those that have not are left out."""
    return {key: word for each in handed_in for key, word in each(month, workstreams).items()}


@contextmanager
def closed_is_refused(period: Period) -> Iterator[None]:
    """Say in a sentence what the freeze triggers say to a machine."""
    try:
        yield
    except IntegrityError as error:
        if "period closed" not in str(error):
            raise
        raise Refused(f"{period.name} has been closed meanwhile, so nothing in it can change.") from error
