"""Money tables: what rows, totals and notes come to, in every style, and what is never added up."""

import io
import json
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from core import as_csv, as_html, as_json, as_xlsx
from core.blocks import Section
from core.money import UNITS, printed, rounded
from finance.scheme import tables
from finance.tables import build, worked_out
from programmes.month import whole_month
from programmes.report import bound
from tests.factories import Book
from tests.finance.conftest import COLUMNS, TABLE, TOTAL, column, document, stated
from tests.finance.trials import control_total, line

pytestmark = pytest.mark.django_db
WORDS = {"key": "meaning", "label": "What it means", "words": "variance"}


@pytest.fixture
def built(client):
    """Return a function that works out one table over these lines: kind, amounts and what else is said of each."""

    def made(spec, *lines, totals=()):
        book = Book(document=document(spec))
        for n, (kind, amounts, *rest) in enumerate(lines, 1):
            line(book, book.root, f"F-{n}", kind=kind, amounts=amounts, **(rest[0] if rest else {}))
        for row, key, pounds, *said in totals:
            control_total(book, spec["code"], row, key, pounds, **(said[0] if said else {}))
        month = whole_month(book.period)
        return worked_out(month, tables(month.scheme)[spec["code"]])

    return made


def texts(table, key):
    """What stands in a column, from top to bottom."""
    return [row.cells[key].text for _, row in table.lines()]


# --- One fact in every style --------------------------------------------------------------------------------

COST, SAVING = ("cost", stated(5_697_000, 5_507_000)), ("saving", stated(2_246_000, 1_452_000))
STYLES = [
    # style, a cost that is 190 under, a saving that is 794 short
    ("brackets_favourable", "(190)", "794"),
    ("brackets_adverse", "190", "(794)"),
    ("under_over", "190", "794"),
    ("words", "£190k under: favourable", "£794k short: adverse"),
]


@pytest.mark.parametrize(("style", "cost", "saving"), STYLES)
def test_a_variance_in_each_style(built, style, cost, saving):
    table = built(TABLE | {"variances": style, "totals": []}, COST, SAVING).table

    assert texts(table, "variance") == [cost, saving]
    page = str(as_html.html(table))
    assert f">{cost}" in page
    assert f">{saving}" in page


@pytest.mark.parametrize(
    ("style", "sentence"),
    [
        ("brackets_favourable", "Variances in brackets are favourable."),
        ("brackets_adverse", "Variances in brackets are adverse."),
        ("under_over", "Under/(Over): a variance in brackets is over."),
    ],
)
def test_a_table_says_what_its_brackets_mean(built, style, sentence):
    caption = built(TABLE | {"variances": style}, COST).table.caption

    assert caption == f"Budget and outturn, £000. {sentence}"


def test_a_favourable_variance_says_so_unless_a_column_of_words_does(built):
    without = built(TABLE, COST).table
    beside = built(TABLE | {"columns": [*COLUMNS, WORDS]}, COST).table

    assert [row.cells["variance"].sense for _, row in without.lines()] == ["favourable", "favourable"]
    assert [row.cells["variance"].sense for _, row in beside.lines()] == ["", ""]
    assert [row.cells["meaning"].value for _, row in beside.lines()] == ["£190k under: favourable"] * 2


def test_a_group_may_have_a_style_of_its_own(built):
    groups = [
        {"key": "costs", "label": "Costs", "kinds": ["cost"], "variances": "brackets_favourable"},
        {"key": "savings", "label": "Savings", "kinds": ["saving"], "variances": "brackets_adverse"},
    ]
    table = built(TABLE | {"groups": groups, "totals": []}, COST, SAVING).table

    assert texts(table, "variance") == ["(190)", "(794)"]
    assert table.caption.endswith(
        "Costs: Variances in brackets are favourable. Savings: Variances in brackets are adverse."
    )


