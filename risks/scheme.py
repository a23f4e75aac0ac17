"""The part of a scheme that says how risks and issues are reported: the matrix, levels, prospects, rules of exception.

No Django here. A score means what the scheme of its own period says: a new matrix never re-scores the past.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from core.blocks import Level
from programmes.scheme import TOKENS, Codes, Place, Scale, Scheme, SchemeError, SchemePart, register
from programmes.scheme.scales import parse_scale

LOWEST_STEP, HIGHEST_STEP = 3, 6  # of a matrix; a named scale may have two
MONTHS = range(1, 13)
CHANGES = ("new", "closed", "reopened", "score", "level", "target_date", "prospects")  # what a rule may look for


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its words: a category, a treatment."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class RiskLevel:
    """On whose register a risk stands, lowest first: escalated, it goes to a later one."""

    code: str
    label: str
    meaning: str  # the criteria by which a risk belongs here, printed with it
    tier: int  # of the workstream whose leads answer for it; 0 is the programme, where those who run the months do


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of scores that is printed and read alike, from its lowest score up."""

    level: Level
    start: int

    @property
    def code(self) -> str:
        return self.level.code


@dataclass(frozen=True)
class Matrix:
    """How a risk is scored: by likelihood and impact, or on one named scale, whose steps are its scores."""

    likelihood: tuple[str, ...]  # words from the lowest step; none of a named scale
    impact: tuple[str, ...]
    scale: tuple[str, ...]  # words of the one named scale; none of a matrix
    bands: tuple[Band, ...]  # lowest first

    @property
    def highest(self) -> int:
        """The highest score there is."""
        return len(self.scale) or len(self.likelihood) * len(self.impact)

    @cached_property
    def scores(self) -> tuple[str, ...]:
        """The scores that may be stated alone."""
        return _steps(self.highest)

    def band(self, score: int | None) -> Band | None:
        """The band that a score falls into; None where there is no score, or one that this matrix does not have."""
        if score is None or not 1 <= score <= self.highest:
            return None
        return next((band for band in reversed(self.bands) if band.start <= score), None)

    def word(self, score: int) -> str:
        """The score in words, where this is a named scale: High."""
        return self.scale[score - 1] if 1 <= score <= len(self.scale) else ""


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """When a risk is reported by exception: all that it names must hold of the risk."""

    code: str
    label: str  # as it is printed: “Current score of 12 or more with amber or red prospects”
    score_from: int  # the lowest current score; 0 asks for none
    prospects: tuple[str, ...]
    levels: tuple[str, ...]
    changed: tuple[str, ...]  # any of these since the last report
    month: int  # the month of the year in which it holds, such as for the whole register; 0 is every month


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that members may do about what they read."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RiskRules:
    in_returns: bool  # whether returns ask for risks; else the register is kept apart from them
    matrix: Matrix
    levels: Mapping[str, RiskLevel]
    categories: Mapping[str, Named]
    treatments: Mapping[str, Named]
    prospects: Scale | None  # of reaching the target score by its date
    exceptions: Mapping[str, ExceptionRule]
    unchanged_after: int  # months in which a score stays the same before a check asks; 0: none asks
    prompts: tuple[str, ...]  # questions for members
    advice: tuple[Advice, ...]
    made_up: str  # printed with every table of risks where those are an example’s: that they are made up
    rated: tuple[str, ...]  # dimensions under whose ratings risks are shown as evidence
    issues_rated: tuple[str, ...]  # the same of issues
    narrative: tuple[str, ...]  # kinds of narrative in whose second column a mitigation stands

    def rank(self, level: str) -> int:
        """The place of a level among them, from 0 for the lowest; -1 of none."""
        return [*self.levels].index(level) if level in self.levels else -1


def _rules(place: Place, scheme: Scheme) -> RiskRules:
    prospects = parse_scale(place.inside("prospects")) if "prospects" in place else None
    levels = place.by_code("levels", _level)
    rules = RiskRules(
        in_returns=place.maybe_flag("in_returns"),
        matrix=_matrix(place),
        levels=levels,
        categories=_named(place, "categories"),
        treatments=_named(place, "treatments"),
        prospects=prospects,
        exceptions=place.by_code("exceptions", _exception(levels, prospects)) if "exceptions" in place else {},
        unchanged_after=place.integer("unchanged_after") if "unchanged_after" in place else 0,
        prompts=place.maybe_texts("prompts"),
        advice=tuple(Advice(each.text("title"), each.text("text")) for each in place.each("suggested_actions"))
        if "suggested_actions" in place
        else (),
        made_up=place.maybe_text("made_up"),
        rated=_among(place, "rated_for_risks", scheme.dimensions),
        issues_rated=_among(place, "rated_for_issues", scheme.dimensions),
        narrative=_among(place, "narrative_with_mitigation", scheme.narrative),
    )
    if "unchanged_after" in place and rules.unchanged_after < 1:
        raise place.wrong("unchanged_after", "must be a number of months from 1.")
    return rules


