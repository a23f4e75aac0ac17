"""The PDF as a screen reader walks it."""

from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name

from core.markdown import rendered
from core.plain_text import html
from reports.pdf import render
from tests.pdf_structure import Sample, problems
from tests.reports.pdf import sample
from tests.reports.pdf.reading import read_aloud, texts

pytestmark = pytest.mark.pdf


def said(pdf, *kinds):
    words = texts(pdf.pdf)
    return [read_aloud(tag, words) for tag in pdf.of_kind(*kinds)]


def headers_of(pdf, cell):
    words = texts(pdf.pdf)
    known = {bytes(tag.entry.ID): tag for tag in pdf.of_kind("TH")}
    return [read_aloud(known[bytes(each)], words) for each in cell.attribute("/Headers")]


def cell_of(pdf, text):
    words = texts(pdf.pdf)
    return next(tag for tag in pdf.of_kind("TD") if read_aloud(tag, words) == text)


# --- The whole ----------------------------------------------------------------------------------------------------


def test_a_report_with_everything_in_it_is_sound(sample_pdf):
    assert problems(sample_pdf) == []


def test_the_check_finds_what_weasyprint_alone_leaves_wrong():
    """What the finisher is for; should a later WeasyPrint need less mending, this says so."""
    import weasyprint  # not with the file: without Pango it cannot be imported

    found = problems(weasyprint.HTML(string=sample.document()).write_pdf(pdf_variant="pdf/ua-1"))

    assert {
        "A header cell has no scope.",
        "A L holds a Div.",
        "A Caption stands in a NonStruct.",
        "A list with labels does not say how it is numbered.",
        "The list of identifiers is not that of the tags.",
    } <= set(found)


def _drop(kind, key):
    return lambda pdf: pdf.of_kind(kind)[0].entry.__delitem__(key)


def _drop_attribute(kind, key):
    return lambda pdf: next(tag for tag in pdf.of_kind(kind) if key in tag.entry.A).entry.A.__delitem__(key)


def _rename(kind, name):
    return lambda pdf: pdf.of_kind(kind)[0].entry.__setitem__(Name.S, name)


def _orphan(pdf):
    paragraph = pdf.of_kind("P")[0]
    del paragraph.entry.K


def _misparent(pdf):
    first, second = pdf.of_kind("H2")[:2]
    first.entry.P = second.entry


def _mislead(pdf):
    pages = pdf.pdf.Root.StructTreeRoot.ParentTree.Nums
    pages[1][0] = pages[1][len(pages[1]) - 1]


def _swap_contents(pdf):
    pdf.pdf.pages[0].Annots[0].Contents = pikepdf.String("https://www.example.org")


