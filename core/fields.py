"""Form fields for what people type: text, days, and dates as councils state them."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils import timezone

from core.dates import (
    DATE_LENGTH,
    HOW_TO,
    Doubtful,
    NoSuchDay,
    NotADate,
    PublishedDate,
    WhichYear,
    label_end,
    label_of,
    long_date,
)
from core.doubts import Horizon, Offer, Question
from core.validators import UNKEEPABLE, keepable, on_one_line
from core.words import on_plain_spaces, printed

DATE_HINT = "For example, 1 July 2022, 1/7/22, July 2022, Q2 2022/23 or Autumn 2022"
DAY_HINT = "For example, 1 July 2022 or 1/7/2022"
MONTH_HINT = "For example, June 2022, Jun 22 or 6/2022"
HOW_TO_DAY = "Write a day as 1 July 2022, 1/7/2022 or 2022-07-01."
KEEP = "Keep it all the same"

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
    """A day or words such as "Autumn 2018". Its value is a PublishedDate, None where it is left empty.

    What is in doubt is refused with a question until it is answered: see `core.asking`.
    """

    default_error_messages = {"required": "Write a date."}
    hint = DATE_HINT
    how_to = HOW_TO

    horizon: Horizon | None = None  # the days among which a date is likely
    stands: Any = None  # its value that was kept before, which is not asked about again
    answer: Any = None  # what is said to the question: keys of its choices

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", self.hint)
        super().__init__(**kwargs)

    def widget_attrs(self, _widget: forms.Widget) -> dict[str, Any]:
        return {"size": 20, "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> Any:
        words = _words(value)
        if not words:
            return None
        if self._stands_so(words):
            return self.stands
        read = self._read(words)
        if isinstance(read, PublishedDate):
            return self.settled(read)
        answers = self.answer if isinstance(self.answer, list) else [self.answer]
        chosen = [read.choices[each].date for each in answers if each in read.choices]
        if not chosen:
            raise ValidationError(read.sentence, code="asked")
        return self.settled(chosen[0])

    def question(self, value: Any) -> Question | None:
        """What has to be asked about a text; None where it is no date, or nothing is in doubt."""
        words = _words(value)
        if not words or self._stands_so(words):
            return None
        try:
            read = self._read(words)
        except ValidationError:
            return None
        return read if isinstance(read, Question) else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        return bool(self._meaning(_words(initial)) != self._meaning(_words(data)))

    def parse(self, words: str) -> PublishedDate:
        try:
            return PublishedDate.parse(words)
        except NoSuchDay as error:
            raise ValidationError(str(error)) from error

    def admit(self, date: PublishedDate, words: str) -> None:
        """Raise ValidationError for a date that is none for this field."""

    def settled(self, date: PublishedDate) -> Any:
        """The value of the field that this date is."""
        return date

    def _read(self, words: str) -> PublishedDate | Question:
        if len(words) > DATE_LENGTH or not words.isprintable():
            raise ValidationError("This is too long for a date, or holds a character that no date has.")
        try:
            date, sentences, label = self.parse(words), [], KEEP
        except WhichYear as missing:
            return self._ask_for_year(missing)
        except Doubtful as doubt:
            date, sentences, label = doubt.kept, [str(doubt)], doubt.choice
        except NotADate as error:
            raise ValidationError(f"“{words}” is not a date. {self.how_to}") from error
        self.admit(date, words)
        if far := self.horizon.doubt(date) if self.horizon else "":
            sentences.append(far)
        return Question(" ".join(sentences), {words: Offer(label, date)}) if sentences else date

    def _ask_for_year(self, missing: WhichYear) -> Question:
        dates = self.horizon.years_of(missing) if self.horizon else {}
        for date in dates.values():
            self.admit(date, missing.words)
        choices = {words: Offer(str(date), date) for words, date in dates.items()}
        return Question(f"{missing} {'Choose the one that is meant' if choices else 'Write the year too'}.", choices)

    def _stands_so(self, words: str) -> bool:
        return self.stands is not None and words == str(self.prepare_value(self.stands))

    def _meaning(self, words: str) -> Any:
        """What tells one text from another that means something else."""
        if self._stands_so(words):
            return self.stands
        try:
            return self.settled(self.parse(words))
        except Doubtful as doubt:
            return self.settled(doubt.kept)
        except (NotADate, ValidationError):
            return words


def _words(value: Any) -> str:
    """What stands in the box of a date: a day that is known already, as it is printed."""
    return long_date(value) if isinstance(value, dt.date) else " ".join(str(value or "").split())


class DayField(StatedDateField):
    """One day. Its value is a date, None where it is left empty."""

    default_error_messages = {"required": "Name the day."}
    hint = DAY_HINT
    how_to = HOW_TO_DAY

    def prepare_value(self, value: Any) -> Any:
        return long_date(value) if isinstance(value, dt.date) else value

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, dt.date) else super().to_python(value)

    def question(self, value: Any) -> Question | None:
        return None if isinstance(value, dt.date) else super().question(value)

    def admit(self, date: PublishedDate, words: str) -> None:
        if date.earliest is None or date.latest is None:
            raise ValidationError(f"“{words}” is not a date. {self.how_to}")
        if date.earliest != date.latest:
            raise ValidationError(f"Name one day: “{words}” can mean several. {DAY_HINT}.")

    def settled(self, date: PublishedDate) -> Any:
        return date.earliest


class MonthField(StatedDateField):
    """One month. Its value is a label, YYYY-MM, "" where it is left empty."""

    default_error_messages = {"required": "Name the month."}
    hint = MONTH_HINT

    def to_python(self, value: Any) -> Any:
        return super().to_python(value) or ""

    def parse(self, words: str) -> PublishedDate:
        try:
            last = label_end(label_of(words))
        except NotADate as error:
            raise ValidationError(str(error)) from error
        return PublishedDate(last.replace(day=1), last, words)

    def settled(self, date: PublishedDate) -> Any:
        return f"{date.earliest:%Y-%m}"
