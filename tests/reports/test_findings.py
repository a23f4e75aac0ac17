"""What the checks find, on the scorecard, on its own page, as a file and under a rating."""

import csv
import io
import json

import pytest
from django.urls import reverse

from programmes.models import Membership
from programmes.month import whole_month
from reports.evidence import evidence_section
from tests.factories import person
from tests.reports.conftest import figures

pytestmark = pytest.mark.django_db
PLACE = ["book", "2022-05"]


@pytest.fixture
def plan(book):
    """Five findings, four of them under Finance."""
    product = book.product(book.erp, "P-1", title="Chart of accounts", tranche="1")
    book.milestone(product, "M-1", title="Agreed", status="", due="2022-05-02")
    book.milestone(product, "M-2", title="Loaded", status="on_track", due="2022-05-03")
    book.milestone(book.payroll, "M-3", title="Parallel run", status="")


@pytest.fixture
def ask(client, book):
    """Return a function that opens the list for a PMO officer: (check, ref) of the rows shown, in order."""
    client.force_login(person("pmo", book.root))

    def rows(**query):
        response = client.get(reverse("findings", args=PLACE), query)
        assert response.status_code == 200
        shown = [row.key for _, row in response.context["table"].lines()]
        return [(key.split("-", 1)[0], key.split("-", 1)[1]) for key in shown]

    return rows


OVERDUE, UNDATED, SILENT = "milestone_past_its_date", "first_tranche_without_due_date", "milestone_without_status"


class TestSection:
    def test_counts_every_check_the_most_serious_first(self, plan, read):
        (table,) = read("findings").blocks

        said = {key: {k: v for k, v in row.items() if k != "tests"} for key, row in figures(table).items()}
        assert said == {
            "first_tranche_without_due_date": {"severity": "high", "found": 1},
            "milestone_past_its_date": {"severity": "high", "found": 2},
            "product_without_milestone": {"severity": "medium", "found": 0},
            "milestone_without_status": {"severity": "medium", "found": 2},
            "delivered_before_work_began": {"severity": "medium", "found": 0},
            "total": {"found": 5},
        }
        assert [row.key for _, row in table.lines()][:2] == [UNDATED, OVERDUE]

    def test_counts_the_workstream_read_and_all_below(self, plan, read):
        (table,) = read("findings", "PEO").blocks

        assert {key: row["found"] for key, row in figures(table).items() if row["found"]} == {SILENT: 1, "total": 1}

    def test_says_in_words_and_signs_how_serious_and_what_is_tested(self, plan, read):
        (table,) = read("findings").blocks
        cells = table.groups[0].rows[0].cells

        assert (cells["severity"].level.glyph, cells["severity"].level.word) == ("■", "High")
        assert cells["tests"].value == "Every product of the first tranche says when it is due."

    def test_a_count_opens_its_findings_and_a_nought_opens_nothing(self, plan, read):
        (table,) = read("findings", "FIN").blocks
        links = {row.key: row.cells["found"].href for _, row in table.lines()}

        assert links["milestone_past_its_date"] == (
            "/programmes/book/2022-05/findings/?check=milestone_past_its_date&workstream=FIN"
        )
        assert links["product_without_milestone"] == ""
        assert links["total"] == "/programmes/book/2022-05/findings/?workstream=FIN"


