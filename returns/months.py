"""Opening a month together with the deadline of its returns."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from programmes.actions import open_period
from programmes.actions.rows import record
from programmes.models import Period, Programme
from returns.models import Deadline


@transaction.atomic
def open_month(programme: Programme, label: str, due_on: dt.date, *, by: User) -> Period:
    """Open a month as `open_period` does and say by when its returns are due. Raise Refused as that does."""
    period = open_period(programme, label, by=by)
    deadline = Deadline.objects.create(period=period, due_on=due_on)
    record("add", deadline, "Deadline of the returns", by=by, after={"due_on": due_on})
    return period
