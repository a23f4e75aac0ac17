"""Risks where they are read: the overview, the report card, the lists and their files."""

import csv
import io

import pytest
from django.urls import reverse

from tests.factories import Book, person
from tests.risks.documents import document
from tests.risks.trials import issue, mitigation, risk

pytestmark = pytest.mark.django_db
PLACE = ["book", "2022-06"]


@pytest.fixture
def ask(client, month):
    """Return a function that lists for the PMO officer: the refs shown, in order."""
    client.force_login(month.pmo)

    def refs(name="risks", /, **query):
        page = client.get(reverse(name, args=PLACE), query)
        assert page.status_code == 200
        return [row.key for _, row in page.context["table"].lines()]

    return refs


def figures(month, client):
    client.force_login(month.pmo)
    page = client.get(reverse("risk_overview", args=PLACE))
    return {fact.key: (fact.cell.value, fact.cell.href) for fact in page.context["facts"].facts}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["R-0001", "R-0002", "R-0003"]),
        ({"sort": "-current_score"}, ["R-0001", "R-0003", "R-0002"]),
        ({"at_least": "6"}, ["R-0001"]),
        ({"prospects": "amber"}, ["R-0001"]),
        ({"prospects": "none"}, ["R-0002"]),
        ({"level": "workstream"}, ["R-0001", "R-0003"]),
        ({"likelihood": "3", "impact": "4"}, ["R-0001"]),
        ({"owner": "SYSTEMS"}, ["R-0001", "R-0003"]),
        ({"which": "no_owner"}, ["R-0002"]),
        ({"which": "no_score"}, ["R-0002"]),
        ({"which": "no_date"}, ["R-0002", "R-0003"]),
        ({"which": "no_action"}, ["R-0002", "R-0003"]),
        ({"which": "late"}, ["R-0001"]),
        ({"which": "overdue"}, ["R-0001"]),
        ({"which": "exception"}, ["R-0001"]),
        ({"which": "by_high_and_behind"}, ["R-0001"]),
        ({"which": "by_changed"}, []),
        ({"which": "new"}, ["R-0001", "R-0002", "R-0003"]),
        ({"state": "closed"}, []),
        ({"workstream": "PEO"}, ["R-0003"]),
    ],
)
def test_the_register_is_narrowed_and_sorted(ask, query, found):
    assert ask(**query) == found


def test_an_owner_s_post_is_found_however_it_was_written(month, ask):
    """From Word, Outlook and Excel."""
    risk(month, month.erp, "R-0009", title="Fraud", owner="Chef d’équipe – Finance")

    assert ask(owner="D'EQUIPE -\u00a0finance") == ["R-0009"]


@pytest.mark.parametrize(
    ("query", "found"),
    [({}, ["A-0001"]), ({"state": "overdue"}, ["A-0001"]), ({"state": "done"}, ["A-0002"]), ({"owner": "head"}, [])],
)
def test_actions_are_listed_with_those_to_do_first_asked_for(ask, query, found):
    assert ask("mitigations", **query) == found


def test_each_figure_counts_the_rows_that_it_leads_to(client, month):
    found = figures(month, client)

    assert {key: value for key, (value, _) in found.items()} == {
        "open": 3,
        "exceptions": 1,
        "late": 1,
        "no_owner": 1,
        "unscored": 1,
        "overdue": 1,
        "issues": 1,
    }
    for value, href in found.values():
        assert len([*client.get(href).context["table"].lines()]) == value


def test_the_overview_of_a_programme_without_rules_says_so(client):
    book = Book("book", label="2022-06")
    client.force_login(person("pmo", book.root))

    assert "This programme reports no risks yet" in client.get(reverse("risk_overview", args=PLACE)).content.decode()


