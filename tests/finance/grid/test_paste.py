"""A block from a spreadsheet: shown as what it would change, refused where it does not fit, saved once confirmed."""

import pytest

from finance.models import Amount
from tests.finance.grid.conftest import Editor, money_month, table
from tests.finance.grid.test_grid import BUDGET, OTHER, OUTTURN, stated
from tests.finance.trials import line
from tests.programmes.rows.forms import form_of

pytestmark = pytest.mark.django_db
PAY = "F-0003/2022/23 budget"


def changes(editor):
    return {cell.name: (cell.stands, cell.comes) for _, cell in editor.page.context["changes"]}


@pytest.fixture
def editor(month, sit):
    return sit(month.partner)


# --- Shown, then saved --------------------------------------------------------------------------------------


def test_a_block_with_headings_and_names_is_shown_and_saved_by_confirming(month, editor):
    before = stated(month)

    shown = editor.paste(
        "\t2022/23 Budget\tForecast outturn 2022/23",
        "ERP\t\t",
        "staff\t£5,280k\t(190)",
        "F-0002\t\t−200",
        "Payroll licences (F-0003)\tnone\t1.28m",
        "",
    )

    assert shown.status_code == 200
    assert changes(editor) == {
        BUDGET: ("4,948", "5,280"),
        OUTTURN: ("4,758", "-190"),
        "F-0002/2022/23 forecast": ("", "-200"),
        "F-0003/2022/23 forecast": ("", "1,280"),
    }
    assert stated(month) == before
    assert form_of(shown)["paste"] == ""

    assert editor.type().status_code == 302
    assert stated(month) == {
        BUDGET: 5_280_000,
        OUTTURN: -190_000,
        OTHER: 1_280_000,
        "F-0002/2022/23 forecast": -200_000,
        "F-0003/2022/23 forecast": 1_280_000,
    }


def test_a_block_without_names_begins_where_it_is_told_to(month, editor):
    editor.paste("1,300\t5", "7\t", from_line="F-0002", from_column="2022/23 budget")
    assert changes(editor) == {
        OTHER: ("1,280", "1,300"),
        "F-0002/2022/23 forecast": ("", "5"),
        PAY: ("", "7"),
    }


def test_a_blank_leaves_an_amount_as_it_is_and_none_empties_it(month, editor):
    editor.paste("Staff\t\tnone")
    assert changes(editor) == {OUTTURN: ("4,758", "")}

    editor.type()
    assert OUTTURN not in stated(month)
    assert stated(month)[BUDGET] == 4_948_000


def test_what_was_typed_before_a_block_is_pasted_stays(month, editor):
    shown = editor.type({PAY: "12"}, paste="Staff\t5,000", preview="1")

    assert form_of(shown)[f"cell {PAY}"] == "12"
    assert changes(editor) == {BUDGET: ("4,948", "5,000"), PAY: ("", "12")}


def test_a_block_that_was_not_looked_at_is_shown_before_anything_is_saved(month, editor):
    before = stated(month)

    answer = editor.type(paste="Staff\t5,000")

    assert answer.status_code == 200
    assert stated(month) == before
    assert changes(editor) == {BUDGET: ("4,948", "5,000")}


def test_a_block_that_says_what_stands_there_changes_nothing(editor):
    assert editor.paste("Staff\t4,948\t4758").status_code == 200
    assert changes(editor) == {}
    assert "Nothing in the block would change what stands here." in editor.text


# --- What does not fit --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            ["Staff\t1\t2\t3"],
            (
                "The block is 3 columns wide, and from Budget 2022/23 on there are 2. Nothing of it was taken. Copy "
                "fewer columns, or choose where it begins."
            ),
        ),
        (
            ["1", "2", "3", "4"],
            "The block has 4 rows, and from where it begins there are 3 lines. Nothing of it was taken.",
        ),
        (
            ["Line\tActual 2022/23", "Staff\t5"],
            (
                "“Actual 2022/23” heads no column of amounts here. The columns are Budget 2022/23, Forecast outturn "
                "2022/23. Nothing of it was taken. Name its columns so, or copy it without its headings."
            ),
        ),
        (
            ["Line\tBudget\tBudget 2022/23", "Staff\t5\t6"],
            "Two columns are headed “Budget 2022/23”. Nothing of it was taken.",
        ),
        (
            ["Line\tBudget", "Staff\t5\t6"],
            "Some of its columns have amounts and no heading. Nothing of it was taken. Copy their headings too.",
        ),
        (
            ["Staff\t" + "9" * 200_000],
            "This is more than is taken at once: 200,006 characters. Copy a part of it at a time.",
        ),
    ],
    ids=["wide", "long", "heading", "twice", "bare", "much"],
)
def test_a_block_that_does_not_fit_is_refused_as_a_whole_and_stays_to_be_mended(month, editor, rows, said):
    answer = editor.paste(*rows)

    assert answer.status_code == 422
    assert answer.context["sentences"] == [said]
    assert changes(editor) == {}
    assert form_of(answer)["paste"] == "\r\n".join(rows)


