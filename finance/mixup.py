"""Whether an amount was typed in the wrong unit: pounds where thousands are asked for, or the other way round."""

from decimal import Decimal
from typing import NamedTuple

from core.money import PENNY, Unit, to_type

A_THOUSAND = Decimal(1_000)
FROM, TO = 500, 2_000  # times as much: a thousand, with what may have changed in a month


class Doubt(NamedTuple):
    """An amount whose size is a thousand times, or a thousandth, of what stood there: `meant` may be the right one."""

    new: Decimal
    beside: Decimal
    is_past: bool  # whether it is held against the period before, rather than against what stands there
    meant: Decimal

    def in_words(self, unit: Unit) -> str:
        new, beside, meant = (to_type(pounds, unit) for pounds in (self.new, self.beside, self.meant))
        is_more = abs(self.new) > abs(self.beside)
        exact = abs(self.beside) * A_THOUSAND == abs(self.new) or abs(self.new) * A_THOUSAND == abs(self.beside)
        size = f"{'' if exact else 'about '}{'a thousand times' if is_more else 'a thousandth of'}"
        whose = "last period’s" if self.is_past else "the figure here,"
        return f"{new} is {size} {whose} {beside}: did you mean {meant}?"


def doubt(new: Decimal | None, *, past: Decimal | None, now: Decimal | None) -> Doubt | None:
    """Whether a new amount is to be asked about, by its size beside the period before, or beside what stands there.

    Nought, and what is not stated, tells nothing of a size.
    """
    beside = past or now
    if not new or not beside:
        return None
    if FROM <= abs(new / beside) <= TO:
        return Doubt(new, beside, bool(past), (new / A_THOUSAND).quantize(PENNY))
    if FROM <= abs(beside / new) <= TO:
        return Doubt(new, beside, bool(past), new * A_THOUSAND)
    return None