def test_every_medium_has_the_pounds_and_the_table_its_unit(built, db):
    table = built(TABLE | {"variances": "brackets_favourable", "totals": []}, COST).table
    month = whole_month(Book("other", document=document()).period)
    report = bound(month, "money", (Section("money", "Money", (table,)),))

    (row,) = json.loads(as_json.dump(report))["sections"][0]["blocks"][0]["rows"]
    assert row["cells"]["budget"] == {"value": "5697000.00", "text": "5,697"}
    assert row["cells"]["variance"] == {"value": "-190000.00", "text": "(190)", "sense": "favourable"}
    assert "Budget (£)" in as_csv.dump(table).decode("utf-8-sig").splitlines()[0]
    assert "5697000.00,5507000.00,-190000.00" in as_csv.dump(table).decode("utf-8-sig")
    sheet = _sheet(report)
    budget, variance = (next(f for r in sheet.iter_rows() for f in r if f.value == n) for n in (5_697_000, -190_000))
    assert budget.number_format == "#,##0,"
    assert variance.number_format == "#,##0,;(#,##0,)"


def _sheet(report):
    book = load_workbook(io.BytesIO(as_xlsx.dump(report)))
    return book[book.sheetnames[1]]


# --- Totals -------------------------------------------------------------------------------------------------


def test_a_sum_of_blanks_is_blank_and_nought_is_not(built):
    table = built(TABLE, ("cost", stated()), ("cost", stated(0, 0)), ("cost", stated(5_000))).table

    assert texts(table, "budget") == ["", "0", "5", "5"]
    assert texts(table, "outturn") == ["", "0", "", "0"]
    assert texts(table, "variance") == ["", "0", "", "0"]
    assert table.notes == ("A variance is of the lines that state both figures: 1 line states only one of them.",)


def test_unlike_things_are_not_added_up(built):
    """Northants' published 819 was 1,009 of savings not made less 190 of costs not spent."""
    savings = ("saving", stated(14_481_000, 13_472_000))
    table = built(TABLE, COST, savings, totals=[("total", "variance", 819_000, {"source": "the dashboard"})]).table

    *_, last = (row for _, row in table.lines())
    assert [last.cells[key].value for key in ("budget", "outturn", "variance")] == [None, None, None]
    assert table.notes[2] == (
        "Total, Variance: costs £190k under (favourable); savings and income £1,009k short (adverse): "
        "unlike things, which are not added up. The dashboard has £819k."
    )
    assert last.cells["variance"].notes == (3,)


def test_a_net_total_takes_what_comes_in_from_what_goes_out(built):
    net = TABLE | {"variances": "brackets_favourable", "totals": [TOTAL | {"net": True}]}
    table = built(net, ("cost", stated(22_697_000, 20_103_000)), ("saving", stated(14_481_000, 14_711_000))).table

    *_, last = (row for _, row in table.lines())
    assert [last.cells[key].text for key in ("budget", "outturn", "variance")] == ["8,216", "5,392", "(2,824)"]


def test_a_total_may_add_up_one_kind_in_one_column(built):
    total_of_savings = TOTAL | {"kinds": {"outturn": ["saving"]}}
    table = built(TABLE | {"totals": [total_of_savings]}, COST, SAVING).table

    *_, last = (row for _, row in table.lines())
    assert last.cells["outturn"].text == "1,452"


def test_lines_of_one_name_share_a_row(built):
    spend = column("spend", "budget", kinds=["investment"])
    saved = column("saved", "budget", kinds=["saving"])
    spec = TABLE | {"rows": "titles", "columns": [spend, saved]}
    together = {"title": "Business rates"}
    table = built(spec, ("investment", stated(15_000_000), together), ("saving", stated(36_619_000), together)).table

    (row, _) = [row for _, row in table.lines()]
    assert [cell.text or cell.value for cell in row.cells.values()] == ["Business rates", "15,000", "36,619"]


