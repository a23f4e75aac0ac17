"""The deadline of a month's returns, set as any row is changed."""

import datetime as dt
from collections.abc import Mapping

from core.blocks import Cell, Column, Kind
from core.doubts import Horizon
from core.fields import DayField, still_to_come
from programmes.horizon import horizon_of
from programmes.month import Month
from programmes.rows import Row, RowForm, RowKind
from programmes.rows.base import lost, register
from returns.models import Deadline
from returns.status import today

KEY = "returns"


class DeadlineForm(RowForm[Deadline]):
    focus = "due_on"

    due_on = DayField(label="Returns are due by the end of", error_messages={"required": "Name the day."})

    class Meta(RowForm.Meta):
        model = Deadline
        fields = ("due_on",)

    def horizon(self) -> Horizon:
        """Likely for as long as months are run, be vesting day long past."""
        return horizon_of(self.month, until=today())

    def clean_due_on(self) -> dt.date:
        """A deadline that has passed may stay; none is set that makes every return late at once."""
        due_on: dt.date = self.cleaned_data["due_on"]
        return still_to_come(due_on) if "due_on" in self.changed_data else due_on


def find(month: Month, key: str) -> Row[Deadline]:
    if key != KEY:
        raise lost(month, key)
    return of(month, Deadline.objects.of(month.period).first() or Deadline(period=month.period))


def of(month: Month, row: Deadline) -> Row[Deadline]:
    assert month.tree.root is not None
    row.period = month.period
    return Row(KIND, KEY, row, month.tree.root, "Deadline of the returns")


def columns(_month: Month) -> tuple[Column, ...]:
    return (Column("due_on", "Returns are due by the end of", Kind.DATE, is_header=True),)


def cells(_month: Month, target: Row[Deadline]) -> Mapping[str, Cell]:
    return {"due_on": Cell(target.row.due_on)}


KIND = register(
    RowKind(
        "deadline",
        "deadline",
        Deadline,
        DeadlineForm,
        find,
        of,
        columns,
        cells,
        stays="set another day instead",  # without one a month would close by itself
    )
)
