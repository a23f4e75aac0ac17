"""Nottinghamshire's savings and statuses of November 2018, figure by figure."""

from collections import Counter

import pytest

from finance.models import FinanceLinePosition
from programmes.models import Rating, SectionNote, WorkstreamPosition
from tests.finance.published.reading import MILLIONS, THOUSANDS, differing, published, stated, table

COUNCIL = "nottinghamshire"
YEARS = ("2018_19", "2019_20", "2020_21", "total")
MONEY = (*(f"benefit_{y}" for y in YEARS), *(f"at_risk_{y}" for y in YEARS), "alternative", "net")
LEVELS = {
    "On Target": "on_target",
    "Experiencing Obstacles": "obstacles",
    "At Risk": "at_risk",
    "Compromised": "compromised",
    "Closed or Completed": "closed",
}
LETTERS = {"OT": "on_target", "EO": "obstacles", "AR": "at_risk", "Closed": "closed"}
NOUGHT, BLANK = stated("0", THOUSANDS), stated("", THOUSANDS)
ADULTS = "Adult Social Care & Health"


def read(programme, key):
    return table(programme, "2018-09", "nottinghamshire-status", key)


def in_thousands(row, line, columns=MONEY):
    return {(*row, key): stated(line[key], THOUSANDS) for key in columns}


def levels(found, key):
    return {row: cell["value"] for row, cell in found.column(key).items() if cell["value"]}


# --- Appendix B ---------------------------------------------------------------------------------------------


def test_appendix_b_but_for_blanks_where_parts_make_nought(nottinghamshire):
    found = read(nottinghamshire, "savings")
    expected = {}
    for line in published(COUNCIL, "appendix_b"):
        expected |= in_thousands((line["portfolio"], line["project"]), line)
    for line in published(COUNCIL, "appendix_b_totals"):
        expected |= in_thousands((line["portfolio"], "Portfolio total"), line)

    homes = "Alternative Delivery Models for NCC Children's Homes OfC - Mainstream"
    assert differing(found.money(*MONEY), expected) == {
        (ADULTS, "Investment in Shared lives", "at_risk_total"): (NOUGHT, BLANK),
        (ADULTS, "Investment in Shared lives", "net"): (NOUGHT, BLANK),
        (ADULTS, "Brokerage for Self-Funders - full cost recovery", "net"): (NOUGHT, BLANK),
        ("Children & Families", homes, "net"): (NOUGHT, BLANK),
    }


@pytest.mark.parametrize("which", ["last", "this"])
def test_statuses_of_appendix_b(nottinghamshire, which):
    expected = {
        (line["portfolio"], line["project"]): LEVELS[line[f"status_{which}"]]
        for line in published(COUNCIL, "appendix_b")
    }

    assert levels(read(nottinghamshire, "savings"), f"status_{which}") == expected


def test_what_the_text_says_otherwise_is_noted(nottinghamshire):
    found = read(nottinghamshire, "savings")
    said = {place: note.partition(" has ")[2].partition(".")[0] for place, note in found.notes.items()}

    assert {(project, column): text for (_, project, column), text in said.items()} == {
        ("Targeted Reviews (C07)", "at_risk_2018_19"): "-£1,968k; here stands -£1,967k, £1k more",
        ("ASCH Strategy Phase II", "at_risk_2018_19"): "-£263k; here stands -£375k, £112k less",
        ("Transitions", "benefit_2018_19"): "£50k; here stands £60k, £10k more",
        (
            "Reducing the Costs of residential Placements - Younger Adults (OfC C06)",
            "net",
        ): "-£288k; here stands £306k, £594k more",
        (
            "Reduction in long-term care placements (C03 2014 & B04 2016)",
            "at_risk_2019_20",
        ): "£86k; here stands -£100k, £186k less",
        (
            "Ensuring cost-effective services for younger adults through alternative accommodation",
            "benefit_2018_19",
        ): "£124k",
    }
    assert found.every_note[-1] == "Every other total that was published or is in the ledger agrees: 27."


def test_exceptions_of_appendix_b(nottinghamshire):
    found = read(nottinghamshire, "exceptions")
    expected = {
        (line["portfolio"], line["project"].casefold()): LEVELS[line["status"]]
        for line in published(COUNCIL, "appendix_b_exceptions")
    }

    held = {(portfolio, project.casefold()): level for (portfolio, project), level in levels(found, "status").items()}
    assert held == expected
    assert all(cell["value"] for cell in found.column("said").values())


# --- Appendix C ---------------------------------------------------------------------------------------------

OURS = {"Improving Lives Portfolio": ADULTS}  # of the same figures in Appendix B
TRENDS = {"Better": "Improving", "Same": "Steady", "": None}


def test_money_of_appendix_c(nottinghamshire):
    found = read(nottinghamshire, "programmes")
    expected = {}
    for line in published(COUNCIL, "appendix_c_programmes"):
        if line["level"] != "sub-programme":
            expected |= in_thousands(("", OURS.get(line["programme"], line["programme"])), line)

    assert found.money(*MONEY) == expected
    assert found.every_note == ["Every total that was published or is in the ledger agrees: 30."]


