"""What changed in a risk between two months, in words. Plain comparison of two positions.

Scores are compared where both months score alike. Under a new matrix 12 may mean something else, so nothing is said to
have moved, and the past keeps the score it had.
"""

from dataclasses import dataclass

from programmes.models.stated_dates import date_stated
from risks.models import RiskPosition
from risks.printed import level_label, moved_text, score_text
from risks.scheme import RiskRules


@dataclass(frozen=True, slots=True)
class RiskChange:
    """One thing that changed: its code (`risks.scheme.CHANGES`, or another that no rule asks for), and how."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A risk as it is and as it was, with what changed in between."""

    now: RiskPosition | None  # None: it is gone, withdrawn or moved elsewhere
    was: RiskPosition | None  # None: it was not there
    changes: tuple[RiskChange, ...]

    @property
    def row(self) -> RiskPosition:
        row = self.now or self.was
        assert row is not None
        return row

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(change.code for change in self.changes)


def moved(
    now: RiskPosition | None,
    was: RiskPosition | None,
    rules: RiskRules | None,
    past_rules: RiskRules | None,
    *,
    came_true: bool = False,
) -> Moved:
    """What changed between the two positions of a risk, each read by the rules of its own month."""
    if now is None or was is None:
        word = RiskChange("new", "New") if was is None else RiskChange("gone", "No longer in this register")
        return Moved(now, was, (word, *(_came_true() if came_true else ())))
    found = [
        *_ending(now, was),
        *(_came_true() if came_true else ()),
        *_score(now, was, rules, past_rules),
        *_level(now, was, rules, past_rules),
        *_target_date(now, was),
        *_prospects(now, was, rules, past_rules),
    ]
    return Moved(now, was, tuple(found))


def scores_alike(rules: RiskRules | None, past_rules: RiskRules | None) -> bool:
    """Whether scores of both months mean the same: by one matrix, whatever its steps and bands are called."""

    def sides(of: RiskRules | None) -> tuple[int, ...]:
        return (len(of.matrix.likelihood), len(of.matrix.impact), len(of.matrix.scale)) if of else ()

    return sides(rules) == sides(past_rules)


def _came_true() -> tuple[RiskChange, ...]:
    return (RiskChange("came_true", "Came true: an issue now"),)


def _ending(now: RiskPosition, was: RiskPosition) -> list[RiskChange]:
    if now.is_closed and not was.is_closed:
        return [RiskChange("closed", f"Closed: {now.closed_because}")]
    return [RiskChange("reopened", "Opened again")] if was.is_closed and not now.is_closed else []


def _score(
    now: RiskPosition, was: RiskPosition, rules: RiskRules | None, past_rules: RiskRules | None
) -> list[RiskChange]:
    before, after = was.current_score, now.current_score
    if not scores_alike(rules, past_rules):
        said = score_text(past_rules.matrix if past_rules else None, before)
        return [RiskChange("matrix", f"Scored anew, by another matrix; it was {said} by the last")] if said else []
    if before == after:
        return []
    was_text = score_text(past_rules.matrix if past_rules else None, before)
    now_text = score_text(rules.matrix if rules else None, after)
    if not was_text or not now_text:
        return [
            RiskChange("score", f"First scored: {now_text}" if now_text else f"No longer scored; it was {was_text}")
        ]
    return [RiskChange("score", f"Score {was_text} → {now_text}, {moved_text(before, after)}")]


def _level(
    now: RiskPosition, was: RiskPosition, rules: RiskRules | None, past_rules: RiskRules | None
) -> list[RiskChange]:
    if now.level == was.level:
        return []
    word = escalation(rules, was.level, now.level)
    place = level_label(rules, now.level) or "no level"
    before = level_label(past_rules, was.level) or "no level"
    return [RiskChange("level", f"{word}: {before} → {place}")]


def escalation(rules: RiskRules | None, was: str, now: str) -> str:
    """Whether a risk went up or down between two levels."""
    before, after = (rules.rank(was), rules.rank(now)) if rules else (-1, -1)
    if before < 0 or after < 0:
        return "Level"
    return "Escalated" if after > before else "De-escalated"


def _target_date(now: RiskPosition, was: RiskPosition) -> list[RiskChange]:
    before, after = was.target_date_latest, now.target_date_latest
    if before == after:
        return []
    said = f"{date_stated(was, 'target_date') or 'none'} → {date_stated(now, 'target_date') or 'none'}"
    days = f", {abs((after - before).days)} days {'later' if after > before else 'sooner'}" if before and after else ""
    return [RiskChange("target_date", f"Target date {said}{days}")]


def _prospects(
    now: RiskPosition, was: RiskPosition, rules: RiskRules | None, past_rules: RiskRules | None
) -> list[RiskChange]:
    if now.prospects == was.prospects:
        return []
    return [RiskChange("prospects", f"Prospects {_word(past_rules, was.prospects)} → {_word(rules, now.prospects)}")]


def _word(rules: RiskRules | None, code: str) -> str:
    level = rules.prospects.levels.get(code) if rules and rules.prospects else None
    return level.word.lower() if level else "not stated"