class TestList:
    def test_the_most_serious_first(self, plan, ask):
        assert ask() == [(OVERDUE, "M-1"), (OVERDUE, "M-2"), (UNDATED, "P-1"), (SILENT, "M-1"), (SILENT, "M-3")]

    @pytest.mark.parametrize(
        ("query", "refs"),
        [
            ({"check": SILENT}, ["M-1", "M-3"]),
            ({"severity": "high"}, ["M-1", "M-2", "P-1"]),
            ({"severity": "low"}, []),
            ({"severity": "medium", "check": OVERDUE}, []),
            ({"workstream": "PEO"}, ["M-3"]),
            ({"workstream": "FIN", "check": SILENT}, ["M-1"]),
        ],
    )
    def test_is_narrowed(self, plan, ask, query, refs):
        assert [ref for _, ref in ask(**query)] == refs

    def test_says_what_each_way_of_narrowing_leaves(self, plan, client, ask):
        asked = client.get(reverse("findings", args=PLACE), {"check": SILENT}).context["asked"]

        assert [(c.value, c.count, c.is_current) for c in asked.severities] == [("", 2, True), ("medium", 2, False)]
        assert [(c.value, c.count, c.is_current) for c in asked.checks] == [
            ("", 5, False),
            (UNDATED, 1, False),
            (OVERDUE, 2, False),
            (SILENT, 2, True),
        ]

    @pytest.mark.parametrize("query", [{"check": "nothing"}, {"severity": "serious"}])
    def test_what_there_is_not_does_not_exist(self, client, ask, query):
        for name, place in [("findings", PLACE), ("findings_file", [*PLACE, "csv"])]:
            assert client.get(reverse(name, args=place), query).status_code == 404

    def test_a_page_holds_fifty_and_its_links_keep_what_is_asked(self, client, book, ask):
        for n in range(51):
            book.milestone(book.erp, f"M-{n:02}", status="")

        assert len(ask()) == 50
        assert ask(page=2) == [(SILENT, "M-50")]
        html = client.get(reverse("findings", args=PLACE), {"check": SILENT}).content.decode()
        assert f'href="?check={SILENT}&amp;page=2"' in html
        assert f'href="/programmes/book/2022-05/findings.csv?check={SILENT}"' in html

    def test_a_subject_leads_whoever_may_mend_it_to_its_row_and_back(self, plan, client, ask):
        address = f"{reverse('findings', args=PLACE)}?check={SILENT}"
        rows = client.get(address).context["table"].lines()
        links = {row.cells["subject"].value: row.cells["subject"].href for _, row in rows}

        assert list(links) == ["M-1", "M-3"]
        for ref, href in links.items():
            page = client.get(href)
            assert (page.context["target"].key, page.context["next"]) == (ref, address)

    @pytest.mark.parametrize(("ref", "mends"), [("M-3", True), ("M-1", False)])
    def test_of_another_workstream_to_a_list_of_its_row(self, plan, client, book, ref, mends):
        reader = person("director", book.root)
        Membership.objects.create(user=reader, workstream=book.people, role="lead")
        client.force_login(reader)

        rows = client.get(reverse("findings", args=PLACE)).context["table"].lines()
        links = {row.cells["subject"].value: row.cells["subject"].href for _, row in rows}

        assert links[ref].startswith("/programmes/book/2022-05/rows/milestone/M-3/?next=") == mends
        assert links[ref].startswith("/programmes/book/2022-05/milestones/?workstream=") != mends

    def test_of_a_closed_month_to_a_list_of_its_row(self, plan, client, book, ask):
        book.close()

        rows = client.get(reverse("findings", args=PLACE)).context["table"].lines()

        assert not any("/rows/" in row.cells["subject"].href for _, row in rows)

    def test_a_subject_leads_other_readers_to_a_list_of_its_row(self, plan, client, book):
        client.force_login(person("director", book.root))
        book_rows = client.get(reverse("findings", args=PLACE)).context["table"].lines()
        links = {row.cells["subject"].value: row.cells["subject"].href for _, row in book_rows}

        for ref, href in links.items():
            listed = [row.key for _, row in client.get(href).context["table"].lines()]
            assert listed == [ref]

    def test_says_the_sentence_the_workstream_and_the_evidence(self, plan, client, ask):
        html = client.get(reverse("findings", args=PLACE), {"check": UNDATED}).content.decode()

        assert "“Chart of accounts” (P-1) is in tranche 1 and has no due date." in html
        assert "No date stated; Status: On track" in html
        assert "1 finding." in html
        assert "Product of the first tranche without a due date (1)" in html

    def test_nothing_found_says_so(self, client, ask):
        assert ask() == []
        html = client.get(reverse("findings", args=PLACE)).content.decode()
        assert "The checks find nothing here." in html
        assert "0 findings" in html

    def test_a_lead_sees_what_is_found_of_their_own(self, plan, client, book):
        client.force_login(person("lead", book.people))

        html = client.get(reverse("findings", args=PLACE)).content.decode()

        assert "M-3" in html
        assert "M-1" not in html


class TestFile:
    def test_has_every_row_asked_for(self, client, book, ask):
        for n in range(60):
            book.milestone(book.erp, f"M-{n:02}", status="")
        book.product(book.erp, "P-1")

        response = client.get(reverse("findings_file", args=[*PLACE, "csv"]), {"check": SILENT})
        lines = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))

        assert 'filename="book-2022-05-findings.csv"' in response["Content-Disposition"]
        assert [line["About"] for line in lines] == [f"M-{n:02}" for n in range(60)]
        assert lines[0]["Severity"] == "Medium"

    def test_json_is_a_report_of_one_table(self, plan, client, ask):
        written = json.loads(client.get(reverse("findings_file", args=[*PLACE, "json"])).content)
        (table,) = written["sections"][0]["blocks"]

        assert (written["layout"], table["key"], len(table["rows"])) == ("findings", "findings", 5)
        assert [column["key"] for column in table["columns"]] == [
            "subject",
            "severity",
            "check",
            "workstream",
            "sentence",
            "evidence",
        ]

    def test_pdf_is_not_on_offer(self, client, ask):
        assert client.get(reverse("findings_file", args=[*PLACE, "pdf"])).status_code == 404


@pytest.mark.parametrize(("ref", "n"), [("ROOT", 5), ("FIN", 4), ("PEO", 1), ("PEO-1", 1)])
def test_a_rating_says_how_many_findings_stand_under_its_workstream(plan, book, ref, n):
    whole = whole_month(book.period)
    month = whole.within(whole.tree.by_ref[ref])
    scale = month.scheme.scale("schedule", month.scope.tier)

    section = evidence_section(month, month.scheme.dimensions["schedule"], scale, [])
    (fact,) = [fact for fact in section.blocks[0].facts if fact.key == "findings"]

    assert (fact.cell.value, fact.cell.href) == (n, month.link("findings"))