def test_programmes_and_projects_of_appendix_c(nottinghamshire):
    """Every project stands below its programme, in its status as a letter, and no other row is there."""
    found = table(nottinghamshire, "2018-09", "nottinghamshire-status", "programme-status", by_key=True)
    refs = {"Improving Lives Portfolio": "ASCH", "Promoting Independence Interventions": "PII"}
    expected = {}
    for line in published(COUNCIL, "appendix_c_programmes"):
        ref = refs.get(line["programme"]) or line["ref"].replace(" ", "-")
        name = OURS.get(line["programme"], line["programme"])
        expected[ref, name] = LEVELS[line["status_last"]], LEVELS[line["status_this"]], TRENDS[line["trend"]]
    for line in published(COUNCIL, "appendix_c_projects"):
        expected[line["programme"].replace(" ", "-"), line["project"], "project"] = LETTERS[line["status"]]

    held, under = {}, ""
    for (_, ref), cells in found.rows.items():
        name, status = cells["line"]["value"], cells["status_this"]["value"]
        if "-P" in ref:
            held[under, name, "project"] = status
            assert cells["said"]["value"]
        else:
            under = ref
            held[ref, name] = cells["status_last"]["value"], status, cells["trend"]["value"]
    assert held == expected


def test_a_project_of_both_appendices_is_one_workstream(nottinghamshire):
    """It bears the name of Appendix C, its saving that of Appendix B; the others stand right below their portfolio."""
    period = nottinghamshire.periods.get(label="2018-09")
    savings = FinanceLinePosition.objects.of(period).filter(cashable=True)
    streams = savings.values_list("workstream", flat=True)
    names = {line["project"] for line in published(COUNCIL, "appendix_c_projects")}
    rows = WorkstreamPosition.objects.of(period).filter(workstream__in=streams)

    assert len(set(streams)) == len(streams) == 70
    assert set(rows.filter(workstream__ref__startswith="ASCH-").values_list("name", flat=True)) == names
    others = rows.exclude(workstream__ref__startswith="ASCH-").values_list("parent__ref", flat=True)
    assert Counter(others) == {"CF": 15, "PLACE": 14, "CEX": 18}


# --- What is said of savings as a whole, and what is invested -----------------------------------------------


def test_overall_savings_position_in_words_and_figures(nottinghamshire):
    found = read(nottinghamshire, "position")
    says = {
        ("over achieved", "GBP million"): "over-achieved by £{}m",
        ("over achieved", "GBP thousand"): "over-achieved by £{}k",
        ("at risk", "GBP thousand"): "£{}k at risk",
        ("delivered as planned", "GBP thousand"): "delivered as planned",
    }
    targets, words = {}, {}
    for line in published(COUNCIL, "position"):
        row = "", "All portfolios" if line["portfolio"] == "All" else line["portfolio"]
        value = f"{float(line['value']):.1f}" if line["unit"] == "GBP million" else line["value"]
        targets[row] = stated(line["target"], MILLIONS, 1)[1]
        words[row] = says[line["projection"], line["unit"]].format(value)

    assert {row: cell["text"] for row, cell in found.column("target").items()} == targets
    assert {row: cell["value"] for row, cell in found.column("projection").items()} == words
    assert found.every_note == ["Every total that was published or is in the ledger agrees: 5."]


def test_the_position_prints_no_figure_but_the_target(nottinghamshire):
    assert {tuple(cells) for cells in read(nottinghamshire, "position").rows.values()} == {
        ("line", "target", "projection")
    }


def test_three_profiles_of_smarter_working_side_by_side(nottinghamshire):
    found = read(nottinghamshire, "smarter-working")
    columns = {"Original": "original", "Revised": "revised", "Potential": "potential"}
    expected = {}
    for line in published(COUNCIL, "smarter_working"):
        profile = columns[line["profile"].split()[0]]
        row = "" if line["line"] == "Total" else "Capital", line["line"]
        for year in ("2017_18", "2018_19", "2019_20", "total"):
            expected[*row, f"{profile}_{year}"] = stated(line[year], THOUSANDS)

    assert found.money(*{place[-1] for place in expected}) == expected
    assert not found.notes


def test_cloud_investment_and_savings(nottinghamshire):
    found = read(nottinghamshire, "cloud")
    columns = ("investment", "saving_2019_20", "saving_2020_21")
    expected = dict.fromkeys(found.money(*columns), BLANK)
    for line in published(COUNCIL, "cloud"):
        figure = stated(line["value"], MILLIONS, 3)
        if line["kind"] == "investment":
            label = line["line"].capitalize()
            expected["Investment", label, "investment"] = figure
        else:
            expected["Further saving", "Further saving", f"saving_{line['line'].replace('-', '_')}"] = figure

    assert found.money(*columns) == expected
    assert not found.notes


# --- August -------------------------------------------------------------------------------------------------


def test_august_has_statuses_alone_and_says_so(nottinghamshire):
    august = nottinghamshire.periods.get(label="2018-08")

    assert Rating.objects.of(august).count() == 77
    assert not FinanceLinePosition.objects.of(august).exists()
    caveats = set(SectionNote.objects.of(august).values_list("caveat", flat=True))
    assert caveats == {
        "Of August 2018 only statuses are published, as last month's in the paper of November 2018; no money is"
    }


def test_a_closed_month_takes_its_empty_tables_into_its_report(nottinghamshire):
    found = table(nottinghamshire, "2018-08", "nottinghamshire-status", "savings")

    assert (found.rows, found.every_note) == ({}, [])
