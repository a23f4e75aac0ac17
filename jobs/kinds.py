"""The kinds of long work. Apps above register theirs in `AppConfig.ready`; a job names its kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from accounts.models import User
from jobs.work import Arguments, Work


class Failed(Exception):
    """The work cannot be done, and trying again would not help. The text says why, for the person who asked."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of long work: what is done, who may have the result, and which page it belongs to.

    `work` does it. It is given a `Work`, reports its progress with `Work.step`, and returns the result as a dictionary
    that can be written as JSON; `{"file": key}` names a stored file, which the page of the job then offers. It raises
    `Failed` where trying again would not help. Any other exception has the job tried again, `MAX_ATTEMPTS` times in
    all. A worker can die at any moment and another then runs `work` again, so running it twice must leave the same
    behind as running it once.

    A kind is registered in its app's `AppConfig.ready`, and a job of it is ordered with `tasks.enqueue`:

        COUNT = JobKind("milestones.count", count, may_read, lambda arguments: reverse("portfolio"))
        register(COUNT)
        tasks.enqueue(kind=COUNT.name, key="somerset", arguments={"slug": "somerset"}, title="A count", by=user)
    """

    name: str  # stored in every job of the kind, so it never changes
    work: Callable[[Work], dict[str, Any]]
    may_have: Callable[[User, Arguments], bool]  # asked when the result is fetched, not only when it was ordered
    home: Callable[[Arguments], str]  # the address of the page the job belongs to, "" for none
    pauses: tuple[timedelta, ...] = ()  # how long to wait after the first failed attempt, the second …; else not at all

    def pause_after(self, attempts: int) -> timedelta:
        """Return how long to wait before the next attempt, once so many have failed."""
        return self.pauses[attempts - 1] if attempts <= len(self.pauses) else timedelta()


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Make a kind known under its name. The last one registered under a name is the one that counts."""
    _kinds[kind.name] = kind


def kind_of(name: str) -> JobKind:
    """Return the kind of this name. Raise Failed for one that this version of Plumbline does not know."""
    try:
        return _kinds[name]
    except KeyError:
        raise Failed(f"This version of Plumbline does not know how to make “{name}”.") from None
