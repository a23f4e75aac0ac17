"""Asking in a form whether a date is meant as it was typed.

Where a date that stands in a form is in doubt, the form has one field more, beside that of the date: what may be said
to it. It is a field like any other, so that it is sent without a script, kept with a draft and there in a conflict.
"""

from collections.abc import Mapping
from typing import Any

from django import forms

from core.doubts import Horizon, Question
from core.fields import StatedDateField

ANSWER = "{}_meant"  # the name of the field beside the one of this name


class Answer(forms.Field):
    """What is said to a question. An answer to an earlier text of the date is none, and is not refused."""

    def __init__(self, question: Question, *, is_told: bool) -> None:
        """`is_told`: the sentence stands there already, as an error of the date."""
        choices = [(key, choice.label) for key, choice in question.choices.items()]
        several = len(choices) > 1
        super().__init__(
            required=False,
            label="Which one is meant?" if several else "Is it meant like this?",
            help_text="" if is_told else question.sentence,
            widget=(forms.RadioSelect if several else forms.CheckboxSelectMultiple)(choices=choices),
        )


def ask(form: forms.BaseForm, horizon: Horizon | None, stands: Mapping[str, Any] | None = None) -> None:
    """Let the dates of a form be asked about, once its fields are as they are to be.

    A field that has a horizon of its own keeps it. `stands` has the dates that were kept before, by the names of their
    fields: nobody is asked about them again.
    """
    fields: dict[str, forms.Field] = {}
    for name, field in form.fields.items():
        fields[name] = field
        if not isinstance(field, StatedDateField):
            continue
        field.horizon = field.horizon or horizon
        field.stands = (stands or {}).get(name)
        question = None if field.disabled else field.question(_typed(form, name, field))
        if question and question.choices:
            name, answer = ANSWER.format(name), Answer(question, is_told=form.is_bound)  # noqa: PLW2901 -- beside it
            fields[name] = answer
            field.answer = _typed(form, name, answer)
    form.fields = fields


def _typed(form: forms.BaseForm, name: str, field: forms.Field) -> Any:
    if form.is_bound:
        return field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    return field.prepare_value(form.get_initial_for_field(field, name))


def without_answers(form: forms.BaseForm) -> dict[str, Any]:
    """What a valid form says, without what was said to its questions."""
    said: dict[str, Any] = getattr(form, "cleaned_data", {})
    return {name: value for name, value in said.items() if not isinstance(form.fields.get(name), Answer)}