BREAKAGES = {
    "no language": (lambda pdf: pdf.pdf.Root.__delitem__(Name.Lang), "The document has no language."),
    "no tags flag": (lambda pdf: pdf.pdf.Root.__delitem__(Name.MarkInfo), "The document is not marked as tagged."),
    "no bookmarks": (lambda pdf: pdf.pdf.Root.__delitem__(Name.Outlines), "The document has no bookmarks."),
    "no title shown": (
        lambda pdf: pdf.pdf.Root.__delitem__(Name.ViewerPreferences),
        "The window would show the file name, not the title.",
    ),
    "no metadata": (lambda pdf: pdf.pdf.Root.__delitem__(Name.Metadata), "The metadata does not claim PDF/UA-1."),
    "no tree": (lambda pdf: pdf.pdf.Root.__delitem__(Name.StructTreeRoot), "The document has no structure tree."),
    "no scope": (_drop_attribute("TH", Name.Scope), "A header cell has no scope."),
    "no headers": (_drop_attribute("TD", Name.Headers), "A cell names no header."),
    "no span": (_drop_attribute("TH", Name.ColSpan), "A table’s rows are of different widths:"),
    "no alternative": (_drop("Figure", Name.Alt), "A figure has no alternative text."),
    "no box": (_drop_attribute("Figure", Name.BBox), "A figure does not say where it is."),
    "no numbering": (_drop_attribute("L", Name.ListNumbering), "A list with labels does not say how it is numbered."),
    "no list of identifiers": (
        lambda pdf: pdf.pdf.Root.StructTreeRoot.__delitem__(Name.IDTree),
        "The list of identifiers is not that of the tags.",
    ),
    "unknown header": (_drop("TH", Name.ID), "A cell names a header that is not there:"),
    "unknown type": (_rename("P", Name.Paragraph), "Paragraph is no standard type."),
    "loose text": (_rename("P", Name.Div), "Text stands loose in a Div."),
    "skipped heading": (_rename("H2", Name.H3), "A heading of level 3 follows one of level 1."),
    "stray item": (_rename("L", Name.Sect), "A LI stands in a Sect."),
    "label last": (
        lambda pdf: pdf.of_kind("LI")[0].entry.__setitem__(Name.K, Array(list(pdf.of_kind("LI")[0].entry.K)[::-1])),
        "A list’s item has its label behind its body.",
    ),
    "empty heading": (lambda pdf: pdf.of_kind("H2")[0].entry.__setitem__(Name.K, Array()), "A H2 is empty."),
    "orphaned content": (_orphan, "Page 1: content 0 belongs to no tag."),
    "wrong parent": (_misparent, "A H2 names another parent than the Sect it stands in."),
    "wrong way back": (_mislead, "Page 1: content 0 does not lead back to its tag."),
    "bare link": (_swap_contents, "A link is not described in words: 'https://www.example.org'."),
    "lost link": (lambda pdf: pdf.of_kind("Link")[0].entry.__setitem__(Name.S, Name.Span), "A link belongs to no tag."),
    "lost destination": (
        lambda pdf: pdf.pdf.Root.Names.__delitem__(Name.Dests),
        "A link leads nowhere: milestones.",
    ),
    "page order": (lambda pdf: pdf.pdf.pages[0].obj.__delitem__(Name.Tabs), "Page 1 is not walked in the order"),
    "bare ink": (
        lambda pdf: pdf.pdf.pages[0].contents_add(b"0 0 9 9 re f"),
        "Page 1: f paints what is neither content nor artifact.",
    ),
    "nested marks": (
        lambda pdf: pdf.pdf.pages[0].contents_add(b"/Artifact BMC /Artifact BMC EMC EMC"),
        "Page 1: artifact inside artifact.",
    ),
    "no font file": (
        lambda pdf: [d.__delitem__(Name.FontFile2) for d in pdf.pdf.objects if _is_descriptor(d)],
        "is not embedded.",
    ),
}


def _is_descriptor(item):
    return isinstance(item, Dictionary) and item.get(Name.Type) == Name.FontDescriptor


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_the_check_finds(breakage, pdf):
    spoil, sentence = BREAKAGES[breakage]
    spoil(pdf)
    spoiled = BytesIO()
    pdf.pdf.save(spoiled)

    assert any(sentence in found for found in problems(spoiled.getvalue()))


def test_the_document_says_its_title_and_language_and_no_date(pdf):
    with pdf.pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        title, named = metadata["dc:title"], [*metadata, *pdf.pdf.docinfo]

    assert title == pdf.pdf.docinfo.Title == "LGR in Somerset: scorecard, June 2022"
    assert pdf.pdf.Root.Lang == "en-GB"
    assert [key for key in named if "date" in key.lower()] == []


def test_bookmarks_follow_the_headings(pdf):
    with pdf.pdf.open_outline() as outline:
        report = outline.root[0]

    assert report.title == "LGR in Somerset: scorecard"
    assert [each.title for each in report.children] == said(pdf, "H2")


# --- Tables -------------------------------------------------------------------------------------------------------


def test_a_table_over_several_pages_is_one_table_with_one_head(pdf):
    table = next(tag for tag in pdf.of_kind("Table") if len(list(tag.walk())) > 500)
    rows = [tag for tag in table.walk() if tag.kind == "TR"]
    pages = {page for tag in table.walk() for page, _ in tag.marks}

    assert len(pages) == 4
    assert [tag.kind for tag in table.tags] == ["Caption", "THead", *["TBody"] * 7]
    assert len(rows) == 1 + 6 + 90 + 1  # head, groups, milestones, total


def test_a_head_repeated_on_the_next_page_is_seen_and_not_read(pdf):
    words = texts(pdf.pdf)
    drawn = [page for (page, mcid), text in words.items() if mcid is None and "Milestone" in text]
    read = [text for text in said(pdf, "TH") if text == "Milestone"]

    assert len(drawn) == 3
    assert read == ["Milestone"]


