"""The part of a scheme that says how money is reported: the tables, column by column, and what is asked of figures.

A table is data, so that a council has its own by a new version of its scheme. `docs/scheme.md` shows each form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.money import UNITS, Unit
from finance.columns import MoneyColumn, read_column, read_kinds
from finance.measures import LineKind
from programmes.scheme import Place, Scheme, SchemePart, register


class Style(StrEnum):
    """How the difference between a forecast and its budget is printed."""

    BRACKETS_FAVOURABLE = "brackets_favourable"
    BRACKETS_ADVERSE = "brackets_adverse"
    UNDER_OVER = "under_over"  # budget less forecast: what is over is in brackets, whatever that means
    WORDS = "words"


class Rows(StrEnum):
    """What a row of a table is."""

    LINES = "lines"
    TITLES = "titles"  # lines of one name together: what a project costs and what it saves
    WORKSTREAMS = "workstreams"  # with all that stands under each


# --- What a table is ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoneyGroup:
    """Rows under a heading of their own: lines of some kinds or of some groups."""

    key: str
    label: str
    kinds: frozenset[LineKind]  # none: every kind
    groups: frozenset[str]  # of the lines; none: every group
    banner: tuple[str, ...]  # over the rows, one for each top band of the columns
    total: str  # the label of its total; "" for none
    style: Style | None  # None: the table's

    @property
    def code(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class Foot:
    """A row that adds groups up. A net one takes what comes in from what goes out."""

    key: str
    label: str
    groups: frozenset[str]  # keys; none: every group
    is_net: bool
    kinds: Mapping[str, frozenset[LineKind]]  # by a column's key: which lines that one adds up

    @property
    def code(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class Rated:
    """Only what stands at one of these levels: the exceptions."""

    dimension: str
    levels: frozenset[str]


@dataclass(frozen=True, slots=True)
class MoneyTable:
    code: str
    caption: str
    head: str  # of the first column
    unit: Unit
    places: int
    rows: Rows
    tiers: tuple[int, ...]  # of the workstreams that are rows, or of those whose lines are; none: every tier
    bare: frozenset[int]  # tiers whose rows show no figure
    under: str  # the ref of the workstream it is about; "" for what is read
    kinds: frozenset[LineKind]  # of its lines; none: every kind
    is_cashable: bool  # whether only lines of which that is stated count
    rated: Rated | None  # of the rows' workstreams; None: however they are rated
    by_group: bool  # whether each group of lines stands under its own heading
    by_tier: int | None  # the tier whose workstreams are the headings
    total: str  # the label of the total of each heading that `by_group` or `by_tier` makes; "" for none
    groups: tuple[MoneyGroup, ...]
    columns: tuple[MoneyColumn, ...]
    feet: tuple[Foot, ...]
    style: Style
    has_brackets: bool  # whether any amount below nought stands in brackets
    is_net: bool  # whether what comes in is taken from what goes out in every row


@dataclass(frozen=True, slots=True)
class Tolerance:
    """From which difference on a comment is asked for: both have to be passed. None: nothing asks."""

    percent: int
    pounds: int


@dataclass(frozen=True, slots=True)
class MoneyRules:
    tables: Mapping[str, MoneyTable]
    evidence: Mapping[str, str]  # by dimension: the table that stands under its ratings
    tolerance: Tolerance | None
    unchanged_for: int  # periods for which a forecast may stand as it was; 0: for ever
    on_course: frozenset[str]  # levels at which nothing should be at risk


def rules(scheme: Scheme) -> MoneyRules | None:
    return RULES.of(scheme)


def without_money(scheme: Scheme) -> str:
    """What a scheme lacks of that which is about money, in words; "" where it has it."""
    return "" if RULES.of(scheme) else "money"


def tables(scheme: Scheme) -> Mapping[str, MoneyTable]:
    found = RULES.of(scheme)
    return found.tables if found else {}


# --- How it is read -----------------------------------------------------------------------------------------


def _rules(place: Place, scheme: Scheme) -> MoneyRules:
    found = place.by_code("tables", lambda each: _table(each, scheme))
    evidence = place.texts_by_name("evidence") if "evidence" in place else {}
    for dimension, table in evidence.items():
        if dimension not in scheme.dimensions:
            raise place.wrong("evidence", f"“{dimension}” is no dimension of this scheme.")
        if table not in found:
            raise place.wrong("evidence", f"“{table}” is not one of the tables.")
    tolerance = place.inside("tolerance") if "tolerance" in place else None
    return MoneyRules(
        found,
        evidence,
        Tolerance(tolerance.integer("percent"), tolerance.integer("pounds")) if tolerance else None,
        place.integer("unchanged_for") if "unchanged_for" in place else 0,
        frozenset(place.maybe_texts("on_course")),
    )


def _table(place: Place, scheme: Scheme) -> MoneyTable:
    tiers, bare = _tiers(place, "tiers", scheme), _tiers(place, "bare_tiers", scheme)
    by_tier = place.integer("by_tier") if "by_tier" in place else None
    if by_tier is not None and not 0 <= by_tier < len(scheme.tiers):
        raise place.wrong("by_tier", "is not a tier of this scheme.")
    columns = place.by_code("columns", lambda each: read_column(each, scheme))
    groups = place.by_code("groups", _group) if "groups" in place else {}
    feet = place.by_code("totals", lambda each: _foot(each, groups, columns)) if "totals" in place else {}
    rows = place.one_of("rows", {each.value: each for each in Rows}) if "rows" in place else Rows.LINES
    places = place.integer("places") if "places" in place else 0
    if not 0 <= places <= 6:  # noqa: PLR2004 -- a million pounds has so many places before the penny
        raise place.wrong("places", "must be from 0 to 6.")
    table = MoneyTable(
        code=place.text("code"),
        caption=place.text("caption"),
        head=place.maybe_text("head") or "Line",
        unit=place.one_of("unit", UNITS),
        places=places,
        rows=rows,
        tiers=tiers,
        bare=frozenset(bare),
        under=place.maybe_text("under"),
        kinds=read_kinds(place, "kinds"),
        is_cashable=place.maybe_flag("cashable"),
        rated=_rated(place.inside("rated"), scheme) if "rated" in place else None,
        by_group=place.maybe_flag("by_group"),
        by_tier=by_tier,
        total=place.maybe_text("total"),
        groups=tuple(groups.values()),
        columns=tuple(columns.values()),
        feet=tuple(feet.values()),
        style=_style(place) or Style.BRACKETS_ADVERSE,
        has_brackets=place.maybe_flag("brackets"),
        is_net=place.maybe_flag("net"),
    )
    _check(place, table)
    return table


def _check(place: Place, table: MoneyTable) -> None:
    """Raise SchemeError for what no table could show."""
    if sum([bool(table.groups), table.by_group, table.by_tier is not None]) > 1:
        raise place.wrong("groups", "a table has groups of its own, or those of its lines, or those of a tier.")
    before: dict[str, MoneyColumn] = {}
    headings = {("", table.head)}
    for column in table.columns:
        for name in column.needs:
            if name not in before or not before[name].is_money:
                raise place.wrong("columns", f"“{column.key}” needs a column of money “{name}” before it.")
        before[column.key] = column
        heading = ("".join(column.bands), column.label)
        if heading in headings:
            raise place.wrong("columns", f"two columns are headed “{column.heading}”.")
        headings.add(heading)


def _tiers(place: Place, key: str, scheme: Scheme) -> tuple[int, ...]:
    found: list[int] = place.value.get(key, [])
    known = range(len(scheme.tiers))
    if not isinstance(found, list) or not all(type(tier) is int and tier in known for tier in found):
        raise place.wrong(key, f"must be a list of tiers from 0 to {len(known) - 1}.")
    return tuple(found)


def _rated(place: Place, scheme: Scheme) -> Rated:
    dimension, levels = place.one_of("dimension", scheme.dimensions), place.maybe_texts("levels")
    known = {code for scale in dimension.scales.values() for code in scale.levels}
    if not levels or not known.issuperset(levels):
        raise place.wrong("levels", f"name some of {', '.join(sorted(known))}.")
    return Rated(dimension.code, frozenset(levels))


def _style(place: Place) -> Style | None:
    return place.one_of("variances", {each.value: each for each in Style}) if "variances" in place else None


def _group(place: Place) -> MoneyGroup:
    return MoneyGroup(
        place.text("key"),
        place.text("label"),
        read_kinds(place, "kinds"),
        frozenset(place.maybe_texts("groups")),
        tuple(each.strip() for each in place.value.get("banner", ())),
        place.maybe_text("total"),
        _style(place),
    )


def _foot(place: Place, groups: Mapping[str, MoneyGroup], columns: Mapping[str, MoneyColumn]) -> Foot:
    of = place.maybe_texts("groups")
    if unknown := [key for key in of if key not in groups]:
        raise place.wrong("groups", f"“{unknown[0]}” is not one of the groups.")
    kinds = place.inside("kinds") if "kinds" in place else None
    if kinds and (strange := [key for key in kinds.value if key not in columns]):
        raise place.wrong("kinds", f"“{strange[0]}” is not one of the columns.")
    by_column = {key: read_kinds(kinds, key) for key in kinds.value} if kinds else {}
    return Foot(place.text("key"), place.text("label"), frozenset(of), place.maybe_flag("net"), by_column)


# None: this programme reports no money, and nothing asks for it.
RULES = register(SchemePart[MoneyRules | None]("money", parse=_rules, absent=None))
