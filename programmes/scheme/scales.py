"""Scales and their levels: what a thing can be rated, how each is printed and how serious it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from core.blocks import Level
from programmes.scheme.document import Place

# The colours of levels: static/css/levels.css has each of them.
TOKENS = ("green", "amber", "red", "blue", "none", "yellow", "orange", "purple", "teal", "pink", "brown", "grey")


class Movement(StrEnum):
    """How a level stands to another one of its scale."""

    WORSE = "worse"
    BETTER = "better"
    CHANGED = "changed"  # to or from a level outside the order
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Grade:
    """A level with what the scheme knows beyond its print: what it means and how serious it is (0 is well).

    One without a severity stands outside the order, such as "closed" or "exempt": neither better nor worse than others.
    """

    level: Level
    meaning: str
    severity: int | None

    @property
    def code(self) -> str:
        return self.level.code


@dataclass(frozen=True)
class Scale:
    """The grades that something can be given, in the order they are offered in."""

    code: str
    label: str
    grades: tuple[Grade, ...]

    @cached_property
    def levels(self) -> Mapping[str, Level]:
        return {grade.code: grade.level for grade in self.grades}

    @cached_property
    def severities(self) -> Mapping[str, int]:
        """How serious each level is, by its code, of those that stand in the order."""
        return {grade.code: grade.severity for grade in self.grades if grade.severity is not None}

    @cached_property
    def best(self) -> frozenset[str]:
        """The codes of those that are not off course at all."""
        least = min(self.severities.values())
        return frozenset(code for code, severity in self.severities.items() if severity == least)

    @cached_property
    def worst(self) -> Grade:
        most = max(self.severities.values())
        return next(grade for grade in self.grades if grade.severity == most)

    def is_off(self, code: str) -> bool:
        """Whether a level is worse than the best. One outside the order is not."""
        return code in self.severities and code not in self.best

    def moved(self, was: str, now: str) -> Movement:
        """How a level stands to what it was."""
        if was == now:
            return Movement.SAME
        before, after = self.severities.get(was), self.severities.get(now)
        if before is None or after is None:
            return Movement.CHANGED
        return Movement.SAME if before == after else Movement.WORSE if after > before else Movement.BETTER

    def worst_first(self, code: str) -> tuple[bool, int]:
        """What levels are sorted by so that the most serious stand first, and those outside the order last."""
        return code not in self.severities, -self.severities.get(code, 0)

    def meaning(self, code: str) -> str:
        return next((grade.meaning for grade in self.grades if grade.code == code), "")


NO_SCALE = Scale("", "", ())


def parse_scale(place: Place) -> Scale:
    grades = tuple(_grade(level) for level in place.each("levels"))
    if len({grade.code for grade in grades}) != len(grades) or not grades:
        raise place.wrong("levels", "name at least one level, each code once.")
    if all(grade.severity is None for grade in grades):
        raise place.wrong("levels", "at least one level needs a severity.")
    return Scale(place.text("code"), place.text("label"), grades)


def _grade(place: Place) -> Grade:
    token = place.one_of("token", {name: name for name in TOKENS})
    level = Level(place.text("code"), place.text("letter"), place.text("word"), place.text("glyph"), token)
    severity = place.integer("severity") if "severity" in place else None
    return Grade(level, place.text("meaning"), severity)
