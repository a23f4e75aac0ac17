"""What the checks find of risks, each beside the neighbour that it does not find."""

import datetime as dt

import pytest

from assurance.running import counts, findings
from programmes.month import whole_month
from risks import figures
from risks.models import MitigationPosition, RiskPosition
from tests.factories import Book
from tests.risks.conftest import by
from tests.risks.documents import document
from tests.risks.trials import mitigation, risk, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    """May, with one risk of which nothing can be said against."""
    book = Book("book", label="2022-05", document=document())
    book.sound = risk(
        *(book, book.root, "SOUND"),
        original="4x3",
        current="2x3",
        target="1x3",
        owner="Head of systems",
        prospects="green",
        **by("December 2022"),
    )
    book.action = mitigation(book, book.sound, "A-SOUND", **by("June 2022", "due"))
    return book


def found(book, code):
    return [each.subject for each in findings(whole_month(book.period)) if each.code == code]


def change(book, **columns):
    RiskPosition.objects.of(book.period).filter(risk=book.sound).update(**columns)


def test_nothing_is_found_of_a_risk_in_order(book):
    assert findings(whole_month(book.period)) == []


LATE = {"due_earliest": dt.date(2022, 5, 1), "due_latest": dt.date(2022, 5, 30)}
WRONG = {
    "risk_without_owner": {"owner": ""},
    "risk_without_target_date": by("December 2022") | dict.fromkeys(("target_date_earliest", "target_date_latest")),
    "risk_past_its_target_date": by("30 May 2022"),
    "risk_above_original": scored(current="4x4", original="3x5"),
    "risk_exception_not_reported": scored(current="4x3") | {"prospects": "amber"},
}
RIGHT = {
    "risk_past_its_target_date": [by("31 May 2022"), by("30 May 2022") | scored(current="1x3")],
    "risk_above_original": [scored(current="4x3")],
    "risk_exception_not_reported": [
        scored(current="4x3") | {"prospects": "green"},
        scored(current="11") | {"prospects": "red"},
        scored(current="4x3") | {"prospects": "amber", "by_exception": True},
    ],
}


@pytest.mark.parametrize("code", WRONG)
def test_what_is_wrong_is_found_and_of_a_closed_risk_nothing(book, code):
    change(book, **WRONG[code])
    assert found(book, code) == ["SOUND"]

    change(book, closed_on=dt.date(2022, 5, 2), closed_because="It is over")
    assert findings(whole_month(book.period)) == []


@pytest.mark.parametrize(("code", "columns"), [(code, each) for code, found in RIGHT.items() for each in found])
def test_its_neighbour_is_not_found(book, code, columns):
    change(book, **columns)
    assert found(book, code) == []


def test_a_risk_without_an_action(book):
    MitigationPosition.objects.update(withdrawn=True)
    assert found(book, "risk_without_action") == ["SOUND"]


def test_actions_that_are_late_and_prospects_that_do_not_say_so(book):
    MitigationPosition.objects.update(**LATE)
    assert found(book, "mitigation_overdue") == ["A-SOUND"]
    assert found(book, "risk_green_with_late_actions") == ["SOUND"]

    change(book, prospects="amber")
    assert found(book, "risk_green_with_late_actions") == []
    MitigationPosition.objects.update(done_on=dt.date(2022, 5, 31))
    assert found(book, "mitigation_overdue") == []


def test_a_score_that_has_not_changed_for_two_months(book):
    book.next_month("2022-06")
    assert found(book, "risk_score_unchanged") == []  # there is one month before
    book.next_month("2022-07")
    assert found(book, "risk_score_unchanged") == ["SOUND"]

    change(book, **scored(current="1x3"))
    assert found(book, "risk_score_unchanged") == []
    book.next_month("2022-08")
    assert found(book, "risk_score_unchanged") == []


@pytest.mark.parametrize("second", ["", "No mitigating action stated"])
def test_what_is_written_off_course_without_a_mitigation(book, second):
    stream = book.workstream("FIN", book.root)
    book.narrative(stream, "risk", "Staff leave", second=second)
    book.narrative(stream, "issue", "Staff left")
    assert found(book, "narrative_without_mitigation") == []  # not rated off course

    book.rating(stream, "overall", "A", reason="Late")
    assert found(book, "narrative_without_mitigation") == ["FIN/risk/1"]
    assert counts(whole_month(book.period))["narrative_without_mitigation"] == 1


def test_no_check_looks_where_the_scheme_names_none():
    book = Book("book", label="2022-05")
    risk(book, book.root)
    assert findings(whole_month(book.period)) == []


# --- The rules of exception, by hand ------------------------------------------------------------------------

HAND = [
    # current, prospects, level before and now, what each rule says
    ("12", "amber", "workstream", "workstream", {"high_and_behind"}),
    ("12", "red", "workstream", "programme", {"high_and_behind", "changed"}),
    ("12", "green", "workstream", "workstream", set()),
    ("12", "", "workstream", "workstream", set()),
    ("11", "red", "workstream", "workstream", set()),
    ("25", "red", "programme", "programme", {"high_and_behind"}),
    ("", "red", "programme", "workstream", {"changed"}),
    ("1", "green", "", "programme", {"changed"}),
]


@pytest.mark.parametrize(("current", "prospects", "was", "now", "rules"), HAND)
def test_rules_say_what_a_table_by_hand_says(book, current, prospects, was, now, rules):
    change(book, level=was)
    book.next_month("2022-06")
    change(book, **scored(current=current), prospects=prospects, level=now)

    said = figures.exceptions(whole_month(book.period))
    assert {code for code, keys in said.items() if book.sound.pk in keys} == rules


def test_the_whole_register_is_reported_in_the_month_that_the_scheme_names():
    exceptions = [{"code": "whole", "label": "The whole register, once a year", "month": 6}]
    book = Book("book", label="2022-05", document=document(exceptions=exceptions))
    made = risk(book, book.root)
    assert figures.by_any_rule(whole_month(book.period)) == set()

    book.next_month("2022-06")
    assert figures.by_any_rule(whole_month(book.period)) == {made.pk}
