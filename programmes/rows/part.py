"""A part of a return: what a kind of row asks of a workstream."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple


class Point(NamedTuple):
    """A sentence about a row or many, and where they are changed or seen; "" for whoever may not change that row."""

    said: str
    href: str = ""


@dataclass(frozen=True)
class Part:
    """A part of a return: its lists of rows, and what is wanting in them."""

    code: str  # in its address
    title: str
    kinds: tuple[str, ...]  # codes of the kinds of rows in it
    count: str  # “12 rows”
    is_empty: bool  # whether it holds nothing at all
    missing: tuple[Point, ...]  # the return cannot be submitted like this
    worth_a_look: tuple[Point, ...]  # it can, but somebody will ask
    lists: Callable[[], tuple[Any, ...]]  # its rows as `Lines` to edit: only its own page asks
    also: tuple[Point, ...] = ()  # other pages on which its rows are changed, for whoever may
