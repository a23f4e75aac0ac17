"""Give each month there is its programme's particulars, and seal in the audit what the older ones did not keep."""

import datetime as dt
from typing import Any

from django.db import migrations

from accounts import audit
from core.dates import long_month

CLOSED = (
    "It was closed before a month kept the name, the council and the provenance of its programme. From this upgrade on "
    "it is held to what they were then, and to what it said of its opening, its closing and the month beside it."
)
OPEN = (
    "It was opened before a month kept the name, the council and the provenance of its programme: "
    "they were copied into it at this upgrade."
)


def seal(apps: Any, _editor: Any) -> None:
    found = apps.get_model("programmes", "Period").objects.select_related("programme", "previous__programme")
    particulars = apps.get_model("programmes", "Particulars")
    for period in found.order_by("pk"):
        programme = period.programme
        said = {"name": programme.name, "council": programme.council, "provenance": programme.provenance}
        particulars.objects.create(period=period, **said)
        is_open = period.state == "open"
        edition = f", edition {period.edition}" if period.edition > 1 else ""
        audit.record(
            what="period.seal",
            subject=f"{long_month(period.label)}{edition}",
            subject_key=period.pk,
            programme=programme.slug,
            period=period.pk,
            after=said if is_open else said | record(period),
            reason=OPEN if is_open else CLOSED,
            by=None,
        )


def record(period: Any) -> dict[str, Any]:
    """What its row says, as `programmes.months.record` read it when this was written."""
    return {
        "previous": subject(period.previous) if period.previous else None,
        "opened_at": moment(period.opened_at),
        "closed_at": moment(period.closed_at),
    }


def subject(period: Any) -> str:
    return f"{period.programme.slug} {period.label} edition {period.edition}"


def moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_period_key"),
        ("programmes", "0009_particulars"),
    ]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
