"""A block as HTML: read with a screen reader, in black and white, on paper, and with hostile words in it."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from core.as_html import html, stacking_cells
from core.blocks import (
    Bar,
    Cell,
    CellPart,
    Chart,
    Fact,
    Facts,
    Kind,
    Level,
    Prose,
    ProseEntry,
    RowGroup,
    RowRole,
    Segment,
    TableRow,
)
from core.plain_text import Reading
from tests.core.markup import tree
from tests.core.samples import GREEN, RED, column, full_report, full_table, one_cell, table


def drawn(block, **options):
    return tree(html(block, **options))


def only_cell(cell, kind=Kind.TEXT, **options):
    """The one cell of a table, as drawn."""
    return drawn(one_cell(cell, kind, **options)).one("td")


# --- Tables: who heads what ---------------------------------------------------------------------------------


def test_table_is_named_by_its_caption():
    page = drawn(full_table())
    region, caption = page.all("div")[0], page.one("caption")

    assert caption.text == "Work by tranche"
    assert region.attrs["aria-labelledby"] == caption.attrs["id"]
    assert (region.attrs["role"], region.attrs["tabindex"]) == ("region", "0")  # a wide table scrolls with the keyboard


def test_every_head_cell_says_what_it_heads():
    page = drawn(full_table())
    head = [[(th.text, th.attrs["scope"]) for th in tr.all("th")] for tr in page.one("thead").all("tr")]

    assert head == [
        [
            *[("Name", "col"), ("RAG", "colgroup"), ("Count", "col"), ("Cost", "col")],
            *[("Share", "col"), ("Days", "col"), ("Due", "col")],
        ],
        [("May", "col"), ("June", "col")],
    ]
    assert not page.one("thead").all("td")
    assert [th.text for th in page.all("th") if th.attrs["scope"] == "colgroup" and th.classes] == []
    assert [th.attrs.get("colspan") for th in page.one("thead").all("th")] == [None, "2", *[None] * 7]
    assert [th.attrs.get("rowspan") for th in page.one("thead").all("th")] == ["2", None, *["2"] * 5, None, None]


def test_every_row_is_headed_by_its_first_cell():
    rows = [tr for tr in drawn(full_table()).all("tr") if tr.classes & set(RowRole)]

    assert [tr.one("th").text for tr in rows] == ["Finance & <people>", "Property", "Sum", "No status", "All"]
    assert {tr.one("th").attrs["scope"] for tr in rows} == {"row"}
    assert {len(tr.all("td")) for tr in rows} == {7}


def test_group_heads_its_own_rows_and_neither_the_next_group_nor_the_totals():
    bodies = drawn(full_table()).all("tbody")

    assert [[tr.all("th")[0].text for tr in body.all("tr")] for body in bodies] == [
        ["Tranche 1", "Finance & <people>"],
        ["Tranche 2", "Property", "Sum"],
        ["No status", "All"],
    ]
    banner = bodies[0].all("th")[0]
    assert (banner.attrs["scope"], banner.attrs["colspan"]) == ("rowgroup", "8")
    assert not [th for th in bodies[2].all("th") if th.attrs["scope"] == "rowgroup"]


def test_every_word_of_a_table_stands_in_a_cell():
    page = drawn(full_table()).one("table")
    cells = [page.one("caption"), *(cell for tr in page.all("tr") for cell in tr.children if not isinstance(cell, str))]

    assert page.text.split() == [word for cell in cells for word in cell.text.split()]


def test_plain_table_has_no_group_heading():
    page = drawn(one_cell(Cell("x")))

    assert [th.attrs["scope"] for th in page.all("th")] == ["col"]


def test_role_of_a_row_is_told_to_the_style_sheet():
    assert [tr.attrs["class"] for body in drawn(full_table()).all("tbody") for tr in body.all("tr")] == [
        *("group", "body"),
        *("group", "body", "subtotal"),
        *("unaccounted", "total"),
    ]


def test_notes_stand_under_the_table_and_their_numbers_in_the_cells():
    page = drawn(full_table())

    assert [li.text for li in page.one("ol").all("li")] == ["Before audit."]
    assert [td.text for td in page.all("td") if td.all("sup")] == ["-£1,234.50 adverse note 1"]


def test_cells_that_stack_say_what_they_are_and_which_column_is_theirs():
    columns = [replace(column("name"), is_header=True), column("reason")]
    cells = tree(stacking_cells(table(columns), TableRow("a", {"name": Cell("Finance"), "reason": Cell("Late")})))

    assert cells.one("th").attrs["role"] == "rowheader"
    assert cells.one("td").attrs | {"class": ""} == {"class": "", "role": "cell", "data-column": columns[1].label}


def test_table_without_a_row_says_so_in_words():
    page = drawn(table([column("a")], empty="No milestone is late."))

    assert page.text == "Work in hand. No milestone is late."
    assert not page.all("table")


# --- Cells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [GREEN, RED], ids=["green", "red"])
def test_rating_is_glyph_letter_and_word(level):
    cell = only_cell(Cell.rated(level), Kind.RATING)
    glyph, word = cell.all("span")

    assert cell.text == f"{level.glyph} {level.letter} {level.word}"
    assert (glyph.text, glyph.attrs["aria-hidden"]) == (level.glyph, "true")
    assert (word.text, word.attrs["class"]) == (level.word, "vis")  # seen by a screen reader alone
    assert cell.classes == {"rating", f"level-{level.token}"}


def test_rating_with_words_of_its_own_keeps_its_glyph():
    assert only_cell(Cell("R", "Red since May", RED), Kind.RATING).text == "■ Red since May"


def test_blank_is_said_to_be_not_stated():
    cell = only_cell(Cell(), Kind.MONEY)

    assert cell.text == "– not stated"
    assert cell.all("span")[0].attrs["title"] == "Not stated"


def test_row_that_lacks_a_column_does_not_state_it():
    page = drawn(table([column("a"), column("b", Kind.COUNT)], TableRow("row", {"a": Cell("x")})))

    assert [td.text for td in page.all("td")] == ["x", "– not stated"]


@pytest.mark.parametrize(
    ("value", "kind", "printed"),
    [(0, Kind.COUNT, "0"), (Decimal(0), Kind.MONEY, "£0"), (0, Kind.PERCENT, "0%"), (Decimal("0.0"), Kind.NUMBER, "0")],
)
def test_zero_is_a_figure_and_no_blank(value, kind, printed):
    cell = only_cell(Cell(value), kind)

    assert cell.text == printed
    assert not cell.all("span")
    assert "zero" in cell.classes


def test_zero_of_a_total_is_not_made_faint():
    page = drawn(table([column("n", Kind.COUNT)], TableRow("all", {"n": Cell(0)}, RowRole.TOTAL)))

    assert page.one("td").classes == {"count"}


@pytest.mark.parametrize(
    ("cell", "kind", "options", "printed"),
    [
        (Cell(Decimal("-1234.5")), Kind.MONEY, {"places": 2}, "-£1,234.50"),
        (Cell(dt.date(2022, 7, 1)), Kind.DATE, {}, "1 July 2022"),
        (Cell(dt.date(2018, 9, 1), "Autumn 2018"), Kind.DATE, {}, "Autumn 2018"),
        (Cell(Decimal(-5), sense="favourable"), Kind.MONEY, {}, "-£5 favourable"),
        (Cell(None, "not due"), Kind.DATE, {}, "not due"),
    ],
)
def test_cell_is_printed_as_every_medium_prints_it(cell, kind, options, printed):
    assert only_cell(cell, kind, **options).text == printed


def test_sense_is_a_word_and_a_class():
    assert only_cell(Cell(Decimal(5), sense="adverse"), Kind.MONEY).classes == {"money", "adverse"}


def test_last_period_is_told_to_the_style_sheet_in_head_and_cell():
    page = drawn(one_cell(Cell.rated(GREEN), Kind.RATING, is_past=True))

    assert page.one("th").classes == {"rating", "last", "short"}
    assert page.one("td").classes == {"rating", "last", "level-green"}


def test_parts_stand_on_lines_of_their_own_under_the_figure():
    cell = only_cell(Cell(38, parts=(CellPart("of 179"), CellPart("2 late"))), Kind.COUNT)

    assert cell.text == "38 of 179 2 late"
    assert [child if isinstance(child, str) else child.tag for child in cell.children] == [
        "38",
        "br",
        "span",
        "br",
        "span",
    ]


def test_cell_of_parts_alone_is_stated():
    cell = only_cell(Cell(parts=(CellPart("R1 Flood"), CellPart("R2 Fire"))))

    assert cell.text == "R1 Flood R2 Fire"
    assert [child.tag for child in cell.children] == ["span", "br", "span"]


@pytest.mark.parametrize(("length", "is_short"), [(14, True), (15, False)])
def test_short_words_need_not_wrap(length, is_short):
    page = drawn(one_cell(Cell("x" * length), label="y" * length))

    assert ["short" in element.classes for element in (page.one("th"), page.one("td"))] == [is_short, is_short]


@pytest.mark.parametrize(("length", "is_short"), [(14, True), (15, False)])
def test_parts_of_a_cell_wrap_unless_each_is_short(length, is_short):
    page = drawn(one_cell(Cell("", parts=(CellPart("x"), CellPart("x" * length)))))

    assert ("short" in page.one("td").classes) == is_short


# --- Links --------------------------------------------------------------------------------------------------


def test_figure_leads_to_its_evidence():
    link = only_cell(Cell(38, href="/products/?status=late"), Kind.COUNT).one("a")

    assert (link.text, link.attrs) == ("38", {"href": "/products/?status=late"})


def test_each_part_leads_to_its_own_evidence():
    cell = only_cell(Cell(2, parts=(CellPart("R1", "/risks/1/"), CellPart("R2"))), Kind.COUNT)

    assert [(a.text, a.attrs["href"]) for a in cell.all("a")] == [("R1", "/risks/1/")]


def test_table_that_opens_shows_the_evidence_under_itself_and_works_without_script():
    page = drawn(full_table())
    panel = page.all("div")[-1]

    assert panel.attrs["aria-live"] == "polite"
    assert [(a.attrs["href"], a.attrs.get("hx-get"), a.attrs.get("hx-target")) for a in page.all("a")] == [
        ("/finance/", None, None),  # the head of a row leads to another page
        ("/evidence/", "/evidence/", f"#{panel.attrs['id']}"),
    ]


def test_table_that_does_not_open_has_plain_links_and_no_panel():
    page = drawn(replace(full_table(), opens=False))

    assert [sorted(a.attrs) for a in page.all("a")] == [["href"], ["href"]]
    assert len(page.all("div")) == 1


LINKED = Facts("f", "F", (Fact("a", "A", Kind.COUNT, Cell(1, href="/a/", parts=(CellPart("x", "/x/"),))),))


@pytest.mark.parametrize(
    "block",
    [
        *full_report().sections[0].blocks,
        LINKED,
        one_cell(Cell(2, href="/a/", parts=(CellPart("R1", "/risks/1/"),))),
        *(
            Prose("p", "P", (ProseEntry("1", "", "[here](/programmes/) and [there](#t-work)", reading=reading),))
            for reading in Reading
        ),
    ],
)
def test_nothing_on_paper_points_back_into_the_application(block):
    page = drawn(block, links=False)

    assert page.hrefs() == []
    assert not [name for element in page.walk() for name in element.attrs if name.startswith("hx-")]
    assert "opened" not in {name for element in page.walk() for name in element.classes}


@pytest.mark.parametrize("block", full_report().sections[0].blocks, ids=lambda block: block.key)
def test_paper_says_the_same_words_as_the_page(block):
    assert drawn(block, links=False).text == drawn(block).text


@pytest.mark.parametrize("links", [True, False])
def test_ids_of_a_report_are_unique(links):
    page = tree("".join(html(block, links=links) for block in full_report().sections[0].blocks))
    ids = [element.attrs["id"] for element in page.walk() if "id" in element.attrs]

    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("links", [True, False])
def test_a_long_text_in_a_cell_keeps_its_lines_its_lists_and_its_addresses(links):
    """A risk's progress, a comment on money."""
    page = drawn(one_cell(Cell("Done:\n- one\n- two\n\n>50% see www.example.org")), links=links).one("td")

    assert [p.text for p in page.all("p")] == ["Done:", ">50% see www.example.org"]
    assert [li.text for li in page.all("li")] == ["- one", "- two"]
    assert page.hrefs() == ["https://www.example.org"]


