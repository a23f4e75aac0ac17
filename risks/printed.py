"""How risks are printed: a score with its band, a movement with its arrow and a word, a code by its label."""

from dataclasses import replace
from typing import Any

from core.blocks import Cell
from core.dates import long_date
from programmes.models.stated_dates import date_stated
from programmes.scheme import Scheme
from risks.models import RiskPosition
from risks.scheme import RULES, Matrix, RiskRules

NOT_SCORED = "not scored"
NOBODY = "no owner stated"  # of a risk or an issue that is nobody’s


def score_text(matrix: Matrix | None, score: int | None) -> str:
    """A score as councils write it: “16 (R)”; on a named scale “High (R)”; "" where there is none."""
    if score is None:
        return ""
    band = matrix.band(score) if matrix else None
    said = (matrix.word(score) if matrix else "") or str(score)
    return f"{said} ({band.level.letter})" if band else said


def score_cell(scheme: Scheme, row: RiskPosition, moment: str) -> Cell:
    """A score with the letter of its band. Its likelihood and impact stand on the report card."""
    rules = RULES.of(scheme)
    score: int | None = getattr(row, f"{moment}_score")
    if score is None:
        return Cell(None, NOT_SCORED if moment == "current" else "")
    return Cell(score, score_text(rules.matrix if rules else None, score))


def rated_score(scheme: Scheme, row: RiskPosition, moment: str) -> Cell:
    """The same as a rating, in the colour and with the shape of its band."""
    rules, cell = RULES.of(scheme), score_cell(scheme, row, moment)
    band = rules.matrix.band(getattr(row, f"{moment}_score")) if rules else None
    return replace(cell, level=band.level if band else None)


def moved_text(was: int | None, now: int | None) -> str:
    """How a score has moved, with an arrow and a word. Lower is better."""
    if was is None or now is None:
        return "" if was == now else f"first scored, {now}" if was is None else f"no longer scored, was {was}"
    if was == now:
        return "→ same"
    return f"↑ {now - was} higher, worse" if now > was else f"↓ {was - now} lower, better"


def level_label(rules: RiskRules | None, code: str) -> str:
    found = rules.levels.get(code) if rules else None
    return found.label if found else code


def category_label(rules: RiskRules | None, code: str) -> str:
    found = rules.categories.get(code) if rules else None
    return found.label if found else code


def treatment_label(rules: RiskRules | None, code: str) -> str:
    found = rules.treatments.get(code) if rules else None
    return found.label if found else code


def prospects_cell(rules: RiskRules | None, code: str) -> Cell:
    """The prospects with shape and word; not stated where the scheme has none."""
    level = rules.prospects.levels.get(code) if rules and rules.prospects else None
    return Cell(code or None, level.word if level else "", level)


def owner_cell(row: Any) -> Cell:
    """The owner's post. What nobody owns says so."""
    return Cell(row.owner or None, "" if row.owner else NOBODY)


def state_text(row: Any, word: str = "Closed") -> str:
    """Closed, when and why; "" of what is open."""
    return f"{word} {long_date(row.closed_on)}: {row.closed_because}" if row.closed_on else ""


def due_text(row: Any) -> str:
    """When something is due, and whether it was done instead."""
    due = date_stated(row, "due")
    return f"Done {long_date(row.done_on)}" if row.done_on else f"Due {due}" if due else "No date stated"
