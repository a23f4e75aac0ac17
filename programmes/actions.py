"""Changes to a programme's months."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from core import dates
from programmes.closing import faults
from programmes.copying import copy_forward
from programmes.models import Period, Programme


class Refused(Exception):
    """The action cannot be done; the message is a sentence for the person who asked."""


@transaction.atomic
def open_period(programme: Programme, label: str) -> Period:
    """Open a month, as at its last day, with every live position of the month before it.

    Raise Refused where the label is no month, is there already, is not after the last one, or another is still open.
    """
    if not dates.is_label(label):
        raise Refused(f"“{label}” is not a month. Write it as 2022-06.")
    name = dates.long_month(label)
    scheme = programme.schemes.order_by("-number").first()
    if scheme is None:
        raise Refused(f"{programme} has no scheme yet, so there is nothing to report by.")
    previous = programme.periods.newest_first().first()
    if previous and previous.label == label:
        raise Refused(f"{name} has been opened already.")
    if previous and previous.label > label:
        raise Refused(f"{name} is before {previous.name}, the last month opened.")
    if previous and previous.is_open:
        raise Refused(f"{previous.name} is still open. Close it before opening {name}.")
    try:
        with transaction.atomic():
            period = programme.periods.create(
                scheme_version=scheme, label=label, as_at=dates.label_end(label), previous=previous
            )
    except IntegrityError as error:  # somebody opened one between our look and our insert
        raise Refused(f"Another month of {programme} was opened at the same moment.") from error
    if previous:
        copy_forward(previous, period)
    return period


@transaction.atomic
def close_period(period: Period) -> Period:
    """Close a month for good. Raise Refused where it is closed already, or its rows do not hold together."""
    # The lock comes first: whoever saves a row of this period meanwhile waits, or we do.
    period = Period.objects.select_for_update().select_related("scheme_version").get(pk=period.pk)
    if not period.is_open:
        raise Refused(f"{period} is closed already.")
    if found := list(faults(period)):
        more = f" (and {len(found) - 5} more)" if len(found) > 5 else ""  # noqa: PLR2004 -- as many as fit a screen
        raise Refused(f"{period} cannot close. " + " ".join(found[:5]) + more)
    period.state = Period.State.CLOSED
    period.closed_at = timezone.now()
    period.save(update_fields=["state", "closed_at"])
    return period