def test_a_cell_that_is_a_link_holds_no_other():
    cell = Cell("Plan\nwww.example.org", href="/a/")

    assert drawn(one_cell(cell)).hrefs() == ["/a/"]
    assert drawn(one_cell(cell), links=False).hrefs() == ["https://www.example.org"]


# --- Facts, prose and charts --------------------------------------------------------------------------------


def test_facts_are_terms_with_their_figures():
    page = drawn(full_report().sections[0].blocks[0])
    pairs = list(zip((dt.text for dt in page.all("dt")), (dd.text for dd in page.all("dd")), strict=True))

    assert pairs == [("Overall", "■ Red Green in May"), ("Days left", "275"), ("Cost", "– not stated")]
    assert page.one("a").attrs == {"href": "/evidence/"}


def test_entries_of_one_workstream_stand_under_its_name_once():
    said = [
        *(ProseEntry("1", "", "Ours."), ProseEntry("2", "Finance", "First.", "Budgets")),
        *(ProseEntry("3", "Finance", "Second."), ProseEntry("4", "People", "Third.", second="Delay")),
    ]
    page = drawn(Prose("risks", "Risks", tuple(said), "Impact"))

    assert page.one("h3").text == "Risks"
    assert [(child.tag, child.text) for child in page.one("dl").children if not isinstance(child, str)] == [
        *[("dt", "Programme"), ("dd", "Ours.")],
        *[("dt", "Finance"), ("dd", "Budgets First."), ("dd", "Second.")],
        *[("dt", "People"), ("dd", "Third. Impact: Delay")],
    ]


