"""What people write about a return."""

from django import forms

from core.fields import LongText, TextField
from programmes.actions import REASON_LENGTH
from programmes.rows.base import LONG


class SendBackForm(forms.Form):
    reason = TextField(
        label="Why it is sent back",
        max_length=LONG,
        widget=LongText(),
        error_messages={"required": "Say what is to be put right."},
    )

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].strip()
        if len(reason) < REASON_LENGTH:
            raise forms.ValidationError(f"Say it in at least {REASON_LENGTH} characters.")
        return reason


class AskForm(forms.Form):
    about = TextField(
        label="What it is about",
        max_length=200,
        required=False,
        help_text="A rating, a product, a milestone: for example “Schedule rating” or P-0012",
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
