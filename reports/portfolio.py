"""Every programme a person may see, on one page, in a number of queries that does not grow with them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import User
from core.blocks import Cell, Column, Kind, Level, RowGroup, Table, TableRow
from programmes.access import Access, accesses
from programmes.models import Period, Rating
from programmes.scheme import Dimension
from programmes.tree import Node, trees
from reports.sections.time import shares
from returns.record import Place, handed_in

NO_ROLE = "You have no role in a programme yet. A PMO officer of the programme can give you one."
NO_PROGRAMME = "You have no role in a programme yet. Set one up, or ask a PMO officer to give you a role in theirs."

type Levels = dict[tuple[int, int, str], str]  # (period's key, workstream's key, dimension) -> code


@dataclass(frozen=True)
class PortfolioRow:
    """What a row of the portfolio is made from: a programme as one person sees it.

    That is its newest month, and the highest workstream of theirs in it.
    """

    access: Access
    period: Period | None
    top: Node | None

    @property
    def dimensions(self) -> list[Dimension]:
        """What the workstream is rated on."""
        if self.period is None or self.top is None:
            return []
        return [d for d in self.period.scheme.dimensions.values() if self.top.tier in d.scales]

    def level(self, dimension: Dimension, period: Period | None, levels: Levels) -> Level | None:
        if self.top is None or period is None:
            return None
        scale = period.scheme.scale(dimension.code, self.top.tier)
        return scale.levels.get(levels.get((period.pk, self.top.pk, dimension.code), "")) if scale else None


def portfolio_table(user: User | AnonymousUser) -> Table:
    """One row a programme, with ratings in the newest month this person may see beside the month before."""
    entries = _entries(accesses(user))
    levels = _levels(entries)
    dimensions = _dimensions(entries)
    columns = [
        Column("programme", "Programme", Kind.TEXT, is_header=True),
        Column("period", "Month", Kind.TEXT),
    ]
    has_past = any(entry.period and entry.period.previous for entry in entries)
    for key, label in dimensions.items():
        if has_past:
            columns.append(Column(f"{key}_last", "Last", Kind.RATING, (label,), is_past=True))
        columns.append(Column(f"{key}_this", "This", Kind.RATING, (label,)))
    if any(entry.period and entry.period.is_open for entry in entries):
        columns.append(Column("returns", "Returns", Kind.TEXT))
    if any(entry.period and entry.period.scheme.vesting_day for entry in entries):
        columns += [Column("vesting", "Vesting day", Kind.DATE), Column("days", "Days left", Kind.COUNT)]
    is_in = handed_in(*(entry.period for entry in entries if entry.period and entry.period.is_open))
    rows = tuple(_row(entry, levels, is_in) for entry in entries)
    empty = NO_PROGRAMME if isinstance(user, User) and user.sets_up_programmes else NO_ROLE
    caption = f"Programmes: {_last(entries)} and this" if has_past else "Programmes this month"
    return Table("portfolio", caption, tuple(columns), (RowGroup("", "", rows),), empty=empty)


def _entries(mine: list[Access]) -> list[PortfolioRow]:
    programmes = [access.programme for access in mine]
    prefetch_related_objects(programmes, Prefetch("periods", Period.objects.newest_first()))
    seen = [(access, next(filter(access.may_see, access.programme.periods.all()), None)) for access in mine]
    prefetch_related_objects([p for _, p in seen if p], "scheme_version", "previous__scheme_version")
    found = trees(*(period for _, period in seen))
    return [
        PortfolioRow(access, period, next(iter(access.tops(period, tree)), None) if period else None)
        for (access, period), tree in zip(seen, found, strict=True)
    ]


def _levels(entries: Iterable[PortfolioRow]) -> Levels:
    periods = [p for entry in entries if entry.period for p in (entry.period, entry.period.previous)]
    rows = Rating.objects.of(*periods).filter(workstream__in=[entry.top.pk for entry in entries if entry.top])
    return {(p, w, d): level for p, w, d, level in rows.values_list("period_id", "workstream_id", "dimension", "level")}


def _dimensions(entries: Iterable[PortfolioRow]) -> dict[str, str]:
    """The label of every dimension any of the rows is rated on, in the order first met.

    By its key: programmes that call a dimension alike share its columns, whatever code each has for it.
    """
    found: dict[str, str] = {}
    for entry in entries:
        for dimension in entry.dimensions:
            found.setdefault(_key(dimension), dimension.label)
    return found


def _key(dimension: Dimension) -> str:
    return slugify(dimension.label, allow_unicode=True)


def _last(entries: Iterable[PortfolioRow]) -> str:
    """What the months before are called together: not each need be that of the calendar."""
    are_months = all(entry.period.last == "last month" for entry in entries if entry.period)
    return "last month" if are_months else "last period"


def _row(entry: PortfolioRow, levels: Levels, is_in: set[Place]) -> TableRow:
    programme, period = entry.access.programme, entry.period
    part = entry.top.name if entry.top and entry.top.parent else ""
    name = f"{programme.name}: {part}" if part else programme.name
    cells = {"programme": Cell(name, href=reverse("programme", args=[programme.slug]))}
    if period is None:
        return TableRow(programme.slug, cells | {"period": Cell("None to see yet")})
    cells["period"] = Cell(f"{period}, {period.get_state_display().lower()}")
    for dimension in entry.dimensions:
        cells[f"{_key(dimension)}_last"] = Cell.rated(entry.level(dimension, period.previous, levels))
        cells[f"{_key(dimension)}_this"] = Cell.rated(entry.level(dimension, period, levels))
    if period.is_open and entry.top:
        cells["returns"] = _returns(entry.access, period, entry.top, is_in)
    if vesting_day := period.scheme.vesting_day:
        cells |= {"vesting": Cell(vesting_day), "days": Cell(shares(period, vesting_day)["remaining"][0])}
    return TableRow(programme.slug, cells)


def _returns(access: Access, period: Period, top: Node, is_in: set[Place]) -> Cell:
    """How many of the returns this person may see are handed in."""
    makes = [node.pk for node in top.walk() if node.tier <= period.scheme.return_tier]
    n = sum((period.pk, key) in is_in for key in makes)
    return Cell(f"{n} of {len(makes)} in", href=reverse("returns", args=[access.programme.slug, period.label]))
