from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import PersonForm
from accounts.roles import Role
from programmes.people.members import Place

type Choices = list[tuple[str, str]]


class RoleForm(forms.Form):
    """A role over a workstream. Choices are what whoever asks may give."""

    role = forms.TypedChoiceField(coerce=Role, widget=forms.RadioSelect)
    workstream = forms.ChoiceField(help_text="The role holds for this workstream and all below it.")

    def __init__(self, *args: Any, places: Sequence[Place], roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "role", [(role.value, f"{role.label}: {role.duty}") for role in roles])
        _offer(self, "workstream", [("", "Choose one"), *in_tree_order(places)])  # nothing gives more than was meant


class InviteForm(RoleForm, PersonForm):
    """A role for a person by address, whoever they are."""


class PeopleForm(forms.Form):
    """What a list of people is narrowed to."""

    q = forms.CharField(label="Words in the name or the address", required=False, max_length=100)
    role = forms.ChoiceField(required=False)
    workstream = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "role", [("", "Any"), *Role.choices])
        _offer(self, "workstream", [("", "Any"), *in_tree_order(places)])


def in_tree_order(places: Sequence[Place]) -> Choices:
    """Places to choose from, each as far in as it stands below the programme."""
    return [
        (place.ref, "\u2003" * (place.tier - 1) + place.name if place.tier else place.name.capitalize())
        for place in places
    ]


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
