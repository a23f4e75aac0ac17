"""A check: it looks at a month once a version of its scheme names it in `checks`."""

from django.db.models import Exists, OuterRef, Q

from programmes.checks import Severity, row_check
from programmes.models import Period
from tests.specimen.models import HazardPosition, Sighting
from tests.specimen.scheme import RULES


def _unseen(period: Period) -> Q | None:
    rules = RULES.of(period.scheme)
    if rules is None:
        return None
    seen = Sighting.objects.of(period).filter(hazard=OuterRef("hazard"))
    return Q(score__gte=rules.answer_from) & ~Exists(seen)


row_check(
    "hazard_nobody_looked_at",
    "High hazard that nobody looked at",
    Severity.MEDIUM,
    "Somebody says each month what was seen of a high hazard.",
    of=HazardPosition,
    wanting=_unseen,
    says=lambda _period, row: ("is high, and nobody says what was seen of it", (f"Score: {row.score}",)),
)