def test_columns_that_are_worked_out(built):
    risk = column("risk", "at_risk", less="over_achieved")
    columns = [
        column("next_year", "budget", year="2023/24"),
        column("this_year", "budget"),
        {"key": "both", "label": "Total", "sum": ["this_year", "next_year"]},
        risk,
        column("alternative", "alternative"),
        {"key": "net", "label": "Net at risk", "difference": {"of": "risk", "less": "alternative"}},
        {"key": "share", "label": "Share at risk", "percent": {"of": "net", "whole": "both"}},
        {"key": "said", "label": "In words", "words": "net"},
    ]
    amounts = stated(1_280_000, at_risk=22_000, alternative=185_000) | stated(20_000, year="2023/24")
    over = stated(2_010_000, over_achieved=1_967_000)
    as_planned = stated(500_000, at_risk=66_000, alternative=66_000)
    lines = [("saving", each) for each in (amounts, over, as_planned)]
    table = built(TABLE | {"columns": columns, "totals": []}, *lines).table

    assert texts(table, "both") == ["1,300", "2,010", "500"]
    assert texts(table, "net") == ["-163", "-1,967", "0"]
    assert [row.cells["share"].value for _, row in table.lines()] == [Decimal("-12.5"), Decimal("-97.9"), 0]
    said = [row.cells["said"].value for _, row in table.lines()]
    assert said == ["over-achieved by £163k", "over-achieved by £1,967k", "delivered as planned"]


# --- Beside what others publish -----------------------------------------------------------------------------


def test_a_total_that_others_state_otherwise_is_a_note_at_its_figure(built):
    spec = TABLE | {"unit": "millions", "places": 3, "columns": [column("budget", "budget")]}
    source = {"source": "the paper of November 2017", "explanation": "The last digit alone differs."}
    table = built(spec, ("revenue", stated(15_981_000)), totals=[("total", "budget", 15_982_000, source)]).table

    (note,) = table.notes
    assert note == (
        "Total, Budget: the paper of November 2017 has £15.982m; the rows add up to £15.981m, £0.001m less. "
        "The last digit alone differs."
    )
    *_, last = (row for _, row in table.lines())
    assert (last.cells["budget"].text, last.cells["budget"].notes) == ("15.981", (1,))


def test_totals_that_agree_are_counted(built):
    table = built(TABLE, COST, totals=[("total", "budget", 5_697_000), ("total", "outturn", 5_507_400)]).table

    assert table.notes == ("Every total that was published or is in the ledger agrees: 2.",)


def test_a_control_total_of_a_row_that_is_gone_says_so(built):
    worked = built(TABLE, COST, totals=[("costs-total", "budget", 1_000)])

    assert worked.table.notes == ("costs-total, Budget: The ledger has £1k. No figure of these rows stands for that.",)
    assert len(worked.disagreements) == 1


# --- Whatever the figures -----------------------------------------------------------------------------------

pounds = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@settings(deadline=None, max_examples=40)
@given(st.lists(pounds, min_size=1, max_size=12), st.sampled_from([*UNITS.values()]), st.integers(0, 3))
def test_totals_of_the_parts_are_the_total_or_the_rounding_is_said(amounts, unit, places):
    """In every unit and rounding: what is printed adds up, or a note says that it is rounded."""
    spec = TABLE | {"unit": unit.code, "places": places, "total": "All", "columns": COLUMNS[:1]}
    with transaction.atomic():
        book = Book("book", document=document(spec))
        for n, amount in enumerate(amounts):
            line(book, book.root, f"F-{n}", amounts=stated(amount))
        month = whole_month(book.period)
        table = build(month, tables(month.scheme)["position"])
        transaction.set_rollback(True)

    *parts, subtotal = table.groups[0].rows
    assert subtotal.cells["budget"].value == table.foot[0].cells["budget"].value == sum(amounts)
    assert table.foot[0].cells["budget"].text == printed(sum(amounts), unit, places)
    added = sum(rounded(row.cells["budget"].value, unit, places) for row in parts)
    assert (added == rounded(sum(amounts), unit, places)) is not any("rounded" in note for note in table.notes)
