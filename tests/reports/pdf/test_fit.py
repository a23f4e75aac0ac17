"""Nothing is lost at the edge of the paper, however wide, long or glued together what a programme reports is."""

from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.pdf import PdfFailed, render
from tests import verapdf
from tests.pdf_structure import Sample, problems
from tests.reports.pdf import extremes, sample
from tests.reports.pdf.ink import outside
from tests.reports.pdf.reading import read_aloud, texts

pytestmark = pytest.mark.pdf

MARGIN = 18 * 72 / 25.4 - 1  # points
NAMES = {"": extremes.NAME, "long": extremes.LONG, "glued": extremes.GLUED}
REPORTS = {
    "ratings": lambda: extremes.document(extremes.ratings()),
    "money": lambda: extremes.document(extremes.money()),
    "register": lambda: extremes.document(extremes.register()),
    **{
        f"{kind}-{which}": lambda make=make, name=name: extremes.document(make(rows=8, name=name), title=name)
        for kind, make in (("ratings", extremes.ratings), ("money", extremes.money), ("register", extremes.register))
        for which, name in (("long", extremes.LONG), ("glued", extremes.GLUED))
    },
    "rows higher than a page": lambda: extremes.document(extremes.register(6, "Every word of it is here. " * 60)),
}


@pytest.fixture(scope="module")
def made():
    """Return a function that renders one of the reports, once."""
    kept = {}

    def make(name):
        if name not in kept:
            kept[name] = render(REPORTS[name]())
        return kept[name]

    return make


def opened(pdf):
    return Sample(pikepdf.open(BytesIO(pdf)))


def plain(text):
    return "".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize("name", REPORTS)
def test_every_glyph_ends_within_the_text_of_its_page(name, made):
    assert outside(made(name), MARGIN) == []
    assert problems(made(name)) == []


@pytest.mark.parametrize("name", REPORTS)
def test_every_table_begins_on_the_page_of_its_heading(name, made):
    found = opened(made(name))
    headings = [tag.marks[0][0] for tag in found.of_kind("H2")]
    first = [min(mark[0] for row in table_rows(table)[:2] for mark in marks(row)) for table in found.of_kind("Table")]

    assert headings == first[:1]
    for table, page in zip(found.of_kind("Table"), first, strict=True):
        assert {mark[0] for mark in marks(table.tags[0])} == {page}  # the caption
        assert min(mark[0] for mark in marks(body_rows(table)[0])) == page


def marks(tag):
    return [*tag.marks, *(mark for kid in tag.tags for mark in marks(kid))]


def table_rows(table):
    return [row for section in table.tags for row in section.tags if row.kind == "TR"]


def body_rows(table):
    return [row for section in table.tags if section.kind == "TBody" for row in section.tags]


def read_table(pdf, table):
    words = texts(pdf)
    return [[read_aloud(cell, words) for cell in row.tags] for row in table_rows(table)]


def test_a_table_that_is_too_wide_turns_its_page_and_the_next_section_turns_back():
    wide = extremes.money(11, 6, amount=12_345)
    pdf = render(extremes.document(extremes.register(6), wide, extremes.register(6)))
    with pikepdf.open(BytesIO(pdf)) as file:
        turned = [page.mediabox[2] > page.mediabox[3] for page in file.pages]

    assert turned == [False, True, False]
    assert len(opened(pdf).of_kind("Table")) == 3


def test_then_it_tightens():
    pdf = render(extremes.document(extremes.ratings(12, 30)))

    assert len(opened(pdf).of_kind("Table")) == 1
    assert len(pikepdf.open(BytesIO(pdf)).pages) == 3  # the front, and what would be six pages at full size


def test_then_it_goes_on_in_parts_that_repeat_its_first_column_and_keep_its_bands_whole(made):
    found = opened(made("money"))
    parts = [read_table(found.pdf, table) for table in found.of_kind("Table")]
    captions = [read_aloud(table.tags[0], texts(found.pdf)) for table in found.of_kind("Table")]

    assert captions == ["Spending and savings, £, part 1 of 2", "Spending and savings, £, part 2 of 2"]
    assert [part[0] for part in parts] == [["Line", "Budget", "Outturn"], ["Line", "Variance", "Savings"]]
    assert [[row[0] for row in part[3:]] for part in parts] == [[row[0] for row in parts[0][3:]]] * 2
    assert [len(part[4]) for part in parts] == [9, 7]
    assert [row[0] for row in parts[1] if row[0].startswith(("Revenue", "Capital"))] == [
        f"Revenue: {extremes.NAME}",
        "Capital",
    ]