def test_the_heat_map_says_where_each_risk_stands_and_accounts_for_all(client, month):
    client.force_login(month.pmo)
    shown = client.get(reverse("risk_overview", args=PLACE)).context["shown"]
    (table,) = (block for block, _, _ in shown if block.key == "risk_heat_map")

    rows = {row.key: row.cells for _, row in table.lines()}
    assert [part.text for part in rows["3"]["4"].parts] == ["1 risk", "R-0001, new"]
    assert rows["3"]["4"].value == "12 (A)"
    assert [part.text for part in rows["none"]["1"].parts] == ["1 risk", "R-0002"]
    refs = [part for cells in rows.values() for cell in cells.values() for part in cell.parts if part.text == "1 risk"]
    assert len(refs) == 3
    for part in refs:
        assert len([*client.get(part.href).context["table"].lines()]) == 1


def test_an_overview_shows_the_first_of_many_and_leads_to_all(client, month):
    for n in range(25):
        risk(month, month.people, f"R-1{n:03}", current="5x5", prospects="red")
    client.force_login(month.pmo)
    shown = client.get(reverse("risk_overview", args=PLACE)).context["shown"]

    found = {block.key: (block.size, words, href) for block, words, href in shown}
    for key, n in (("risk_exceptions", 26), ("risk_movement", 28)):
        size, words, href = found[key]
        assert (size, words) == (20, f"All {n} in the register")
        assert client.get(href).context["page"].paginator.count == n


def test_another_layout_is_had_as_a_file_and_an_unknown_one_is_not_there(client, month):
    client.force_login(month.pmo)
    address = reverse("download", args=[*PLACE, "json"])

    assert client.get(address, {"layout": "risks"}).json()["layout"] == "risks"
    assert client.get(address, {"layout": "nothing"}).status_code == 404


def test_a_report_card_says_all_that_is_known(client, month):
    client.force_login(month.pmo)
    page = client.get(reverse("risk", args=[*PLACE, "R-0001"]))
    facts, _, actions, scores = page.context["blocks"]

    said = {fact.key: fact.cell.text or fact.cell.value for fact in facts.facts}
    assert said["current"] == "12 (A)"
    assert (said["owner"], said["level"]) == ("Head of systems", "Workstream")
    assert [row.cells["state"].value for _, row in actions.lines()] == ["Overdue", "Done 2 June 2022"]
    assert [(row.key, row.cells["current"].text) for _, row in scores.lines()] == [("2022-06", "12 (A)")]
    assert page.context["change"]


def test_a_risk_without_an_owner_says_so(client, month):
    client.force_login(month.pmo)

    assert "no owner stated" in client.get(reverse("risk", args=[*PLACE, "R-0002"])).content.decode()
    assert "no owner stated" in client.get(reverse("risks", args=PLACE)).content.decode()


def test_a_risk_of_another_workstream_is_not_there(client, month):
    client.force_login(month.lead)

    assert client.get(reverse("risk", args=[*PLACE, "R-0003"])).status_code == 404
    assert client.get(reverse("risk", args=[*PLACE, "R-0001"])).status_code == 200


def test_what_is_listed_is_had_as_a_file(client, month):
    client.force_login(month.pmo)
    file = client.get(reverse("risks_file", args=[*PLACE, "csv"]), {"which": "late"}).content.decode("utf-8-sig")

    (line,) = (line for line in csv.reader(io.StringIO(file)) if line[1:2] == ["R-0001"])
    assert line[:5] == ["Fire", "R-0001", "16", "12", "4"]


@pytest.mark.parametrize("name", ["risks", "mitigations", "issues", "risk_overview", "risk"])
@pytest.mark.parametrize("size", [1, 3])
def test_a_page_costs_the_same_whatever_it_shows(client, django_assert_num_queries, size, name):
    book = Book("book", label="2022-05", document=document())
    for n in range(size):
        made = risk(book, book.workstream(f"W{n}", book.root), f"R-{n}", current="3x4", prospects="red")
        mitigation(book, made, f"A-{n}")
        issue(book, book.root, f"I-{n}", risk=made)
    book.next_month("2022-06")
    client.force_login(person("pmo", book.root))

    costs = {"risks": 8, "mitigations": 8, "issues": 8, "risk_overview": 11, "risk": 11}
    with django_assert_num_queries(costs[name]):
        assert client.get(reverse(name, args=[*PLACE, *(["R-0"] if name == "risk" else [])])).status_code == 200
