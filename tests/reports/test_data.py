"""The JSON that other programs rely on: `docs/data.md` and its schema, held to the code."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator

from core.as_json import dump
from programmes.month import whole_month
from reports import layouts

pytestmark = pytest.mark.django_db
DOCS = Path(settings.BASE_DIR) / "docs"


@pytest.fixture
def written(book):
    book.rating(book.root, "overall", "G", reason="fine")
    book.next_month("2022-06")
    book.rating(book.root, "overall", "A", reason="late")
    book.narrative(book.root, "key_point", "A point")
    book.note("products", "Using available data")
    book.product(book.erp, tranche="3")
    book.milestone(book.product(book.erp), status="")
    return json.loads(dump(layouts.build(whole_month(book.period))))


def test_a_report_fits_its_schema(written):
    schema = json.loads((DOCS / "data.schema.json").read_text())
    Draft202012Validator.check_schema(schema)

    assert [error.message for error in Draft202012Validator(schema).iter_errors(written)] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda report: report.pop("as_at"),
        lambda report: report.update(edition="1"),
        lambda report: report.update(override=""),
        lambda report: report.pop("held_by"),
        lambda report: report["sections"][0].update(caveat=""),
        lambda report: report["sections"][2]["blocks"][0]["rows"][0].update(role="footer"),
        lambda report: report["sections"][2]["blocks"][0]["rows"][0]["cells"]["overall_this"].update(colour="red"),
        lambda report: report["sections"][0]["blocks"][0]["facts"][0].pop("note"),
    ],
)
def test_the_schema_refuses_another_shape(written, spoil):
    schema = json.loads((DOCS / "data.schema.json").read_text())
    spoil(written)

    assert not Draft202012Validator(schema).is_valid(written)


def test_the_document_names_every_section_and_table(written):
    documented = set(re.findall(r"`([a-z_]+)`", (DOCS / "data.md").read_text().split("## The scorecard's sections")[1]))
    blocks = {block["key"] for section in written["sections"] for block in section["blocks"]}

    assert {section["key"] for section in written["sections"]} | blocks <= documented
