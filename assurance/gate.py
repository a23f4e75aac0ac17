"""The checks as a gate: those that a scheme names hold a month back while they find anything."""

from collections.abc import Iterator

from core.words import how_many
from programmes.checks import CHECKS
from programmes.models import Period
from programmes.tree import trees

NAMED = 3  # refs in a sentence


def gate(period: Period) -> Iterator[str]:
    """A sentence for each check of the scheme's `holds_closing` that finds something, or that no app knows."""
    if not period.scheme.holds_closing:
        return
    (tree,) = trees(period)
    known = {check.code: check for check in CHECKS}
    for code in period.scheme.holds_closing:
        if code not in known:
            yield f"The scheme of {period} names a check “{code}”, which there is not."
        elif refs := sorted(found.subject for found in known[code].run(period, tree)):
            more = f" and {len(refs) - NAMED} more" if len(refs) > NAMED else ""
            yield f"{known[code].title}: {how_many(len(refs), 'finding')} ({', '.join(refs[:NAMED])}{more})."
