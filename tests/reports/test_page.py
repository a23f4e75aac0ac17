"""Which sections of a report stand beside one another on a page."""

import pytest

from core.blocks import Cell, Kind, Prose, Section, TableRow
from reports.page import on_page
from tests.core.samples import column, report, table


def section(key, *heads, blocks=None):
    """A section of one table with a row and, after the first, these columns."""
    columns = [
        column("what", is_header=True),
        *(column(f"c{n}", Kind.COUNT, label=head) for n, head in enumerate(heads)),
    ]
    return Section(
        key, key, (table(columns, TableRow("row", {"what": Cell("TableRow")}), key=key),) if blocks is None else blocks
    )


def narrow(*sections):
    """The keys of the sections that the page shows, those in half its width in capitals."""
    parts = on_page(None, report(sections=sections))
    return [part.section.key.upper() if part.is_narrow else part.section.key for part in parts]


SMALL = ("May", "June")


def test_two_small_sections_in_a_row_stand_side_by_side():
    assert narrow(section("a", *SMALL), section("b", *SMALL)) == ["A", "B"]


@pytest.mark.parametrize(("keys", "shown"), [("a", ["a"]), ("abc", ["A", "B", "c"]), ("abcd", ["A", "B", "C", "D"])])
def test_one_without_a_neighbour_has_the_whole_width(keys, shown):
    assert narrow(*(section(key, *SMALL) for key in keys)) == shown


@pytest.mark.parametrize(
    "heads",
    [
        ("1", "2", "3", "4", "5"),
        ("Sufficiently resourced", "Borderline resources", "Inadequately resourced", "All sub-workstreams"),
    ],
)
def test_what_is_too_wide_for_half_a_page_has_the_whole(heads):
    assert narrow(section("a", *SMALL), section("b", *heads), section("c", *SMALL)) == ["a", "b", "c"]


def test_words_have_the_whole_width():
    words = (Prose("said", "", ()),)

    assert narrow(section("a", *SMALL), section("b", blocks=words), section("c", *SMALL)) == ["a", "b", "c"]


def test_what_has_nothing_to_show_stands_between_nobody():
    assert narrow(section("a", *SMALL), section("b", blocks=()), section("c", *SMALL)) == ["A", "C"]