def test_a_cell_names_its_group_its_row_and_its_column(pdf):
    cell = cell_of(pdf, "16 June 2022")

    assert headers_of(pdf, cell) == [
        "Assets Optimisation: Technical",
        "M016 Amalgamated baseline agreed with the five councils",
        "Due",
    ]


def test_a_cell_under_two_heads_names_both(pdf):
    first, second = [tag for tag in pdf.of_kind("TR") if len(tag.tags) == 8][1].tags[1:3]

    assert headers_of(pdf, first) == ["Assets Optimisation: Property", "Overall", "May"]
    assert headers_of(pdf, second) == ["Assets Optimisation: Property", "Overall", "June"]


def test_a_head_over_two_rows_stands_beside_a_band(pdf):
    assert headers_of(pdf, cell_of(pdf, "187")) == ["On track", "Products", "All"]
    assert headers_of(pdf, cell_of(pdf, "£1,179")) == ["Total", "Products", "Tranche 1"]


def test_a_total_belongs_to_no_group(pdf):
    assert headers_of(pdf, cell_of(pdf, "1,280")) == ["Total", "Days"]


def test_groups_may_share_one_body(tags_of):
    row = '<tr class="{}"><th scope="row">{}</th><td>{}</td></tr>'
    group = '<tr class="group"><th scope="rowgroup" colspan="2">{}</th></tr>'
    rows = (
        group.format("One") + row.format("body", "a", "1") + group.format("Two") + row.format("body", "b", "2")
    ) + row.format("total", "All", "3")
    found = tags_of(f'<table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>{rows}</table>')

    assert headers_of(found, cell_of(found, "1")) == ["One", "a", "B"]
    assert headers_of(found, cell_of(found, "2")) == ["Two", "b", "B"]
    assert headers_of(found, cell_of(found, "3")) == ["All", "B"]


def test_rows_in_a_body_of_their_own_belong_to_no_group(tags_of):
    head = '<thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
    group = '<tbody><tr class="group"><th scope="rowgroup" colspan="2">One</th></tr></tbody>'
    found = tags_of(f'<table>{head}{group}<tbody><tr><th scope="row">a</th><td>1</td></tr></tbody></table>')

    assert headers_of(found, cell_of(found, "1")) == ["a", "B"]


def test_a_head_half_way_down_takes_over_from_the_one_above(tags_of):
    found = tags_of("""<table>
      <thead><tr><th scope="col">A</th><th scope="colgroup" colspan="2">2021</th></tr></thead>
      <tbody><tr><th scope="row">a</th><td>1</td><td>2</td></tr></tbody>
      <tbody><tr><th scope="col">B</th><th scope="colgroup" colspan="2">2022</th></tr>
        <tr><th scope="row" rowspan="2">b</th><td>3</td><td>4</td></tr><tr><td>5</td><td>6</td></tr></tbody></table>""")

    assert headers_of(found, cell_of(found, "2")) == ["a", "2021"]
    assert headers_of(found, cell_of(found, "4")) == ["b", "2022"]
    assert headers_of(found, cell_of(found, "5")) == ["b", "2022"]


def test_a_head_without_scope_speaks_for_its_column_in_the_head_and_for_its_row_below(tags_of):
    """So it stands in tables that people write in their narrative."""
    found = tags_of("<table><thead><tr><th>A</th><th>B</th></tr></thead><tr><th>a</th><td>1</td></tr></table>")

    assert headers_of(found, cell_of(found, "1")) == ["a", "B"]


def test_a_head_without_words_is_an_empty_corner(tags_of):
    found = tags_of('<table><tr><th></th><th scope="col">B</th></tr><tr><th scope="row">a</th><td>1</td></tr></table>')

    assert said(found, "TH") == ["B", "a"]


# --- Words --------------------------------------------------------------------------------------------------------


