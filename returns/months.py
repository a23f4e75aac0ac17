"""Opening a month together with the deadline of its returns, closing it with its report and its letters."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from programmes.access import access_to
from programmes.actions import close_period, open_period
from programmes.actions.rows import record
from programmes.models import Period, Programme
from programmes.month import seen_through
from programmes.months.closing import keep_by_worker
from returns import letters
from returns.models import Deadline


@transaction.atomic
def open_month(programme: Programme, label: str, due_on: dt.date, *, by: User) -> Period:
    """Open a month as `open_period` does, and tell whoever makes its returns by when they are due.

    Raise Refused as that does.
    """
    period = open_period(programme, label, by=by)
    set_deadline(period, due_on, by=by)
    try:
        month = seen_through(access_to(programme, by), period)
    except LookupError:  # it holds no workstream yet: nobody makes a return of it
        return period
    letters.about_opening(month, due_on, by=by)
    return period


def set_deadline(period: Period, due_on: dt.date, by: User) -> None:
    """Say by when the returns of a month that was just opened are due."""
    deadline = Deadline.objects.create(period=period, due_on=due_on)
    record("add", deadline, "Deadline of the returns", by=by, after={"due_on": due_on})


@transaction.atomic
def close_month(period: Period, *, override: str, by: User) -> Period:
    """Close a month as `close_period` does, have a worker keep its report, and tell whoever makes its returns.

    Raise Refused as that does.
    """
    closed = close_period(period, override=override, by=by)
    keep_by_worker(closed, by=by)
    letters.about_closing(seen_through(access_to(closed.programme, by), closed), by=by)
    return closed
