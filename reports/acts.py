"""What can be done about the month that somebody reads: where its returns are, and what comes after it."""

from django.urls import reverse

from accounts.roles import Permission, allowed
from reports.fetch import Fetched


def acts(fetched: Fetched) -> list[tuple[str, str]]:
    """Links by their words: to the returns of a month, and of a closed one, for its PMO, to what is opened now."""
    programme, period = fetched.access.programme, fetched.reading.period
    place = (programme.slug, period.label)
    returns = [("Returns", reverse("returns", args=place))]
    if not allowed(fetched.access.roles, Permission.VIEW_OPEN):
        return []
    if period.is_open or not fetched.access.may_for_all(Permission.RUN_MONTHS, fetched.reading.tree):
        return returns
    amend = ("Amend this month", reverse("month_reopen", args=place))
    is_last = period.label == fetched.periods[-1].label
    following = ("Open the next month", reverse("month_open", args=[programme.slug]))
    return [*returns, amend, following] if is_last else [*returns, amend]
