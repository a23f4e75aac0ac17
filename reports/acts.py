"""What can be done about the month that somebody reads: where its returns are, and what comes after it."""

from django.urls import reverse

from accounts.roles import Permission
from reports.fetch import Fetched


def acts(fetched: Fetched) -> list[tuple[str, str]]:
    """Links by their words: of an open month to its returns; of a closed one, for its PMO, to what is opened now."""
    programme, period = fetched.access.programme, fetched.reading.period
    place = (programme.slug, period.label)
    if period.is_open:
        return [("Returns", reverse("returns", args=place))]
    if not fetched.access.may_for_all(Permission.RUN_MONTHS, fetched.reading.tree):
        return []
    amend = ("Amend this month", reverse("month_reopen", args=place))
    is_last = period.label == fetched.periods[-1].label
    return [amend, ("Open the next month", reverse("month_open", args=[programme.slug]))] if is_last else [amend]
