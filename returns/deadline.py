"""The deadline of a month's returns, set as any row is changed."""

import datetime as dt
from collections.abc import Mapping

from accounts.roles import Permission
from core.blocks import Cell, Column, Kind
from core.fields import DayField, still_to_come
from programmes.month import Month
from programmes.rows import Row, RowForm, RowKind
from programmes.rows.base import lost
from returns.models import Deadline

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


def find(month: Month, key: str) -> Row:
    if key != KEY:
        raise lost(month, key)
    assert month.tree.root is not None
    row = Deadline.objects.of(month.period).first() or Deadline(period=month.period)
    row.period = month.period
    return Row(KIND, KEY, row, month.tree.root, "Deadline of the returns")


def columns(_month: Month) -> tuple[Column, ...]:
    return (Column("due_on", "Returns are due by the end of", Kind.DATE, is_header=True),)


def cells(_month: Month, target: Row) -> Mapping[str, Cell]:
    assert isinstance(target.row, Deadline)
    return {"due_on": Cell(target.row.due_on)}


KIND = RowKind(
    "deadline",
    "deadline",
    DeadlineForm,
    find,
    columns,
    cells,
    stays="set another day instead",  # without one a month would close by itself
    permission=Permission.RUN_MONTHS,
)
