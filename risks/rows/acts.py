"""What else can be done with a risk: say that it has come true."""

from typing import Any

from django import forms

from core.fields import DayField, TextField
from core.refusal import Refused
from programmes.actions.locking import Seen
from programmes.actions.reasons import checked_reason
from programmes.editing.lines import ACTS
from programmes.forms.acts import FORMS, ActForm
from programmes.models.named import ref
from programmes.rows.base import LONG
from risks.actions import CAME_TRUE, come_true
from risks.rows.forms import by_as_at


class OccurForm(ActForm):
    """The risk is closed, and an issue of its own ref begins with what the risk said."""

    heading, button, already = "It has come true", "Make it an issue", "is closed already"

    on = DayField(label="Since which day")
    reason = TextField(max_length=LONG, label="What happened", help_text="Kept in the history of both")
    field_order = ("on", "reason")

    def prepare(self) -> None:
        if self.row.is_closed:
            self.hindrance = "This risk is closed. Open it again first: take out the day on which it was closed."

    def clean_on(self) -> Any:
        return by_as_at(self.cleaned_data["on"], self.month)

    def clean_reason(self) -> str:
        try:
            return checked_reason(self.cleaned_data["reason"], CAME_TRUE)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def act(self, seen: Seen) -> str:
        said = self.cleaned_data
        issue = come_true(self.row, on=said["on"], reason=said["reason"], seen=seen, by=self.month.user)
        return f"Closed: {self.target.about}. It is issue {ref(issue)} now." if issue else ""


FORMS["occur"] = OccurForm
ACTS["occur"] = "It has come true"
