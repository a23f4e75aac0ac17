"""What a scheme says, and how it is parsed."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

from programmes.scheme.document import Place, SchemeError
from programmes.scheme.scales import NO_SCALE, Scale, parse_scale

FORMAT = 1  # the version of the document's own shape
DEEPEST_TIER = 4
PLAN = ("products", "milestones")  # of which a programme may report both, either or none
# The checks that look at a month whose scheme does not say which do. They are those that there were before a scheme
# could say so, and stay those: else a month closed by such a scheme would be found wanting by rules made after it.
FIRST_CHECKS = (
    "product_without_milestone",
    "first_tranche_without_due_date",
    "milestone_past_its_date",
    "milestone_without_status",
    "delivered_before_work_began",
)


@dataclass(frozen=True, slots=True)
class Tier:
    word: str  # "sub-workstream"
    plural: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """What is rated, and on which scale at each tier; a tier that is absent does not rate it."""

    code: str
    label: str
    scales: Mapping[int, Scale]
    task: str  # the part of a return in which it is asked for


@dataclass(frozen=True, slots=True)
class Tranche:
    code: str
    label: str
    due_by: dt.date | None
    change_freeze: dt.date | None
    is_counted: bool  # whether the headline counts include it


@dataclass(frozen=True, slots=True)
class NarrativeKind:
    code: str
    label: str
    plural: str
    heading: str  # of the first column
    second: str  # of the second column; "" when the kind has none
    second_blank: str  # what is printed where the second column is left empty ("None stated"); "" for nothing
    needs_heading: bool  # whether each entry has a heading of its own, or may have
    is_dated: bool
    has_levels: bool  # whether entries stand under one another, two deep


@dataclass(frozen=True, slots=True)
class SectionChoice:
    """A section of a layout with its options, as the section's own code reads them."""

    section: str
    key: str  # the section's own name, unless the layout has it twice
    title: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Scheme:
    """One version of a programme's rules of reporting.

    `Scheme.parse(document)` reads one; a period has its own, and `month.scheme` is that of the month that is read.
    What is found by a code is in the order of the document.

        scheme = month.scheme
        scheme.tiers[node.tier].word, scheme.delivery.levels[row.status].word, scheme.scale("overall", node.tier)

    A programme need not have a vesting day, tranches, products or milestones: nothing speaks of what its scheme
    `lacks`.
    """

    starts_on: dt.date
    vesting_day: dt.date | None
    tiers: tuple[Tier, ...]  # tiers[0] is the programme itself
    return_tier: int
    scales: Mapping[str, Scale]
    dimensions: Mapping[str, Dimension]
    plan: tuple[str, ...]  # those of PLAN that are reported
    delivery: Scale  # the scale of products' and milestones' statuses; one without a grade where there are neither
    delivered: str  # its code for a thing that is done; "" where there are neither
    not_begun: str  # its code for a thing on which no work has begun; "" where no status says so
    checks: tuple[str, ...]  # codes of the checks that look at its months
    holds_closing: tuple[str, ...]  # codes of those that hold a month back while they find anything
    retired: Mapping[str, Mapping[str, str]]  # what becomes of a code at opening, by what its column's codes are called
    tranches: Mapping[str, Tranche]
    narrative: Mapping[str, NarrativeKind]
    layouts: Mapping[str, tuple[SectionChoice, ...]]
    parts: Mapping[str, Any] = field(default_factory=dict)  # an app asks its own: `SchemePart.of`

    @property
    def has_products(self) -> bool:
        return "products" in self.plan

    @property
    def has_milestones(self) -> bool:
        return "milestones" in self.plan

    @property
    def has_tranches(self) -> bool:
        """Whether products stand in tranches, and milestones by their products."""
        return self.has_products and bool(self.tranches)

    def lacks(self, *parts: str) -> str:
        """Those of these parts that it does not have, in words: "tranches and milestones"; "" where it has them all."""
        has = {"vesting day": bool(self.vesting_day), "tranches": self.has_tranches} | dict.fromkeys(self.plan, True)
        return " and ".join(part for part in parts if not has.get(part))

    @property
    def counted_tranches(self) -> tuple[Tranche, ...]:
        return tuple(tranche for tranche in self.tranches.values() if tranche.is_counted)

    def scale(self, dimension: str, tier: int) -> Scale | None:
        """The scale of a dimension at a tier; None where that tier does not rate it."""
        found = self.dimensions.get(dimension)
        return found.scales.get(tier) if found else None

    def rates(self, tier: int, dimension: str, level: str) -> bool:
        """Whether a workstream of this tier can be rated so."""
        scale = self.scale(dimension, tier)
        return scale is not None and level in scale.levels

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """Read a scheme document. Raise SchemeError naming the first place that breaks a rule."""
        doc = Place("scheme", document)
        if doc.integer("format") != FORMAT:
            raise SchemeError(f"scheme.format: this version reads format {FORMAT}.")
        scheme = cls._own(doc)
        if scheme.vesting_day and scheme.vesting_day <= scheme.starts_on:
            raise SchemeError("scheme.vesting_day: must come after starts_on.")
        if scheme.not_begun and scheme.not_begun == scheme.delivered:
            raise SchemeError("scheme.not_begun: must not be the status of a thing that is delivered.")
        if not 1 <= scheme.return_tier < len(scheme.tiers):
            raise SchemeError("scheme.return_tier: must be a tier below the programme.")
        return replace(scheme, parts=parse_all(doc, scheme))

    @classmethod
    def _own(cls, doc: Place) -> Self:
        """What the document says itself, without the parts of apps."""
        scales = doc.by_code("scales", parse_scale)
        tiers = tuple(Tier(place.text("word"), place.text("plural")) for place in doc.each("tiers"))
        if not 1 < len(tiers) <= DEEPEST_TIER + 1:
            raise SchemeError(f"scheme.tiers: name the programme and one to {DEEPEST_TIER} tiers below it.")
        plan, delivery, delivered, not_begun = _plan(doc, scales)
        return cls(
            starts_on=doc.day("starts_on"),
            vesting_day=doc.maybe_day("vesting_day"),
            tiers=tiers,
            return_tier=doc.integer("return_tier"),
            scales=scales,
            dimensions=doc.by_code("dimensions", lambda place: _dimension(place, scales, len(tiers))),
            plan=plan,
            delivery=delivery,
            delivered=delivered,
            not_begun=not_begun,
            checks=doc.maybe_texts("checks") if "checks" in doc else FIRST_CHECKS,
            holds_closing=doc.maybe_texts("holds_closing"),
            retired=_retired(doc),
            tranches=doc.by_code("tranches", _tranche) if "tranches" in doc else {},
            narrative=doc.by_code("narrative", _narrative_kind),
            layouts={name: _layout(doc.inside("layouts"), name) for name in doc.inside("layouts").value},
        )


