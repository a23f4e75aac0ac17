"""What a block says of itself, whatever the medium."""

import datetime as dt
from dataclasses import is_dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import blocks
from core.blocks import Cell, Facts, Kind, RowGroup, RowRole, Section, TableRow, shown
from tests.core.samples import GREEN, RED, column, one_cell, report, table


def headed(*columns):
    """A table of columns given as "outer > inner > label"."""
    made = []
    for n, path in enumerate(columns):
        *bands, label = path.split(" > ")
        made.append(column(str(n), label=label, bands=tuple(bands)))
    return table(made)


def laid_out(rows, width):
    """Place header cells as a browser does: each in the first free place of its line. Return the labels, line by line."""
    grid = [[None] * width for _ in rows]
    for y, row in enumerate(rows):
        for cell in row:
            x = grid[y].index(None)
            for line in range(y, y + cell.rowspan):
                for place in range(x, x + cell.colspan):
                    assert grid[line][place] is None, f"“{cell.label}” stands on “{grid[line][place]}”"
                    grid[line][place] = cell.label
    return grid


# --- Header rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "grid"),
    [
        pytest.param(["A", "B"], [["A", "B"]], id="no band"),
        pytest.param(["X > A", "X > B"], [["X", "X"], ["A", "B"]], id="one band"),
        pytest.param(
            ["Name", "X > A", "X > B", "Y > C", "Note"],
            [["Name", "X", "X", "Y", "Note"], ["Name", "A", "B", "C", "Note"]],
            id="none and one",
        ),
        pytest.param(
            ["X > P > A", "X > P > B", "X > Q > C", "Y > P > D"],
            [["X", "X", "X", "Y"], ["P", "P", "Q", "P"], ["A", "B", "C", "D"]],
            id="two bands",
        ),
        pytest.param(
            ["Name", "X > A", "X > P > B", "X > P > C", "Y > D", "Note"],
            [
                ["Name", "X", "X", "X", "Y", "Note"],
                ["Name", "A", "P", "P", "D", "Note"],
                ["Name", "A", "B", "C", "D", "Note"],
            ],
            id="none, one and two",
        ),
        pytest.param(["X > A", "Name", "X > B"], [["X", "Name", "X"], ["A", "Name", "B"]], id="one band in two places"),
        pytest.param(["X > A", "Y > P > A"], [["X", "Y"], ["A", "P"], ["A", "A"]], id="same label, other depth"),
    ],
)
def test_header_rows_fill_the_head_without_a_gap(columns, grid):
    made = headed(*columns)

    assert laid_out(made.header_rows(), len(columns)) == grid


@given(
    st.lists(st.sampled_from(["N", "X > A", "X > B", "X > P > C", "X > Q > D", "Y > P > E"]), min_size=1, unique=True)
)
def test_every_column_is_headed_by_its_own_cell_and_its_bands(columns):
    rows = headed(*columns).header_rows()
    grid = laid_out(rows, len(columns))
    down = [list(dict.fromkeys(line[x] for line in grid)) for x in range(len(columns))]

    assert down == [path.split(" > ") for path in columns]
    assert sorted(cell.column.key for row in rows for cell in row if cell.column) == sorted(
        str(n) for n in range(len(columns))
    )


def test_band_heads_a_group_of_columns_and_a_label_one():
    top, below = headed("Name", "RAG > May", "RAG > June").header_rows()

    assert [(cell.label, cell.scope, cell.colspan, cell.rowspan) for cell in top] == [
        ("Name", "col", 1, 2),
        ("RAG", "colgroup", 2, 1),
    ]
    assert [(cell.label, cell.scope, cell.colspan, cell.rowspan) for cell in below] == [
        ("May", "col", 1, 1),
        ("June", "col", 1, 1),
    ]


def test_bands_of_one_name_under_different_bands_stay_apart():
    _, middle, _ = headed("X > All > A", "Y > All > B").header_rows()

    assert [(cell.label, cell.colspan) for cell in middle] == [("All", 1), ("All", 1)]


# --- What is printed in a cell ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "places", "printed"),
    [
        ("Finance", Kind.TEXT, 0, "Finance"),
        ("", Kind.TEXT, 0, ""),
        (0, Kind.COUNT, 0, "0"),
        (1245, Kind.COUNT, 0, "1,245"),
        (-3, Kind.COUNT, 0, "-3"),
        (Decimal("1234567.89"), Kind.MONEY, 0, "£1,234,568"),
        (Decimal("1234567.89"), Kind.MONEY, 2, "£1,234,567.89"),
        (Decimal("-5.00"), Kind.MONEY, 2, "-£5.00"),
        (Decimal(-1250), Kind.MONEY, 0, "-£1,250"),
        (Decimal(0), Kind.MONEY, 0, "£0"),
        (Decimal("1E+6"), Kind.MONEY, 0, "£1,000,000"),
        (Decimal("12.345"), Kind.NUMBER, 1, "12.3"),
        (Decimal("-0.05"), Kind.NUMBER, 2, "-0.05"),
        (7, Kind.NUMBER, 1, "7.0"),
        (44, Kind.PERCENT, 0, "44%"),
        (Decimal("-2.5"), Kind.PERCENT, 1, "-2.5%"),
        (dt.date(2022, 7, 1), Kind.DATE, 0, "1 July 2022"),
        (None, Kind.MONEY, 0, ""),
        (None, Kind.TEXT, 0, ""),
    ],
)
def test_value_is_printed_in_the_form_of_its_kind(value, kind, places, printed):
    assert shown(Cell(value), kind, places) == printed


