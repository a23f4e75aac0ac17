import json
from io import BytesIO, TextIOWrapper

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def run(*arguments):
    call_command("report", "book", *arguments)


def test_writes_the_newest_closed_edition_else_the_open_one(book, tmp_path):
    book.next_month("2022-06")
    out = tmp_path / "report.json"

    editions = {}
    for label in ("2022-05", "2022-06"):
        run(label, "--format", "json", "--output", str(out))
        editions[label] = json.loads(out.read_text())["edition"]

    assert editions == {"2022-05": 1, "2022-06": 1}


def test_writes_to_standard_output(book, monkeypatch):
    out = TextIOWrapper(BytesIO())
    monkeypatch.setattr("sys.stdout", out)

    run("2022-05", "--format", "json")

    assert json.loads(out.buffer.getvalue())["programme"] == "book"


def test_narrows_to_a_section_and_a_workstream(book, tmp_path):
    out = tmp_path / "report.json"

    run("2022-05", "--format", "json", "--section", "products", "--workstream", "FIN", "--output", str(out))

    written = json.loads(out.read_text())
    assert (written["workstream"], [section["key"] for section in written["sections"]]) == ("FIN", ["products"])


def test_a_workstream_is_found_however_its_ref_is_typed(book, tmp_path):
    out = tmp_path / "report.json"
    run("2022-05", "--format", "json", "--section", "products", "--workstream", "fin", "--output", str(out))
    assert json.loads(out.read_text())["workstream"] == "FIN"


@pytest.mark.parametrize("code", ["html", pytest.param("pdf", marks=pytest.mark.pdf), "xlsx", "csv", "json"])
def test_writes_the_same_bytes_again(book, tmp_path, code):
    for name in ("first", "second"):
        run("2022-05", "--format", code, "--output", str(tmp_path / name))

    first, second = ((tmp_path / name).read_bytes() for name in ("first", "second"))
    assert first == second
    assert first


def test_html_stands_alone(book, tmp_path):
    out = tmp_path / "report.html"
    run("2022-05", "--format", "html", "--output", str(out))

    html = out.read_text()
    assert 'href="data:text/css;base64,' in html
    assert "<a " not in html


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["2022-07"], "The book programme has no month 2022-07."),
        (["2022-05", "--edition", "2"], "The book programme has no month 2022-05, edition 2."),
        (["2022-05", "--layout", "pack"], "There is no layout “pack”. This programme has: scorecard."),
        (["2022-05", "--workstream", "X"], "May 2022 of The book programme has no workstream X."),
        (["2022-05", "--output", "/nowhere/x"], "/nowhere/x cannot be written: No such file or directory."),
    ],
)
def test_a_mistake_gets_a_sentence(book, arguments, sentence):
    with pytest.raises(CommandError) as refused:
        run(*arguments, "--format", "json")

    assert str(refused.value) == sentence


def test_an_unknown_section_names_those_there_are(book):
    with pytest.raises(CommandError, match=r"has no section “money”\. It has: headline, points, ratings,"):
        run("2022-05", "--format", "json", "--section", "money")


def test_an_unknown_programme_gets_a_sentence(db):
    with pytest.raises(CommandError, match=r"There is no programme “nothing”\."):
        call_command("report", "nothing", "2022-05", "--format", "json")
