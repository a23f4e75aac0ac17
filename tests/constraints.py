"""How a test says what a constraint of the database refuses, and the neighbour that it admits."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import models

the = attrgetter  # a thing of the world of tests/programmes/test_constraints.py, looked up when the test runs


@dataclass(frozen=True)
class Rule:
    name: str
    model: type[models.Model]
    refused: list[dict[str, Any]]
    admitted: list[dict[str, Any]]


def once(name, model, taken, *, elsewhere):
    """A row with the columns `taken` is there; each change of `elsewhere` to them makes a place that is free."""
    return Rule(name, model, [taken], [taken | change for change in elsewhere])


def identity(model, taken):
    """A thing of this ref is there; none is without one."""
    kind = model._meta.model_name
    return [
        once(f"{kind}_ref_once", model, {"ref": taken}, elsewhere=[{"ref": "Z"}, {"programme": the("other")}]),
        Rule(f"{kind}_has_a_ref", model, [{"ref": ""}], [{"ref": "0"}]),
    ]
