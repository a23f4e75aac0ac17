"""Hazards where they are read: in a report, as a list and a file, narrowed, and changed many at once."""

import csv
import io
import json

import pytest
from django.urls import reverse

from assurance.running import counts, findings
from programmes.actions import Refused, add_scheme
from programmes.examples import loading
from programmes.month import whole_month
from reports import layouts
from tests.factories import Book, person, somerset_scheme
from tests.programmes.conftest import ExampleFolder
from tests.specimen.conftest import OPTIONS, document
from tests.specimen.models import HazardPosition, Sighting
from tests.specimen.trials import hazard

pytestmark = pytest.mark.django_db
PLACE = ["book", "2022-06"]


@pytest.fixture
def ask(client, month):
    """Return a function that lists for the PMO officer: the refs shown, in order."""
    client.force_login(month.pmo)

    def refs(**query):
        page = client.get(reverse("hazards", args=PLACE), query)
        assert page.status_code == 200
        return [row.key for _, row in page.context["table"].lines()]

    return refs


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["H-0001", "H-0002", "H-0003"]),
        ({"workstream": "FIN"}, ["H-0001", "H-0002"]),
        ({"response": "treat"}, ["H-0001"]),
        ({"response": "none"}, ["H-0002"]),
        ({"at_least": "12", "sort": "-score"}, ["H-0001", "H-0002"]),
        ({"sort": "score"}, ["H-0003", "H-0002", "H-0001"]),
        ({"q": "NOISE"}, ["H-0003"]),
    ],
)
def test_hazards_are_narrowed_and_sorted(ask, query, found):
    assert ask(**query) == found


def test_what_is_listed_is_had_as_a_file(client, ask):
    file = client.get(reverse("hazards_file", args=[*PLACE, "csv"]), {"response": "treat"}).content.decode("utf-8-sig")

    lines = [line for line in csv.reader(io.StringIO(file)) if "H-0001" in line]
    assert lines == [["Fire", "H-0001", "15", "Treat"]]
    assert "H-0003" not in file


def test_a_page_counts_them_by_likelihood_and_impact_for_what_is_read(client, month):
    client.force_login(month.pmo)

    def counted(**query):
        page = client.get(reverse("hazard_matrix", args=PLACE), query)
        rows = [[cell.value for cell in row.cells.values()] for _, row in page.context["table"].lines()]
        return {(row[0], n): count for row in rows for n, count in enumerate(row[1:], 1) if count}

    assert counted() == {(4, 3): 1, (3, 5): 1, (1, 2): 1}
    assert counted(workstream="PEO") == {(1, 2): 1}


@pytest.mark.parametrize("name", ["hazards", "hazard_matrix"])
@pytest.mark.parametrize("size", [1, 3])
def test_a_page_costs_the_same_whatever_it_shows(client, django_assert_num_queries, size, name):
    book = Book("book", label="2022-06", document=document())
    for n in range(size):
        hazard(book, book.workstream(f"W{n}", book.root), f"H-{n}")
    client.force_login(person("pmo", book.root))

    with django_assert_num_queries({"hazards": 8, "hazard_matrix": 7}[name]):
        assert client.get(reverse(name, args=PLACE)).status_code == 200


def test_many_are_changed_at_once_by_their_lead(client, month):
    client.force_login(month.lead)
    address = reverse("bulk", args=[*PLACE, "hazards"])
    page = client.get(address)
    assert [line.target.key for line in page.context["lines"]] == ["H-0001", "H-0002"]

    said = {"row": ["H-0001", "H-0002"], "seen": page.context["seen"], "to-response": "accept"}
    assert client.post(address, said).status_code == 302

    rows = HazardPosition.objects.of(month.period).order_by("hazard__ref")
    assert list(rows.values_list("response", "version")) == [("accept", 2), ("accept", 2), ("accept", 1)]


def test_numbers_that_are_chosen_are_no_change_until_somebody_chooses_another(month, sit):
    lead = sit(month.lead)
    page = lead.open("hazard", "H-0001")
    lead.send(page, view="draft")
    assert "what you had typed" not in lead.open("hazard", "H-0001").content.decode()

    assert lead.send(page).status_code == 302
    assert HazardPosition.objects.get(hazard=month.fire).version == 1
    assert lead.save("hazard", "H-0001", impact="9").status_code == 422


# --- In a report --------------------------------------------------------------------------------------------


def test_a_section_lists_them_by_score_from_the_one_its_option_names(month):
    (table,) = layouts.build(whole_month(month.period), section="hazards").sections[0].blocks

    assert [(row.key, row.cells["score"].value) for _, row in table.lines()] == [("H-0001", 15), ("H-0002", 12)]


def test_an_option_that_it_does_not_take_is_refused_with_its_scheme(month):
    made = somerset_scheme()
    made["layouts"]["scorecard"] = [OPTIONS | {"options": {"from": 26}}]

    with pytest.raises(Refused, match="has a “from” that this scheme does not know: 26"):
        add_scheme(month.programme, document(layouts=made["layouts"]))


def test_the_check_looks_where_the_scheme_names_it(month):
    assert [(each.code, each.subject) for each in findings(whole_month(month.period))] == [
        ("hazard_nobody_looked_at", "H-0002")
    ]
    book = Book("without", label="2022-06")
    hazard(book, book.root, likelihood=5, impact=5)
    assert counts(whole_month(book.period))["hazard_nobody_looked_at"] == 0


# --- An example ---------------------------------------------------------------------------------------------


def test_an_example_states_them_from_a_month_on(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    village = ExampleFolder(tmp_path)
    (village.folder / "scheme.json").write_text(json.dumps(document()), encoding="utf-8")
    stated = {"ref": "H-1", "workstream": "HALL", "title": "Fire", "likelihood": 2, "response": "treat"}
    village.write("hazards", stated | {"from": "2022-05", "impact": 3}, stated | {"from": "2022-07", "impact": 5})
    village.write("sightings", {"period": "2022-06", "hazard": "H-1", "seq": 1, "text": "Smoke"})

    loading.load("village")

    rows = HazardPosition.objects.order_by("period__label")
    assert list(rows.values_list("period__label", "score")) == [("2022-05", 6), ("2022-06", 6), ("2022-07", 10)]
    assert Sighting.objects.get().period.label == "2022-06"
