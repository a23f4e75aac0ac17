"""What is asked of a finance line: what it is, and its amounts in the unit of the table that shows them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.money import POUNDS, NotMoney, Unit, read, to_type
from finance.asked import asked_of, unit_of
from finance.measures import LineKind, Measure
from finance.models import ControlTotal, FinanceLinePosition, Place, as_stated
from finance.scheme import tables
from programmes.rows import RowForm

AMOUNT = "amount "  # how the name of an amount's field begins: “amount 2020/21 budget”


class AmountField(forms.Field):
    """An amount of pounds, typed in this unit or with one of its own. Its value is None where it is left empty."""

    def __init__(self, *, unit: Unit, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})
        self.unit = unit

    def widget_attrs(self, _widget: forms.Widget) -> dict[str, Any]:
        return {"size": 12, "autocomplete": "off", "inputmode": "text"}

    def prepare_value(self, value: Any) -> Any:
        return to_type(value, self.unit) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            found = read(str(value), self.unit)
        except NotMoney as error:
            raise ValidationError(str(error)) from error
        if found is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class FinanceLineForm(RowForm[FinanceLinePosition]):
    focus = "title"

    class Meta(RowForm.Meta):
        model = FinanceLinePosition
        fields = ("title", "group", "kind", "cashable", "comment")

    def prepare(self) -> None:
        row, unit = self.target.row, unit_of(self.month)
        kind = LineKind(row.kind) if row.kind else None
        stated = {_place(place): Decimal(pounds) for place, pounds in row.amounts.items()}
        for place in dict.fromkeys([*asked_of(self.month, kind), *stated]):
            year, measure = place
            label = f"{Measure(measure).label} {year}, {unit.sign}"
            self.fields[_name(place)] = AmountField(unit=unit, label=label, initial=stated.get(place))
        self.move_comment_last()

    def move_comment_last(self) -> None:
        self.order_fields([name for name in self.fields if name != "comment"] + ["comment"])

    def values(self) -> dict[str, Any]:
        said = super().values()
        names = {name for name in said if name.startswith(AMOUNT)}
        amounts = {_place(name.removeprefix(AMOUNT)): said[name] for name in names if said[name] is not None}
        return {name: value for name, value in said.items() if name not in names} | {"amounts": as_stated(amounts)}


class ControlTotalForm(RowForm[ControlTotal]):
    focus = "pounds"

    class Meta(RowForm.Meta):
        model = ControlTotal
        fields = ("source", "explanation")

    def prepare(self) -> None:
        spec = tables(self.month.scheme).get(self.target.row.table)
        unit = spec.unit if spec else POUNDS
        given = self.target.row.pounds if self.target.row.pk else None
        left_empty = {"required": "Write what the source says."}
        self.fields["pounds"] = AmountField(
            unit=unit, label=f"It says, {unit.sign}", initial=given, required=True, error_messages=left_empty
        )
        self.order_fields(["pounds", "source", "explanation"])


def _name(place: Place) -> str:
    return f"{AMOUNT}{' '.join(place)}"


def _place(said: str) -> Place:
    year, _, measure = said.partition(" ")
    return year, measure
