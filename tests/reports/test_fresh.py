"""The first month of a programme that has just been set up: every page and every file, without a row to show."""

import html
import json
import re
from io import BytesIO
from urllib.parse import urljoin

import pikepdf
import pytest

from jobs.models import StoredFile
from programmes.actions import close_period
from programmes.models import Period
from tests.factories import founder
from tests.programmes.test_found_programme import ADDRESS, FILLED
from tests.reports.pdf.reading import texts
from tests.workers import work_off

pytestmark = pytest.mark.django_db
SCORECARD = "/programmes/kent/2027-01/"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def set_up(client):
    """Set up a programme and return its scorecard's HTML; whoever did it stays signed in."""
    client.force_login(founder())

    def sent(**changes):
        assert client.post(ADDRESS, FILLED | {"slug": "kent"} | changes).status_code == 302
        return client.get(SCORECARD).content.decode()

    return sent


def everything_linked(client, start):
    """Follow every link from a page to the last, and return what each address answered.

    A page is asked for every filter that a link names, and not for every combination of them.
    """
    answers, waiting, asked = {}, [start], set()
    while waiting:
        address = waiting.pop().partition("#")[0]
        path, _, query = address.partition("?")
        parts = {(path, part) for part in query.split("&") if not part.startswith("next=")} or {(path, "next")}
        if parts <= asked:
            continue
        asked |= parts
        answers[address] = answer = client.get(address)
        if answer.get("Location"):
            waiting.append(urljoin(address, answer["Location"]))
        elif answer["Content-Type"].startswith("text/html"):
            links = re.findall(r'<a\s[^>]*?href="([^"]*)"', answer.content.decode())
            waiting += [urljoin(address, html.unescape(link)) for link in links if not link.startswith("mailto:")]
    return answers


@pytest.mark.pdf
@pytest.mark.parametrize("workstreams", ["Finance\n- ERP\nPeople", ""], ids=["workstreams", "none"])
def test_every_page_and_every_file_is_there(client, set_up, workstreams):
    set_up(workstreams=workstreams)

    answers = everything_linked(client, "/")

    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code >= 400} == {}
    assert {"scorecard.xlsx", "scorecard.csv", "scorecard.json", "scorecard.pdf"} <= {
        address.removeprefix(SCORECARD) for address in answers
    }
    work_off()
    assert StoredFile.objects.filter(name="kent-2027-01-scorecard.pdf").exists()


def test_there_is_no_month_before_anywhere(client, set_up):
    page = set_up()

    report = json.loads(client.get(f"{SCORECARD}scorecard.json").content)
    columns = [
        column["key"]
        for section in report["sections"]
        for block in section["blocks"]
        for column in block.get("columns", ())
    ]
    assert columns
    assert [key for key in columns if "last" in key or key == "movement"] == []
    assert "Last" not in client.get("/").content.decode()
    assert "beside" not in page


def test_sections_without_a_figure_say_who_adds_one(set_up):
    page = set_up()

    for sentence in (
        "No rating is reported here yet: whoever reports on a workstream rates it and says why.",
        "No product is reported here yet: whoever reports on a workstream adds its products.",
        "No milestone is reported here yet: whoever reports on a workstream adds its milestones.",
    ):
        assert page.count(sentence) == 1


def test_a_month_that_closed_without_a_figure_asks_nobody_for_one(client, set_up):
    set_up()
    close_period(Period.objects.get(), override="It was set up a month too early")

    page = client.get(SCORECARD).content.decode()

    assert "No product is reported here." in page
    assert "yet: whoever reports" not in page


def test_without_sub_workstreams_there_is_no_table_of_them(set_up):
    page = set_up(workstreams="Finance\nPeople")

    assert "There are no sub-workstreams here." in page
    assert "How sub-workstreams are rated" not in page


def test_its_own_words_head_its_sections(set_up):
    words = {"tier_1": "theme", "tier_1_plural": "themes", "tier_2": "project", "tier_2_plural": "projects"}

    page = set_up(**words)

    assert "Ratings by theme" in page
    assert "Resources by project" in page
    assert "sub-workstream" not in page


@pytest.mark.pdf
def test_markup_in_a_name_is_text_on_every_page_and_on_paper(client, set_up):
    words = {"tier_1": "<b>area</b>", "tier_1_plural": "<i>areas</i>"}
    set_up(name=EVIL, council=EVIL, workstreams=f"{EVIL} | {EVIL}", **words)

    pages = everything_linked(client, "/programmes/kent/setting-up/")
    work_off()

    written = [answer for answer in pages.values() if answer["Content-Type"].startswith("text/html")]
    assert sum(b"&lt;script&gt;alert(1)" in answer.content for answer in written) > 5
    for answer in written:
        assert not re.search(rb"<script>|<img|<b>area|<i>areas", answer.content)
    file = client.get(f"{SCORECARD}scorecard.pdf")
    with pikepdf.open(BytesIO(file.content)) as pdf:
        assert "<script>alert(1)</script>" in "".join(texts(pdf).values())
        assert "/JavaScript" not in str(pdf.Root.keys())
