"""A report as JSON: what other programs may rely on."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from core.as_json import block_json, dump, report_json, section_json
from core.blocks import Cell, CellPart, Facts, Kind, Prose, Section, Table, TableRow
from tests.core.samples import (
    GREEN,
    RED,
    column,
    full_report,
    full_table,
    one_cell,
    report,
    table,
    written_elsewhere,
)

FACTS, _, PROSE, CHART = full_report().sections[0].blocks


def only_cell(cell, kind=Kind.TEXT):
    return block_json(one_cell(cell, kind))["rows"][0]["cells"]["figure"]


# --- Values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        ("Finance", Kind.TEXT, "Finance"),
        ("", Kind.TEXT, ""),
        (0, Kind.COUNT, 0),
        (-3, Kind.COUNT, -3),
        (44, Kind.PERCENT, 44),
        (Decimal("-1234.50"), Kind.MONEY, "-1234.50"),
        (Decimal(0), Kind.MONEY, "0"),
        (Decimal("0.1"), Kind.NUMBER, "0.1"),
        (Decimal("1E+6"), Kind.MONEY, "1000000"),
        (dt.date(2022, 7, 1), Kind.DATE, "2022-07-01"),
        (None, Kind.MONEY, None),
        (None, Kind.TEXT, None),
    ],
)
def test_value_keeps_its_type_and_a_decimal_its_figures(value, kind, written):
    found = only_cell(Cell(value), kind)

    assert found == {"value": written}
    assert type(found["value"]) is type(written)


def test_day_stated_in_words_has_both():
    assert only_cell(Cell(dt.date(2018, 9, 1), "Autumn 2018"), Kind.DATE) == {
        "value": "2018-09-01",
        "text": "Autumn 2018",
    }


def test_rating_has_code_letter_and_word():
    assert only_cell(Cell.rated(RED, "/evidence/"), Kind.RATING) == {
        "value": "R",
        "level": {"code": "R", "letter": "R", "word": "Red"},
    }


def test_cell_says_only_what_it_has_and_no_address_of_ours():
    cell = Cell(
        38, "38 of 179", parts=(CellPart("2 late", "/late/"),), sense="adverse", notes=(1, 2), href="/products/"
    )

    assert only_cell(cell, Kind.COUNT) == {
        "value": 38,
        "text": "38 of 179",
        "parts": ["2 late"],
        "sense": "adverse",
        "notes": [1, 2],
    }


def test_what_is_not_stated_is_null_and_what_does_not_apply_is_missing():
    made = table([column("a"), column("b", Kind.MONEY), column("c")], TableRow("r", {"b": Cell(), "c": Cell("x")}))

    assert block_json(made)["rows"][0]["cells"] == {"b": {"value": None}, "c": {"value": "x"}}


# --- Blocks -------------------------------------------------------------------------------------------------


def test_table_has_columns_groups_rows_and_notes():
    made = block_json(full_table())

    assert {key: made[key] for key in ("type", "key", "caption", "notes")} == {
        "type": "table",
        "key": "work",
        "caption": "Work by tranche",
        "notes": ["Before audit."],
    }
    assert made["columns"][:3] == [
        {"key": "name", "label": "Name", "kind": "text", "bands": []},
        {"key": "rag_last", "label": "May", "kind": "rating", "bands": ["RAG"]},
        {"key": "rag_this", "label": "June", "kind": "rating", "bands": ["RAG"]},
    ]
    kinds = [column["kind"] for column in made["columns"]]
    assert kinds == ["text", "rating", "rating", "count", "money", "percent", "number", "date"]
    assert made["groups"] == [
        {"key": "one", "label": "Tranche 1", "bands": []},
        {"key": "two", "label": "Tranche 2", "bands": []},
    ]
    assert [(row["key"], row["group"], row["role"]) for row in made["rows"]] == [
        ("FIN", "one", "body"),
        ("PRO", "two", "body"),
        ("sub", "two", "subtotal"),
        ("none", None, "unaccounted"),
        ("total", None, "total"),
    ]


def test_plain_table_has_no_groups():
    made = block_json(one_cell(Cell(1)))

    assert (made["groups"], made["rows"][0]["group"]) == ([], None)


def test_table_without_a_row_is_still_there():
    assert block_json(table([column("a")]))["rows"] == []


def test_facts_are_values_with_their_names_and_notes():
    assert block_json(FACTS) == {
        "type": "facts",
        "key": "headline",
        "caption": "At a glance",
        "facts": [
            {
                "key": "rag",
                "label": "Overall",
                "kind": "rating",
                "value": "R",
                "text": "Red",
                "level": {"code": "R", "letter": "R", "word": "Red"},
                "note": "Green in May",
            },
            {"key": "left", "label": "Days left", "kind": "count", "value": 275, "note": None},
            {"key": "cost", "label": "Cost", "kind": "money", "value": None, "note": None},
        ],
    }


def test_prose_is_as_its_author_wrote_it():
    assert block_json(PROSE) == {
        "type": "prose",
        "key": "achievements",
        "caption": "Achievements",
        "second_label": "Impact",
        "entries": [
            {
                "key": "FIN-1",
                "about": "Finance",
                "heading": "Base budgets",
                "text": "Budgets *agreed*.",
                "second": "Savings wait.",
                "on": "Autumn 2022",
                "tags": ["Budget", "Education"],
                "level": 1,
                "reading": "plain",
            },
            {
                "key": "FIN-2",
                "about": "Finance",
                "heading": None,
                "text": "Second.",
                "second": None,
                "on": None,
                "tags": [],
                "level": 2,
                "reading": "plain",
            },
        ],
    }


def test_chart_is_its_figures():
    assert block_json(CHART) == {
        "type": "chart",
        "key": "time",
        "caption": "Half the time is used",
        "unit": "days",
        "bars": [
            {
                "key": "now",
                "label": "June 2022",
                "segments": [{"label": "Used", "value": 272}, {"label": "Left", "value": 275}],
            }
        ],
    }


@pytest.mark.parametrize("block", [Facts("f", "F", ()), Prose("p", "P", ()), Table("t", "T", (), ())])
def test_block_without_content_has_an_empty_list_and_not_nothing(block):
    assert [] in block_json(block).values()


# --- Sections and the report --------------------------------------------------------------------------------


def test_section_without_a_date_or_a_caveat_of_its_own_says_null():
    assert section_json(Section("work", "Work", ())) == {
        "key": "work",
        "title": "Work",
        "as_at": None,
        "caveat": None,
        "blocks": [],
    }


def test_section_with_a_date_and_a_caveat_of_its_own_says_them():
    made = section_json(Section("work", "Work", (CHART, FACTS), dt.date(2022, 5, 31), "Using available data"))

    assert (made["as_at"], made["caveat"]) == ("2022-05-31", "Using available data")
    assert [block["type"] for block in made["blocks"]] == ["chart", "facts"]


def test_report_says_what_it_is_a_report_of():
    made = report_json(report(edition=2))

    assert {key: value for key, value in made.items() if key != "sections"} == {
        "programme": "somerset",
        "workstream": "ROOT",
        "period": "2022-06",
        "edition": 2,
        "as_at": "2022-06-30",
        "layout": "scorecard",
        "reading": "plain",
        "override": None,
        "held_by": [],
        "remarks": [],
        "proof": None,
    }
    assert [section["key"] for section in made["sections"]] == ["work"]


def test_report_of_a_month_closed_against_a_gate_says_why_and_against_what():
    made = report_json(report(override="The committee meets tomorrow", held_by=("Two returns are missing.",)))

    assert (made["override"], made["held_by"]) == ("The committee meets tomorrow", ["Two returns are missing."])


def test_file_is_plain_utf8_that_reads_back_as_the_report():
    made = report(one_cell(Cell("£5 – Siân 🙂 </script> \u202e", level=GREEN)))

    assert "£5 – Siân 🙂 </script> \u202e" in dump(made).decode("utf-8")
    assert dump(made).endswith(b"}\n")
    assert json.loads(dump(made)) == report_json(made)


def test_same_report_gives_the_same_bytes_in_another_process():
    assert written_elsewhere("as_json.dump(full_report())") == dump(full_report())
