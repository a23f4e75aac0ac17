"""Scores: likelihood by impact, or a score alone.

Each takes four columns. What is said are codes of the matrix of the period's scheme, "3" for its third step, so that a
version with another matrix is refused as long as it gives no meaning to what is carried. The score follows from them
and is never typed twice.
"""

from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from programmes.scheme import Codes
from risks.scheme import HIGHEST_STEP, IMPACTS, LIKELIHOODS, SCORES

MOMENTS = ("original", "current", "target")  # before anything is done, as it is now, as it is meant to be

CODE = 3  # characters: a score of three figures


def step() -> "models.CharField[Any, Any]":
    """A likelihood, an impact or a score alone: "" is not stated."""
    return models.CharField(max_length=CODE, blank=True)


def score(moment: str) -> models.GeneratedField:
    """Likelihood by impact, else the score that is stated alone; null where it is not scored."""
    likelihood, impact, alone = (_number(f"{moment}_{part}") for part in ("likelihood", "impact", "alone"))
    number = models.PositiveSmallIntegerField()
    return models.GeneratedField(expression=Coalesce(likelihood * impact, alone), output_field=number, db_persist=True)


def _number(column: str) -> Any:
    return Cast(NullIf(F(column), Value("")), models.IntegerField())


def coded() -> dict[str, Codes]:
    """The vocabularies of all columns of scores, by column."""
    found: dict[str, Codes] = {}
    for moment in MOMENTS:
        found |= {f"{moment}_likelihood": LIKELIHOODS, f"{moment}_impact": IMPACTS, f"{moment}_alone": SCORES}
    return found


def rules() -> list[models.CheckConstraint]:
    """A score has a likelihood and an impact, or stands alone, or is not stated; each of them is a number."""
    steps = ["", *(str(n) for n in range(1, HIGHEST_STEP + 1))]
    found = []
    for moment in MOMENTS:
        likelihood, impact, alone = (f"{moment}_{part}" for part in ("likelihood", "impact", "alone"))
        both = ~Q(**{likelihood: ""}) & ~Q(**{impact: ""}) & Q(**{alone: ""})
        neither = Q(**{likelihood: "", impact: ""})
        known = Q(**{f"{likelihood}__in": steps, f"{impact}__in": steps})
        number = Q(**{alone: ""}) | Q(**{f"{alone}__regex": "^[1-9][0-9]{0,2}$"})
        found += [
            models.CheckConstraint(condition=both | neither, name=f"risk_{moment}_score_said_once"),
            models.CheckConstraint(condition=known & number, name=f"risk_{moment}_score_in_numbers"),
        ]
    return found
