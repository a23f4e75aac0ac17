"""Plain text is printed character for character; what it is made of is read from it and not from marks in it."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.plain_text import Bullets, Paragraph, cell_html, html, read
from tests.core.markup import tree

CASES = json.loads((Path(__file__).parent / "typed.json").read_text(encoding="utf-8"))


def lines(text):
    """What is read, line by line, each item behind its mark."""
    found = []
    for block in read(text):
        found += block.lines if isinstance(block, Paragraph) else [f"{block.mark} {item}" for item in block.items]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_cases_from_the_field_are_read_as_they_were_meant(case):
    blocks = list(read(case["typed"]))

    if "list" in case:
        assert blocks == [Bullets(case["typed"][0], tuple(case["list"]))]
    else:
        assert not any(isinstance(block, Bullets) for block in blocks)
        assert lines(case["typed"]) == case.get("lines", [case["typed"]])


@pytest.mark.parametrize("mark", "•·–-*")
@pytest.mark.parametrize("gap", [" ", "\t", " \t ", "\u00a0"])
def test_lines_that_begin_with_the_same_bullet_are_a_list_behind_that_bullet(mark, gap):
    page = tree(html(f"{mark}{gap}One\n{mark}{gap}Two"))

    assert [item.text for item in page.one("ul").all("li")] == [f"{mark} One", f"{mark} Two"]


@pytest.mark.parametrize("mark", "•·")
def test_a_dot_is_a_bullet_without_a_space(mark):
    assert list(read(f"{mark}One\n{mark}Two")) == [Bullets(mark, ("One", "Two"))]


@pytest.mark.parametrize(
    "text",
    [
        "-5%\n-6%",
        "*one*\n*two*",
        "- One",
        "- One\n• Two",
        "- One\n\n- Two",
        "1. One\n2. Two",
        "+ One\n+ Two",
        "> One\n> Two",
        "-\n-",
        "• \n• ",
        "# One\n# Two",
    ],
)
def test_anything_else_is_no_list(text):
    assert not [block for block in read(text) if isinstance(block, Bullets)]
    assert lines(text) == [line.strip() for line in text.split("\n") if line]


def test_what_follows_a_list_is_not_its_last_item():
    assert list(read("Done:\n- One\n- Two\nAfter\n• A\n• B")) == [
        Paragraph(("Done:",)),
        Bullets("-", ("One", "Two")),
        Paragraph(("After",)),
        Bullets("•", ("A", "B")),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_lines_and_paragraphs_are_kept(end):
    page = tree(html(f"One{end}two{end}{end}Three"))

    assert [p.text for p in page.all("p")] == ["One two", "Three"]
    assert len(page.all("br")) == 1


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")))
def test_every_character_is_printed(typed):
    shown = tree(html(typed)).text

    assert "".join(shown.split()) == "".join(typed.split())


@given(st.text("•·–-*> 1.#_\\|`[]()<&\n\t"))
def test_marks_mean_themselves(typed):
    page = tree(html(typed))

    assert "".join(page.text.split()) == "".join(typed.split())
    assert {element.tag for element in page.walk()} <= {"", "p", "br", "ul", "li", "span"}


def test_words_that_nothing_would_part_may_be_parted():
    assert html("Human\u00a0Resources\u202f\u2007x") == "<p>Human Resources  x</p>"


@pytest.mark.parametrize(
    ("typed", "address", "href"),
    [
        ("See https://example.org/plan.", "https://example.org/plan", "https://example.org/plan"),
        ("(http://example.org/a_(b))", "http://example.org/a_(b)", "http://example.org/a_(b)"),
        ("Plan:www.example.org/x?a=1&b=2, draft", "www.example.org/x?a=1&b=2", "https://www.example.org/x?a=1&b=2"),
        ("Ask <pmo@council.example>; now", "pmo@council.example", "mailto:pmo@council.example"),
        ("“o'neil+x@a-b.gov.uk”", "o'neil+x@a-b.gov.uk", "mailto:o'neil+x@a-b.gov.uk"),
        ('https://example.org/"onclick="x', 'https://example.org/"onclick="x', 'https://example.org/"onclick="x'),
    ],
)
def test_addresses_become_links(typed, address, href):
    page = tree(html(typed))
    link = page.one("a")

    assert (link.text, link.attrs["href"], set(link.attrs)) == (address, href, {"href", "rel"})
    assert page.text == typed


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "data:text/html,x", "a@b", "@council", "http://", "www.", "C:\\x", "//example.org"]
)
def test_nothing_else_becomes_a_link(typed):
    assert tree(html(typed)).hrefs() == []


def test_a_cell_holds_one_paragraph_bare_and_no_link_in_a_link():
    assert cell_html("One\ntwo", links=True) == "One<br>two"
    assert cell_html("One\n\ntwo", links=True) == "<p>One</p>\n<p>two</p>"
    assert tree(cell_html("- www.example.org\n- b", links=True)).hrefs() == ["https://www.example.org"]
    assert tree(cell_html("- www.example.org\n- b", links=False)).hrefs() == []


@pytest.mark.parametrize("part", [" ", "- x\n", "a", "a.", "www.", "(", ")", "https://a)", "a@", "\n", "-\t", "a-."])
def test_hostile_length_takes_no_hostile_time(part):
    """T53."""
    began = time.process_time()
    html(part * (40_000 // len(part)))
    html("https://a" + part * (40_000 // len(part)))
    assert time.process_time() - began < 2
