"""Northamptonshire's dashboard of December 2020 and closure report of April 2021, figure by figure."""

import pytest

from programmes.models import SectionNote
from tests.finance.published.reading import MILLIONS, THOUSANDS, differing, published, stated, table

HEADINGS = {"cost": "Programme costs", "investment": "Investment and savings", "savings": "Investment and savings"}
LABELS = {"Total Programme Costs": "Total programme costs", "Grand Total": "Grand total"}
SPEND = ("spend_2019_20", "spend_2020_21", "spend_2021_24", "spend_total")
SAVING = ("saving_2019_20", "saving_2020_21", "saving_2021_24", "saving_total")
YEAR_END = ("outturn", "variance")
YEARS = ("2019_20", "2020_21", "2021_24", "total")


def test_section_2_but_for_a_total_of_unlike_things(northants):
    """Costs and savings stand side by side; what was published of either is in its half of the row."""
    found = table(northants, "2020-12", "northants-dashboard", "position")
    expected = dict.fromkeys(found.money(*SPEND, *SAVING, *YEAR_END), (None, ""))
    for line in published("northants", "position"):
        total = line["line"] == "Grand Total"
        row = "" if total else HEADINGS[line["kind"]], LABELS.get(line["line"], line["line"])
        half = SAVING if line["kind"] == "savings" else SPEND
        expected |= {(*row, key): stated(line[year], THOUSANDS) for key, year in zip(half, YEARS, strict=True)}
        expected |= {(*row, key): stated(line[key], THOUSANDS) for key in YEAR_END if line[key]}

    variance = ("", "Grand total", "variance")
    assert differing(found.money(*SPEND, *SAVING, *YEAR_END), expected) == {
        variance: ((None, ""), stated("819", THOUSANDS))
    }
    assert found.notes == {
        variance: "Grand total, Year end 2020/21 Under/(Over): costs £190k under (favourable); savings and income "
        "£1,009k short (adverse): unlike things, which are not added up. The dashboard of December 2020 has £819k. "
        "It is 1,009 of savings not made, adverse, less 190 of costs not spent, favourable."
    }
    assert found.every_note[1:] == ["Every other total that was published or is in the ledger agrees: 15."]


SECTIONS = {"investment": "Investment", "benefits realisation": "Benefits realised"}
TOTALS = {"investment": "Total investment", "benefits realisation": "Total benefits"}


def test_closure_at_period_11(northants):
    found = table(northants, "2021-03", "northants-closure", "closure")
    expected, meanings = {}, {}
    for line in published("northants", "closure"):
        label = TOTALS[line["section"]] if line["line"] == "Total" else line["line"]
        row = SECTIONS.get(line["section"], ""), label
        if label == "Overall Total":
            row = "", "Overall total, investment less benefits"
        for key in ("budget", "outturn", "variance"):
            expected[*row, key] = stated(line[key], THOUSANDS, brackets=True)
        meanings[row] = line["meaning"]

    assert found.money("budget", "outturn", "variance") == expected
    assert {row: cell["value"].split(": ")[1] for row, cell in found.column("meaning").items()} == meanings
    assert found.every_note == ["Every total that was published or is in the ledger agrees: 9."]


def test_closing_figures_but_for_two_that_december_does_not_round_to(northants):
    found = table(northants, "2021-03", "northants-closure", "savings")
    figures = {line["figure"]: line["value"] for line in published("northants", "closing_figures")}
    names = {
        "saving_2019_20": "savings delivered in 2019/20",
        "saving_2020_21": "savings on track in 2020/21",
        "saving_2021_24": "savings to be delivered post Vesting Day",
        "saving_total": "savings sought",
    }
    printed = {key: cell["text"] for key, cell in found.rows["", "All savings"].items() if key in names}
    closing = {key: figures[name] for key, name in names.items()}

    assert {key: (printed[key], closing[key]) for key in names if printed[key] != closing[key]} == {
        "saving_2021_24": ("35", "36"),
        "saving_total": ("84", "85"),
    }
    assert {place[-1] for place in found.notes} == {"saving_2021_24", "saving_total"}


@pytest.mark.parametrize(
    ("figure", "row", "column"),
    [
        ("2020/21 costs forecast below budget", ("Investment", "Total investment"), "variance"),
        ("2020/21 savings forecast above budget", ("Benefits realised", "Total benefits"), "variance"),
        ("net favourable variance", ("", "Overall total, investment less benefits"), "variance"),
    ],
)
def test_variances_that_the_closure_report_says_in_its_text(northants, figure, row, column):
    found = table(northants, "2021-03", "northants-closure", "closure")
    said = {line["figure"]: line["value"] for line in published("northants", "closing_figures")}[figure]

    assert found.money(column)[*row, column][0] == -stated(said, MILLIONS)[0]


@pytest.mark.parametrize(("month", "layout"), [("2020-12", "northants-dashboard"), ("2021-03", "northants-closure")])
def test_ratings_that_were_pictures_are_not_stated(northants, month, layout):
    found = table(northants, month, layout, "ratings")
    ratings = [key for key in next(iter(found.rows.values())) if key.endswith("_this")] if found.rows else []

    assert len(found.rows) == {"2020-12": 8, "2021-03": 9}[month]
    assert {cells[key]["value"] for cells in found.rows.values() for key in ratings} == {None}


@pytest.mark.parametrize(("month", "day"), [("2020-12", "2020-11-30"), ("2021-03", "2021-02-28")])
def test_a_month_says_how_old_its_figures_are(northants, month, day):
    note = SectionNote.objects.of(northants.periods.get(label=month)).get(section="money")

    assert note.as_at.isoformat() == day
