"""Norfolk's and Northamptonshire's published risks, loaded as an example holds them: every score, band, date, prospect.

What was published stands in tests/published/.
"""

import csv
import datetime as dt
from pathlib import Path

import pytest

from core.dates import label_end, label_of
from programmes.examples import loading
from programmes.models import MilestonePosition, Narrative
from programmes.month import whole_month
from reports import layouts
from risks import figures
from risks.models import MOMENTS, MitigationPosition, RiskPosition
from risks.printed import score_text
from risks.scheme import RULES
from tests.factories import Book, somerset_scheme
from tests.risks.documents import scale
from tests.risks.trials import risk

pytestmark = pytest.mark.django_db
PUBLISHED = Path(__file__).parent.parent / "published"


def published(council, file):
    with (PUBLISHED / council / f"{file}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


@pytest.fixture
def norfolk():
    return whole_month(loading.load("norfolk")[0].periods.get())


@pytest.fixture
def northants():
    return whole_month(loading.load("northants")[0].periods.get(label="2020-12"))


def section(month, name):
    return layouts.build(month, section=name).sections[0].blocks


# --- Norfolk, September 2017 --------------------------------------------------------------------------------


@pytest.mark.parametrize("ref", ["RM010", "RM14223", "RM14293"])
def test_every_score_date_and_prospect_of_norfolk(norfolk, ref):
    (stated,) = (row for row in published("norfolk-2017-11", "risks") if row["risk_id"] == ref)
    row = RiskPosition.objects.get(risk__ref=ref)

    for moment in MOMENTS:
        told = [stated[f"{moment}_{part}"] for part in ("likelihood", "impact", "score")]
        score = getattr(row, f"{moment}_score")
        found = [getattr(row, f"{moment}_likelihood"), getattr(row, f"{moment}_impact"), str(score or "")]
        assert found == told
    month = stated["target_date"].replace("-", " 20")
    assert row.target_date_latest == (label_end(label_of(month)) if month else None)
    assert row.prospects == stated["prospects"].lower()
    assert row.treatment == stated["treatment"]
    assert str(row.raised_on or "") == stated["date_entered"]
    assert row.owner == ""  # not published there, so not stated
    assert row.title == stated["name"]


def test_every_action_and_progress_of_norfolk(norfolk):
    tasks = published("norfolk-2017-11", "risk_tasks")
    found = list(MitigationPosition.objects.order_by("pk").values_list("risk__ref", "title"))
    assert found == [(task["risk_id"], task["summary"]) for task in tasks]
    assert [len([each for each in found if each[0] == ref]) for ref in ("RM010", "RM14223")] == [17, 1]
    assert {str(row) for row in MitigationPosition.objects.filter(title="")} == {"not stated"}  # lost in the extraction

    for ref in ("RM010", "RM14223", "RM14293"):
        told = [each["summary"] for each in published("norfolk-2017-11", "risk_progress") if each["risk_id"] == ref]
        assert RiskPosition.objects.get(risk__ref=ref).progress.splitlines() == told


def test_bands_exceptions_and_prospects_are_norfolks(norfolk):
    rules = RULES.of(norfolk.scheme)

    scored = figures.register(norfolk).still_open[:3]
    assert [(row.risk.ref, score_text(rules.matrix, row.current_score)) for row in scored] == [
        ("RM010", "12 (A)"),
        ("RM14223", "6 (A)"),
        ("RM14293", ""),
    ]
    (table,) = section(norfolk, "risk_exceptions")
    assert [row.key for _, row in table.lines()] == ["high_and_behind-RM010"]
    key = {row["prospect"]: row["meaning_summary"] for row in published("norfolk-2017-11", "prospects_key")}
    assert {grade.level.word: grade.meaning for grade in rules.prospects.grades} == key
    prose, advice = section(norfolk, "risk_prompts")
    assert [entry.text for entry in prose.entries] == [
        row["prompt"] for row in published("norfolk-2017-11", "discussion_prompts")
    ]
    assert [(row.cells["action"].value, row.cells["text"].value) for _, row in advice.lines()] == [
        (row["action"], row["description_summary"]) for row in published("norfolk-2017-11", "suggested_actions")
    ]


def test_the_heat_map_accounts_for_each_of_norfolks_risks(norfolk):
    (table,) = section(norfolk, "risk_heat_map")
    rows = {row.key: row.cells for _, row in table.lines()}

    assert [part.text for part in rows["3"]["4"].parts] == ["1 risk", "RM010, now"]
    assert [part.text for part in rows["2"]["3"].parts] == ["1 risk", "RM14223, now"]
    assert rows["none"]["1"].parts[0].text == "15 risks"


def test_the_social_care_systems_risks_and_gates(norfolk):
    rows = RiskPosition.objects.filter(workstream__ref="SCSR").order_by("pk")
    told = [(row["risk_summary"], row["mitigation_summary"]) for row in published("norfolk-2017-11", "scsr_risks")]
    told += [(row["risk_summary"], "") for row in published("norfolk-2017-11", "scsr_original_risks")]
    assert list(rows.values_list("title", "response")) == told
    assert {row.current_score for row in rows} == {None}

    gates = [row["date"].removeprefix("date not published") for row in published("norfolk-2017-11", "scsr_gates")]
    assert [str(row.baseline_latest or "") for row in MilestonePosition.objects.order_by("pk")] == gates


# --- Northamptonshire, December 2020 ------------------------------------------------------------------------


def test_the_enterprise_risk_of_northamptonshire_before_and_after(northants):
    (stated,) = published("northants-2020-12", "enterprise_risks")
    (table,) = section(northants, "risks_by_exception")
    ((_, row),) = table.lines()

    assert row.key == stated["id"]
    found = {key: cell.text or cell.value for key, cell in row.cells.items()}
    assert found["before"] == stated["score_before_text"].replace("( R )", "(R)")
    assert found["after"] == stated["score_after_text"]
    levels = [row.cells[key].level.letter for key in ("before", "after")]
    assert levels == [stated["rag_before"], stated["rag_after"]]
    assert (found["raised_by"], found["raised"]) == (stated["raised_by"], dt.date.fromisoformat(stated["date_raised"]))
    assert (found["effect"], found["mitigation"]) == (stated["impact_summary"], stated["mitigation_summary"])
    assert found["owner"] == "no owner stated"  # not published there


def test_what_is_told_as_pairs_stays_narrative(northants):
    for kind, file in (("risk", "risks"), ("issue", "issues")):
        told = [(row["description"], row["mitigation"]) for row in published("northants-2020-12", file)]
        assert list(Narrative.objects.filter(kind=kind).order_by("seq").values_list("text", "second")) == told


# --- Two programmes, two ways of scoring --------------------------------------------------------------------


def test_a_named_scale_of_four_beside_a_matrix_of_five(norfolk):
    sections = [{"section": "risks", "title": "Risks"}]
    document = somerset_scheme() | {"risks": scale()}
    document["layouts"]["scorecard"] = sections
    book = Book("scaled", label="2022-06", document=document)
    risk(book, book.root, "R-1", current="4", original="3")
    risk(book, book.root, "R-2", current="1")

    def told(month):
        (table, *_) = section(month, "risks")
        return [row.cells["current"].text for _, row in table.lines()][:3]

    assert told(whole_month(book.period)) == ["Very high (R)", "Low (G)"]
    assert told(norfolk) == ["12 (A)", "6 (A)", "not scored"]