@pytest.mark.parametrize(
    ("value", "printed"), [("0.5", "£1"), ("1.5", "£2"), ("2.5", "£3"), ("-2.5", "-£3"), ("2.49", "£2"), ("0.49", "£0")]
)
def test_half_is_rounded_away_from_nothing_as_every_spreadsheet_does(value, printed):
    assert shown(Cell(Decimal(value)), Kind.MONEY) == printed


@pytest.mark.parametrize(
    ("value", "places", "printed"), [("-0.4", 0, "£0"), ("-0.00", 2, "£0.00"), ("-0.004", 2, "£0.00")]
)
def test_nothing_is_never_printed_with_a_minus(value, places, printed):
    assert shown(Cell(Decimal(value)), Kind.MONEY, places) == printed


@pytest.mark.parametrize(
    ("cell", "kind", "printed"),
    [
        (Cell(dt.date(2018, 9, 1), "Autumn 2018"), Kind.DATE, "Autumn 2018"),
        (Cell(38, "38 of 179"), Kind.COUNT, "38 of 179"),
        (Cell(None, "not due yet"), Kind.MONEY, "not due yet"),
        (Cell("R", "Red", RED), Kind.RATING, "Red"),
        (Cell.rated(RED), Kind.RATING, "R"),
        (Cell.rated(None), Kind.RATING, ""),
    ],
)
def test_what_the_council_printed_stands_before_the_plain_form(cell, kind, printed):
    assert shown(cell, kind) == printed


def test_rating_carries_its_code_and_its_evidence():
    assert Cell.rated(GREEN, "/evidence/") == Cell("G", level=GREEN, href="/evidence/")


def test_missing_rating_is_not_stated_and_keeps_no_level():
    assert Cell.rated(None) == Cell()


# --- Lines --------------------------------------------------------------------------------------------------


def test_lines_are_the_groups_in_order_and_then_the_foot():
    first = RowGroup("1", "Tranche 1", (TableRow("a", {}), TableRow("b", {})))
    second = RowGroup("2", "Tranche 2", (TableRow("c", {}, RowRole.SUBTOTAL),))
    made = table(
        groups=(first, RowGroup("0", "Tranche 0", ()), second), foot=(TableRow("none", {}), TableRow("total", {}))
    )

    assert [(group and group.key, row.key) for group, row in made.lines()] == [
        ("1", "a"),
        ("1", "b"),
        ("2", "c"),
        (None, "none"),
        (None, "total"),
    ]


@pytest.mark.parametrize(
    ("fields", "is_empty"),
    [
        ({"groups": ()}, True),
        ({"groups": (RowGroup("1", "Tranche 1", ()),)}, True),
        ({"groups": (), "foot": (TableRow("total", {}),)}, False),
        ({"groups": (RowGroup("1", "", (TableRow("a", {}),)),)}, False),
    ],
)
def test_table_is_empty_when_it_has_no_line(fields, is_empty):
    assert table(**fields).is_empty is is_empty


def test_tables_of_a_report_come_in_the_order_of_its_sections():
    tables = [one_cell(Cell(n), key=f"t{n}") for n in range(3)]
    sections = (
        Section("one", "One", (tables[0], Facts("f", "F", ()))),
        Section("two", "Two", (Facts("f", "F", ()), tables[1], tables[2])),
    )

    assert [made.key for made in report(sections=sections).tables()] == ["t0", "t1", "t2"]


@pytest.mark.parametrize(
    ("n", "left"),
    [(0, []), (1, ["a"]), (2, ["a", "b"]), (3, ["a", "b", "c"]), (4, ["a", "b", "c", "d"]), (99, ["a", "b", "c", "d"])],
)
def test_first_rows_are_counted_across_groups_and_the_totals_stay(n, left):
    first = RowGroup("1", "Tranche 1", (TableRow("a", {}), TableRow("b", {})))
    second = RowGroup("2", "Tranche 2", (TableRow("c", {}), TableRow("d", {})))
    whole = table(groups=(first, second), foot=(TableRow("total", {}, RowRole.TOTAL),))
    cut = whole.first(n)

    assert [row.key for _, row in cut.lines()] == [*left, "total"]
    assert (cut.size, whole.size) == (len(left), 4)
    assert all(group.rows for group in cut.groups)


def test_what_stands_in_a_block_cannot_be_changed():
    classes = [made for made in vars(blocks).values() if is_dataclass(made)]

    assert len(classes) > 10
    assert [made.__name__ for made in classes if not made.__dataclass_params__.frozen] == []