type Lacking = Callable[[Scheme], str]  # from a scheme to those parts in words that it lacks; "" where it has them all


def lacking(*parts: str) -> Lacking:
    """What a section or a check says it is about: of a scheme, those of these parts that it lacks, in words."""
    return lambda scheme: scheme.lacks(*parts)


OF_ANY_SCHEME = lacking()  # of what is about nothing that a scheme may lack


def _plan(doc: Place, scales: Mapping[str, Scale]) -> tuple[tuple[str, ...], Scale, str, str]:
    """What is planned, on which scale its status is given, and the codes for what is done and what is not begun.

    A document that says nothing of them has no plan. One that names a scale and no `plan` has both: documents did
    before they could say so.
    """
    if not any(key in doc for key in ("plan", "delivery", "delivered", "not_begun")):
        return (), NO_SCALE, "", ""
    plan = doc.maybe_texts("plan") if "plan" in doc else PLAN
    if not plan or len(set(plan)) != len(plan) or not {*plan} <= {*PLAN}:
        raise doc.wrong("plan", f"name {' or '.join(PLAN)}, or both, each once.")
    delivery = doc.one_of("delivery", scales)
    codes = {code: code for code in delivery.levels}
    not_begun = doc.one_of("not_begun", codes) if "not_begun" in doc else ""
    return tuple(what for what in PLAN if what in plan), delivery, doc.one_of("delivered", codes), not_begun


