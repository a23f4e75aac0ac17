from collections.abc import Callable
from datetime import date

from django import forms

from core.dates import NotADate, PublishedDate, is_label
from programmes.tree import Node
from reports.reading import Reading

NONE = "none"  # in an address: no status, no tranche


class ListForm(forms.Form):
    """What a list of products or milestones is narrowed to. Choices are the scheme's and the reader's own."""

    q = forms.CharField(label="Words in the title, or a ref", required=False, max_length=100)
    workstream = forms.ChoiceField(required=False)
    tranche = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    status = forms.ChoiceField(required=False)
    due = forms.CharField(label="Due in the month", required=False, max_length=20, help_text="For example, 2023-01")
    only = forms.ChoiceField(
        label="Show",
        choices=[("", "With all workstreams below"), ("own", "Only what it holds itself")],
        required=False,
    )

    def __init__(self, *args: object, reading: Reading, tops: list[Node], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        scheme = reading.scheme
        mine = {node.pk for top in tops for node in top.walk()}
        above = [node for node in reading.tree.path(reading.scope) if node.pk in mine]
        nodes = [*above, *reading.scope.children]  # a step up or down; a list of a thousand helps nobody
        statuses = [(code, level.word) for code, level in scheme.delivery.levels.items()]
        tranches = [(tranche.code, tranche.label) for tranche in scheme.tranches.values()]
        self._offer("workstream", [(node.ref, "\u2003" * (node.tier - nodes[0].tier) + node.name) for node in nodes])
        self._offer("tranche", [*tranches, (NONE, "No tranche")])
        self._offer("status", [("", "Any"), *statuses, (NONE, "No status given")])
        self.fields["workstream"].initial = reading.scope.ref

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_due(self) -> str:
        due: str = self.cleaned_data["due"].strip()
        if due and not is_label(due):
            raise forms.ValidationError("Write the month as 2023-01.")
        return due


class HistoryForm(forms.Form):
    """What a programme's history is narrowed to. Choices are what it holds."""

    person = forms.ChoiceField(required=False)
    what = forms.ChoiceField(label="Change", required=False)
    q = forms.CharField(label="Words in what was changed", required=False, max_length=100)
    since = forms.CharField(label="From", required=False, max_length=40, help_text="A day or a month: 1 July 2022")
    until = forms.CharField(label="To", required=False, max_length=40, help_text="This day and month included")

    def __init__(
        self, *args: object, people: list[tuple[str, str]], changes: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, choices in (("person", [("", "Anyone"), *people]), ("what", [("", "Any"), *changes])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def clean_since(self) -> date | None:
        return self._day("since", lambda stated: stated.earliest)

    def clean_until(self) -> date | None:
        return self._day("until", lambda stated: stated.latest)

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", "This is before the day the list begins with.")

    def _day(self, name: str, choose: Callable[[PublishedDate], date]) -> date | None:
        text: str = self.cleaned_data[name]
        try:
            return choose(PublishedDate.parse(text)) if text else None
        except NotADate as error:
            raise forms.ValidationError(str(error)) from error