def test_a_row_that_names_no_line_is_left_out_and_said(month, editor):
    answer = editor.paste("Staff\t5,000", "Total programme costs\t6,280", "F-0002\t1", "Other costs\t2")

    assert answer.status_code == 422
    assert answer.context["sentences"] == [
        "“Total programme costs” is no line that you can change here.",
        "“F-0002” is there 2 times: leave one of them.",
        "“Other costs” is there 2 times: leave one of them.",
    ]
    assert changes(editor) == {BUDGET: ("4,948", "5,000")}

    assert editor.type().status_code == 302  # the rest, as it was shown
    assert stated(month)[BUDGET] == 5_000_000
    assert stated(month)[OTHER] == 1_280_000


def test_a_name_that_two_lines_bear_is_not_guessed(month, sit):
    line(month, month.erp, "F-0004", title="Staff")

    answer = sit(month.partner).paste("Staff\t5,000", "F-0004\t6")

    assert answer.context["sentences"] == ["“Staff” is the name of 2 lines: write the ref instead."]


@pytest.mark.parametrize("written", ["STAFF COSTS – ‘PHASE 2’", "Staff\u00a0costs\u2009- 'Phase 2'"])
def test_a_line_is_found_however_its_name_was_written(month, sit, written):
    """From Word, Outlook and Excel."""
    line(month, month.erp, "F-0004", title="Staff costs – ‘Phase 2’")
    editor = sit(month.partner)

    assert editor.paste(f"{written}\t5,000", "F-0002\t6").status_code == 200
    assert changes(editor) == {"F-0004/2022/23 budget": ("", "5,000"), OTHER: ("1,280", "6")}


@pytest.mark.parametrize("said", ["1e309", "NaN", "-", "#REF!", "12/13", '"'])
def test_a_cell_that_is_no_amount_stands_in_its_place_until_it_is_mended(month, editor, said):
    before = stated(month)
    answer = editor.paste(f"Staff\t{said}\t5,000")

    assert [cell.name for _, cell in answer.context["faults"]] in ([BUDGET], [])
    if answer.context["faults"]:
        assert form_of(answer)[f"cell {BUDGET}"] == said
        assert editor.type().status_code == 422
        assert stated(month) == before
        assert editor.type({BUDGET: "4,900"}).status_code == 302
        assert (stated(month)[BUDGET], stated(month)[OUTTURN]) == (4_900_000, 5_000_000)


def test_two_rows_of_headings_name_a_column_together(client, db):
    columns = [
        {"key": f"{kind}{n}", "label": year, "bands": [kind.title()], "measure": measure, "year": year}
        for kind, measure in (("cost", "budget"), ("outturn", "forecast"))
        for n, year in enumerate(("2021/22", "2022/23"))
    ]
    month = money_month(table(columns=columns))
    editor = Editor(client, month, month.partner)

    editor.paste("\tCost\t\tOutturn\t", "\t2021/22\t2022/23\t2021/22\t2022/23", "Staff\t1\t5,000\t3\t")

    assert changes(editor) == {
        "F-0001/2021/22 budget": ("", "1"),
        BUDGET: ("4,948", "5,000"),
        "F-0001/2021/22 forecast": ("", "3"),
    }

    ambiguous = editor.paste("\t2021/22", "Staff\t9")
    assert "could be more than one column" in ambiguous.context["sentences"][0]


def test_a_block_of_84_lines_by_12_years_is_laid_and_saved(client, db):
    years = [f"{year}/{year % 100 + 1:02}" for year in range(2018, 2030)]
    columns = [{"key": f"y{n}", "label": year, "measure": "budget", "year": year} for n, year in enumerate(years)]
    month = money_month(table(columns=columns))
    refs = ["F-0001", "F-0002", "F-0003", *(f"F-1{n:03}" for n in range(81))]
    for ref in refs[3:]:
        line(month, month.erp, ref)
    editor = Editor(client, month, month.partner)
    rows = ["\t".join([ref, *(f"£{2 + n},{k:03}k" for k in range(12))]) for n, ref in enumerate(refs)]

    assert editor.paste("\t".join(["Line", *years]), *rows).status_code == 200
    assert editor.type().status_code == 302

    assert Amount.objects.of(month.period).filter(measure="budget").count() == 84 * 12