def test_points_are_numbered():
    entries = (ProseEntry("1", "", "First.", "Money"), ProseEntry("2", "", "Second.", second="Late"))
    page = drawn(Prose("points", "", entries, "Impact", is_ordered=True))

    assert [li.text for li in page.one("ol").all("li")] == ["Money. First.", "Second. Impact: Late"]
    assert not page.all("h3")


def test_prose_without_an_entry_says_so():
    assert (
        drawn(Prose("p", "Decisions", (), empty="No decisions this month.")).text
        == "Decisions No decisions this month."
    )


def test_chart_is_one_picture_named_by_its_caption_with_every_segment_labelled():
    page = drawn(full_report().sections[0].blocks[3])
    picture = page.one("svg")

    assert page.one("figcaption").text == "Half the time is used"
    assert (picture.attrs["role"], picture.attrs["aria-label"]) == ("img", "Half the time is used")
    assert [text.text for text in picture.all("text")] == ["June 2022", "272 days", "275 days"]
    assert [box.attrs["class"] for box in picture.all("rect")] == ["shade-0", "shade-1"]


# --- Hostile words ------------------------------------------------------------------------------------------

HOSTILE = [
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    '</td></table><a hx-get="/x" href="javascript:alert(1)">y</a>',
    '<b data-hx-post="/x" hx-on:click="alert(1)">b</b>',
    "{{ settings.SECRET_KEY }}{% load x %}",
    "{0.f_globals[SECRET_KEY]} %(SECRET_KEY)s",
    "]]><!-- -->",
]
_BAD = Level("R", "R", "Red", "■", "red")
PLACES = {
    "caption": lambda t: table([column("a")], TableRow("r", {}), caption=t),
    "column": lambda t: one_cell(Cell(1), label=t),
    "band": lambda t: one_cell(Cell(1), bands=(t,)),
    "group": lambda t: table([column("a")], groups=(RowGroup("g", t, (TableRow("r", {}),)),)),
    "value": lambda t: one_cell(Cell(t)),
    "row's head": lambda t: one_cell(Cell(t), is_header=True),
    "text": lambda t: one_cell(Cell(1, t), Kind.COUNT),
    "text of a rating": lambda t: one_cell(Cell("R", t, RED), Kind.RATING),
    "sense": lambda t: one_cell(Cell(1, sense=t), Kind.MONEY),
    "part": lambda t: one_cell(Cell(1, parts=(CellPart(t, "/x/"),))),
    "note": lambda t: table([column("a")], TableRow("r", {}), notes=(t,)),
    "empty table": lambda t: table([column("a")], empty=t),
    "letter": lambda t: one_cell(Cell.rated(replace(_BAD, letter=t)), Kind.RATING),
    "word": lambda t: one_cell(Cell.rated(replace(_BAD, word=t)), Kind.RATING),
    "glyph": lambda t: one_cell(Cell.rated(replace(_BAD, glyph=t)), Kind.RATING),
    "fact": lambda t: Facts("f", "F", (Fact("a", t, Kind.COUNT, Cell(1)),)),
    "figure of a fact": lambda t: Facts("f", "F", (Fact("a", "A", Kind.COUNT, Cell(1, t, href="/x/")),)),
    "note of a fact": lambda t: Facts("f", "F", (Fact("a", "A", Kind.COUNT, Cell(1), t),)),
    "prose": lambda t: Prose("p", "P", (ProseEntry("1", "A", t),)),
    "prose of before": lambda t: Prose("p", "P", (ProseEntry("1", "A", t, reading=Reading.MARKDOWN),)),
    "second prose": lambda t: Prose("p", "P", (ProseEntry("1", "A", "x", second=t),), "S"),
    "caption of prose": lambda t: Prose("p", t, (ProseEntry("1", "A", "x"),)),
    "empty prose": lambda t: Prose("p", "P", (), empty=t),
    "about": lambda t: Prose("p", "P", (ProseEntry("1", t, "x"),)),
    "heading": lambda t: Prose("p", "P", (ProseEntry("1", "A", "x", t),)),
    "heading of a point": lambda t: Prose("p", "P", (ProseEntry("1", "A", "x", t),), is_ordered=True),
    "second label": lambda t: Prose("p", "P", (ProseEntry("1", "A", "x", second="y"),), t),
    "caption of a chart": lambda t: Chart("c", t, "days", (Bar("b", "B", (Segment("s", 1, "x"),)),)),
    "bar": lambda t: Chart("c", "C", "days", (Bar("b", t, (Segment("s", 1, "x"),)),)),
    "segment": lambda t: Chart("c", "C", "days", (Bar("b", "B", (Segment("s", 1, t),)),)),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_and_changes_no_tag(place, text):
    harmless, hostile = drawn(PLACES[place]("words")), drawn(PLACES[place](text))

    assert hostile.skeleton() == harmless.skeleton()
    assert text in hostile.text


@pytest.mark.parametrize("opens", [True, False])
def test_hostile_address_stays_inside_its_attribute(opens):
    address = '/x/"><script>alert(1)</script>'
    page = drawn(replace(one_cell(Cell(1, href=address, parts=(CellPart("p", address),))), opens=opens))

    assert not page.all("script")
    assert set(page.hrefs()) == {address}
