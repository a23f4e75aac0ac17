"""Money as people type it and as it is printed; the column that keeps it."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.money import MILLIONS, POUNDS, THOUSANDS, UNITS, NotMoney, in_words, printed, read, to_type, total
from core.pence import MoneyField

MINUS = "\u2212"  # as Word writes it


@pytest.mark.parametrize(
    ("typed", "unit", "found"),
    [
        ("1,280", THOUSANDS, "1280000"),
        ("1,280", POUNDS, "1280"),
        ("£1,280k", THOUSANDS, "1280000"),
        ("£1,280k", MILLIONS, "1280000"),
        ("1.28m", THOUSANDS, "1280000"),
        ("1.28 M", POUNDS, "1280000"),
        ("0.5bn", MILLIONS, "500000000"),
        ("(190)", THOUSANDS, "-190000"),
        (f"{MINUS}190", THOUSANDS, "-190000"),
        ("-£190", POUNDS, "-190"),
        ("£-190", POUNDS, "-190"),
        ("\u00a01 280".replace(" ", ","), POUNDS, "1280"),
        ("0", THOUSANDS, "0"),
        ("-0", THOUSANDS, "0"),
        (".5", POUNDS, "0.50"),
        ("1.967", THOUSANDS, "1967"),
        ("9,999,999,999,999.99", POUNDS, "9999999999999.99"),
    ],
)
def test_what_people_type(typed, unit, found):
    assert read(typed, unit) == Decimal(found)


@pytest.mark.parametrize("typed", ["", "  ", "\t\n"])
def test_nothing_is_not_nought(typed):
    assert read(typed) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1e309", "“1e309” is not an amount."),
        ("NaN", "“NaN” is not an amount."),
        ("inf", "“inf” is not an amount."),
        ("1,28", "“1,28” is not an amount."),
        ("1.280.000", "“1.280.000” is not an amount."),
        ("(190", "“(190” is not an amount."),
        ("twelve", "“twelve” is not an amount."),
        ("١٢", "“١٢” is not an amount."),
        ("=1+1", "“=1+1” is not an amount."),
        ("$5", "“$5” is not an amount."),
        ("(-190)", "“(-190)” has two signs."),
        ("1.005", "“1.005” has parts of a penny."),
        ("10bn0", "“10bn0” is not an amount."),
        ("99999bn", "“99999bn” is more than any budget."),
        ("1" * 41, f"“{'1' * 40}” is not an amount."),
    ],
)
def test_what_is_no_amount(typed, sentence):
    with pytest.raises(NotMoney, match="^" + sentence.translate({ord(c): f"\\{c}" for c in "().+$="})):
        read(typed)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from([*UNITS.values()]))
def test_a_figure_is_typed_back_as_it_is(pounds, unit):
    assert read(to_type(pounds, unit), unit) == pounds


@pytest.mark.parametrize(
    ("pounds", "unit", "places", "brackets", "text"),
    [
        ("1280000", THOUSANDS, 0, False, "1,280"),
        ("-6675000", THOUSANDS, 0, False, "-6,675"),
        ("-190000", THOUSANDS, 0, True, "(190)"),
        ("15981000", MILLIONS, 3, False, "15.981"),
        ("499.5", THOUSANDS, 0, False, "0"),
        ("500", THOUSANDS, 0, False, "1"),
        ("-499", THOUSANDS, 0, True, "0"),  # no minus nought
    ],
)
def test_what_is_printed(pounds, unit, places, brackets, text):
    assert printed(Decimal(pounds), unit, places, brackets=brackets) == text


def test_in_words_has_no_sign():
    assert in_words(Decimal(-190_000), THOUSANDS) == "£190k"
    assert in_words(Decimal(6697000), MILLIONS, 1) == "£6.7m"


def test_a_sum_of_blanks_is_blank():
    assert total([None, None]) is None
    assert total([None, Decimal(0)]) == 0


def test_the_column_holds_whole_pence():
    field = MoneyField()

    assert field.get_prep_value(Decimal("4948000.07")) == 494_800_007
    assert field.from_db_value(494_800_007, None, None) == Decimal("4948000.07")
    with pytest.raises(ValidationError, match="parts of a penny"):
        field.get_prep_value(Decimal("0.001"))
