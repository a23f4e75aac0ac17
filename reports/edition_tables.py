"""The editions of a month side by side, and what the one being read says otherwise than the one before it."""

from django.utils import timezone

from core.blocks import Cell, Column, Kind, RowGroup, Table, TableRow
from core.dates import long_date
from programmes.models import Period
from programmes.month import Month
from programmes.months.differences import differences


def editions(month: Month, known: list[Period]) -> Table:
    """Every edition of the month, oldest first, each leading to its scorecard. `known` are those that may be read."""
    columns = (
        Column("edition", "Edition", Kind.TEXT, is_header=True),
        Column("state", "State", Kind.TEXT),
        Column("closed", "Closed on", Kind.DATE),
        Column("reason", "Why it was opened", Kind.TEXT),
        Column("override", "Why it was closed all the same", Kind.TEXT),
    )
    rows = tuple(
        TableRow(
            str(period.edition),
            {
                "edition": Cell(f"Edition {period.edition}", href=month.link("scorecard", edition=period.edition)),
                "state": Cell(period.get_state_display()),
                "closed": Cell(timezone.localtime(period.closed_at).date() if period.closed_at else None),
                "reason": Cell(period.reason),
                "override": Cell(period.override),
            },
        )
        for period in known
    )
    return Table("editions", f"Editions of {month.period.name}", columns, (RowGroup("", "", rows),))


def changed(month: Month, known: list[Period]) -> Table | None:
    """What this edition says otherwise than the one before it; None for the first."""
    before = [period for period in known if period.edition < month.period.edition]
    if not before:
        return None
    columns = (
        Column("subject", "TableRow", Kind.TEXT, is_header=True),
        Column("kind", "Kind", Kind.TEXT),
        Column("field", "What", Kind.TEXT),
        Column("was", f"Edition {before[-1].edition}", Kind.TEXT),
        Column("now", f"Edition {month.period.edition}", Kind.TEXT),
    )
    rows = tuple(
        TableRow(
            str(n),
            {
                "subject": Cell(found.subject),
                "kind": Cell(found.kind),
                "field": Cell(found.field or "the whole row"),
                "was": Cell(found.was or "was not there"),
                "now": Cell(found.now or "is not there"),
            },
        )
        for n, found in enumerate(differences(before[-1], month.period), 1)
    )
    caption = f"What edition {month.period.edition} of {month.period.name} changed, {long_date(month.period.as_at)}"
    return Table(
        "changed", caption, columns, (RowGroup("", "", rows),), empty="Nothing differs from the edition before."
    )