def test_a_rating_is_read_as_its_word(tags_of):
    table = (
        '<table><thead><tr><th scope="col">May</th><th scope="col">June</th></tr></thead><tbody><tr>{}{}</tr></table>'
    )
    found = tags_of(table.format(sample.rating("green", last=True), sample.rating("amber")))
    words = texts(found.pdf)

    assert said(found, "TD") == ["Green", "Amber"]
    assert {"◆", "▲"} <= set("".join(text for (_, mcid), text in words.items() if mcid is None))  # seen, not read
    assert {" G", " A"} <= set(words.values())


def test_a_rating_is_found_by_its_word(pdf):
    """Searching and copying look at the content, not at the tags."""
    properties = [
        str(operands[1].ActualText)
        for operands, operator in pikepdf.parse_content_stream(pdf.pdf.pages[0])
        if str(operator) == "BDC" and Name.ActualText in operands[1]
    ]

    assert {word.strip() for word in properties} == {"Green", "Amber", "Red", "Blue", "not stated"}


def test_words_for_screen_readers_follow_what_is_no_mere_sign(tags_of):
    found = tags_of(
        '<p>12<span class="vis"> of 14</span></p><p>Worse<span class="vis"> than in May</span></p>'
        '<p>–<span class="vis"> not stated</span></p><p>See <a href="#x">Annex<span class="vis"> A</span></a></p>'
    )

    assert said(found, "P")[2:] == ["12 of 14", "Worse than in May", "not stated", "See Annex A"]


def test_words_for_screen_readers_do_not_take_a_link_away(tags_of):
    found = tags_of('<p><a href="https://www.example.org">A</a><span class="vis"> mber</span></p>')

    assert said(found, "P")[-1] == "A"
    assert len(found.of_kind("Link")) == 1


def test_decoration_is_not_read(tags_of):
    found = tags_of('<p>Worse <span aria-hidden="true">▼</span></p><p aria-hidden="true">Nobody hears this</p>')

    assert said(found, "P")[2:] == ["Worse"]


def test_a_division_of_decoration_leaves_no_paragraph(tags_of):
    found = tags_of('<div><b aria-hidden="true">▼</b> <b aria-hidden="true">▲</b></div><p>Words</p>')

    assert said(found, "P")[2:] == ["Words"]


def test_links_are_described_in_words(pdf):
    described = [str(link.Contents) for page in pdf.pdf.pages for link in page.obj.get(Name.Annots, [])]

    assert described == ["the milestones", "published plan", "Ratings by workstream"]


@pytest.mark.parametrize("href", ["/programmes/somerset/", "javascript:alert(1)", "file:///etc/passwd", "../x", "#"])
def test_a_link_that_leads_nowhere_from_a_file_is_plain_text(href, tags_of):
    found = tags_of(f'<p><a href="{href}">words</a></p>')

    assert found.of_kind("Link") == []
    assert said(found, "P")[-1] == "words"


def test_a_link_to_a_missing_place_is_plain_text(tags_of):
    found = tags_of('<p><a href="#nowhere">words</a></p>')

    assert (found.of_kind("Link"), said(found, "P")[-1]) == ([], "words")


def test_a_link_over_two_lines_is_one_link(tags_of):
    found = tags_of(f'<p><a href="https://www.example.org">{"many words " * 30}</a></p>')
    link = found.of_kind("Link")[0]

    assert len(link.objects) > 1
    assert len(found.of_kind("Link")) == 1


def test_lists_have_labels_and_bodies(pdf):
    lists = pdf.of_kind("L")
    words = texts(pdf.pdf)
    bulleted = next(tag for tag in lists if tag.attribute("/ListNumbering") == Name.Disc)
    defined = [tag for tag in lists if tag.attribute("/ListNumbering") == Name("/None")]

    assert [read_aloud(kid, words) for kid in bulleted.tags[0].tags] == ["•", "Vesting day in 275 days"]
    assert [kid.kind for kid in bulleted.tags[1].tags[1].tags] == ["L"]  # the list in the list
    assert [[kid.kind for kid in item.tags] for item in defined[1].tags] == [
        ["Lbl", "LBody", "LBody"],
        ["Lbl", "LBody"],
    ]


@pytest.mark.parametrize("mark", "•·–-*")
def test_an_author_s_own_mark_is_the_label_of_its_item(tags_of, mark):
    found = tags_of(html(f"{mark} one\n{mark}\ttwo\n1. after it"))

    assert said(found, "Lbl", "LBody") == [mark, "one", mark, "two"]
    assert said(found, "P")[-1] == "1. after it"


