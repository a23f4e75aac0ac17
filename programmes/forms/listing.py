"""What a list of products or milestones is narrowed to."""

from django import forms

from core.dates import NotADate, label_of
from programmes.editing.listing import NONE
from programmes.scheme import Scheme
from programmes.tree import Node, Tree


class ListForm(forms.Form):
    """What a list of products or milestones is narrowed to. Choices are the scheme's and the reader's own."""

    q = forms.CharField(label="Words in the title, or a ref", required=False, max_length=100)
    workstream = forms.ChoiceField(required=False)
    tranche = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    status = forms.ChoiceField(required=False)
    due = forms.CharField(
        label="Due in the month", required=False, max_length=20, help_text="For example, January 2023"
    )
    only = forms.ChoiceField(
        label="Show",
        choices=[("", "With all workstreams below"), ("own", "Only what it holds itself")],
        required=False,
    )

    def __init__(
        self, *args: object, scheme: Scheme, tree: Tree, scope: Node, tops: list[Node], **kwargs: object
    ) -> None:
        """`tops` are the highest workstreams that the reader may see, `scope` is the one being read."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        mine = {node.pk for top in tops for node in top.walk()}
        above = [node for node in tree.path(scope) if node.pk in mine]
        nodes = [*above, *scope.children]  # a step up or down; a list of a thousand helps nobody
        nodes += [top for top in tops if top.pk not in {node.pk for node in nodes}]
        statuses = [(code, level.word) for code, level in scheme.delivery.levels.items()]
        tranches = [(tranche.code, tranche.label) for tranche in scheme.tranches.values()]
        self._offer("workstream", [(node.ref, "\u2003" * (node.tier - nodes[0].tier) + node.name) for node in nodes])
        self._offer("tranche", [*tranches, (NONE, "No tranche")])
        self._offer("status", [("", "Any"), *statuses, (NONE, "No status given")])
        self.fields["workstream"].initial = scope.ref

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for that leaves out some of what its workstream holds."""
        return self.is_valid() and any(self.cleaned_data[name] for name in self.fields if name != "workstream")

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_due(self) -> str:
        due: str = self.cleaned_data["due"]
        try:
            return label_of(due) if due else ""
        except NotADate as error:
            raise forms.ValidationError(str(error)) from error
