"""`manage.py findings`, held to what `docs/data.md` and its schema promise."""

import json
import re
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator

from programmes.actions import reopen_period
from programmes.checks import CHECKS
from programmes.models import MilestonePosition
from tests.factories import Book
from tests.scenes import scene
from tests.trials import all_of

pytestmark = pytest.mark.django_db
DOCS = Path(settings.BASE_DIR) / "docs"


@scene
def book():
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.milestone(book.finance, "M-1", status="", title="Signé")
    book.product(book.root, "P-1", status="on_hold")
    return book


@pytest.fixture
def run(monkeypatch):
    def written(*arguments):
        out = TextIOWrapper(BytesIO(), encoding="ascii")  # whatever the terminal is set to
        monkeypatch.setattr("sys.stdout", out)
        call_command("findings", *arguments, "--format", "json")
        return json.loads(out.buffer.getvalue().decode())

    return written


def schema():
    return json.loads((DOCS / "findings.schema.json").read_text())


def test_writes_every_finding_the_most_serious_first(book, run):
    written = run("book", "2022-05")

    assert [(each["code"], each["subject"]) for each in written["findings"]] == [
        ("first_tranche_without_due_date", "P-1"),
        ("product_without_milestone", "P-1"),
        ("milestone_without_status", "M-1"),
    ]
    assert written["findings"][-1] == {
        "code": "milestone_without_status",
        "severity": "medium",
        "subject": "M-1",
        "sentence": "“Signé” (M-1) has no status.",
        "evidence": ["Workstream: Finance", "No tranche", "No date stated"],
    }


def test_what_is_written_fits_its_schema(book, run):
    Draft202012Validator.check_schema(schema())

    assert [error.message for error in Draft202012Validator(schema()).iter_errors(run("book", "2022-05"))] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda written: written.pop("findings"),
        lambda written: written.update(programme="book"),
        lambda written: written["findings"][0].pop("evidence"),
        lambda written: written["findings"][0].update(severity="serious"),
        lambda written: written["findings"][0].update(subject={"ref": "P-1"}),
        lambda written: written["findings"][0].update(colour="red"),
    ],
)
def test_the_schema_refuses_another_shape(book, run, spoil):
    written = run("book", "2022-05")
    spoil(written)

    assert not Draft202012Validator(schema()).is_valid(written)


def test_the_document_names_every_check_and_its_severity():
    section = (DOCS / "data.md").read_text().split("## Findings")[1].split("\n## ")[0]
    documented = dict(re.findall(r"^\| `([a-z_]+)` \| (\w+) \|", section, re.MULTILINE))

    known = {check.code: check.severity for check in CHECKS if check.code not in all_of("NOT_DOCUMENTED")}
    assert documented == known


def test_narrows_to_a_workstream(book, run):
    written = run("book", "2022-05", "--workstream", "FIN")

    assert [each["subject"] for each in written["findings"]] == ["M-1"]


def test_takes_the_newest_closed_edition_else_the_one_asked_for(book, run):
    again = reopen_period(book.close(), reason="A status was mistyped")
    MilestonePosition.objects.of(again).delete()

    assert len(run("book", "2022-05")["findings"]) == 3
    assert [each["subject"] for each in run("book", "2022-05", "--edition", "2")["findings"]] == ["P-1", "P-1"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing", "2022-05"], "There is no programme “nothing”."),
        (["book", "2022-07"], "The book programme has no month 2022-07."),
        (["book", "2022-05", "--edition", "2"], "The book programme has no month 2022-05, edition 2."),
        (["book", "2022-05", "--workstream", "X"], "May 2022 of The book programme has no workstream X."),
    ],
)
def test_a_mistake_gets_a_sentence(book, run, arguments, sentence):
    with pytest.raises(CommandError) as refused:
        run(*arguments)

    assert str(refused.value) == sentence
