"""Workstreams written one a line become a tree with refs, or each wrong line is named."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.founding.outline import LENGTH, LINES, read

TIERS = ["workstream", "sub-workstream"]


def refs(text, **options):
    outline = read(text, **({"tiers": TIERS} | options))
    assert outline.faults == []
    return [line.ref for line in outline.lines]


def placed(text, tiers=5):
    outline = read(text, tiers=["tier"] * tiers)
    assert outline.faults == []
    names = {line.ref: line.name for line in outline.lines}
    return [(line.name, line.tier, names.get(line.parent, "")) for line in outline.lines]


def faults(text, **options):
    return read(text, **({"tiers": TIERS} | options)).faults


# --- Where a line stands ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Finance\n- ERP\n-- Ledger\n- Budget\nPeople",
        "Finance\n-ERP\n--Ledger\n-Budget\nPeople",
        "Finance\n - ERP\n - - Ledger\n - Budget\nPeople",
        "Finance\n  ERP\n    Ledger\n  Budget\nPeople",
        "Finance\n\tERP\n\t\tLedger\n\tBudget\nPeople",
        "Finance\n        ERP\n            Ledger\n   Budget\nPeople",
        "Finance\n- ERP\n  Ledger\n- Budget\nPeople",
        "\r\n\r\nFinance\r\n\r\n- ERP\r\n-- Ledger\r\n- Budget\r\n   \r\nPeople\r\n",
        "  Finance\n    ERP\n      Ledger\n    Budget\n  People",
        "Finance\n\u00a0\u00a0ERP\n\u00a0\u00a0\u00a0\u00a0Ledger\n\u00a0\u00a0Budget\nPeople",
    ],
    ids=["dashes", "close", "both", "blanks", "tabs", "uneven", "mixed", "windows", "all indented", "pasted"],
)
def test_dashes_or_blanks_put_a_line_below(text):
    assert placed(text) == [
        ("Finance", 1, ""),
        ("ERP", 2, "Finance"),
        ("Ledger", 3, "ERP"),
        ("Budget", 2, "Finance"),
        ("People", 1, ""),
    ]


def test_a_bar_parts_the_name_from_the_leads_post():
    outline = read("Finance  and audit|  Director of   finance \nPeople |", tiers=TIERS)

    assert [(line.name, line.lead) for line in outline.lines] == [
        ("Finance and audit", "Director of finance"),
        ("People", ""),
    ]
    assert outline.faults == []


def test_nothing_written_is_nothing_and_no_mistake():
    assert refs("") == refs(" \n\t\r\n") == []


# --- Refs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ref"),
    [
        ("Finance", "FIN"),
        ("HR", "HR"),
        ("Human resources", "HR"),
        ("Customers, communities and partnerships", "CCP"),
        ("Service alignment and improvement of all the rest", "SAIA"),
        ("The people", "PEO"),
        ("On the to", "OTT"),
        ("Children's services", "CS"),
        ("École", "ECO"),
        ("教育", "WS"),
        ("3Cs", "3CS"),
    ],
)
def test_a_ref_is_made_from_the_name(name, ref):
    assert refs(name) == [ref]


def test_a_ref_below_is_numbered_under_its_parents():
    assert refs("Finance\n- ERP\n- Budget\nPeople\n- Payroll\n-- Pensions", tiers=[*TIERS, "task"]) == [
        "FIN",
        "FIN-01",
        "FIN-02",
        "PEO",
        "PEO-01",
        "PEO-01-01",
    ]


def test_no_ref_stands_twice_and_none_is_the_programmes():
    assert refs("Finance\nFinances\nFin", taken={"FIN2"}) == ["FIN", "FIN3", "FIN4"]
    assert refs("Finance\n- ERP", taken={"FIN-01"}) == ["FIN", "FIN-01-2"]


# --- What is wrong is said with its line --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- ERP", "Line 1: “ERP” is the first line and stands below nothing. Begin it without a dash."),
        ("Finance\n- ERP\n-- Ledger", "Line 3: “Ledger” stands too deep: the lowest tier is the sub-workstream."),
        ("Finance\nPeople\nFINANCE", "Line 3: “FINANCE” stands in line 1 already."),
        ("Finance\n- ERP\n- erp", "Line 3: “erp” stands in line 2 already."),
        ("Finance\n- ", "Line 2: there is no name."),
        ("Finance\n- | Director", "Line 2: there is no name."),
        ("a" * 201, "Line 1: The name is 201 characters long. At most 200 fit."),
        ("Finance | " + "b" * 201, "Line 1: The lead’s post is 201 characters long. At most 200 fit."),
        ("Finance | A | B", "Line 1: there is more than one “|”. One parts the name from the lead’s post."),
        ("Fin\x07ance", "Line 1: The name has a character in it that cannot be printed. Type it again."),
        ("Fin | Di\x00r", "Line 1: The lead’s post has a character in it that cannot be printed. Type it again."),
    ],
)
def test_a_wrong_line_is_named(text, said):
    assert faults(text) == [said]


def test_dashes_may_leave_a_tier_out():
    assert placed("Finance\n--- ERP\n- Budget\n--- Ledger\n---- Chart\n-- Cash") == [
        ("Finance", 1, ""),
        ("ERP", 4, "Finance"),
        ("Budget", 2, "Finance"),
        ("Ledger", 4, "Budget"),
        ("Chart", 5, "Ledger"),
        ("Cash", 3, "Budget"),
    ]


def test_every_wrong_line_is_named_at_once():
    said = faults("Finance\n-- ERP\n- \nFinance")

    assert [sentence.partition(":")[0] for sentence in said] == ["Line 2", "Line 3", "Line 4"]


def test_the_same_name_may_stand_below_two_others():
    assert refs("Finance\n- Communications\nPeople\n- Communications") == ["FIN", "FIN-01", "PEO", "PEO-01"]


def test_a_name_too_long_to_repeat_is_shortened_in_the_sentence():
    (deep, long) = faults("Finance\n-- " + "x" * 1000)

    assert deep.startswith("Line 2: “xxx")
    assert len(deep) < 200
    assert long == "Line 2: The name is 1000 characters long. At most 200 fit."


def test_five_hundred_lines_are_read_and_one_more_is_refused():
    text = "\n\n".join(f"Workstream {n}" for n in range(LINES))

    assert len(set(refs(text))) == LINES
    assert faults(f"{text}\nAnother") == [
        "There are more than 500 lines. Begin with fewer: the rest can be added later."
    ]


# --- Whatever is written ------------------------------------------------------------------------------------

rows = st.builds(
    lambda indent, dashes, name: indent + dashes + name,
    st.sampled_from(["", " ", "  ", "\t", "    "]),
    st.sampled_from(["", "", "-", "--", "- ", "---", "----"]),
    st.text(max_size=8) | st.sampled_from(["Finance", "People", "ERP", "Fin ance", "A | B", "É"]),
)


@given(st.lists(rows, max_size=30).map("\n".join) | st.text(), st.integers(1, 4))
def test_whatever_is_written_is_read_or_named(text, tiers):
    outline = read(text, tiers=["tier"] * tiers, taken={"FIN"})

    seen = {"FIN"}
    for line in outline.lines:
        assert re.fullmatch("[A-Z0-9][A-Z0-9-]*", line.ref)
        assert len(line.ref) <= 40
        assert line.ref not in seen
        assert line.tier == 1 if not line.parent else line.parent in seen
        seen.add(line.ref)
    if not outline.faults:
        assert all(0 < len(line.name) <= LENGTH and line.tier <= tiers for line in outline.lines)
        assert len(outline.lines) == sum(bool(row.strip()) for row in text.splitlines())


@given(st.recursive(st.just([]), lambda below: st.lists(below, max_size=4), max_leaves=30))
def test_any_tree_that_is_written_is_read_back(tree):
    def written(nodes, depth=0):
        return [row for n, below in enumerate(nodes) for row in ("-" * depth + f"Item {n}", *written(below, depth + 1))]

    text = "\n".join(written(tree))
    read_back = read(text, tiers=["tier"] * 30)

    assert read_back.faults == []
    assert ["-" * (line.tier - 1) + line.name for line in read_back.lines] == text.splitlines()
