import csv
import io
import json
import re
import zipfile

import openpyxl
import pytest
from django.urls import reverse

from programmes.models import WorkstreamPosition
from tests.factories import Book, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, book):
    book.rating(book.root, "overall", "A", reason="late")
    book.product(book.erp)
    client.force_login(person("director", book.root))
    return client


def test_a_programme_leads_to_its_newest_month(signed_in, book):
    book.next_month("2022-06")

    assert signed_in.get("/programmes/book/")["Location"] == "/programmes/book/2022-06/"


def test_a_councillor_is_led_to_the_newest_closed_month(client, book):
    book.next_month("2022-06")
    client.force_login(person("councillor", book.root))

    assert client.get("/programmes/book/")["Location"] == "/programmes/book/2022-05/"


def test_a_programme_without_a_month_to_read_says_so(client, book):
    client.force_login(person("councillor", book.root))

    response = client.get("/programmes/book/")

    assert response.status_code == 200
    assert "There is no month here that you can read yet." in response.content.decode()


def test_a_lead_reads_their_own_workstream_without_naming_it(client, book):
    client.force_login(person("lead", book.finance))

    response = client.get("/programmes/book/2022-05/")

    assert response.context["month"].scope.ref == "FIN"
    assert [crumb.label for crumb in response.context["crumbs"]] == ["Portfolio", "Finance, May 2022"]


def test_a_member_of_a_workstream_that_is_gone_is_told_so(client, book):
    user = person("lead", book.people)
    book.next_month("2022-06")
    WorkstreamPosition.objects.of(book.period).filter(workstream__in=[book.people, book.payroll]).update(withdrawn=True)
    client.force_login(user)

    assert client.get("/programmes/book/2022-06/").status_code == 403
    assert client.get("/programmes/book/2022-05/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/programmes/book/2022-07/",
        "/programmes/book/2022-13/",
        "/programmes/nothing/2022-05/",
        "/programmes/book/2022-05/?edition=2",
        "/programmes/book/2022-05/?edition=x",
        "/programmes/book/2022-05/?edition=99999999999999999999999",
        "/programmes/book/2022-05/?workstream=NONE",
        "/programmes/book/2022-05/?workstream=%00",
        "/programmes/book/2022-05/scorecard.exe",
        "/programmes/book/2022-05/tables/ratings.pdf",
        "/programmes/book/2022-05/tables/nothing.csv",
        "/programmes/book/2022-05/ratings/ROOT/colour/",
        "/programmes/book/2022-05/ratings/FIN-1/overall/",  # a sub-workstream has no overall rating
        "/programmes/book/2022-05/ratings/NONE/overall/",
    ],
)
def test_what_is_not_there_is_a_404(signed_in, address):
    assert signed_in.get(address).status_code == 404


class TestDownloads:
    @pytest.mark.parametrize(
        ("code", "content_type", "name", "starts"),
        [
            (
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "book-2022-05-scorecard.xlsx",
                b"PK",
            ),
            ("csv", "application/zip", "book-2022-05-scorecard.zip", b"PK"),
            ("json", "application/json", "book-2022-05-scorecard.json", b"{"),
        ],
    )
    def test_are_files_that_a_browser_saves_and_never_runs(self, signed_in, code, content_type, name, starts):
        response = signed_in.get(reverse("download", args=["book", "2022-05", code]))

        assert response.content.startswith(starts)
        assert response["Content-Type"] == content_type
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "no-store"

    def test_hold_every_table_once(self, signed_in):
        page = signed_in.get("/programmes/book/2022-05/")
        keys = [table.key for table in page.context["report"].tables()]

        archive = zipfile.ZipFile(io.BytesIO(signed_in.get("/programmes/book/2022-05/scorecard.csv").content))
        book = openpyxl.load_workbook(io.BytesIO(signed_in.get("/programmes/book/2022-05/scorecard.xlsx").content))

        assert archive.namelist() == [f"{key}.csv" for key in keys]
        assert book.sheetnames == ["Contents", *(key.replace("_", " ").capitalize() for key in keys), "Text"]

    def test_of_a_workstream_are_its_own(self, signed_in):
        response = signed_in.get("/programmes/book/2022-05/scorecard.json?workstream=FIN")

        assert json.loads(response.content)["workstream"] == "FIN"
        assert response["Content-Disposition"] == 'attachment; filename="book-2022-05-fin-scorecard.json"'

    def test_of_one_table_are_that_table(self, signed_in):
        text = signed_in.get("/programmes/book/2022-05/tables/ratings.csv").content.decode("utf-8-sig")
        found = json.loads(signed_in.get("/programmes/book/2022-05/tables/ratings.json").content)

        head = next(csv.reader(io.StringIO(text)))
        assert head == ["Workstream", "Overall – May", "Resources – May", "Schedule – May"]
        assert [block["key"] for section in found["sections"] for block in section["blocks"]] == ["ratings"]