def test_what_stands_in_a_part_is_every_figure_of_its_columns(made):
    found = opened(made("money"))
    shown = {cell for table in found.of_kind("Table") for row in read_table(found.pdf, table) for cell in row}

    assert {f"£{123_456_789 * number:,}.00" for number in range(1, 15)} <= shown


@pytest.mark.parametrize("which", ["long", "glued"])
def test_a_name_that_nothing_breaks_is_there_whole(which, made):
    found = opened(made(f"ratings-{which}"))
    names = [read_aloud(row.tags[0], texts(found.pdf)) for row in body_rows(found.of_kind("Table")[0])]

    assert [plain(name) for name in names] == [plain(f"{NAMES[which]} {row + 1}") for row in range(8)]


def test_a_cell_over_several_rows_and_a_table_within_a_table_stay_in_their_part():
    head = "".join(f'<th scope="col">{"Wide" * 6} {number}</th>' for number in range(20))
    cells = "".join(f"<td>{number}</td>" for number in range(19))
    inner = "<table><tr><th>inner</th><td>too</td></tr></table>"
    pdf = render(
        sample.document(f"""<section><h2>All</h2><table><thead><tr>{head}</tr></thead><tbody>
        <tr><th scope="row" rowspan="2">both</th>{cells}</tr><tr>{cells.replace("<td>0<", f"<td>{inner}<")}</tr>
        </tbody></table></section>""")
    )
    found = opened(pdf)
    parts = [read_table(found.pdf, table) for table in found.of_kind("Table") if len(table_rows(table)) == 3]

    assert outside(pdf, MARGIN) == problems(pdf) == []
    assert [cell for part in parts for cell in part[1][1:]] == [str(number) for number in range(19)]
    assert [part[1][0] for part in parts] == ["both"] * len(parts)
    assert parts[0][2][0] == "inner too"


def test_words_outside_a_table_break_where_they_must():
    body = f'<section><h2>x</h2><dl class="facts"><div><dt>{"W" * 200}</dt><dd>{"W" * 200}</dd></div></dl></section>'
    pdf = render(sample.document(body.replace("</div>", "</div><div><dt>a</dt><dd>b</dd></div>" * 3)))

    assert outside(pdf, MARGIN) == []


def test_what_cannot_be_laid_out_within_its_page_is_named_and_makes_no_pdf():
    drawing = '<svg width="4000" height="10"><title>Wide</title><rect width="4000" height="10"/></svg>'
    table = f"<table><caption>Costs by month</caption><tr><th>a</th><td>{drawing}</td></tr></table>"
    with pytest.raises(PdfFailed, match=r"^The PDF could not be made: “Costs by month” does not fit on a page\.$"):
        render(sample.document(f"<section>{table}</section>"))


def test_what_fits_is_laid_out_once(monkeypatch):
    import weasyprint

    calls = []
    lay_out = weasyprint.HTML.render
    monkeypatch.setattr(weasyprint.HTML, "render", lambda self, **given: calls.append(1) or lay_out(self, **given))
    render(sample.document())

    assert calls == [1]


@pytest.mark.verapdf
def test_the_extremes_keep_the_standards(made, tmp_path):
    names = {"money": "money", "glued": "ratings-glued", "high": "rows higher than a page"}
    found = verapdf.faults(tmp_path, **{key: made(name) for key, name in names.items()})

    assert found == {key: [] for key in names}


names = st.text("Wim \u00a0-é", min_size=1, max_size=200) | st.sampled_from([extremes.LONG, extremes.GLUED])
tables = st.one_of(
    st.builds(extremes.ratings, st.integers(1, 12), st.integers(1, 12), names),
    st.builds(extremes.money, st.integers(1, 14), st.integers(2, 9), names, st.integers(0, 10**9)),
    st.builds(extremes.register, st.integers(1, 9), names),
)


@given(st.lists(tables, min_size=1, max_size=2, unique_by=lambda table: table.key))
@settings(max_examples=5, deadline=None)
def test_any_table_stands_whole_within_its_pages(drawn):
    assert outside(render(extremes.document(*drawn)), MARGIN) == []