def _named(place: Place, key: str) -> Mapping[str, Named]:
    read: Callable[[Place], Named] = lambda each: Named(each.text("code"), each.text("label"))  # noqa: E731
    return place.by_code(key, read) if key in place else {}


def _level(place: Place) -> RiskLevel:
    tier = place.integer("tier")
    if tier < 0:
        raise place.wrong("tier", "must be a tier from 0, the programme.")
    return RiskLevel(place.text("code"), place.text("label"), place.text("meaning"), tier)


def _matrix(place: Place) -> Matrix:
    """A matrix of three to six steps a side, or one named scale of two to six."""
    likelihood, impact, scale = (place.maybe_texts(key) for key in ("likelihood", "impact", "scale"))
    if scale and (likelihood or impact):
        raise place.wrong("scale", "stands in place of likelihood and impact, not beside them.")
    least = 2 if scale else LOWEST_STEP
    sides = {"scale": scale} if scale else {"likelihood": likelihood, "impact": impact}
    for key, steps in sides.items():
        if not least <= len(steps) <= HIGHEST_STEP:
            raise place.wrong(key, f"must name {least} to {HIGHEST_STEP} steps, the lowest first.")
    matrix = Matrix(likelihood, impact, scale, tuple(place.by_code("bands", _band).values()))
    starts = [band.start for band in matrix.bands]
    if not starts or starts[0] != 1 or starts != sorted(set(starts)) or starts[-1] > matrix.highest:
        raise place.wrong("bands", f"must begin at 1 and rise, to {matrix.highest} at most.")
    return matrix


def _band(place: Place) -> Band:
    token = place.one_of("token", {name: name for name in TOKENS})
    level = Level(place.text("code"), place.text("letter"), place.text("word"), place.text("glyph"), token)
    return Band(level, place.integer("from"))


def _exception(levels: Mapping[str, RiskLevel], prospects: Scale | None) -> Callable[[Place], ExceptionRule]:
    def read(place: Place) -> ExceptionRule:
        rule = ExceptionRule(
            place.text("code"),
            place.text("label"),
            place.integer("score_from") if "score_from" in place else 0,
            _among(place, "prospects", prospects.levels if prospects else {}),
            _among(place, "levels", levels),
            _among(place, "changed", dict.fromkeys(CHANGES)),
            place.integer("month") if "month" in place else 0,
        )
        if not rule.code.isidentifier():
            raise place.wrong("code", "may have letters, figures and underscores alone.")
        if rule.month and rule.month not in MONTHS:
            raise place.wrong("month", "must be a month of the year, 1 to 12.")
        if not any((rule.score_from, rule.prospects, rule.levels, rule.changed, rule.month)):
            raise SchemeError(f"{place.path}: names nothing by which a risk would be an exception.")
        return rule

    return read


def _among[T](place: Place, key: str, known: Mapping[str, T]) -> tuple[str, ...]:
    """The codes of a list, each of which must be known."""
    codes = place.maybe_texts(key)
    for code in codes:
        if code not in known:
            raise place.wrong(key, f"“{code}” is not one of {', '.join(known) or 'any: there is none'}.")
    return codes


# None: this programme reports no risks yet. No code of theirs has a meaning, no check looks, no return asks.
RULES = register(SchemePart[RiskRules | None]("risks", parse=_rules, absent=None))


def asked_in_returns(scheme: Scheme) -> bool:
    rules = RULES.of(scheme)
    return rules is not None and rules.in_returns


# --- The codes in the columns of rows -----------------------------------------------------------------------


def _codes(key: str, called: str, known: Callable[[RiskRules], Mapping[str, object] | tuple[str, ...]]) -> Codes:
    def of(scheme: Scheme) -> tuple[str, ...]:
        rules = RULES.of(scheme)
        return tuple(known(rules)) if rules else ()

    return Codes(key, of, called)


def _steps(highest: int) -> tuple[str, ...]:
    return tuple(str(n) for n in range(1, highest + 1))


LEVELS = _codes("risk_level", "level of {row}", lambda rules: rules.levels)
CATEGORIES = _codes("risk_category", "category of {row}", lambda rules: rules.categories)
TREATMENTS = _codes("risk_treatment", "treatment of {row}", lambda rules: rules.treatments)
PROSPECTS = _codes("risk_prospects", "prospects of {row}", lambda r: r.prospects.levels if r.prospects else {})
LIKELIHOODS = _codes("risk_likelihood", "likelihood of {row}", lambda rules: _steps(len(rules.matrix.likelihood)))
IMPACTS = _codes("risk_impact", "impact of {row}", lambda rules: _steps(len(rules.matrix.impact)))
SCORES = _codes("risk_score", "score of {row}", lambda rules: rules.matrix.scores)
