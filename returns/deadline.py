"""The deadline of a month's returns, set as any row is changed."""

import datetime as dt
from collections.abc import Mapping

from django import forms

from accounts.roles import Permission
from core.blocks import Cell, Column, Kind
from core.dates import long_date
from core.fields import DayField
from programmes.desk import Desk
from programmes.rows import Row, RowForm, RowKind
from programmes.rows.base import lost
from returns.models import Deadline
from returns.standing import today

KEY = "returns"


class DeadlineForm(RowForm):
    focus = "due_on"

    due_on = DayField(label="Returns are due by the end of", error_messages={"required": "Name the day."})

    class Meta(RowForm.Meta):
        model = Deadline
        fields = ("due_on",)

    def clean_due_on(self) -> dt.date:
        """A deadline that has passed may stay; none is set that makes every return late at once."""
        due_on: dt.date = self.cleaned_data["due_on"]
        return still_to_come(due_on) if "due_on" in self.changed_data else due_on


def still_to_come(day: dt.date) -> dt.date:
    """Raise ValidationError for a day that has passed."""
    if day < today():
        raise forms.ValidationError(f"This day has passed. Today is {long_date(today())}.")
    return day


def find(desk: Desk, key: str) -> Row:
    if key != KEY:
        raise lost(desk, key)
    assert desk.tree.root is not None
    row = Deadline.objects.of(desk.period).first() or Deadline(period=desk.period)
    row.period = desk.period
    return Row(KIND, KEY, row, desk.tree.root, "Deadline of the returns")


def columns(_desk: Desk) -> tuple[Column, ...]:
    return (Column("due_on", "Returns are due by the end of", Kind.DATE, is_header=True),)


def cells(_desk: Desk, target: Row) -> Mapping[str, Cell]:
    assert isinstance(target.row, Deadline)
    return {"due_on": Cell(target.row.due_on)}


KIND = RowKind("deadline", "deadline", DeadlineForm, find, columns, cells, permission=Permission.RUN_MONTHS)
