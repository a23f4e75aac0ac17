"""What people type into a field comes out as they meant it, or is sent back with a sentence."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.dates import DATE_LENGTH, HOW_TO, PublishedDate, long_date
from core.fields import DayField, LongText, StatedDateField, TextField

STATED, DAY, TEXT = StatedDateField(required=False), DayField(required=False), TextField(max_length=20, required=False)
LINES = TextField(max_length=20, required=False, widget=LongText())
TOO_LONG = "This is too long for a date, or holds a character that no date has."
FIRST_OF_JULY = dt.date(2022, 7, 1)


def refused(field, typed):
    with pytest.raises(ValidationError) as error:
        field.clean(typed)
    (message,) = error.value.messages
    return message


# --- Dates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["1/7/2022", "1 July 2022", "2022-07-01", " 01.07.2022\n", "1st July, 2022"])
@pytest.mark.parametrize("field", [STATED, DAY])
def test_day_in_every_form_is_that_day(field, typed):
    day = PublishedDate(FIRST_OF_JULY, FIRST_OF_JULY)

    assert field.clean(typed) == (FIRST_OF_JULY if field is DAY else day)


@pytest.mark.parametrize(
    ("typed", "earliest", "latest"),
    [
        ("July 2022", FIRST_OF_JULY, dt.date(2022, 7, 31)),
        ("Autumn 2018", dt.date(2018, 9, 1), dt.date(2018, 11, 30)),
        ("  Autumn   2018 ", dt.date(2018, 9, 1), dt.date(2018, 11, 30)),
    ],
)
def test_words_are_the_days_they_can_mean_and_are_kept(typed, earliest, latest):
    assert STATED.clean(typed) == PublishedDate(earliest, latest, " ".join(typed.split()))


@pytest.mark.parametrize("typed", ["July 2022", "Autumn 2018", "2022"])
def test_field_for_one_day_takes_no_span(typed):
    assert refused(DAY, typed) == (f"Name one day: “{typed}” can mean several. For example, 1 July 2022 or 1/7/2022.")


@pytest.mark.parametrize("typed", [None, "", "   ", "\n", "\u3000"])
@pytest.mark.parametrize("field", [STATED, DAY])
def test_nothing_typed_is_no_date(field, typed):
    assert field.clean(typed) is None


@pytest.mark.parametrize("typed", ["1 Juli 2022", "July 1, 2022", "1/7/222", "-"])
@pytest.mark.parametrize("field", [STATED, DAY])
def test_what_is_no_date_is_sent_back_with_how_to_write_one(field, typed):
    how_to = {STATED: HOW_TO, DAY: "Write a day as 1 July 2022, 1/7/2022 or 2022-07-01."}[field]  # a day is no month
    assert refused(field, typed) == f"“{typed}” is not a date. {how_to}"


@pytest.mark.parametrize("typed", ["31/02/2022", "29 Feb 2027", "12/25/2022", "0/0/2022"])
@pytest.mark.parametrize("field", [STATED, DAY])
def test_day_that_there_is_not_is_sent_back_as_that(field, typed):
    assert refused(field, typed) == f"“{typed}” is not a date. There is no such day."


@pytest.mark.parametrize(
    "typed", ["1" * 400, "1 July 2022\0", "1\u202e July 2022", "1 July\u200b2022", "x" * (DATE_LENGTH + 1), "\ud800"]
)
@pytest.mark.parametrize("field", [STATED, DAY])
def test_what_no_date_holds_is_not_repeated(field, typed):
    assert refused(field, typed) == TOO_LONG


@pytest.mark.parametrize(
    "typed", ["１/７/２０２２", "１/７/2022", "١/٧/2022", "1/7/２０２２", "1∕7∕2022", "Ｊuly 2022"]
)
def test_figures_of_other_scripts_are_never_another_day(typed):
    """A day that is read is the one that was meant: the first of July."""
    try:
        read = STATED.clean(typed)
    except ValidationError:
        return
    assert read == PublishedDate(FIRST_OF_JULY, FIRST_OF_JULY)


@given(st.text(max_size=60))
@pytest.mark.parametrize("field", [STATED, DAY])
def test_whatever_is_typed_is_a_date_or_a_sentence(field, typed):
    sentences = []
    try:
        field.clean(typed)
    except ValidationError as error:
        sentences = error.messages
    assert all(sentence.isprintable() and sentence.endswith(".") for sentence in sentences)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_day_that_was_shown_comes_back_as_it_was(day):
    assert DAY.prepare_value(day) == long_date(day)
    assert DAY.clean(DAY.prepare_value(day)) == day
    assert not DAY.has_changed(day, f"{day:%d/%m/%Y}")


def test_words_that_mean_the_same_days_are_another_date():
    """“July 2022” and “July  2022” say the same; “1 July 2022” says more."""
    assert not STATED.has_changed("July 2022", " July  2022")
    assert STATED.has_changed("July 2022", "1 July 2022")
    assert STATED.has_changed("July 2022", "")
    assert STATED.has_changed("", "soon")


def test_date_that_may_not_be_changed_has_not_changed():
    fixed = StatedDateField(disabled=True)

    assert not fixed.has_changed("July 2022", "")


def test_hint_says_how_to_write_a_date_and_another_may_stand_in_for_it():
    assert StatedDateField().help_text == "For example, 1 July 2022, 1/7/22, July 2022, Q2 2022/23 or Autumn 2022"
    assert DayField().help_text == "For example, 1 July 2022 or 1/7/2022"
    assert DayField(help_text="When it met").help_text == "When it met"


# --- Text ---------------------------------------------------------------------------------------------------


def test_text_that_is_too_long_says_how_long_it_is():
    assert refused(TEXT, "x" * 21) == "This is 21 characters long. At most 20 fit."
    assert TEXT.clean("x" * 20) == "x" * 20


def test_nothing_is_cut_by_the_browser_without_a_word():
    assert "maxlength" not in TextField(max_length=20).widget.attrs


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_lines_end_one_way_and_that_is_no_change(ends):
    typed = f"one{ends}two"

    assert LINES.clean(typed) == "one\ntwo"
    assert not TEXT.has_changed("one\ntwo", typed)
    assert not TEXT.has_changed("one\r\ntwo", typed)


# Zero-width, joined by words, soft hyphens, spaces of every kind, month directions, marks on nothing, letters without ink.
NOTHING = [
    *("", "  \r\n ", "\u200b" * 20, "\u2060\ufeff", "\u00ad\u00ad", "\u00a0\u2003\u3000\u2028", "\u200e\u202e\u2069"),
    *("\u0301\u0489", "\ufe0f", "\u3164\u115f\uffa0\u2800", "\u180e", "\ue000", "\t\u200b\n\u00ad"),
]


@pytest.mark.parametrize("typed", [None, *NOTHING])
def test_text_of_which_nothing_is_seen_is_none(typed):
    """T71."""
    assert TEXT.clean(typed) == ""
    assert not TEXT.has_changed(None, typed)
    assert not TEXT.has_changed("", typed)
    assert refused(TextField(max_length=20), typed) == "Write something here."


@pytest.mark.parametrize("typed", [*(chr(n) for n in (*range(9), *range(11, 13), *range(14, 32), *range(127, 160)))])
@pytest.mark.parametrize("field", [TEXT, LINES])
def test_text_with_a_control_character_is_refused(field, typed):
    """T71."""
    for text in (f"a{typed}b", f"\u200b{typed}\u200b"):
        assert refused(field, text) == "This holds a character that cannot be kept. Take out what was pasted last."


def test_tabs_and_lines_are_kept_in_a_box_of_lines_and_a_name_stands_on_one():
    assert LINES.clean("a\tb\r\nc") == "a\tb\nc"
    assert TEXT.clean("a\tb") == "a b"
    assert refused(TEXT, "a\nb") == "This holds the end of a line. Write it on one line."


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f", "\u3000", "\t", "  ", " \u00a0\t", "\u00ad "])
def test_words_of_a_name_stand_a_plain_space_apart_and_those_of_a_text_as_they_were_typed(space):
    """From Word, Outlook and Excel."""
    assert TEXT.clean(f"{space}Human{space}Resources{space}") == "Human Resources"
    assert not TEXT.has_changed(f"Human{space}Resources", "Human Resources"), "saved before, it is no change of today"
    assert LINES.clean(f"Human{space}Resources") == f"Human{space}Resources"


def test_a_hyphen_hidden_in_a_name_is_left_out():
    assert TEXT.clean("procure\u00adment") == "procurement"
    assert LINES.clean("procure\u00adment") == "procure\u00adment"


KEPT = ["😀" * 20, "שלום\u202e", "e" + "\u0301" * 19, "=1+1", "{{ x }}", "a\u200bc", "‘Phase 2’ – now", "—", "."]


@pytest.mark.parametrize("typed", KEPT)
@pytest.mark.parametrize("field", [TEXT, LINES])
def test_any_other_text_is_kept_as_it_was_typed(field, typed):
    assert field.clean(typed) == typed


@pytest.mark.parametrize("typed", ["a\u00adb\u200bc\u00a0d", "a  b", "a\tb"])
def test_a_text_of_several_lines_is_kept_as_it_was_typed(typed):
    assert LINES.clean(typed) == typed


def test_a_character_is_counted_as_the_database_counts_it():
    assert refused(TEXT, "e" + "\u0301" * 10_000) == "This is 10001 characters long. At most 20 fit."
    assert refused(TEXT, "😀" * 21) == "This is 21 characters long. At most 20 fit."


@given(st.text(max_size=30))
def test_text_that_was_kept_and_comes_back_has_not_changed(typed):
    try:
        kept = TEXT.clean(typed)
    except ValidationError:
        return
    assert not TEXT.has_changed(kept, kept.replace("\n", "\r\n"))
    assert TEXT.clean(kept) == kept
