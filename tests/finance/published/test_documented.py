"""Every table of money that an example lays out stands in the documents, and what the documents show can be read."""

import json
import re

import pytest

from finance.scheme import tables
from programmes.examples import loading
from programmes.founding.shipped import versions
from programmes.scheme import Scheme
from tests.finance.published.conftest import ROOT

EXAMPLES = {name: Scheme.parse(versions(loading.FOLDER / name)[-1]) for name in loading.names()}
LAID_OUT = [
    (example, layout, choice.key)
    for example, scheme in EXAMPLES.items()
    for layout, choices in scheme.layouts.items()
    for choice in choices
    if choice.section == "money" and layout != "scorecard"
]


@pytest.mark.parametrize(("example", "layout", "key"), LAID_OUT)
def test_every_section_of_money_stands_beside_its_published_table(example, layout, key):
    rows = (ROOT / "docs" / "reconciliation.md").read_text(encoding="utf-8").splitlines()

    assert [row for row in rows if f"`{example}`" in row and f"`{layout}`" in row and f"`{key}`" in row]


def test_every_table_is_shown_by_a_layout():
    shown = {name: set() for name in EXAMPLES}
    for name, scheme in EXAMPLES.items():
        for choices in scheme.layouts.values():
            shown[name] |= {choice.options["table"] for choice in choices if choice.section == "money"}

    assert shown == {name: set(tables(scheme)) for name, scheme in EXAMPLES.items()}


def test_the_table_that_the_documents_show_is_norfolks():
    text = (ROOT / "docs" / "scheme.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r'```json\n(\{"code": "reserves".*?)```', text, re.DOTALL)
    document = versions(loading.FOLDER / "norfolk")[-1]

    assert json.loads(shown) in document["money"]["tables"]
