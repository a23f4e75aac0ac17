"""What is typed is what is printed: from the form to the page, the paper, the JSON, the CSV and the workbook."""

import csv
import json
from io import BytesIO

import openpyxl
import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import as_csv, as_json, as_xlsx
from core.fields import LongText, TextField
from core.markdown import rendered
from core.plain_text import Reading, html
from core.validators import UNKEEPABLE
from core.words import folded, printed
from programmes.examples import loading
from programmes.models import Narrative, Period, Rating, WorkstreamPosition
from programmes.month import whole_month
from reports import layouts
from reports.printed import pdf
from tests.core.markup import tree
from tests.core.test_plain_text import CASES
from tests.factories import person
from tests.pdf_structure import problems
from tests.programmes.rows.forms import Clerk
from tests.reports.pdf.reading import texts

pytestmark = pytest.mark.django_db
SAID = [case for case in CASES if "as_" not in case]
NAMES = [case for case in CASES if "as_" in case]
ids = {"ids": lambda case: case["id"]}


@pytest.fixture
def pmo(book):
    return Clerk(Client(), book, person("pmo", book.root))


def report(book):
    return layouts.build(whole_month(Period.objects.get(pk=book.period.pk)))


def address(book):
    return reverse("scorecard", args=[book.programme.slug, book.period.label])


def expected(case):
    """What page and paper show, line by line."""
    return (
        case["lines"]
        if "lines" in case
        else [f"{case['typed'][0]} {item}" for item in case.get("list", ())] or [case["typed"]]
    )


def entry(book):
    found = json.loads(as_json.dump(report(book)))
    return next(
        said
        for section in found["sections"]
        for block in section["blocks"]
        if block["type"] == "prose"
        for said in block["entries"]
    )


@pytest.mark.parametrize("case", SAID, **ids)
def test_narrative_comes_out_as_it_was_typed(book, pmo, case):
    assert pmo.save("narrative", "ROOT/key_point/new", text=case["typed"].replace("\n", "\r\n")).status_code == 302

    made = report(book)
    assert (entry(book)["text"], entry(book)["reading"], made.reading) == (case["typed"], "plain", "plain")
    sheet = openpyxl.load_workbook(BytesIO(as_xlsx.dump(made)))["Text"]
    assert case["typed"] in [row[3] for row in sheet.iter_rows(values_only=True)]
    page = tree(pmo.client.get(address(book)).content.decode())
    (point,) = [li for ol in page.all("ol") if "points" in ol.classes for li in ol.children if not isinstance(li, str)]
    shown = [part for p in point.all("p") for part in lines_of(p)] + [li.text for li in point.all("li") if li != point]
    assert shown == expected(case)


def lines_of(paragraph):
    """Its text, line by line."""
    lines = [""]
    for child in paragraph.children:
        if isinstance(child, str):
            lines[-1] += child
        elif child.tag == "br":
            lines.append("")
        else:
            lines[-1] += child.text
    return lines


@pytest.mark.pdf
@pytest.mark.parametrize("case", [case for case in SAID if case["id"] != "T10"], **ids)
def test_paper_prints_what_was_typed(book, case):
    book.narrative(book.root, "key_point", case["typed"])

    made = pdf(report(book))

    assert problems(made) == []
    with pikepdf.open(BytesIO(made)) as opened:
        words = " ".join(" ".join(texts(opened).values()).split())
    for line in expected(case):
        assert " ".join(line.split()) in words


@pytest.mark.parametrize("case", SAID, **ids)
def test_a_reason_comes_out_as_it_was_typed(book, pmo, case):
    book.rating(book.finance, "overall", "A")

    assert pmo.save("rating", "FIN/overall", reason=case["typed"]).status_code == 302

    assert Rating.objects.get(workstream=book.finance, period=book.period).reason == case["typed"]


@pytest.mark.parametrize("case", NAMES, **ids)
def test_a_name_is_kept_on_plain_spaces_and_found(book, pmo, case):
    assert pmo.save("workstream", "FIN", name=case["typed"]).status_code == 302

    name = WorkstreamPosition.objects.get(workstream=book.finance, period=book.period).name
    assert name == " ".join(case["typed"].split())
    assert folded(name) == folded(case["typed"])
    assert "\u00a0" not in as_json.dump(report(book)).decode()


KEPT = TextField(max_length=2_000, widget=LongText())
TYPED = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200).filter(
    lambda text: printed(text) and not UNKEEPABLE.search(text.replace("\r", ""))
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(TYPED)
def test_whatever_a_form_accepts_comes_out_of_json_code_point_for_code_point(book, pmo, typed):
    """Lines end in one way, and white space around the whole is dropped."""
    assert pmo.save("narrative", "ROOT/key_point/new", text=typed).status_code == 302

    assert entry(book)["text"] == typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    Narrative.objects.of(book.period).delete()


@pytest.mark.parametrize("case", SAID, **ids)
def test_a_cell_that_a_spreadsheet_would_run_keeps_one_apostrophe(case):
    guarded = as_csv.guarded(case["typed"])

    assert guarded.removeprefix("'") == case["typed"]
    assert guarded.startswith("'") == case["typed"].startswith(("-", "+", "="))


# --- Months until now ---------------------------------------------------------------------------------------


def test_a_month_of_before_is_read_as_it_was_written(book, pmo):
    Period.objects.filter(pk=book.period.pk).update(reading=Reading.MARKDOWN)
    book.narrative(book.root, "key_point", "> *Half* of it")

    assert (entry(book)["text"], entry(book)["reading"]) == ("> *Half* of it", "markdown")
    assert report(book).reading == "markdown"
    page = tree(pmo.client.get(address(book)).content.decode())
    assert (page.one("blockquote").text, page.one("blockquote").one("em").text) == ("Half of it", "Half")


def test_reasons_of_two_months_are_each_read_as_their_month_is(book, pmo):
    book.rating(book.finance, "overall", "A", reason="*Late*")
    Period.objects.filter(pk=book.period.pk).update(reading=Reading.MARKDOWN)
    book.next_month("2022-06")
    book.rating(book.finance, "overall", "A", reason="*Later*")

    page = pmo.client.get(f"{address(book)}ratings/FIN/overall/").content.decode()

    assert "<p>*Later*</p>" in page
    assert "<p><em>Late</em></p>" in page


def test_the_months_of_the_examples_say_the_same_read_either_way():
    """So they are opened as new months are, and what was published stays what is printed."""
    texts_of = ("text", "second", "reason", "path_to_green")
    found = [
        line[column]
        for path in loading.FOLDER.glob("*/*.csv")
        if path.stem in {"narrative", "ratings"}
        for line in csv.DictReader(path.open(encoding="utf-8"))
        for column in texts_of
        if line.get(column)
    ]

    assert len(found) > 300
    assert [text for text in found if tree(html(text)) != tree(rendered(text).strip())] == []
