"""What can be done about the month that somebody reads: where its pages and returns are, and what comes after it."""

from django.urls import reverse

from accounts.roles import Permission
from programmes import navigation
from programmes.access import Audience
from programmes.month import Month


def month_links(month: Month) -> list[tuple[str, str]]:
    """Links, each as its words and its address: to the pages that apps have of a month, to its returns, and from a
    closed one to what comes next.

    That is its amendment, or the month that can be opened after it. The returns are those of the edition that is open,
    where one is.
    """
    programme, period = month.programme, month.period
    place = (programme.slug, period.label)
    found = [(page.label, month.link(page.view)) for page in navigation.app_pages if page.is_there(month)]
    if month.audience is not Audience.STAFF:
        return found
    found.append(("Returns", reverse("returns", args=place)))
    if period.is_open:
        return found
    runs_months = month.access.may_for_all(Permission.RUN_MONTHS, month.tree)
    if amendment := navigation.amendment(month):
        href = month.link("scorecard", edition=amendment.edition)
        found.append((f"Edition {amendment.edition} is open", href))
    elif runs_months:
        found.append(("Amend this month", reverse("month_reopen", args=place)))
    if runs_months and period.label == month.access.periods[-1].label:
        found.append(("Open the next month", reverse("month_open", args=[programme.slug])))
    return found
