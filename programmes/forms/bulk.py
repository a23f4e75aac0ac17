"""What can be changed in many rows at once. What is left empty stays as it is in each of them."""

from typing import Any

from django import forms

from core.fields import DayField, TextField
from programmes.editing.listing import NONE
from programmes.models import ProductPosition
from programmes.month import Month
from programmes.rows.plan import check_delivery

AS_IT_IS = ("", "Leave as it is")


class ChangeForm(forms.Form):
    """`changes` is what to put over each row's own form."""

    status = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, *, month: Month) -> None:
        super().__init__(data, prefix="to")  # the filter on the same page has a status too
        self.month = month
        statuses = [(code, level.word) for code, level in month.scheme.delivery.levels.items()]
        self.offer("status", [*statuses, (NONE, "No status given")])

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [AS_IT_IS, *choices]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and not self.changes():
            raise forms.ValidationError("Say what to change: everything is left as it is.")
        return said

    def changes(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        return {name: "" if value == NONE and name != "owner" else value for name, value in said.items()}


class ProductsForm(ChangeForm):
    owner = TextField(
        max_length=ProductPosition._meta.get_field("owner").max_length or 0,
        required=False,
        label="Owner (post)",
        help_text="Left empty, every owner stays",
    )
    tranche = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, *, month: Month) -> None:
        super().__init__(data, month=month)
        tranches = [(tranche.code, tranche.label) for tranche in month.scheme.tranches.values()]
        self.offer("tranche", [*tranches, (NONE, "No tranche")])


class MilestonesForm(ChangeForm):
    delivered_on = DayField(required=False, label="Delivered on")

    def __init__(self, data: Any = None, *, month: Month) -> None:
        super().__init__(data, month=month)
        delivered = month.scheme.delivery.levels[month.scheme.delivered].word.lower()
        self.fields["delivered_on"].help_text = f"Needed where the status is {delivered}. {DayField.hint}"

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        check_delivery(self, self.month, said.get("status", ""), said.get("delivered_on"))
        return said


CHANGES: dict[str, type[ChangeForm]] = {"products": ProductsForm, "milestones": MilestonesForm}
