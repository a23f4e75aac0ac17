"""A check: it looks at a month once a version of its scheme names it in `checks`."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from programmes.checks import Severity, row_check
from programmes.models import Period
from tests.specimen.models import HazardPosition, Sighting
from tests.specimen.scheme import RULES


def _unseen(period: Period) -> QuerySet[Any]:
    hazards = HazardPosition.objects.placed(period).live().select_related("hazard")
    rules = RULES.of(period.scheme)
    if rules is None:
        return hazards.none()
    seen = Sighting.objects.of(period).filter(hazard=OuterRef("hazard"))
    return hazards.filter(~Exists(seen), score__gte=rules.answer_from)


row_check(
    "hazard_nobody_looked_at",
    "High hazard that nobody looked at",
    Severity.MEDIUM,
    "Somebody says each month what was seen of a high hazard.",
    rows=_unseen,
    says=lambda _period, row: ("is high, and nobody says what was seen of it", (f"Score: {row.score}",)),
)