class TestEvidence:
    def test_is_a_page_of_its_own_or_opens_in_place(self, signed_in):
        address = "/programmes/book/2022-05/ratings/ROOT/overall/"

        page, panel = signed_in.get(address), signed_in.get(address, headers={"HX-Request": "true"})

        assert "<html" in page.content.decode()
        assert panel.content.decode().lstrip().startswith('<section class="panel"')
        assert ["HX-Request" in response["Vary"] for response in (page, panel)] == [True, True]

    def test_has_no_id_that_the_page_has_already(self, signed_in):
        page = signed_in.get("/programmes/book/2022-05/").content.decode()
        panel = signed_in.get(
            "/programmes/book/2022-05/ratings/ROOT/overall/", headers={"HX-Request": "true"}
        ).content.decode()
        ids = re.compile(r'\sid="([^"]+)"')

        assert set(ids.findall(page)) & set(ids.findall(panel)) == set()


def test_editions_can_be_read_apart(signed_in, book):
    closed = book.close()
    again = type(closed).objects.create(
        programme=closed.programme,
        scheme_version=closed.scheme_version,
        label=closed.label,
        as_at=closed.as_at,
        edition=2,
        reason="A rating was mistyped",
        previous=None,
    )
    book.period = again
    book.root.positions.create(period=again, name="The book programme, amended")

    newest = signed_in.get("/programmes/book/2022-05/")
    second = signed_in.get("/programmes/book/2022-05/?edition=2")

    assert newest.context["month"].period == closed  # the amendment is still open
    assert second.context["month"].period == again
    assert second.context["downloads"][0][1] == "/programmes/book/2022-05/scorecard.pdf?edition=2"


def test_hostile_narrative_is_inert_on_the_page(signed_in, book):
    book.narrative(
        book.root,
        "key_point",
        '<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7|add:"1" }} [x](javascript:alert(1))',
    )

    page = signed_in.get("/programmes/book/2022-05/").content.decode()

    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert "{{ 7|add:" in page


def test_an_open_month_of_an_empty_programme_is_a_page(client):
    book = Book("empty")
    client.force_login(person("pmo", book.root))

    response = client.get("/programmes/empty/2022-05/")

    assert response.status_code == 200
    assert "Nothing is given for: key points for discussion." in response.content.decode()


class TestLongTables:
    @pytest.fixture
    def page(self, signed_in, book):
        """A workstream with sixty others right below it."""
        for n in range(60):
            book.workstream(f"X-{n:02}", book.finance)
        return signed_in.get("/programmes/book/2022-05/?workstream=FIN").content.decode()

    def test_show_their_first_rows_and_where_the_rest_is(self, page):
        assert "The first 50 of 62 rows." in page
        assert page.count("Workstream X-") == 2 * 50 - 3  # ratings (after Finance and ERP) and plan (after ERP)
        assert "/programmes/book/2022-05/tables/ratings/?workstream=FIN" in page

    def test_open_whole_on_a_page_or_in_place(self, page, signed_in):
        address = "/programmes/book/2022-05/tables/ratings/?workstream=FIN"

        whole, block = signed_in.get(address), signed_in.get(address, headers={"HX-Request": "true"})

        assert [response.content.decode().count("Workstream X-") for response in (whole, block)] == [60, 60]
        assert block.content.decode().strip().startswith('<div class="block" id="block-ratings"')

    def test_keep_the_totals_of_all_rows(self, page, signed_in):
        response = signed_in.get("/programmes/book/2022-05/?workstream=FIN")
        shown = {block.block.key: block.block for part in response.context["sections"] for block in part.blocks}

        assert (shown["plan"].size, [row.key for row in shown["plan"].foot]) == (50, ["total"])

    def test_are_whole_in_every_file(self, page, signed_in):
        written = json.loads(signed_in.get("/programmes/book/2022-05/tables/ratings.json?workstream=FIN").content)

        assert len(written["sections"][0]["blocks"][0]["rows"]) == 62
