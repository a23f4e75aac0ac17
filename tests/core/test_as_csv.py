"""A table as CSV: safe to open in a spreadsheet, and what a program reads back is what was reported."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.as_csv import bundle, dump, guarded
from core.blocks import Cell, CellPart, Kind, RowGroup, TableRow
from tests.core.samples import FORMULAS, RED, column, full_table, one_cell, table, written_elsewhere

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def lines(made, delimiter=","):
    """What a program reads."""
    return list(csv.reader(io.StringIO(dump(made).decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))


def only_cell(cell, kind=Kind.TEXT, **options):
    return lines(one_cell(cell, kind, **options))[1][0]


def read_back(text):
    """Undo the guard: one apostrophe goes where it, and any that were typed, stand before the start of a formula."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(STARTS) else text


# --- The guard ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_would_run_is_led_by_one_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Finance", "5 − 3 = 2", "a=1+1", "'tis", "a,=1+1", "a;=1+1", "£5", " x", "(-5)"])
def test_any_other_text_is_left_alone(text):
    assert guarded(text) == text


@given(st.text() | st.text(alphabet="'=+-@a\t\r\n"))
def test_no_text_is_left_to_run_and_reading_back_gives_what_was_typed(text):
    assert not guarded(text).startswith(STARTS)
    assert read_back(guarded(text)) == text


PLACES = {
    "cell": lambda t: one_cell(Cell(t)),
    "text of a cell": lambda t: one_cell(Cell(dt.date(2022, 9, 1), t), Kind.DATE),
    "cell with parts": lambda t: one_cell(Cell(t, parts=(CellPart("late"),))),
    "part alone": lambda t: one_cell(Cell(parts=(CellPart(t),))),
    "column": lambda t: one_cell(Cell(1), label=t),
    "band": lambda t: one_cell(Cell(1), bands=(t,)),
    "group": lambda t: table([column("a")], groups=(RowGroup("g", t, (TableRow("r", {}),)),)),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", FORMULAS)
def test_no_field_of_a_file_is_left_to_run(place, text):
    fields = [field for line in lines(PLACES[place](text)) for field in line]

    assert [field for field in fields if field.startswith(STARTS)] == []
    assert len([field for field in fields if text in field and read_back(field) != field]) == 1


@pytest.mark.parametrize("text", ["a,=1+1", "a\n=1+1", "a\r\n=1+1", 'a",=1+1', 'a"\n=1+1', "a\t=1+1"])
def test_a_formula_after_a_separator_stays_inside_its_field(text):
    assert lines(one_cell(Cell(text))) == [["Figure"], [text]]


def test_semicolons_are_quoted_for_the_spreadsheets_that_take_them_for_a_separator():
    assert dump(one_cell(Cell("Chair; =1+1"))).decode("utf-8-sig") == '"Figure"\r\n"Chair; =1+1"\r\n'


# --- Figures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        (0, Kind.COUNT, "0"),
        (-3, Kind.COUNT, "-3"),
        (1234567, Kind.COUNT, "1234567"),
        (Decimal("-5.00"), Kind.MONEY, "-5.00"),
        (Decimal("1234.50"), Kind.MONEY, "1234.50"),
        (Decimal("1E+6"), Kind.MONEY, "1000000"),
        (44, Kind.PERCENT, "44"),
        (Decimal("-2.5"), Kind.NUMBER, "-2.5"),
    ],
)
def test_number_is_written_bare_whatever_is_printed(value, kind, written):
    assert dump(one_cell(Cell(value, "as printed"), kind)).decode("utf-8-sig") == f'"Figure"\r\n{written}\r\n'


@pytest.mark.parametrize(
    ("cell", "kind", "written"),
    [
        (Cell(dt.date(2022, 7, 1)), Kind.DATE, "2022-07-01"),
        (Cell(dt.date(2018, 9, 1), "Autumn 2018"), Kind.DATE, "Autumn 2018"),
        (Cell.rated(RED), Kind.RATING, "Red"),
        (Cell("Finance"), Kind.TEXT, "Finance"),
        (Cell(None, "not due yet"), Kind.DATE, "not due yet"),
        (Cell(), Kind.MONEY, ""),
        (Cell(38, parts=(CellPart("of 179"), CellPart("2 late"))), Kind.COUNT, "38; of 179; 2 late"),
        (Cell(parts=(CellPart("R1"), CellPart("R2"))), Kind.TEXT, "R1; R2"),
    ],
)
def test_anything_else_is_written_in_words_and_days_as_iso(cell, kind, written):
    assert only_cell(cell, kind) == written


def test_text_that_looks_like_a_negative_number_is_guarded_and_the_number_is_not():
    assert [only_cell(Cell("-5.00")), only_cell(Cell(Decimal("-5.00")), Kind.MONEY)] == ["'-5.00", "-5.00"]


def test_blank_is_not_zero():
    made = table([column("a", Kind.MONEY), column("b", Kind.MONEY)], TableRow("r", {"b": Cell(Decimal(0))}))

    assert lines(made)[1] == ["", "0"]


# --- The file -----------------------------------------------------------------------------------------------


def test_file_holds_every_row_with_its_group_and_the_totals_last():
    assert lines(full_table()) == [
        ["Group", "Name", "RAG – May", "RAG – June", "Count", "Cost", "Share", "Days", "Due"],
        ["Tranche 1", "Finance & <people>", "Green", "Red", "1234; 12 late", "-1234.50", "44", "2.5", "2022-07-01"],
        ["Tranche 2", "Property", "", "", "0", "", "", "", "Autumn 2022"],
        ["Tranche 2", "Sum", "", "", "", "", "", "", ""],
        ["", "No status", "", "", "2", "", "", "", ""],
        ["", "All", "", "", "1236", "", "", "", ""],
    ]


def test_table_without_groups_has_no_column_for_them():
    assert lines(one_cell(Cell("x"))) == [["Figure"], ["x"]]


def test_table_without_a_row_is_its_head():
    assert lines(table([column("a"), column("b")])) == [["A", "B"]]


def test_file_begins_with_the_mark_that_excel_needs_for_pounds_and_accents():
    content = dump(one_cell(Cell("£5 – Siân 🙂")))

    assert content.startswith(b"\xef\xbb\xbf")
    assert content[3:].decode("utf-8") == '"Figure"\r\n"£5 – Siân 🙂"\r\n'


# --- Several files ------------------------------------------------------------------------------------------


def test_bundle_holds_each_file_under_its_name_in_order():
    with zipfile.ZipFile(io.BytesIO(bundle([("b.csv", b"2"), ("a.csv", b"1")]))) as archive:
        assert [(name, archive.read(name)) for name in archive.namelist()] == [("b.csv", b"2"), ("a.csv", b"1")]
        assert archive.testzip() is None


def test_bundle_tells_nothing_of_when_it_was_made():
    with zipfile.ZipFile(io.BytesIO(bundle([("a.csv", b"1")]))) as archive:
        assert [part.date_time for part in archive.infolist()] == [(1980, 1, 1, 0, 0, 0)]


def test_same_tables_give_the_same_bytes_in_another_process():
    here = bundle([("work.csv", dump(full_table()))])

    assert written_elsewhere('as_csv.bundle([("work.csv", as_csv.dump(full_table()))])') == here
