"""Scales and their levels: what a thing can be rated, how each is printed and how serious it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from core.blocks import Level
from programmes.scheme.document import Place

TOKENS = ("green", "amber", "red", "blue", "none")


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
    """The grades that something can be given, in the order they are offered in."""

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


def parse_scale(place: Place) -> Scale:
    grades = tuple(_grade(level) for level in place.each("levels"))
    if len({grade.code for grade in grades}) != len(grades) or not grades:
        raise place.wrong("levels", "name at least one level, each code once.")
    return Scale(place.text("code"), place.text("label"), grades)


def _grade(place: Place) -> Grade:
    token = place.one_of("token", {name: name for name in TOKENS})
    level = Level(place.text("code"), place.text("letter"), place.text("word"), place.text("glyph"), token)
    return Grade(level, place.text("meaning"), place.integer("severity"))
