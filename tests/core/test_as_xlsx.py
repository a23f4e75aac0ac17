"""A report as a workbook: what is on the page and nothing else, and nothing in it runs."""

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest
from openpyxl import load_workbook

from core.as_xlsx import TEXT_LIMIT, dump
from core.blocks import Cell, CellPart, Fact, Facts, Kind, Prose, ProseEntry, RowGroup, Section, TableRow
from tests.core.samples import (
    FORMULAS,
    GREEN,
    RED,
    column,
    full_report,
    one_cell,
    report,
    table,
    written_elsewhere,
)

FIRST_OF_JULY = dt.datetime.combine(dt.date(2022, 7, 1), dt.time())  # a spreadsheet knows no day without a time


def opened(content):
    return load_workbook(io.BytesIO(content))


def parts(content):
    """Every file of the workbook by its name, as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def rows(sheet):
    return [[field.value for field in line] for line in sheet.iter_rows()]


def only_field(cell, kind=Kind.TEXT, **options):
    """The one cell of a table, as a spreadsheet has it."""
    return opened(dump(report(one_cell(cell, kind, **options))))["Work"]["A3"]


def said(text):
    """One entry of narrative."""
    return Prose("points", "Points", (ProseEntry("1", "Finance", text),))


# --- Text stays text ----------------------------------------------------------------------------------------

PLACES = {
    "cell": lambda t: report(one_cell(Cell(t))),
    "printed text": lambda t: report(one_cell(Cell(dt.date(2022, 9, 1), t), Kind.DATE)),
    "part": lambda t: report(one_cell(Cell(parts=(CellPart(t),)))),
    "row's head": lambda t: report(one_cell(Cell(t), is_header=True)),
    "word of a level": lambda t: report(one_cell(Cell.rated(replace(RED, word=t)), Kind.RATING)),
    "column": lambda t: report(one_cell(Cell(1), label=t)),
    "band": lambda t: report(one_cell(Cell(1), bands=(t,))),
    "group": lambda t: report(table([column("a")], groups=(RowGroup("g", t, (TableRow("r", {}),)),))),
    "caption": lambda t: report(replace(one_cell(Cell(1)), caption=t)),
    "note": lambda t: report(replace(one_cell(Cell(1)), notes=(t,))),
    "narrative": lambda t: report(said(t)),
    "about": lambda t: report(Prose("p", "P", (ProseEntry("1", t, "x"),))),
    "second text": lambda t: report(Prose("p", "P", (ProseEntry("1", "A", "x", second=t),))),
    "heading": lambda t: report(Prose("p", "", (ProseEntry("1", "A", "x", t),))),
    "fact": lambda t: report(Facts("f", "F", (Fact("a", t, Kind.COUNT, Cell(1)),))),
    "figure of a fact": lambda t: report(Facts("f", "F", (Fact("a", "A", Kind.COUNT, Cell(1, t)),))),
    "note of a fact": lambda t: report(Facts("f", "F", (Fact("a", "A", Kind.COUNT, Cell(1), t),))),
    "title": lambda t: report(one_cell(Cell(1)), title=t),
    "standing": lambda t: report(one_cell(Cell(1)), standing=t),
    "note of the report": lambda t: report(one_cell(Cell(1)), notes=(t,)),
    "title of a section": lambda t: report(sections=(Section("s", t, (said("x"),)),)),
}


@pytest.mark.parametrize("place", PLACES)
def test_no_text_becomes_a_formula_or_an_error(place):
    for text in [*FORMULAS, "#REF!", "#N/A", "#DIV/0!"]:
        content = dump(PLACES[place](text))
        plain = text.replace("\r", "\n")
        found = [f for sheet in opened(content) for line in sheet.iter_rows() for f in line if f.value == plain]

        assert not [name for name, part in parts(content).items() if re.search(r"<f[\s>/]", part) or 't="e"' in part]
        assert found, f"{text!r} is not in the workbook"
        assert {field.data_type for field in found} == {"s"}
        assert {bool(field.quotePrefix) for field in found} == {not text.startswith("#")}


@pytest.mark.parametrize("text", ["123", "01/02/2026", "1E5", "TRUE", "-5.00", "5%", "£5"])
def test_text_that_looks_like_a_value_stays_as_it_was_written(text):
    field = only_field(Cell(text))

    assert (field.value, field.data_type) == (text, "s")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\x07b\x00c\x1f", "abc"),
        ("a\uffff\ufffeb", "ab"),
        ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("  kept  ", "  kept  "),
        ("Siân 🙂 \u202etfel", "Siân 🙂 \u202etfel"),
        ("e" + "\u0301" * 10_000, "e" + "\u0301" * 10_000),
        ("<b>&amp;</b>]]>", "<b>&amp;</b>]]>"),
    ],
    ids=["control characters", "no characters", "ends of lines", "spaces", "emoji", "accents", "markup"],
)
@pytest.mark.parametrize("place", ["cell", "title", "caption", "narrative"])
def test_what_no_workbook_can_hold_is_left_out_and_all_else_is_kept(place, text, written):
    book = opened(dump(PLACES[place](text)))

    assert written in [field.value for sheet in book for line in sheet.iter_rows() for field in line]


def test_text_at_the_limit_of_a_cell_is_whole():
    assert only_field(Cell("x" * TEXT_LIMIT)).value == "x" * TEXT_LIMIT


@pytest.mark.parametrize("place", ["cell", "narrative", "part"])
def test_longer_text_is_never_cut_without_saying_where_the_rest_is(place):
    book = opened(dump(PLACES[place]("word " * 8_000)))
    (found,) = [f.value for sheet in book for line in sheet.iter_rows() for f in line if "word word" in str(f.value)]

    assert len(found) <= TEXT_LIMIT
    assert found.startswith("word " * 6_500)
    assert found.endswith("… (continues: see the page, the PDF or the JSON)")


# --- Figures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "kind", "places", "value", "number_format"),
    [
        (Cell(0), Kind.COUNT, 0, 0, "#,##0"),
        (Cell(-1234), Kind.COUNT, 0, -1234, "#,##0"),
        (Cell(Decimal("-1234.50"), "(1,235)"), Kind.MONEY, 0, -1234.5, '"£"#,##0'),
        (Cell(Decimal("1234.50")), Kind.MONEY, 2, 1234.5, '"£"#,##0.00'),
        (Cell(44), Kind.PERCENT, 0, 44, '#,##0"%"'),
        (Cell(Decimal("2.5")), Kind.PERCENT, 1, 2.5, '#,##0.0"%"'),
        (Cell(Decimal("2.5")), Kind.NUMBER, 1, 2.5, "#,##0.0"),
        (Cell(7), Kind.NUMBER, 0, 7, "#,##0"),
        (Cell(1234), Kind.TEXT, 0, 1234, "#,##0"),
        (Cell(dt.date(2022, 7, 1)), Kind.DATE, 0, FIRST_OF_JULY, "d mmmm yyyy"),
        (Cell(dt.date(2022, 7, 1)), Kind.TEXT, 0, FIRST_OF_JULY, "d mmmm yyyy"),
    ],
)
def test_number_and_day_are_values_shown_as_on_the_page(cell, kind, places, value, number_format):
    field = only_field(cell, kind, places=places)

    assert (field.value, field.number_format) == (value, number_format)
    assert field.data_type in {"n", "d"}


@pytest.mark.parametrize(
    ("cell", "kind", "written"),
    [
        (Cell(), Kind.MONEY, None),
        (Cell(None, "not due yet"), Kind.DATE, "not due yet"),
        (Cell(dt.date(2018, 9, 1), "Autumn 2018"), Kind.DATE, "Autumn 2018"),
        (Cell.rated(RED), Kind.RATING, "Red"),
        (Cell(38, parts=(CellPart("of 179"), CellPart("2 late"))), Kind.COUNT, "38\nof 179\n2 late"),
        (Cell(parts=(CellPart("R1"), CellPart("R2"))), Kind.TEXT, "R1\nR2"),
    ],
)
def test_anything_else_is_words_and_a_blank_stays_blank(cell, kind, written):
    assert only_field(cell, kind).value == written


@pytest.mark.parametrize("token", ["green", "amber", "red", "blue", "none"])
def test_rating_of_every_colour_has_its_word_on_it(token):
    field = only_field(Cell.rated(replace(GREEN, token=token, word=token.title())), Kind.RATING)

    assert field.value == token.title()
    assert field.fill.fill_type == "solid"
    assert field.fill.fgColor.rgb != field.font.color.rgb


# --- Read and printed --------------------------------------------------------------------------------------


def test_totals_and_the_heads_of_rows_are_bold_and_what_is_not_accounted_for_is_italic():
    sheet = opened(dump(full_report()))["Work"]
    styles = {sheet.cell(n, 2).value: [sheet.cell(n, 5).font.b, sheet.cell(n, 5).font.i] for n in range(5, 10)}

    assert styles == {
        "Finance & <people>": [False, False],
        "Property": [False, False],
        "Sum": [True, False],
        "No status": [False, True],
        "All": [True, False],
    }
    assert {sheet.cell(n, 2).font.b for n in range(5, 10)} == {True}


@pytest.mark.parametrize(
    ("cell", "kind", "width"),
    [
        (Cell("x" * 5), Kind.TEXT, 12),
        (Cell("x" * 30), Kind.TEXT, 32),
        (Cell("x" * 300), Kind.TEXT, 60),
        (Cell(1), Kind.COUNT, 14),
        (Cell(10**15), Kind.MONEY, 24),
        (Cell.rated(replace(RED, word="Inadequately resourced")), Kind.RATING, 24),
    ],
)
def test_column_is_as_wide_as_its_words_within_reason(cell, kind, width):
    sheet = opened(dump(report(one_cell(cell, kind))))["Work"]

    assert sheet.column_dimensions["A"].width == width


@pytest.mark.parametrize(
    ("text", "lines"), [("short", None), ("x" * 100, 2), ("a\nb\nc", 3), ("x" * 800, 11), ("x" * 9_000, 27)]
)
def test_row_of_words_is_as_high_as_they_need_and_excel_allows(text, lines):
    sheet = opened(dump(report(said(text))))["Text"]

    assert sheet.row_dimensions[2].height == (lines and lines * 15)


def test_long_line_of_the_contents_has_room_too():
    sheet = opened(dump(report(said("x"), standing="x" * 250)))["Contents"]

    assert sheet.row_dimensions[2].height == 3 * 15


@pytest.mark.parametrize("name", ["Contents", "Work", "Text"])
def test_every_sheet_prints_on_the_width_of_a_page(name):
    sheet = opened(dump(full_report()))[name]

    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)  # 9 is A4
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert int(sheet.page_setup.fitToHeight) == 0  # as many pages as it takes


# --- Sheets -------------------------------------------------------------------------------------------------


def test_sheet_holds_the_caption_the_notes_the_heads_and_every_line():
    sheet = opened(dump(full_report()))["Work"]

    assert rows(sheet) == [
        ["Work by tranche", *[None] * 8],
        ["Before audit.", *[None] * 8],
        [None, None, "RAG", "RAG", *[None] * 5],
        ["Group", "Name", "May", "June", "Count", "Cost", "Share", "Days", "Due"],
        ["Tranche 1", "Finance & <people>", "Green", "Red", "1,234\n12 late", -1234.5, 44, 2.5, FIRST_OF_JULY],
        ["Tranche 2", "Property", None, None, 0, None, None, None, "Autumn 2022"],
        ["Tranche 2", "Sum", *[None] * 7],
        [None, "No status", None, None, 2, *[None] * 4],
        [None, "All", None, None, 1236, *[None] * 4],
    ]
    assert sheet.freeze_panes == "C5"
    assert [field.alignment.horizontal for field in sheet[4]] == [*[None] * 4, *["right"] * 4, None]  # as their figures
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [24, 20, 12]


def test_words_and_single_figures_have_a_sheet_of_their_own():
    sheet = opened(dump(full_report()))["Text"]

    assert sheet.freeze_panes == "A2"
    assert rows(sheet) == [
        ["Section", "Heading", "About", "Text", "Further"],
        ["Work", "Overall", None, "Red", "Green in May"],
        ["Work", "Days left", None, "275", None],
        ["Work", "Cost", None, None, None],
        [
            "Work",
            "Achievements – Base budgets – Autumn 2022 – Budget – Education",
            "Finance",
            "Budgets *agreed*.",
            "Savings wait.",
        ],
        ["Work", "Achievements", "Finance", "Second.", None],
    ]


def test_contents_say_what_the_book_is_and_what_holds_for_all_of_it():
    book = opened(dump(full_report()))
    sheet = book["Contents"]

    assert book.properties.title == "LGR in Somerset: scorecard, 2022-06"
    assert [line for line in rows(sheet) if any(line)] == [
        ["Report", "LGR in Somerset: scorecard"],
        ["Position", "June 2022, beside May 2022. The month is open."],
        ["As at", "30 June 2022, edition 1"],
        ["About the figures", "The figures of Property are made up."],
        ["Caveat: Work", "Using available data"],
        ["Sheet", "What it holds"],
        ["Work", "Work by tranche"],
        ["Text", "Key points, narrative and single figures"],
    ]


def test_table_without_a_row_has_no_sheet():
    assert opened(dump(report(table([column("a")])))).sheetnames == ["Contents"]


@pytest.mark.parametrize(
    ("key", "name"),
    [("spread_resources", "Spread resources"), ("by-tranche", "By tranche"), ("", "Table"), ("///", "Table")],
)
def test_sheet_is_called_by_its_key(key, name):
    assert opened(dump(report(one_cell(Cell(1), key=key)))).sheetnames[1] == name


ODD_KEYS = [
    "Children/Adults: [Phase 1]",
    "a?*\\b",
    "'quoted'",
    "leader's_report",
    "x" * 40,
    "x" * 27 + "'" + "y" * 9,
    "",
    "///",
    "contents",
    "TEXT",
    "history",
    "bell\x07",
    "£5 – Siân 🙂",
]


@pytest.mark.parametrize(
    "keys", [[key] for key in ODD_KEYS] + [ODD_KEYS, ["work"] * 12, ["Work", "WORK", "work_2"]], ids=str
)
def test_sheet_of_any_key_has_a_valid_name_of_its_own_and_the_contents_lead_to_it(keys):
    tables = [replace(one_cell(Cell(n), Kind.COUNT, key=key), caption=f"Table {n}") for n, key in zip(count(), keys)]
    book = opened(dump(report(*tables, said("x"))))
    links = [line[0] for line in book.worksheets[0].iter_rows() if line[0].hyperlink]
    led_to = [re.fullmatch(r"'([^']+)'!A1", field.hyperlink.location)[1] for field in links]

    assert len({name.casefold() for name in book.sheetnames}) == len(keys) + 2
    assert not [name for name in book.sheetnames if not re.fullmatch(r"[^\[\]:*?/\\'\x00-\x1f]{1,31}", name)]
    assert "history" not in {name.casefold() for name in book.sheetnames}  # Excel keeps that name for itself
    assert [field.value for field in links] == led_to == book.sheetnames[1:]
    assert [book[name]["A1"].value for name in led_to] == [*(f"Table {n}" for n in range(len(keys))), "Section"]


# --- Nothing else in it -------------------------------------------------------------------------------------


def test_book_has_no_hidden_part_no_author_and_nothing_that_runs_or_fetches():
    content = dump(full_report())
    book, files = opened(content), parts(content)

    assert {sheet.sheet_state for sheet in book} == {"visible"}
    assert not [d for s in book for d in [*s.row_dimensions.values(), *s.column_dimensions.values()] if d.hidden]
    assert not [field for sheet in book for line in sheet.iter_rows() for field in line if field.comment]
    assert not [*book.defined_names, *(name for sheet in book for name in sheet.defined_names)]
    assert (book.properties.creator or "", book.properties.lastModifiedBy or "") == ("", "")
    assert {re.sub(r"\d+", "N", name) for name in files} <= {
        *("[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml"),
        *(
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
            "xl/sharedStrings.xml",
            "xl/theme/themeN.xml",
        ),
        "xl/worksheets/sheetN.xml",
    }
    assert not [name for name, part in files.items() if 'TargetMode="External"' in part]


def test_book_tells_nothing_of_when_it_was_made():
    content = dump(full_report())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    times = re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", parts(content)["docProps/core.xml"])
    assert set(times) == {"2000-01-01T00:00:00Z"}


def test_same_report_gives_the_same_bytes_in_another_process():
    assert written_elsewhere("as_xlsx.dump(full_report())") == dump(full_report())
