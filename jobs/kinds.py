"""The kinds of long work. Apps above register theirs in `AppConfig.ready`; a job names its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import User
    from jobs.work import Work

type Arguments = Mapping[str, Any]


class Failed(Exception):
    """The work cannot be done, and trying again would not help. The text says why, for the person who asked."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a job of this kind does.

    `work` returns the result, as JSON; `{"file": key}` names a stored file to download. It may be run again after a
    worker died, so it leaves the same behind when it runs twice.
    """

    name: str
    work: "Callable[[Work], dict[str, Any]]"
    may_have: "Callable[[User, Arguments], bool]"  # asked when the result is fetched, not only when it was ordered
    home: Callable[[Arguments], str]  # the address of the page it belongs to
    pauses: tuple[timedelta, ...] = ()  # after an attempt that failed, in which others may put right what is wrong

    def pause_after(self, attempts: int) -> timedelta:
        return self.pauses[attempts - 1] if attempts <= len(self.pauses) else timedelta()


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kind:
    """Raise Failed for a kind that this version of Plumbline does not know."""
    try:
        return _kinds[name]
    except KeyError:
        raise Failed(f"This version of Plumbline does not know how to make “{name}”.") from None
