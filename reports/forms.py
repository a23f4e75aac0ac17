from collections.abc import Callable
from datetime import date

from django import forms

from core.dates import NotADate, PublishedDate


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

    def _day(self, name: str, choose: Callable[[PublishedDate], date | None]) -> date | None:
        text: str = self.cleaned_data[name]
        try:
            return choose(PublishedDate.parse(text)) if text else None
        except NotADate as error:
            raise forms.ValidationError(str(error)) from error
