"""What can be changed in many rows at once. What is left empty stays as it is in each of them."""

from typing import Any

from django import forms

from core.asking import ask, without_answers
from programmes.forms.listing import NONE
from programmes.horizon import horizon_of
from programmes.month import Month

AS_IT_IS = ("", "Leave as it is")


class ChangeForm(forms.Form):
    """`changes` is what to put over each row's own form."""

    keeps_words: frozenset[str] = frozenset()  # fields of free text, in which “none” is a word like any other

    def __init__(self, data: Any = None, *, month: Month) -> None:
        super().__init__(data, prefix="to")  # the filter on the same page may have fields of these names too
        self.month = month
        self.prepare()
        ask(self, horizon_of(month))

    def prepare(self) -> None:
        """Offer the choices of the scheme."""

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
        said = {name: value for name, value in without_answers(self).items() if value not in ("", None)}
        return {name: "" if value == NONE and name not in self.keeps_words else value for name, value in said.items()}
