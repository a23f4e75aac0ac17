"""What the checks say when a month closes: those that its scheme names hold it back while they find anything."""

from collections.abc import Iterator

from assurance.running import checks, counts
from core.words import how_many, some_of
from programmes.checks import CHECKS, Severity
from programmes.month import Month
from programmes.months.closing import Notice


def gate(month: Month) -> Iterator[str]:
    """A sentence for each check of the scheme's `holds_closing` that finds something, or that does not look."""
    period = month.period
    looking = {check.code: check for check in checks(month.scheme)}
    known = {check.code for check in CHECKS}
    for code in period.scheme.holds_closing:
        if code not in known:
            yield f"The scheme of {period} names a check “{code}”, which there is not."
        elif code not in looking:
            yield f"{period} is to be held back by the check “{code}”, which its scheme does not have look."
        elif refs := sorted(found.subject for found in looking[code].run(month)):
            yield f"{looking[code].title}: {how_many(len(refs), 'finding')} ({some_of(refs)})."


def notice(month: Month) -> Notice:
    """What the checks find in a month that is to be closed, whether they hold it or not."""
    looking, found = checks(month.scheme), counts(month)
    if not looking:
        return Notice(f"No check looks at {month.period}: its scheme names none.")
    n = found.total()
    high = sum(found[check.code] for check in looking if check.severity is Severity.HIGH)
    if not n:
        return Notice(f"The checks find nothing in {month.period}.")
    weight = f", {high:,} of high severity" if high else ", none of high severity"
    return Notice(
        f"The checks find {how_many(n, 'thing')} in {month.period}{weight}.",
        "What the checks find",
        month.link("findings"),
    )
