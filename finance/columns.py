"""What a column of a money table shows, and how a scheme says it."""

from collections.abc import Callable
from dataclasses import dataclass

from core.blocks import Kind
from finance.measures import LineKind, Measure
from programmes.scheme import Place, Scheme


@dataclass(frozen=True, slots=True)
class Stated:
    """Amounts as they are stated: of a measure in these years, less those of another one where that is named."""

    measure: Measure
    years: tuple[str, ...]
    kinds: frozenset[LineKind]  # of the lines that count; none: every line
    less: Measure | None = None


@dataclass(frozen=True, slots=True)
class Variance:
    """A measure less what it is held against, in one year, of the lines that state both."""

    measure: Measure
    against: Measure
    year: str
    kinds: frozenset[LineKind]


@dataclass(frozen=True, slots=True)
class Sum:
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Less:
    """A column less another."""

    of: str
    less: str


@dataclass(frozen=True, slots=True)
class Percent:
    """A column as so many percent of another."""

    of: str
    whole: str


@dataclass(frozen=True, slots=True)
class Words:
    """What another column's figure means, in words: a variance, or what is at risk."""

    of: str
    blank: str = ""  # what it means that nothing is stated of a row's lines


@dataclass(frozen=True, slots=True)
class RatingOf:
    """How the row's workstream is rated, this period or the last."""

    dimension: str
    is_past: bool


@dataclass(frozen=True, slots=True)
class TrendOf:
    """The direction of travel that is declared with a rating."""

    dimension: str


@dataclass(frozen=True, slots=True)
class Text:
    """What a line or its workstream says of itself."""

    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """Narrative of the row's workstream, of one kind."""

    kind: str


TEXTS = {"ref": "Ref", "lead": "Lead", "comment": "Comment", "group": "Group"}

type Shows = Stated | Variance | Sum | Less | Percent | Words | RatingOf | TrendOf | Text | Said


@dataclass(frozen=True, slots=True)
class MoneyColumn:
    key: str
    label: str
    bands: tuple[str, ...]
    shows: Shows
    is_hidden: bool = False  # worked out for the columns after it, and not printed

    @property
    def code(self) -> str:
        return self.key

    @property
    def heading(self) -> str:
        """All that stands above its figures, in one line."""
        return " ".join((*self.bands, self.label))

    @property
    def needs(self) -> tuple[str, ...]:
        """The keys of the columns that it is worked out from."""
        match self.shows:
            case Sum():
                return self.shows.columns
            case Less():
                return (self.shows.of, self.shows.less)
            case Percent():
                return (self.shows.of, self.shows.whole)
            case Words():
                return (self.shows.of,)
            case _:
                return ()

    @property
    def is_money(self) -> bool:
        return isinstance(self.shows, Stated | Variance | Sum | Less)

    @property
    def kind(self) -> Kind:
        """What its cells hold."""
        if self.is_money:
            return Kind.MONEY
        if isinstance(self.shows, RatingOf):
            return Kind.RATING
        return Kind.PERCENT if isinstance(self.shows, Percent) else Kind.TEXT


def read_kinds(place: Place, key: str) -> frozenset[LineKind]:
    found = place.maybe_texts(key)
    if unknown := [kind for kind in found if kind not in LineKind.values]:
        raise place.wrong(key, f"“{unknown[0]}” is not one of {', '.join(LineKind.values)}.")
    return frozenset(map(LineKind, found))


def _measure(place: Place, key: str) -> Measure:
    return place.one_of(key, {each.value: each for each in Measure})


def _stated(place: Place, _scheme: Scheme) -> Stated:
    less = _measure(place, "less") if "less" in place else None
    return Stated(_measure(place, "measure"), _years(place), read_kinds(place, "kinds"), less)


def _years(place: Place) -> tuple[str, ...]:
    return place.maybe_texts("years") if "years" in place else (place.text("year"),)


def _variance(place: Place, _scheme: Scheme) -> Variance:
    inside = place.inside("variance")
    return Variance(
        _measure(inside, "of"), _measure(inside, "against"), inside.text("year"), read_kinds(inside, "kinds")
    )


def _sum(place: Place, _scheme: Scheme) -> Sum:
    return Sum(place.maybe_texts("sum"))


def _difference(place: Place, _scheme: Scheme) -> Less:
    inside = place.inside("difference")
    return Less(inside.text("of"), inside.text("less"))


def _percent(place: Place, _scheme: Scheme) -> Percent:
    inside = place.inside("percent")
    return Percent(inside.text("of"), inside.text("whole"))


def _rating(place: Place, scheme: Scheme) -> RatingOf:
    return RatingOf(place.one_of("rating", scheme.dimensions).code, place.maybe_flag("past"))


def _trend(place: Place, scheme: Scheme) -> TrendOf:
    return TrendOf(place.one_of("trend", scheme.dimensions).code)


def _text(place: Place, _scheme: Scheme) -> Text:
    return Text(place.one_of("text", {name: name for name in TEXTS}))


def _said(place: Place, scheme: Scheme) -> Said:
    return Said(place.one_of("narrative", scheme.narrative).code)


COLUMNS: dict[str, Callable[[Place, Scheme], Shows]] = {
    "measure": _stated,
    "variance": _variance,
    "sum": _sum,
    "difference": _difference,
    "percent": _percent,
    "words": lambda place, _scheme: Words(place.text("words"), place.maybe_text("blank")),
    "rating": _rating,
    "trend": _trend,
    "text": _text,
    "narrative": _said,
}


def read_column(place: Place, scheme: Scheme) -> MoneyColumn:
    """A column names one thing that it shows."""
    named = [name for name in COLUMNS if name in place]
    if len(named) != 1:
        raise place.wrong("measure", f"a column shows one of {', '.join(COLUMNS)}.")
    (name,) = named
    shows = COLUMNS[name](place, scheme)
    bands, is_hidden = place.maybe_texts("bands"), place.maybe_flag("hidden")
    return MoneyColumn(place.text("key"), place.text("label"), bands, shows, is_hidden)
