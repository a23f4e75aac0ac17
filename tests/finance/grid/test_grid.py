"""The grid of amounts: what is typed is saved all at once or not at all, refused by its cell, and never lost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from finance.models import Amount, FinanceLinePosition
from finance.views import grid as views
from tests.factories import person
from tests.finance.grid.conftest import Editor, money_month, table
from tests.finance.trials import line
from tests.programmes.rows.forms import form_of

pytestmark = pytest.mark.django_db
BUDGET, OUTTURN = "F-0001/2022/23 budget", "F-0001/2022/23 forecast"
OTHER = "F-0002/2022/23 budget"


def stated(month):
    """Every amount there is in pounds, by line, year and measure."""
    rows = Amount.objects.of(month.period).values_list("line__ref", "year", "measure", "pounds")
    return {f"{ref}/{year} {measure}": int(pounds) for ref, year, measure, pounds in rows}


def versions(month):
    return dict(FinanceLinePosition.objects.of(month.period).values_list("line__ref", "version"))


def faults(editor):
    return {cell.name: cell.fault for _, cell in editor.page.context["faults"]}


# --- What is saved ------------------------------------------------------------------------------------------


def test_a_grid_shows_every_line_of_the_table_with_its_amounts_in_the_table_s_unit(month, sit):
    editor = sit(month.partner)

    sent = form_of(editor.page)
    assert {name: text for name, text in sent.items() if name.startswith("cell ")} == {
        f"cell {BUDGET}": "4,948",
        f"cell {OUTTURN}": "4,758",
        f"cell {OTHER}": "1,280",
        "cell F-0002/2022/23 forecast": "",
        "cell F-0003/2022/23 budget": "",
        "cell F-0003/2022/23 forecast": "",
    }
    assert "Amounts are in £000" in editor.text


def test_all_that_was_changed_is_saved_at_once_with_an_entry_for_each_line(month, sit):
    editor, before = sit(month.partner), AuditEntry.objects.count()

    answer = editor.type({BUDGET: "5,000", OUTTURN: "", OTHER: "1.28m", "F-0003/2022/23 budget": "(190)"})

    assert answer.status_code == 302
    assert "Saved: 3 amounts in 2 lines." in editor.text
    assert stated(month) == {BUDGET: 5_000_000, OTHER: 1_280_000, "F-0003/2022/23 budget": -190_000}
    assert versions(month) == {"F-0001": 2, "F-0002": 1, "F-0003": 2}
    entries = list(AuditEntry.objects.order_by("pk"))[before:]
    assert [(each.what, each.subject.partition(",")[0], each.actor) for each in entries] == [
        ("financeline.change", "Finance line “Staff” (F-0001)", "Finance partner"),
        ("financeline.change", "Finance line “Payroll licences” (F-0003)", "Finance partner"),
    ]
    assert entries[0].before == {
        "amounts": {"2022/23 budget": "4948000.00", "2022/23 forecast": "4758000.00"},
    }
    assert entries[0].after == {"amounts": {"2022/23 budget": "5000000.00"}}


def test_what_is_sent_twice_is_saved_once(month, sit):
    editor = sit(month.partner)
    sent = form_of(editor.page) | {f"cell {BUDGET}": "5,000"}

    assert editor.client.post(editor.place, sent).status_code == 302
    again = editor.client.post(editor.place, sent)

    assert again.status_code == 302
    assert versions(month)["F-0001"] == 2
    assert "Nothing was changed" in editor.client.get(again["Location"]).content.decode()


@pytest.mark.parametrize(
    ("typed", "pounds"),
    [
        ("5,000", 5_000_000),
        ("4.9m", 4_900_000),
        ("£4,280k", 4_280_000),
        ("(4,190)", -4_190_000),
        ("−4190", -4_190_000),
        ("0", 0),
        ("none", None),
        ("  ", None),
    ],
)
def test_an_amount_is_read_as_people_write_it(month, sit, typed, pounds):
    assert sit(month.partner).type({BUDGET: typed}).status_code == 302

    assert stated(month).get(BUDGET) == pounds


@pytest.mark.parametrize("typed", ["1e309", "NaN", "inf", "12,80", "(5", "--5", "n/a", "5 000", "99999999999k", "\0"])
def test_what_is_no_amount_is_refused_by_its_cell_and_all_that_was_typed_stays(month, sit, typed):
    editor, before = sit(month.partner), stated(month)

    answer = editor.type({BUDGET: typed, OTHER: "1,300"})

    assert answer.status_code == 422
    assert list(faults(editor)) == [BUDGET]
    assert form_of(answer)[f"cell {BUDGET}"] == typed
    assert form_of(answer)[f"cell {OTHER}"] == "1,300"
    (cell,) = [cell for _, cell in answer.context["faults"]]
    assert f'<a href="#{cell.key}">' in editor.text
    assert stated(month) == before

    assert editor.type({BUDGET: "5,000"}).status_code == 302
    assert (stated(month)[BUDGET], stated(month)[OTHER]) == (5_000_000, 1_300_000)


def test_a_grid_of_84_lines_by_12_years_is_saved(client, db):
    years = [f"{year}/{year % 100 + 1:02}" for year in range(2018, 2030)]
    columns = [{"key": f"y{n}", "label": year, "measure": "budget", "year": year} for n, year in enumerate(years)]
    month = money_month(table(columns=columns))
    for n in range(81):
        line(month, month.erp, f"F-1{n:03}")
    editor = Editor(client, month, month.partner)
    cells = [name.removeprefix("cell ") for name in form_of(editor.page) if name.startswith("cell ")]
    assert len(cells) == 84 * 12

    answer = editor.type({name: f"{n + 1_000:,}" for n, name in enumerate(cells)})

    assert answer.status_code == 302
    assert "Saved: 1,008 amounts in 84 lines." in editor.text
    assert Amount.objects.of(month.period).filter(measure="budget", year__in=years).count() == 84 * 12


# --- Two at once --------------------------------------------------------------------------------------------


def test_a_line_that_somebody_saved_meanwhile_shows_both_and_is_saved_by_saying_so_again(month, sit, client):
    first = sit(month.partner)
    sit(month.pmo).type({BUDGET: "6,000", OTHER: "1,400"})
    client.force_login(month.partner)

    answer = first.type({BUDGET: "5,000", "F-0003/2022/23 budget": "7"})

    assert answer.status_code == 409
    assert [each.line.ref for each in answer.context["late"]] == ["F-0001"]
    assert form_of(answer)[f"cell {BUDGET}"] == "5,000"
    assert "It says 6,000 now." in first.text
    assert (stated(month)[BUDGET], stated(month).get("F-0003/2022/23 budget")) == (6_000_000, None)
    assert form_of(answer)[f"cell {OTHER}"] == "1,400"  # of a line that nobody typed into here

    assert first.type().status_code == 302
    assert stated(month) == {
        BUDGET: 5_000_000,
        OUTTURN: 4_758_000,
        OTHER: 1_400_000,
        "F-0003/2022/23 budget": 7_000,
    }


def test_a_line_that_somebody_saved_meanwhile_is_in_nobody_s_way_who_left_it_alone(month, sit, client):
    first = sit(month.partner)
    sit(month.pmo).type({BUDGET: "6,000"})
    client.force_login(month.partner)

    assert first.type({OTHER: "1,300"}).status_code == 302

    assert (stated(month)[BUDGET], stated(month)[OTHER]) == (6_000_000, 1_300_000)


def test_a_form_that_does_not_say_what_it_has_seen_writes_over_nothing(month, sit):
    editor = sit(month.partner)
    answer = editor.client.post(editor.place, {f"cell {BUDGET}": "5,000", "was": "no list"})

    assert answer.status_code == 409
    assert stated(month)[BUDGET] == 4_948_000
    assert form_of(answer)[f"cell {BUDGET}"] == "5,000"


def test_a_line_withdrawn_meanwhile_gives_back_what_was_typed_into_it(month, sit):
    editor = sit(month.partner)
    FinanceLinePosition.objects.filter(line=month.staff).update(withdrawn=True)

    answer = editor.type({BUDGET: "5,000", OTHER: "1,300"})

    assert answer.status_code == 409
    assert "F-0001, budget 2022/23 is no longer here to be changed. You typed: 5,000." in editor.text
    assert form_of(answer)[f"cell {OTHER}"] == "1,300"


# --- Cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["partner", "pmo"])
@pytest.mark.parametrize("size", [1, 3])
def test_a_page_costs_the_same_whatever_it_shows(client, db, size, who):
    month = money_month()
    FinanceLinePosition.objects.exclude(line=month.staff).delete()
    for n in range(1, size):
        place = month.workstream(f"W{n}", month.root)
        line(month, place, f"F-2{n}", amounts={("2022/23", "budget"): 1_000})
    client.force_login(getattr(month, who))

    with CaptureQueriesContext(connection) as found:
        page = client.get("/programmes/book/2022-06/money/edit/")

    assert len(page.context["grid"].lines) == size
    assert len(found) == {"partner": 11, "pmo": 12}[who]


@pytest.mark.parametrize(("lines", "queries"), [(1, 25), (3, 37)])
def test_a_save_costs_so_much_for_each_line_that_changed(month, sit, lines, queries):
    editor = sit(month.partner)
    sent = form_of(editor.page)
    for ref in ("F-0001", "F-0002", "F-0003")[:lines]:
        sent[f"cell {ref}/2022/23 budget"] = "2,000"

    with CaptureQueriesContext(connection) as found:
        assert editor.client.post(editor.place, sent).status_code == 302

    locks = 3 if connection.features.has_select_for_update else 0  # SQLite began with a lock of everything
    assert len(found) == queries + locks


def test_a_table_that_is_too_long_for_one_form_is_edited_a_page_at_a_time(month, sit, monkeypatch):
    monkeypatch.setattr(views, "CELLS_AT_ONCE", 4)  # two lines of two amounts

    second = sit(month.partner, "?page=2")
    assert [line.line.ref for line in second.page.context["grid"].lines] == ["F-0003"]
    assert "Page 2 of 2" in second.text

    assert second.type({"F-0003/2022/23 budget": "7"})["Location"].endswith("money/edit/?page=2")
    assert stated(month)["F-0003/2022/23 budget"] == 7_000


def test_the_page_breaks_no_rule_of_its_content_security_policy(month, sit):
    editor = sit(month.partner)

    assert "script-src" in editor.page["Content-Security-Policy"]
    assert "unsafe" not in editor.page["Content-Security-Policy"]
    assert " style=" not in editor.text
    assert " onclick" not in editor.text


def test_a_table_that_the_scheme_does_not_have_is_not_there(month, sit):
    assert sit(month.partner, "?table=closure").page.status_code == 404
    assert sit(month.partner, "?table=position").page.status_code == 200
    assert sit(month.partner, "?workstream=NONE").page.status_code == 404


def test_a_programme_without_rules_for_money_has_no_grid(client, db):
    from tests.returns.cast import Month

    month = Month()
    assert Editor(client, month, person("pmo", month.root)).page.status_code == 404
