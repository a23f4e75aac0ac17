"""Which amounts are asked of a line, and in which unit: what the tables of the scheme show of lines of its kind."""

from collections.abc import Iterator

from core.money import POUNDS, Unit
from finance.columns import Stated, Variance
from finance.measures import LineKind
from finance.models import Place
from finance.scheme import MoneyTable, tables
from programmes.month import Month


def asked_of(month: Month, kind: LineKind | None) -> list[Place]:
    """The years and measures that the tables show of lines of this kind, in the order of their columns; of any kind."""
    shown = (place for table in tables(month.scheme).values() if takes(table, kind) for place in places(table, kind))
    return list(dict.fromkeys(shown))


def places(table: MoneyTable, kind: LineKind | None) -> Iterator[Place]:
    """What one table shows of a line of this kind, as it is stated."""
    for column in table.columns:
        shows = column.shows
        if isinstance(shows, Stated | Variance) and shows.kinds and kind and kind not in shows.kinds:
            continue
        match shows:
            case Stated():
                yield from ((year, shows.measure) for year in shows.years)
                yield from ((year, shows.less) for year in shows.years if shows.less)
            case Variance():
                yield (shows.year, shows.against)
                yield (shows.year, shows.measure)
            case _:
                pass


def takes(table: MoneyTable, kind: LineKind | None) -> bool:
    """Whether a table shows lines of this kind."""
    in_groups = {each for group in table.groups for each in group.kinds}
    kinds = table.kinds or in_groups
    return not kinds or kind is None or kind in kinds


def unit_of(month: Month) -> Unit:
    """The unit in which amounts are typed: that of the first table, pounds where there is none."""
    return next((table.unit for table in tables(month.scheme).values()), POUNDS)


def is_typed(table: MoneyTable) -> bool:
    """Whether a table shows amounts as they are stated, so that there is something in it to be typed."""
    return any(True for _ in places(table, None))
