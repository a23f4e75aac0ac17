"""The one form that sets up a programme."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from core.asking import ask
from core.doubts import Horizon
from core.fields import DayField, LongText, MonthField, TextField, still_to_come
from programmes.founding import actions as founding
from programmes.founding import outline
from programmes.founding import shipped as schemes
from programmes.founding.outline import Outline
from programmes.horizon import horizon
from programmes.scheme import DEEPEST_TIER, SchemeError, Tier

WORD_LENGTH = 40
OUTLINE_LENGTH = 250_000  # more than the longest outline there may be
LIKELY = 10  # years from today within which a programme begins and ends, unless somebody says so
FAULTS = 20  # sentences about an outline at once
SLUG = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
TIERS = ("First tier", "Second tier", "Third tier", "Fourth tier")
OUTLINE_HINT = """
<p>Begin a line with a dash to put it one tier below the first, with two dashes to put it two below: it stands under the
nearest line above with fewer. Write a lead’s post after a bar. The rest can be added later.</p>
<pre>Finance | Director of finance
- Financial systems | Head of finance systems
- Base budget
People</pre>"""


def _line(label: str, *, required: str = "", hint: str = "", length: int = outline.LENGTH, **attrs: str) -> TextField:
    """A line of text; `required` says what to do where it is missing, "" that it may be."""
    return TextField(
        label=label,
        required=bool(required),
        max_length=length,
        help_text=hint,
        error_messages={"required": required},
        widget=forms.TextInput(attrs=attrs),
    )


def _word(label: str) -> TextField:
    return _line(label, length=WORD_LENGTH, autocapitalize="none")


def last_month() -> str:
    """The label of the month before this one."""
    return f"{timezone.localdate().replace(day=1) - dt.timedelta(days=1):%Y-%m}"


class FoundingForm(forms.Form):
    """Everything a programme begins with. `chosen` is what `founding.found` takes."""

    name = _line("Name of the programme", required="Write the programme’s name.", autofocus="autofocus")
    council = _line("Council", required="Write the name of the council whose programme it is.")
    slug = _line(
        "Short name, for addresses",
        hint="It never changes. Left empty, it is made from the name.",
        length=founding.SLUG_LENGTH,
        autocapitalize="none",
        spellcheck="false",
    )
    starts_on = DayField(label="Starts on", error_messages={"required": "Write the day the programme starts on."})
    vesting_day = DayField(
        label="Vesting day",
        required=False,
        help_text="Without one, the day on which the programme ends",
    )
    scheme = forms.ChoiceField(
        label="Start from", widget=forms.RadioSelect, error_messages={"required": "Choose a scheme to start from."}
    )
    tier_1, tier_1_plural = _word("First tier: one is called"), _word("First tier: several are called")
    tier_2, tier_2_plural = _word("Second tier: one is called"), _word("Second tier: several are called")
    tier_3, tier_3_plural = _word("Third tier: one is called"), _word("Third tier: several are called")
    tier_4, tier_4_plural = _word("Fourth tier: one is called"), _word("Fourth tier: several are called")
    return_tier = forms.TypedChoiceField(
        label="The tier that makes a return each month",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "The lowest tier"), *enumerate(TIERS, 1)],
    )
    workstreams = TextField(
        label="Workstreams, one a line",
        required=False,
        strip=False,  # how far the first line is indented, the others are measured by
        max_length=OUTLINE_LENGTH,
        widget=LongText(rows=12),
        help_text=OUTLINE_HINT,
    )
    label = MonthField(
        label="First month to report on",
        error_messages={"required": "Write the first month to report on, such as June 2022."},
    )
    due_on = DayField(
        label="Returns of the first month are due by the end of",
        required=False,
        help_text="Left as it is, it follows the month: ten days after its end, or in a week where that has passed.",
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.shipped = schemes.shipped()
        self.outline = Outline()
        self.chosen: dict[str, Any] = {}
        scheme = self.fields["scheme"]
        if isinstance(scheme, forms.ChoiceField):
            scheme.choices = [(code, f"{each.label}. {each.about}") for code, each in self.shipped.items()]
        scheme.initial = next(iter(self.shipped))
        if not any(each.has_vesting_day for each in self.shipped.values()):
            del self.fields["vesting_day"]
        self.fields["label"].initial = last_month()
        self.fields["due_on"].initial = founding.first_due(last_month())
        self._ask_about_dates()

    def _ask_about_dates(self) -> None:
        """The programme's own days are likely within ten years; then all others are by these."""
        today = timezone.localdate()
        at_this_time = Horizon(today, today, "today", "today", margin=LIKELY)
        starts_on, vesting_day = (self._day(name) for name in ("starts_on", "vesting_day"))
        for name in ("starts_on", "vesting_day"):
            field = self.fields[name]
            assert isinstance(field, DayField)
            field.horizon = at_this_time
        likely = horizon(starts_on, vesting_day, until=today) if starts_on and vesting_day else at_this_time
        ask(self, likely, {"due_on": self.fields["due_on"].initial})

    def _day(self, name: str) -> dt.date | None:
        """The day that is typed; None where it is none."""
        try:
            day: dt.date | None = DayField(required=False).clean(self.data.get(name, ""))
        except ValidationError:
            return None
        return day

    @property
    def tier_fields(self) -> list[forms.BoundField]:
        return [self[name] for n in range(1, DEEPEST_TIER + 1) for name in (f"tier_{n}", f"tier_{n}_plural")]

    @property
    def names_tiers(self) -> bool:
        """Whether anything is said about the tiers, rightly or wrongly."""
        return any(field.value() or field.errors for field in (*self.tier_fields, self["return_tier"]))

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug and not SLUG.fullmatch(slug):
            raise ValidationError("Use letters from a to z, figures and single dashes, as in lgr-2028.")
        return slug

    def clean_due_on(self) -> dt.date:
        """The day that was typed; the one filled in, or none, follows the month."""
        due_on: dt.date | None = self.cleaned_data["due_on"]
        label = self.cleaned_data.get("label") or last_month()
        if due_on is None or "due_on" not in self.changed_data:
            return founding.first_due(label)
        return still_to_come(due_on)

    def clean(self) -> None:
        self._settle_slug()
        self._compare_days()
        tiers = self._tiers()
        self._read_outline(tiers)
        if not self.errors:
            self._choose(tiers)

    def _settle_slug(self) -> None:
        """Make a short name where none is typed, and refuse one that is taken, unless by this form sent before."""
        if "slug" in self.errors:
            return
        name = self.cleaned_data.get("name", "")
        slug = self.cleaned_data["slug"] or founding.suggested_slug(name)
        if name and not slug:
            self.add_error("slug", "The name has no letter from a to z to make one of. Write one, such as lgr-2028.")
        elif founding.is_taken(slug) and not founding.sent_before(slug, name, by=self.by):
            self.add_error("slug", founding.taken_sentence(slug))
        else:
            self.cleaned_data["slug"] = slug

    def _compare_days(self) -> None:
        """A vesting day is given where the scheme has one and nowhere else, and it comes after the start."""
        starts_on, vesting_day = self.cleaned_data.get("starts_on"), self.cleaned_data.get("vesting_day")
        scheme = self.shipped.get(self.cleaned_data.get("scheme", ""))
        has_none = scheme is not None and not scheme.has_vesting_day
        if has_none and vesting_day:
            self.add_error("vesting_day", "The scheme to start from has none. Leave this empty.")
        elif not has_none and not vesting_day and "vesting_day" not in self.errors:
            self.add_error("vesting_day", "Write the day the programme works towards.")
        elif starts_on and vesting_day and vesting_day <= starts_on:
            self.add_error("vesting_day", "This must be after the day the programme starts on.")

    def _tiers(self) -> tuple[Tier, ...]:
        """The tiers as typed, or the scheme's own where none is. None where a word is wrong."""
        words = [self.cleaned_data.get(field.name, "") for field in self.tier_fields]
        typed = list(zip(words[::2], words[1::2], strict=True))
        while typed and not any(typed[-1]):
            typed.pop()
        if not typed and not self._tier_errors():
            scheme = self.shipped.get(self.cleaned_data.get("scheme", ""))
            return scheme.tiers if scheme else ()
        for field, word in zip(self.tier_fields, words[: 2 * len(typed)], strict=False):
            if not word and not field.errors:
                self.add_error(field.name, "Write the word, or leave this tier and those below it empty.")
        return () if self._tier_errors() else tuple(Tier(*pair) for pair in typed)

    def _tier_errors(self) -> bool:
        return any(field.errors for field in self.tier_fields)

    def _read_outline(self, tiers: tuple[Tier, ...]) -> None:
        if tiers and (self.cleaned_data.get("return_tier") or 0) > len(tiers):
            self.add_error("return_tier", f"The lowest tier is the {tiers[-1].word}. Choose it or one above it.")
        words = [tier.word for tier in tiers] or ["fourth"] * DEEPEST_TIER
        root = founding.root_ref(self.cleaned_data.get("name", ""))
        self.outline = outline.read(self.cleaned_data.get("workstreams", ""), tiers=words, taken={root})
        faults = self.outline.faults[:FAULTS]
        if more := len(self.outline.faults) - FAULTS:
            faults += [f"There are {more} more like these."] * (more > 0)
        if faults:
            self.add_error("workstreams", faults)

    def _choose(self, tiers: tuple[Tier, ...]) -> None:
        chosen = self.cleaned_data
        try:
            document = schemes.adapted(
                self.shipped[chosen["scheme"]].document,
                starts_on=chosen["starts_on"],
                vesting_day=chosen.get("vesting_day"),
                tiers=tiers,
                return_tier=chosen["return_tier"] or len(tiers),
            )
        except SchemeError as error:
            self.add_error("scheme", f"This scheme cannot be used: {error}")
            return
        self.chosen = {key: chosen[key] for key in ("name", "slug", "council", "label", "due_on")}
        self.chosen |= {"started_from": chosen["scheme"], "document": document, "workstreams": self.outline.lines}
