"""What the audit has of a closing beside the digest: what the period's own row says and no row in it does."""

import datetime as dt
from typing import Any

from programmes.models import Period


def record(period: Period) -> dict[str, Any]:
    """What a report depends on and the digest does not hold: the month beside it, and when it was opened and closed."""
    return {
        "previous": subject(period.previous) if period.previous else None,
        "opened_at": _moment(period.opened_at),
        "closed_at": _moment(period.closed_at),
    }


def subject(period: Period) -> str:
    """An edition of a month by what it is known by in every database: "somerset 2022-05 edition 1"."""
    return f"{period.programme.slug} {period.label} edition {period.edition}"


def _moment(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds") if at else None
