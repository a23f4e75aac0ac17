"""The scheme: a programme's rules of reporting, parsed from one JSON document into frozen values. No Django here.

A scheme never changes; a new version is another document. Positions hold codes (a level's, a tranche's), and the
scheme of their period says what they meant: June's words and colours stay June's.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from core.blocks import Level

FORMAT = 1  # the version of the document's own shape
TOKENS = ("green", "amber", "red", "blue", "none")
DEEPEST_TIER = 4


class SchemeError(ValueError):
    """The document breaks a rule; the message names the place."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A level with what the scheme knows beyond its print: what it means and how serious it is (0 is well)."""

    level: Level
    meaning: str
    severity: int

    @property
    def code(self) -> str:
        return self.level.code


@dataclass(frozen=True)
class Scale:
    code: str
    label: str
    grades: tuple[Grade, ...]

    @cached_property
    def levels(self) -> Mapping[str, Level]:
        return {grade.code: grade.level for grade in self.grades}

    @cached_property
    def severities(self) -> Mapping[str, int]:
        return {grade.code: grade.severity for grade in self.grades}

    @cached_property
    def best(self) -> frozenset[str]:
        """The codes of those that are not off course at all."""
        least = min(self.severities.values())
        return frozenset(code for code, severity in self.severities.items() if severity == least)

    @property
    def worst(self) -> Grade:
        return max(self.grades, key=lambda grade: grade.severity)

    def meaning(self, code: str) -> str:
        return next((grade.meaning for grade in self.grades if grade.code == code), "")


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
    starts_on: dt.date
    vesting_day: dt.date
    tiers: tuple[Tier, ...]  # tiers[0] is the programme itself
    return_tier: int
    scales: Mapping[str, Scale]
    dimensions: Mapping[str, Dimension]
    delivery: Scale  # the scale of products' and milestones' statuses
    delivered: str  # its code for a thing that is done
    not_begun: str  # its code for a thing on which no work has begun; "" where no status says so
    holds_closing: tuple[str, ...]  # codes of the checks that hold a month back while they find anything
    tranches: Mapping[str, Tranche]
    narrative: Mapping[str, NarrativeKind]
    layouts: Mapping[str, tuple[SectionChoice, ...]]

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
        doc = _Place("scheme", document)
        if doc.integer("format") != FORMAT:
            raise SchemeError(f"scheme.format: this version reads format {FORMAT}.")
        scales = _by_code(doc, "scales", _scale)
        tiers = tuple(Tier(place.text("word"), place.text("plural")) for place in doc.each("tiers"))
        if not 1 < len(tiers) <= DEEPEST_TIER + 1:
            raise SchemeError(f"scheme.tiers: name the programme and one to {DEEPEST_TIER} tiers below it.")
        delivery = doc.one_of("delivery", scales)
        codes = {code: code for code in delivery.levels}
        delivered = doc.one_of("delivered", codes)
        not_begun = doc.one_of("not_begun", codes) if "not_begun" in document else ""
        scheme = cls(
            starts_on=doc.day("starts_on"),
            vesting_day=doc.day("vesting_day"),
            tiers=tiers,
            return_tier=doc.integer("return_tier"),
            scales=scales,
            dimensions=_by_code(doc, "dimensions", lambda place: _dimension(place, scales, len(tiers))),
            delivery=delivery,
            delivered=delivered,
            not_begun=not_begun,
            holds_closing=doc.maybe_texts("holds_closing"),
            tranches=_by_code(doc, "tranches", _tranche),
            narrative=_by_code(doc, "narrative", _narrative_kind),
            layouts={name: _layout(doc.inside("layouts"), name) for name in doc.inside("layouts").value},
        )
        if scheme.vesting_day <= scheme.starts_on:
            raise SchemeError("scheme.vesting_day: must come after starts_on.")
        if scheme.not_begun == scheme.delivered:
            raise SchemeError("scheme.not_begun: must not be the status of a thing that is delivered.")
        if not 1 <= scheme.return_tier < len(tiers):
            raise SchemeError("scheme.return_tier: must be a tier below the programme.")
        return scheme