def _dimension(place: Place, scales: Mapping[str, Scale], tiers: int) -> Dimension:
    by_tier = place.inside("scales")
    for tier in by_tier.value:
        if tier not in map(str, range(tiers)):
            raise SchemeError(f"{by_tier.path}: “{tier}” is not a tier of this scheme.")
    return Dimension(
        place.text("code"),
        place.text("label"),
        {int(t): by_tier.one_of(t, scales) for t in by_tier.value},
        place.maybe_text("task") or "Ratings",
    )


def _tranche(place: Place) -> Tranche:
    return Tranche(
        place.text("code"),
        place.text("label"),
        place.maybe_day("due_by"),
        place.maybe_day("change_freeze"),
        place.flag("counted"),
    )


def _narrative_kind(place: Place) -> NarrativeKind:
    return NarrativeKind(
        place.text("code"),
        place.text("label"),
        place.text("plural"),
        place.text("heading"),
        place.maybe_text("second"),
        place.maybe_text("second_blank"),
        place.maybe_flag("needs_heading"),
        place.maybe_flag("is_dated"),
        place.maybe_flag("has_levels"),
    )


def _retired(doc: Place) -> Mapping[str, Mapping[str, str]]:
    if "retired" not in doc:
        return {}
    kinds = doc.inside("retired")
    return {kind: kinds.texts_by_name(kind) for kind in kinds.value}


def _layout(layouts: Place, name: str) -> tuple[SectionChoice, ...]:
    choices = tuple(_choice(place) for place in layouts.each(name))
    if len({choice.key for choice in choices}) != len(choices):
        raise SchemeError(f"{layouts.path}.{name}: a section that stands twice needs a key of its own.")
    return choices


def _choice(place: Place) -> SectionChoice:
    options = place.inside("options").value if "options" in place.value else {}
    section = place.text("section")
    key = place.maybe_text("key") or section
    return SectionChoice(section, key, place.text("title"), options)


# --- The parts of apps --------------------------------------------------------------------------------------
# Each app above declares its own, and reads it from any scheme. A part that a document does not have is not set:
# `absent` stands for it, which means that there are no such rules. It never stands for rules of today, because an old
# version would then say what nobody had agreed when it held.

# What the document itself says; every other key is a part of an app's (`parts` below), or nobody's and left alone.
OWN_KEYS = frozenset(
    [
        *("format", "label", "about", "starts_on", "vesting_day", "tiers", "return_tier", "scales", "dimensions"),
        *("plan", "delivery", "delivered", "not_begun", "checks", "holds_closing", "retired", "tranches"),
        *("narrative", "layouts"),
    ]
)


@dataclass(frozen=True, slots=True)
class SchemePart[T]:
    """An object under a key of the document: how it is read, and what it means that there is none.

    `parse` gets the place, by which its complaints name theirs, and the scheme without the parts of any app, so that a
    part may name tiers, scales and tranches. It raises SchemeError.

        RULES = register(SchemePart[Rules | None]("risks", parse=_rules, absent=None))
        ...
        rules = RULES.of(month.scheme)  # None: this programme reports no risks yet
    """

    key: str
    parse: Callable[[Place, Scheme], T]
    absent: T

    def of(self, scheme: Scheme) -> T:
        return cast("T", scheme.parts.get(self.key, self.absent))


parts: dict[str, SchemePart[Any]] = {}


def register[T](part: SchemePart[T]) -> SchemePart[T]:
    """Have every scheme read with this part. Raise ValueError where its key is taken."""
    if part.key in parts or part.key in OWN_KEYS:
        raise ValueError(f"The key “{part.key}” of a scheme is taken.")
    parts[part.key] = part
    return part


def parse_all(place: Place, scheme: Scheme) -> dict[str, Any]:
    """Every part that the document has, by its key."""
    return {key: part.parse(place.inside(key), scheme) for key, part in parts.items() if key in place}
