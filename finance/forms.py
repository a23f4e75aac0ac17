"""What is asked of a finance line: what it is, and its amounts in the unit of the table that shows them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.money import POUNDS, NotMoney, Unit, read, to_type
from finance.asked import asked_of, unit_of
from finance.facts import amounts_of
from finance.measures import LineKind, Measure
from finance.mixup import Doubt, doubt
from finance.models import ControlTotal, FinanceLinePosition, Place, as_stated
from finance.scheme import tables
from programmes.rows import RowForm

MEANT = "meant"  # the field that is there where an amount is asked about
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


class MeantField(forms.MultipleChoiceField):
    """Amounts of an odd size, each with a box that says that it is meant. It says nothing of the row."""

    def __init__(self, choices: Iterable[tuple[str, str]]) -> None:
        super().__init__(
            choices=list(choices),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label="Save it all the same",
        )

    def valid_value(self, _value: str) -> bool:
        """An amount that was meant and is no longer typed is no mistake."""
        return True

    def has_changed(self, _initial: Any, _data: Any) -> bool:
        return False


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
        if self.doubts:
            meant = (
                (f"{name}={each.new}", f"{self.fields[name].label}: {to_type(each.new, unit)}")
                for name, each in self.doubts.items()
            )
            self.fields[MEANT] = MeantField(meant)
        self.order_fields([name for name in self.fields if name not in {MEANT, "comment"}] + [MEANT, "comment"])

    @cached_property
    def doubts(self) -> dict[str, Doubt]:
        """The amounts typed that look as if they were in another unit, by field."""
        row = self.target.row
        typed = {name: read_or_none(self[name].data, field.unit) for name, field in self._amounts() if self.is_bound}
        now = {name: field.initial for name, field in self._amounts()}
        changed = {name: pounds for name, pounds in typed.items() if pounds and pounds != now[name]}
        if not changed or self.month.past is None or row.pk is None:
            past = {}
        else:
            past = amounts_of(self.month.past, [row.line_id]).get(row.line_id, {})
        found = {
            name: doubt(pounds, past=past.get(_place(name.removeprefix(AMOUNT))), now=now[name])
            for name, pounds in changed.items()
        }
        return {name: each for name, each in found.items() if each}

    def _amounts(self) -> Iterator[tuple[str, AmountField]]:
        return ((name, field) for name, field in self.fields.items() if isinstance(field, AmountField))

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        meant = self.cleaned_data.get(MEANT, [])
        for name, each in self.doubts.items():
            if f"{name}={each.new}" not in meant:
                self.add_error(name, f"{each.in_words(unit_of(self.month))} Change it, or tick below that it is meant.")
        return said

    def values(self) -> dict[str, Any]:
        said = {name: value for name, value in super().values().items() if name != MEANT}
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


def read_or_none(text: Any, unit: Unit) -> Decimal | None:
    """The amount that was typed, None where it is none: its field says why."""
    try:
        return read(str(text or ""), unit)
    except NotMoney:
        return None


def _name(place: Place) -> str:
    return f"{AMOUNT}{' '.join(place)}"


def _place(said: str) -> Place:
    year, _, measure = said.partition(" ")
    return year, measure
