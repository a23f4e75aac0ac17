"""A date in doubt is asked about in its form, and kept once whoever typed it says what is meant."""

import csv
import datetime as dt
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from programmes.models import Draft, ProductPosition
from tests.programmes.rows.forms import form_of, problems

HX = {"HX-Request": "true"}
CASES = list(csv.DictReader((Path(__file__).parents[2] / "core" / "dates.csv").open(encoding="utf-8")))
KEPT = [case for case in CASES if case["earliest"]]
SEVERAL = "November 2018 (Bassetlaw) February 2019 (Kings Mill – Next Phase)"
NO_DATE_YET = "There is no date yet: keep these words"
YEAR_AGO = "is more than a year before the programme starts, on 1 October 2021."
YEAR_ON = "is more than a year after vesting day, 1 April 2023."


def stated(book):
    row = ProductPosition.objects.get(period=book.period, product__ref="P-0001")
    return row.due_forecast_earliest, row.due_forecast_latest, row.due_forecast_text


def due(typed, meant=None):
    return {"due_forecast": typed} | ({"due_forecast_meant": meant} if meant else {})


def test_every_way_in_which_councils_write_a_date_is_kept(lead, book):
    """The programme is of other years than many of these, which is asked about too."""
    for case in KEPT:
        answer = lead.save("product", "P-0001", **due(case["typed"], case["typed"]))

        assert answer.status_code == 302, case["typed"]
        first, last, text = stated(book)
        latest = last.isoformat() if last else ""
        assert (first.isoformat(), latest) == (case["earliest"], case["latest"]), case["typed"]
        assert text in {"", case["typed"]}


@pytest.mark.parametrize("case", [case for case in CASES if "refused" in case["kept_as_text_or_outcome"]])
def test_day_that_there_is_not_cannot_be_insisted_on(lead, book, case):
    before, typed = stated(book), case["typed"]

    page = lead.save("product", "P-0001", **due(typed, typed))

    assert problems(page) == {"due_forecast": [f"“{typed}” is not a date. There is no such day."]}
    assert "due_forecast_meant" not in page.context["form"].fields
    assert stated(book) == before


ASKED = [
    ("TBC", "There is no date in “TBC”.", NO_DATE_YET),
    ("On going", "There is no date in “On going”.", NO_DATE_YET),
    (
        "Complete",
        "There is no date in “Complete”. If that is its status, choose it as the status.",
        NO_DATE_YET,
    ),
    ("2yr timeline", "There is no date in “2yr timeline”.", NO_DATE_YET),
    (
        "Go-live in July 2022",
        "“Go-live in July 2022” says more than a date. Words about the date belong beside it.",
        "Keep these words. They mean 1 July 2022 to 31 July 2022",
    ),
    ("Fri 30 July 2022", "30 July 2022 is a Saturday, not a Friday.", "Keep 30 July 2022"),
    ("30 July 1900", f"30 July 1900 {YEAR_AGO}", "Keep it all the same"),
    ("July 2099", f"July 2099 {YEAR_ON}", "Keep it all the same"),
    ("2 April 2024", f"2 April 2024 {YEAR_ON}", "Keep it all the same"),
    ("30 September 2020", f"30 September 2020 {YEAR_AGO}", "Keep it all the same"),
]


@pytest.mark.parametrize("headers", [{}, HX], ids=["page", "in place"])
@pytest.mark.parametrize(("typed", "sentence", "choice"), ASKED)
def test_what_is_in_doubt_comes_back_with_a_choice_and_is_kept_once_it_is_made(
    lead, book, typed, sentence, choice, headers
):
    before = stated(book)

    page = lead.save("product", "P-0001", title="Retitled", **due(typed))
    assert problems(page) == {"due_forecast": [sentence]}
    assert choice in page.content.decode()
    assert (form_of(page)["due_forecast"], form_of(page)["title"]) == (typed, "Retitled")
    assert "due_forecast_meant" not in form_of(page)  # nothing is ticked for anybody
    assert stated(book) == before

    saved = lead.send(page, headers=headers, due_forecast_meant=typed)
    assert saved.status_code in {200, 302}
    assert stated(book) != before
    assert ProductPosition.objects.get(period=book.period, product__ref="P-0001").title == "Retitled"


@pytest.mark.parametrize("typed", ["1 April 2024", "1 October 2020", "TBC"])
def test_date_within_a_year_of_the_programme_and_one_that_was_kept_before_are_not_asked_about(lead, book, typed):
    lead.save("product", "P-0001", **due(typed, typed))
    kept = stated(book)

    assert lead.save("product", "P-0001", title="Retitled").status_code == 302
    assert stated(book) == kept
    assert "due_forecast_meant" not in lead.open("product", "P-0001").context["form"].fields


