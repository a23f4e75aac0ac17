"""What a list is narrowed to."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from programmes.month import Month
from programmes.tree import Node

NONE = "none"  # in an address: no status, no tranche


class ListForm(forms.Form):
    """What the list of any kind is narrowed to: words, a workstream, with or without those below it.

    A kind adds fields of its own, offers their choices in `prepare` and narrows by them in `narrow`.
    """

    q = forms.CharField(label="Words in the title, or a ref", required=False, max_length=100)
    workstream = forms.ChoiceField(required=False)
    only = forms.ChoiceField(
        label="Show",
        choices=[("", "With all workstreams below"), ("own", "Only what it holds itself")],
        required=False,
    )

    def __init__(self, *args: object, month: Month, scope: Node, **kwargs: object) -> None:
        """`scope` is the workstream that is read; a step up or down from it is offered, as far as the reader sees."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.month = month
        above = [node for node in month.tree.path(scope) if node.pk in month.visible]
        nodes = [*above, *scope.children]  # a list of a thousand helps nobody
        nodes += [top for top in month.tops if top.pk not in {node.pk for node in nodes}]
        self.offer("workstream", [(node.ref, "\u2003" * (node.tier - nodes[0].tier) + node.name) for node in nodes])
        self.fields["workstream"].initial = scope.ref
        self.prepare()

    def prepare(self) -> None:
        """Offer the choices of the scheme."""

    @classmethod
    def narrow(cls, rows: "QuerySet[Any]", _asked: Mapping[str, Any]) -> "QuerySet[Any]":
        """Of these rows those that match what is asked for in the kind's own fields."""
        return rows

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for that leaves out some of what its workstream holds."""
        return self.is_valid() and any(self.cleaned_data[name] for name in self.fields if name != "workstream")

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