def test_a_numbered_list_goes_on_where_its_author_does(tags_of):
    """The mark is text in a label of its own, the same that a browser prints."""
    written = (
        "1. Agree the plan\n\nIt was late.\n\n2. Publish it\n3. Begin\n\n   7. within\n\nSo\n\n0. From nought\n1. One"
    )
    found = tags_of(str(rendered(written)))
    words = texts(found.pdf)
    labels = [read_aloud(item.tags[0], words) for item in found.of_kind("LI")]

    assert {item.tags[0].kind for item in found.of_kind("LI")} == {"Lbl"}
    assert labels == ["1.", "2.", "3.", "7.", "0.", "1."]


def test_a_list_that_begins_nowhere_begins_at_one(tags_of):
    assert said(tags_of('<ol start="soon"><li>one</li></ol>'), "Lbl") == ["1."]


def test_a_list_without_bullets_has_no_labels(tags_of):
    found = tags_of('<ul style="list-style: none"><li>one</li><li><p>two</p></li></ul><p>after</p>')

    assert (said(found, "LBody"), said(found, "Lbl"), said(found, "P")[-1]) == (["one", "two"], [], "after")


def test_an_abbreviation_is_expanded_and_a_foreign_word_is_named_so(tags_of):
    found = tags_of('<p><abbr title="local government reorganisation">LGR</abbr> <i lang="cy">diolch</i></p>')
    short, foreign = found.of_kind("Span")

    assert short.entry.E == "local government reorganisation"
    assert foreign.entry.Lang == "cy"


def test_a_paragraph_over_several_pages_is_one_paragraph(tags_of):
    found = tags_of(f"<section><p>{'Every word of it. ' * 1500}</p></section>")

    assert len(found.of_kind("P")) == 2 + 1  # crumb and lede stand before it
    assert {page for page, _ in found.of_kind("P")[-1].marks} == {0, 1, 2, 3, 4}


def test_loose_text_becomes_paragraphs(tags_of):
    found = tags_of("<section>One <b>and</b> <div>two</div> three<p>four</p>five</section><div><div>six</div></div>")

    assert said(found, "P")[2:] == ["One and", "two", "three", "four", "five", "six"]
    assert found.of_kind("Div") == []


def test_a_drawing_is_read_as_its_title_and_a_picture_without_words_is_decoration(tags_of):
    found = tags_of(
        '<svg width="9" height="9"><title>A rising line</title><rect width="9" height="9"/></svg>'
        '<svg width="9" height="9"><rect width="9" height="9"/></svg>'
    )

    assert said(found, "Figure") == ["A rising line"]


def test_running_titles_and_page_numbers_are_furniture(pdf):
    words = texts(pdf.pdf)
    furniture = {
        number: {
            str(operands[1].Subtype)
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "BDC" and operands[1].get(Name.Type) == Name.Pagination
        }
        for number, page in enumerate(pdf.pdf.pages)
    }
    drawn = " ".join(text for (page, mcid), text in words.items() if mcid is None and page == 1)

    assert furniture == {0: {"/Footer"}, **{number: {"/Footer", "/Header"} for number in range(1, 7)}}
    assert "LGR in Somerset: scorecard · Page 2 of 7" in drawn
    assert "Somerset Council" in drawn
    assert [text for text in said(pdf, "Document") if "Page 2" in text or "Somerset Council" in text] == []


def test_a_link_in_a_running_title_is_dropped():
    page = '<p style="break-before: page">{}</p>'
    html = sample.document(page.format("x") + page.format('<a href="https://www.example.org/">y</a>'))
    html = html.replace("Somerset Council", '<a href="https://www.example.org/">Somerset Council</a>')
    pdf = render(html)

    assert problems(pdf) == []
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert [len(page.obj.get(Name.Annots, [])) for page in opened.pages] == [0, 0, 1]


def test_a_footer_may_be_named_apart_from_the_heading():
    html = sample.document('<p>x</p><p style="break-before: page">y</p>').replace(
        "<main ", '<main data-footer="Item 7" '
    )
    with pikepdf.open(BytesIO(render(html))) as opened:
        drawn = texts(opened)

    assert "Item 7 · Page 1 of 2" in drawn[0, None]
    assert "Item 7 · Page 2 of 2" in drawn[1, None]