@pytest.mark.parametrize(
    ("typed", "years", "kept"),
    [
        ("7/8", ["7/8/2022"], (dt.date(2022, 8, 7), dt.date(2022, 8, 7), "")),
        ("30 April", ["30 April 2022"], (dt.date(2022, 4, 30), dt.date(2022, 4, 30), "")),
        (
            "throughout April",
            ["throughout April 2022", "throughout April 2023"],
            (dt.date(2023, 4, 1), dt.date(2023, 4, 30), "throughout April 2023"),
        ),
    ],
)
def test_year_that_is_missing_is_offered_from_those_of_the_programme(lead, book, typed, years, kept):
    page = lead.save("product", "P-0001", **due(typed))

    (sentence,) = problems(page)["due_forecast"]
    assert sentence == f"“{typed}” does not say which year. Choose the one that is meant."
    offered = [key for key, _ in page.context["form"].fields["due_forecast_meant"].widget.choices]
    assert offered == years
    assert all(key in page.content.decode() for key in offered)
    assert lead.send(page, due_forecast_meant=years[-1]).status_code == 302
    assert stated(book) == kept


def test_answer_to_an_earlier_text_is_none(lead, book):
    page = lead.save("product", "P-0001", **due("TBC"))

    again = lead.send(page, **due("soon", "TBC"))

    assert problems(again) == {"due_forecast": ["There is no date in “soon”."]}
    assert form_of(again)["due_forecast"] == "soon"


def test_several_dates_are_kept_with_the_first_and_last_day(lead, book):
    lead.save("product", "P-0001", **due(SEVERAL, SEVERAL))

    assert stated(book) == (dt.date(2018, 11, 1), dt.date(2019, 2, 28), SEVERAL)
    page = lead.client.get(f"/programmes/{book.programme.slug}/{book.period.label}/products/")
    assert SEVERAL in page.content.decode()


def test_draft_keeps_the_question_and_its_answer(lead, book):
    lead.save("product", "P-0001", view="draft", **due("TBC", "TBC"))
    assert Draft.objects.get().values["due_forecast_meant"] == ["TBC"]

    page = lead.open("product", "P-0001")

    assert "There is no date in “TBC”." in page.content.decode()
    assert (form_of(page)["due_forecast"], form_of(page)["due_forecast_meant"]) == ("TBC", "TBC")
    assert lead.send(page).status_code == 302
    assert stated(book) == (None, None, "TBC")
    assert not Draft.objects.exists()


def test_conflict_keeps_the_answer_and_shows_the_dates_alone(lead, pmo, book):
    mine = lead.open("product", "P-0001")
    pmo.save("product", "P-0001", due_forecast="August 2022")

    page = lead.send(mine, **due("TBC", "TBC"))

    assert page.status_code == 409
    differences = [(each.label, each.mine, each.theirs) for each in page.context["differences"]]
    assert differences == [("Due, forecast", "TBC", "August 2022")]
    assert lead.send(page).status_code == 302
    assert stated(book) == (None, None, "TBC")


def test_one_day_is_asked_about_too_and_no_words_stand_for_it(lead, book):
    asked = lead.save("product", "P-0001", decision_on="1 June 1922")
    assert problems(asked) == {"decision_on": [f"1 June 1922 {YEAR_AGO}"]}
    assert lead.send(asked, decision_on_meant="1 June 1922").status_code == 302

    refused = lead.save("product", "P-0001", decision_on="TBC", decision_on_meant="TBC")
    assert problems(refused)["decision_on"][0].startswith("“TBC” is not a date.")


@pytest.mark.parametrize(
    ("typed", "value"),
    [("TBC", None), ("July 2018 ongoing", None), ("Oct – Nov 22", "2022-11-30"), ("Q2 2022/23", "2022-09-30")],
)
def test_words_are_printed_as_typed_in_the_list_its_json_and_its_workbook(lead, book, typed, value):
    lead.save("product", "P-0001", **due(typed, typed))
    listed = f"/programmes/{book.programme.slug}/{book.period.label}/products"

    assert typed in lead.client.get(f"{listed}/").content.decode()
    (table,) = lead.client.get(f"{listed}.json").json()["sections"][0]["blocks"]
    (row,) = table["rows"]
    assert (row["cells"]["forecast"].get("value"), row["cells"]["forecast"]["text"]) == (value, typed)
    sheets = load_workbook(BytesIO(lead.client.get(f"{listed}.xlsx").content))
    assert typed in {cell.value for sheet in sheets for line in sheet.iter_rows() for cell in line}


def test_list_of_a_month_leaves_out_what_has_no_last_day_and_reads_the_month_as_people_write_it(lead, book):
    listed = f"/programmes/{book.programme.slug}/{book.period.label}/products/"
    for typed, found in (("29/07/22", True), ("TBC", False), ("July 2022 ongoing", False)):
        lead.save("product", "P-0001", **due(typed, typed))
        for month in ("Jul 22", "7/2022", "2022-07"):
            page = lead.client.get(listed, {"due": month}).content.decode()
            assert ("Nothing matches." not in page) is found, (typed, month)
