"""Risks in a report: register, by exception, heat map, movement, exceptions by rule, cards, issues, prompts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.actions import Refused, add_scheme
from programmes.month import whole_month
from reports import layouts
from reports.printed import html, pdf
from risks.models import IssuePosition, RiskPosition
from tests.factories import Book, person, somerset_scheme
from tests.pdf_structure import problems
from tests.risks.conftest import by
from tests.risks.documents import RULES, document, scale
from tests.risks.trials import risk, scored

pytestmark = pytest.mark.django_db


def read(book, section):
    return layouts.build(whole_month(book.period), section=section).sections[0].blocks


def table(book, section, key=""):
    return next(block for block in read(book, section) if block.key == (key or section))


def refs(found):
    return [row.key for _, row in found.lines()]


def texts(found, ref, *columns):
    (row,) = (row for _, row in found.lines() if row.key == ref)
    return [str(row.cells[column].text or row.cells[column].value) for column in columns]


def test_the_register_stands_by_score_with_what_prospects_and_levels_mean(month):
    found = table(month, "risks")

    assert refs(found) == ["R-0001", "R-0003", "R-0002"]
    columns = ("original", "current", "target", "prospects", "actions", "owner")
    assert texts(found, "R-0001", *columns) == [*("16 (R)", "12 (A)", "4 (G)", "Amber", "2 actions", "Head of systems")]
    assert texts(found, "R-0002", "current", "owner") == ["not scored", "no owner stated"]
    assert found.notes == ("The risks are made up.",)
    assert [row.cells["meaning"].value for _, row in table(month, "risks", "prospects_key").lines()] == [
        *("Tasks are on schedule.", "One or more tasks are behind.", "Significant tasks are behind.")
    ]
    assert refs(table(month, "risks", "risk_levels")) == ["programme", "workstream"]


def test_the_register_by_exception_leaves_out_the_rest(month):
    assert refs(table(month, "risk_exceptions_only", "risk_exceptions_register")) == ["R-0001"]


def test_before_and_after_mitigation_what_a_rule_says_and_what_somebody_says(month):
    RiskPosition.objects.filter(risk=month.noise).update(
        by_exception=True, **scored(original="16", current="12"), raised_by="Finance"
    )
    found = table(month, "risks_by_exception")

    assert refs(found) == ["R-0001", "R-0003"]
    assert texts(found, "R-0003", "before", "after", "raised_by") == ["16 (R)", "12 (A)", "Finance"]


def test_exceptions_stand_under_the_rule_that_finds_them(month):
    found = table(month, "risk_exceptions")

    assert [(group.label, [row.key for row in group.rows]) for group in found.groups] == [
        ("Current score of 12 or more with amber or red prospects", ["high_and_behind-R-0001"])
    ]
    assert texts(found, "high_and_behind-R-0001", "reported") == ["no"]


def test_cards_tell_of_each_open_risk(month):
    assert [block.caption for block in read(month, "risk_cards") if block.key.startswith("risk_actions")] == [
        *("Mitigating actions on R-0001", "Mitigating actions on R-0003", "Mitigating actions on R-0002")
    ]


def test_issues_and_prompts_are_printed(month):
    assert refs(table(month, "issues")) == ["I-0001"]
    prose, advice = read(month, "risk_prompts")
    assert [entry.text for entry in prose.entries] == RULES["prompts"]
    assert texts(advice, "1", "action", "text") == ["Approve actions", "Set a date to report back."]


@pytest.mark.parametrize("section", ["risks", "risk_cards", "risk_movement", "risk_heat_map", "issues"])
def test_made_up_risks_say_so_on_paper(month, section):
    assert "The risks are made up." in html(layouts.build(whole_month(month.period), section=section))


@pytest.mark.pdf
def test_a_printed_register_with_its_cards_is_tagged_as_a_screen_reader_needs_it(month):
    assert problems(pdf(layouts.build(whole_month(month.period), "risks"))) == []


# --- Movement -----------------------------------------------------------------------------------------------


CHANGES = {
    "score": (scored(current="4x4"), "Score 12 (A) → 16 (R), ↑ 4 higher, worse"),
    "lower": (scored(current="1x4"), "Score 12 (A) → 4 (G), ↓ 8 lower, better"),
    "unscored": (scored(current=""), "No longer scored; it was 12 (A)"),
    "level": ({"level": "programme"}, "Escalated: Workstream → Programme"),
    "date": (by("30 June 2022"), "Target date May 2022 → 30 June 2022, 30 days later"),
    "prospects": ({"prospects": "red"}, "Prospects amber → red"),
    "closed": ({"closed_on": "2022-07-01", "closed_because": "It is over"}, "Closed: It is over"),
}


@pytest.fixture
def july(month):
    month.next_month("2022-07")
    return month


@pytest.mark.parametrize("what", CHANGES)
def test_what_moved_since_the_last_report_is_told(july, what):
    columns, words = CHANGES[what]
    RiskPosition.objects.of(july.period).filter(risk=july.fire).update(**columns)

    found = table(july, "risk_movement")
    assert refs(found) == ["R-0001"]
    assert texts(found, "R-0001", "was", "changes") == ["12 (A)", words]


def test_nothing_moved_says_so(july):
    assert table(july, "risk_movement").is_empty


def test_new_gone_reopened_and_come_true_are_told(july):
    RiskPosition.objects.of(july.period).filter(risk=july.fire).update(
        closed_on="2022-07-01", closed_because="It is over"
    )
    RiskPosition.objects.of(july.period).filter(risk=july.noise).update(withdrawn=True)
    july.next_month("2022-08")
    RiskPosition.objects.of(july.period).filter(risk=july.fire).update(closed_on=None, closed_because="")
    risk(july, july.erp, "R-0004")
    IssuePosition.objects.of(july.period).update(risk=july.flood)

    found = table(july, "risk_movement")
    said = {ref: texts(found, ref, "changes")[0] for ref in refs(found)}
    assert said == {"R-0001": "Opened again", "R-0002": "Came true: an issue now", "R-0004": "New"}


def test_a_new_matrix_re_scores_nothing(month):
    rules = RULES | {"likelihood": ["Low", "Medium", "High", "Sure"], "impact": ["Low", "Medium", "High", "Dire"]}
    rules |= {"bands": [band | {"from": n} for band, n in zip(RULES["bands"], (1, 4, 9), strict=True)]}
    add_scheme(month.programme, document(rules))
    month.next_month("2022-07")

    assert texts(table(month, "risk_movement"), "R-0001", "was", "now", "changes") == [
        *("12 (A)", "12 (R)", "Scored anew, by another matrix; it was 12 (A) by the last")
    ]
    (scores,) = (block for block in read(month, "risk_cards") if block.key == "risk_scores_r-0001")
    assert [texts(scores, label, "current")[0] for label in ("2022-07", "2022-06")] == ["12 (R)", "12 (A)"]
    assert texts(table(month, "risks"), "R-0001", "movement") == ["another matrix"]


def test_a_version_that_leaves_a_step_without_meaning_is_refused(month):
    RiskPosition.objects.filter(risk=month.noise).update(**scored(current="5x5"))
    rules = RULES | {"likelihood": ["Low", "Medium", "High", "Sure"], "impact": ["Low", "Medium", "High", "Dire"]}

    with pytest.raises(Refused, match="It does not know the likelihood of risk “5”"):
        add_scheme(month.programme, document(rules | {"exceptions": []}))
    mapped = document(rules) | {"retired": {"risk_likelihood": {"5": "4"}, "risk_impact": {"5": "4"}}}
    assert add_scheme(month.programme, mapped)
    month.next_month("2022-07")
    assert RiskPosition.objects.get(period=month.period, risk=month.noise).current_score == 16


def test_a_named_scale_has_its_words_and_a_map_of_steps():
    book = Book("scaled", label="2022-06", document=document(scale()))
    risk(book, book.root, "R-0001", current="4")
    risk(book, book.root, "R-0002", current="2", original="3")

    assert texts(table(book, "risks"), "R-0001", "current") == ["Very high (R)"]
    heat = table(book, "risk_heat_map")
    assert refs(heat) == ["4", "3", "2", "1"]
    assert texts(heat, "4", "likelihood") == ["Very high (R)"]


def test_options_that_there_are_not_are_refused(month):
    wrong = [{"section": "risks", "title": "Risks", "options": {"levels": ["galaxy"]}}]
    with pytest.raises(Refused, match="has a “levels” that this scheme does not know"):
        add_scheme(month.programme, document(sections=wrong))


def test_a_layout_costs_the_same_however_many_risks_there_are():
    costs = []
    for size in (1, 3):
        book = Book(f"book{size}", label="2022-05", document=document())
        for n in range(size):
            risk(book, book.root, f"R-{n}", current="4x4", prospects="red")
        book.next_month("2022-06")
        with CaptureQueriesContext(connection) as asked:
            layouts.build(whole_month(book.period))
        costs.append(len(asked))
    assert costs[0] == costs[1]


# --- Under a rating -----------------------------------------------------------------------------------------


def test_the_evidence_under_a_rating_shows_risks_and_issues(client, month):
    month.rate(month.erp, schedule="A")
    client.force_login(month.pmo)
    page = client.get("/programmes/book/2022-06/ratings/FIN-1/schedule/")
    found = {block.key: block for block in page.context["section"].blocks}

    assert refs(found["under_risks"]) == ["R-0001", "R-0002"]
    assert refs(found["under_issues"]) == ["I-0001"]
    other = client.get("/programmes/book/2022-06/ratings/FIN-1/resources/").context["section"].blocks
    assert not [block for block in other if block.key.startswith("under_risks")]


def test_a_scorecard_leads_to_risks_where_its_scheme_has_rules(client, month):
    client.force_login(person("pmo", month.root))
    links = client.get("/programmes/book/2022-06/").context["month_links"]
    assert ("Risks", "/programmes/book/2022-06/risk-overview/") in links
    assert "risks" not in somerset_scheme()