# --- Pages --------------------------------------------------------------------------------------------------------


def test_a_landscape_section_turns_its_pages_and_the_next_turns_back(pdf):
    turned = [page.mediabox[2] > page.mediabox[3] for page in pdf.pdf.pages]

    assert turned == [False] * 5 + [True, False]


@pytest.mark.parametrize("filler", range(220, 900, 40))
@pytest.mark.parametrize("rows", [6, 24])
def test_a_table_keeps_its_heading_its_caption_its_total_and_no_few_rows_alone(rows, filler, tags_of):
    line = '<tr class="body"><th scope="row">{}</th><td class="count">1</td></tr>'
    body = "".join(line.format(number) for number in range(rows))
    found = tags_of(f"""<section class="section"><div style="height: {filler}px"></div></section>
      <section class="section"><h2>Heading</h2><p class="caveat">Caveat</p><div class="wide"><table>
      <caption>Caption</caption><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody>{body}</tbody>
      <tbody><tr class="total"><th scope="row">Total</th><td class="count">1</td></tr></tbody></table></div></section>""")
    first = {tag.kind: tag.marks[0][0] for tag in found.of_kind("H2", "Caption")}
    pages = [row.tags[0].marks[0][0] for row in found.of_kind("TR")[1:]]
    counts = [pages.count(page) for page in sorted(set(pages))]

    assert first == {"H2": pages[0], "Caption": pages[0]}
    assert min(counts) >= 5


# --- Anything at all ----------------------------------------------------------------------------------------------

words = st.sampled_from(["alpha", "£1,280 → 12%", "▲ — …", "中文 ✅", "Ωμέγα", "x" * 130, ""])
marked_up = st.sampled_from(["b", "em", "span", "small", "code", "sup", "del", "i"])
inline = st.recursive(
    words,
    lambda inner: (
        st.tuples(marked_up, inner, inner).map(lambda drawn: "<{0}>{1}</{0}> {2}".format(*drawn))
        | st.builds('<a href="https://www.example.org/">{}</a>'.format, inner)
        | st.builds('<span aria-hidden="true">{}</span>'.format, inner)
        | st.builds('A<span class="vis"> {}</span>'.format, words)
        | st.builds('<span lang="cy">{}</span><br>'.format, inner)
    ),
    max_leaves=4,
)


def _blocks(inner):
    flow = st.lists(inner, max_size=3).map("".join)
    cells = st.lists(st.one_of(inline, flow), min_size=1, max_size=4)
    rows = cells.map(
        lambda found: f'<tr><th scope="row">r</th><td>{"</td></tr><tr><th>r</th><td>".join(found)}</td></tr>'
    )
    return st.one_of(
        st.builds("<p>{}</p>".format, inline),
        st.builds("<div>{}{}</div>".format, inline, flow),
        st.builds("<section>{}</section>".format, flow),
        st.builds("<blockquote>{}</blockquote>".format, flow),
        st.builds("<ul><li>{}</li><li>{}{}</li></ul>".format, flow, inline, flow),
        st.builds('<ol style="list-style: none"><li>{}</li></ol>'.format, flow),
        st.builds("<dl><dt>{}</dt><dd>{}</dd><dd>{}</dd></dl>".format, inline, inline, flow),
        st.builds('<dl class="facts"><div><dt>{}</dt><dd>{}</dd></div></dl>'.format, inline, inline),
        st.builds("<table><caption>{}</caption><tr><th>A</th><th>B</th></tr>{}</table>".format, inline, rows),
    )


@given(st.lists(st.recursive(inline, _blocks, max_leaves=8), min_size=1, max_size=4).map("".join))
@settings(max_examples=25, deadline=None)
def test_whatever_stands_in_a_document_is_tagged_soundly(body):
    """The finisher walks WeasyPrint's boxes in step with its tags: nothing may bring the two out of step."""
    pdf = render(sample.document(body))

    assert problems(pdf) == []
    with pikepdf.open(BytesIO(pdf)) as opened:
        numbers = [mark for tag in Sample(opened).tags for mark in tag.marks]
    assert all(first != second for first, second in pairwise(sorted(numbers)))
