"""What people write about a return."""

from django import forms

from core.fields import LongText, TextField
from programmes.actions.reasons import REASON_LENGTH, says_why
from programmes.rows.base import LONG


class ReasonForm(forms.Form):
    """Asks for a reason that says something."""

    reason: forms.Field

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not says_why(reason):
            raise forms.ValidationError(f"Say it in at least {REASON_LENGTH} characters.")
        return reason


class SendBackForm(ReasonForm):
    reason = TextField(
        label="Why it is sent back",
        max_length=LONG,
        widget=LongText(),
        error_messages={"required": "Say what is to be put right."},
    )


class AcceptOwnForm(ReasonForm):
    reason = TextField(
        label="Why you accept it yourself",
        max_length=LONG,
        widget=LongText(),
        help_text=f"At least {REASON_LENGTH} characters. Printed with the month’s report, and counted when it closes",
        error_messages={"required": "Say why you accept what you submitted yourself."},
    )


class AskForm(forms.Form):
    about = TextField(
        label="What it is about",
        max_length=200,
        required=False,
        help_text="For example “Schedule rating”, or the ref of a row",
    )
    text = TextField(
        label="What you ask",
        max_length=LONG,
        widget=LongText(),
        error_messages={"required": "Write what you ask."},
    )


class AnswerForm(forms.Form):
    text = TextField(
        label="Your answer", max_length=LONG, widget=LongText(), error_messages={"required": "Write your answer."}
    )
    evidence = TextField(
        label="Evidence",
        max_length=LONG,
        required=False,
        widget=LongText(2),
        help_text="What shows it, or where to find it",
    )


class SettleForm(forms.Form):
    text = TextField(label="A word to end with", max_length=LONG, required=False, widget=LongText(2))
