"""Form fields for what people type: text, days, and dates as councils state them."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils import timezone

from core.dates import HOW_TO, NotADate, PublishedDate, long_date
from core.validators import UNKEEPABLE, keepable, on_one_line
from core.words import on_plain_spaces, printed

DATE_HINT = "For example, 1 July 2022, 1/7/2022, July 2022 or Autumn 2022"
DAY_HINT = "For example, 1 July 2022 or 1/7/2022"
HOW_TO_DAY = "Write a day as 1 July 2022, 1/7/2022 or 2022-07-01."
DATE_LENGTH = 40

# What to do about a field that is left empty, by its kind; a form that knows better says so itself.
LEFT_EMPTY: dict[type[forms.Field], str] = {
    forms.Field: "Fill this in.",
    forms.CharField: "Write something here.",
    forms.EmailField: "Write an e-mail address.",
    forms.IntegerField: "Write a whole number.",
    forms.ChoiceField: "Choose one of these.",
    forms.MultipleChoiceField: "Choose at least one of these.",
    forms.FileField: "Choose a file.",
}
for kind, sentence in LEFT_EMPTY.items():
    kind.default_error_messages = {**kind.default_error_messages, "required": sentence}


def still_to_come(day: dt.date) -> dt.date:
    """Return a day of a form, or raise ValidationError where it has passed."""
    today = timezone.localdate()
    if day < today:
        raise ValidationError(f"This day has passed. Today is {long_date(today)}.")
    return day


class TextField(forms.CharField):
    """Text whose lines end one way, so that a text nobody touched is not a change, and which says how long it is.

    Text of which nothing is seen is none. Control characters are refused, but for tabs and line ends in a box of
    several lines, where anything else is kept as it was typed. On one line words stand a plain space apart, however
    the program that they were copied from sets them.
    """

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.validators = [each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator)]
        self.validators.append(keepable)  # with what it says of NUL
        if not isinstance(self.widget, forms.Textarea):
            self.validators.append(on_one_line)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = "This is %(show_value)s characters long. At most %(limit_value)s fit."

    def to_python(self, value: Any) -> str:
        lines = str(value).replace("\r\n", "\n").replace("\r", "\n") if value is not None else None
        text = str(super().to_python(lines))
        text = text if isinstance(self.widget, forms.Textarea) else on_plain_spaces(text)
        is_empty = not printed(text) and not UNKEEPABLE.search(text)  # what is refused is not quietly left out
        return str(self.empty_value) if is_empty else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial or "") != self.to_python(data or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without `maxlength`: a browser would cut what is pasted, without a word."""
        return {key: value for key, value in super().widget_attrs(widget).items() if key != "maxlength"}


class LongText(forms.Textarea):
    """A box of so many lines."""

    def __init__(self, rows: int = 4) -> None:
        super().__init__({"rows": rows, "cols": 60})


class StatedDateField(forms.Field):
    """A day or words such as "Autumn 2018". Its value is a PublishedDate, None where it is left empty."""

    default_error_messages = {"required": "Write a date."}
    hint = DATE_HINT
    how_to = HOW_TO

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", self.hint)
        super().__init__(**kwargs)

    def widget_attrs(self, _widget: forms.Widget) -> dict[str, Any]:
        return {"size": 20, "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> PublishedDate | None:
        text = " ".join(str(value or "").split())
        if not text:
            return None
        if len(text) > DATE_LENGTH or not text.isprintable():
            raise ValidationError("This is too long for a date, or holds a character that no date has.")
        try:
            return PublishedDate.parse(text)
        except NotADate as error:
            raise ValidationError(f"“{text}” is not a date. {self.how_to}") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class DayField(StatedDateField):
    """One day. Its value is a date, None where it is left empty."""

    default_error_messages = {"required": "Name the day."}
    hint = DAY_HINT
    how_to = HOW_TO_DAY

    def prepare_value(self, value: Any) -> Any:
        return long_date(value) if isinstance(value, dt.date) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dt.date):
            return value
        stated = super().to_python(value)
        if stated is None:
            return None
        if stated.earliest != stated.latest:
            raise ValidationError(f"Name one day: “{stated.text}” can mean several. {DAY_HINT}.")
        return stated.earliest