class _Place:
    """A part of the document that knows where it stands, so that every complaint does too."""

    def __init__(self, path: str, value: Any) -> None:
        self.path, self.value = path, value
        if not isinstance(value, Mapping):
            raise SchemeError(f"{path}: must be an object.")

    def _typed[T](self, key: str, kind: type[T], what: str) -> T:
        value = self.value.get(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise SchemeError(f"{self.path}.{key}: must be {what}.")
        return value

    def text(self, key: str) -> str:
        value = self._typed(key, str, "text")
        if not value.strip():
            raise SchemeError(f"{self.path}.{key}: must not be empty.")
        return value

    def maybe_text(self, key: str) -> str:
        return self.text(key) if self.value.get(key) else ""

    def maybe_texts(self, key: str) -> tuple[str, ...]:
        items = self._typed(key, list, "a list") if key in self.value else []
        if not all(isinstance(item, str) and item.strip() for item in items):
            raise SchemeError(f"{self.path}.{key}: must be a list of texts.")
        return tuple(items)

    def integer(self, key: str) -> int:
        return self._typed(key, int, "a whole number")

    def flag(self, key: str) -> bool:
        return self._typed(key, bool, "true or false")

    def maybe_flag(self, key: str) -> bool:
        return self.flag(key) if key in self.value else False

    def maybe_day(self, key: str) -> dt.date | None:
        return self.day(key) if self.value.get(key) else None

    def day(self, key: str) -> dt.date:
        try:
            return dt.date.fromisoformat(self.text(key))
        except ValueError as error:
            raise SchemeError(f"{self.path}.{key}: must be a day written 2022-06-30.") from error

    def inside(self, key: str) -> "_Place":
        return _Place(f"{self.path}.{key}", self.value.get(key))

    def each(self, key: str) -> Iterable["_Place"]:
        items = self._typed(key, list, "a list")
        return (_Place(f"{self.path}.{key}[{n}]", item) for n, item in enumerate(items))

    def one_of[T](self, key: str, known: Mapping[str, T]) -> T:
        code = self.text(key)
        if code not in known:
            raise SchemeError(f"{self.path}.{key}: “{code}” is not one of {', '.join(known)}.")
        return known[code]


def _by_code[T: (Scale, Dimension, Tranche, NarrativeKind)](
    place: _Place, key: str, read: Callable[[_Place], T]
) -> Mapping[str, T]:
    out: dict[str, T] = {}
    for item in map(read, place.each(key)):
        if item.code in out:
            raise SchemeError(f"{place.path}.{key}: the code “{item.code}” stands twice.")
        out[item.code] = item
    return out


def _scale(place: _Place) -> Scale:
    grades = tuple(_grade(level) for level in place.each("levels"))
    if len({grade.code for grade in grades}) != len(grades) or not grades:
        raise SchemeError(f"{place.path}.levels: name at least one level, each code once.")
    return Scale(place.text("code"), place.text("label"), grades)


def _grade(place: _Place) -> Grade:
    token = place.one_of("token", {name: name for name in TOKENS})
    level = Level(place.text("code"), place.text("letter"), place.text("word"), place.text("glyph"), token)
    return Grade(level, place.text("meaning"), place.integer("severity"))


def _dimension(place: _Place, scales: Mapping[str, Scale], tiers: int) -> Dimension:
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


def _tranche(place: _Place) -> Tranche:
    return Tranche(
        place.text("code"),
        place.text("label"),
        place.maybe_day("due_by"),
        place.maybe_day("change_freeze"),
        place.flag("counted"),
    )


def _narrative_kind(place: _Place) -> NarrativeKind:
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


def _layout(layouts: _Place, name: str) -> tuple[SectionChoice, ...]:
    choices = tuple(_choice(place) for place in layouts.each(name))
    if len({choice.key for choice in choices}) != len(choices):
        raise SchemeError(f"{layouts.path}.{name}: a section that stands twice needs a key of its own.")
    return choices


def _choice(place: _Place) -> SectionChoice:
    options = place.inside("options").value if "options" in place.value else {}
    section = place.text("section")
    key = place.maybe_text("key") or section
    return SectionChoice(section, key, place.text("title"), options)
