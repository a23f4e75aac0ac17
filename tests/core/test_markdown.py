"""Narrative as HTML: the author's words, all of them, and nothing that acts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.markdown import ATTRIBUTES, MAX_NESTING, SCHEMES, TAGS, rendered
from tests.core.markup import tree

PLAIN = ["p", "br", "strong", "em", "code", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td"]
ALLOWED = {*((tag, ()) for tag in PLAIN), ("ol", ("start",)), ("a", ("rel",)), ("a", ("href", "rel"))}


def used(text):
    """Tags with the names of their attributes."""
    return {(e.tag, tuple(sorted(e.attrs))) for e in tree(rendered(text)).walk() if e.tag}


def words(text):
    return tree(rendered(text)).text


# --- What authors write -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Plain.", "<p>Plain.</p>"),
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("One\\\ntwo", "<p>One<br>\ntwo</p>"),
        ("*late* and **red**", "<p><em>late</em> and <strong>red</strong></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("`code`", "<p><code>code</code></p>"),
        ("Chard & Ilminster < Yeovil", "<p>Chard &amp; Ilminster &lt; Yeovil</p>"),
        ("", ""),
    ],
)
def test_common_marks_are_what_they_are_everywhere(text, html):
    assert rendered(text).strip() == html


def test_table_is_a_table_with_its_heads():
    table = tree(rendered("| Council | Staff |\n|---|---:|\n| Mendip | 312 |")).one("table")

    assert [th.text for th in table.all("th")] == ["Council", "Staff"]
    assert [td.text for td in table.all("td")] == ["Mendip", "312"]


@pytest.mark.parametrize(
    "text", ["# Budgets\n\nText", "###### Budgets ######\nText", "Budgets\n===\nText", "Budgets\n---\nText"]
)
def test_heading_is_a_paragraph_in_bold_because_headings_are_the_reports_own(text):
    heading, following = tree(rendered(text)).all("p")

    assert (heading.one("strong").text, following.text, words(text)) == ("Budgets", "Text", "Budgets Text")
    assert following.all("strong") == []
    assert used(text) == {("p", ()), ("strong", ())}


@pytest.mark.parametrize("text", ["2022. A good year.", "3. Third point\n4. Fourth point"])
def test_list_begins_with_the_number_its_author_gave_it(text):
    assert tree(rendered(text)).one("ol").attrs == {"start": text.split(".")[0]}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("[Note]: delayed", "[Note]: delayed"),
        ("[Risk]: high\n[Issue]: none", "[Risk]: high [Issue]: none"),
        ("    pasted with\n    its indent", "pasted with its indent"),
        ("\tpasted with a tab", "pasted with a tab"),
        ("<Finance> & <People>", "<Finance> & <People>"),
        ("~~not~~ ^that^ ==this==", "~~not~~ ^that^ ==this=="),
        ("https://example.org is not linked", "https://example.org is not linked"),
    ],
)
def test_words_that_look_like_marks_are_printed(text, printed):
    assert words(text) == printed
    assert used(text) == {("p", ())}


@given(st.text(alphabet="ab1 #>*_`~=-+.\n\t\\<!&", max_size=40))
def test_no_word_is_lost(text):
    letters = [c for c in text if c in "ab"]

    assert [c for c in words(text) if c in "ab"] == letters


# --- Nothing that acts --------------------------------------------------------------------------------------

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a hx-get="/x" hx-trigger="load">x</a>',
    '<div data-hx-post="/x" hx-on:click="alert(1)">x</div>',
    '<p hx-on::load="alert(1)">x</p>',
    '"><svg/onload=alert(1)>',
    "<style>@import url(https://evil.example)</style>",
    '<iframe src="https://evil.example"></iframe>',
    '<form action="/x"><input name="a"></form>',
    '<base href="https://evil.example">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<a rel="attachment" href="file:///etc/passwd">x</a>',
    "<!-- comment --><![CDATA[ x ]]><?php x ?>",
    "<h1>Top</h1><table><tr><td>x",
]


@pytest.mark.parametrize("text", PAYLOADS)
def test_html_is_printed_and_not_obeyed(text):
    assert words(text) == " ".join(text.split())
    assert used(text) == {("p", ())}


@given(
    st.text()
    | st.lists(st.sampled_from([*PAYLOADS, "[x](", ")", "![", "\n", "> ", "- ", "`", "|", "<", "&#60;", "\\"])).map(
        "".join
    )
)
def test_whatever_is_typed_gives_no_other_tag_or_attribute(text):
    assert used(text) <= ALLOWED


@pytest.mark.parametrize(
    "text", ["{{ settings.SECRET_KEY }}", "{% load x %}{% debug %}", "{0.f_globals}", "%(key)s", "${x}"]
)
def test_templates_are_printed_as_they_are(text):
    assert words(text) == text


# --- Links and pictures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["https://www.example.org/a?b=1", "http://example.org", "mailto:pmo@council.example"]
)
def test_link_leads_where_it_says_and_tells_nobody_whence(address):
    link = tree(rendered(f"See [the plan]({address}).")).one("a")

    assert (link.text, link.attrs) == ("the plan", {"href": address, "rel": "noopener noreferrer"})
    assert tree(rendered(f"<{address}>")).one("a").attrs["href"] == address


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "java&#10;script:alert(1)"),
        *("vbscript:x", "data:text/html,x", "data:image/gif;base64,R0lGOD", "file:///etc/passwd", "ftp://example.org"),
        *("tel:01823", "//evil.example/x", "/programmes/", "programmes/", "?next=/", "#t-work", "\\\\evil\\x", ""),
    ],
)
def test_any_other_address_is_dropped_and_its_words_stay(address):
    text = f"See [the plan]({address})."

    assert tree(rendered(text)).hrefs() == []
    assert "the plan" in words(text)


@pytest.mark.parametrize("title", ["'title'", '"onmouseover=alert(1)"', "'\" hx-get=/x x=\"'"])
def test_title_of_a_link_is_dropped(title):
    assert used(f"[x](https://example.org {title})") == {("p", ()), ("a", ("href", "rel"))}


@pytest.mark.parametrize(
    "text",
    [
        "![alt](https://evil.example/x.png)",
        "![alt][r]\n\n[r]: https://evil.example/x.png",
        "[![alt](https://a.b/x.png)](https://a.b)",
    ],
)
def test_picture_is_never_fetched(text):
    assert used(text) <= {("p", ()), ("a", ("href", "rel"))}
    assert "alt" in words(text)


def test_allow_list_is_short():
    assert {*PLAIN, "a"} == TAGS
    assert {"a": {"href"}, "ol": {"start"}, "*": set()} == ATTRIBUTES
    assert {"http", "https", "mailto"} == SCHEMES


# --- Much of everything -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nested", [">" * 500 + " deep", "> " * 500 + "deep", "".join("  " * n + "- a\n" for n in range(500))]
)
def test_nesting_ends_where_a_layout_engine_would_break(nested):
    def depth(element):
        return 1 + max((depth(child) for child in element.children if not isinstance(child, str)), default=0)

    assert depth(tree(rendered(nested))) <= MAX_NESTING + 3


SIZE = 20_000


@pytest.mark.parametrize(
    "text",
    [
        *(
            unit * (SIZE // len(unit))
            for unit in ("[", "![", "*a ", "_a", "**a *b ", "`a``b", "<a ", "<!--", "[a](", "a|", "\\", "&#")
        ),
        *("[x](" + "(" * SIZE, "|" * SIZE + "\n" + "|-" * (SIZE // 2), "(a+)+$" * 3_000, "a" * SIZE, "> " * SIZE),
    ],
    ids=lambda text: text[:8],
)
def test_hostile_length_takes_no_hostile_time(text):
    began = time.process_time()
    rendered(text)

    assert time.process_time() - began < 3  # measured: below 0.5


@pytest.mark.parametrize(
    "text", ["a\x00b", "\u202eright to left", "🙂", "e" + "\u0301" * 10_000, "\x07bell", "\ufeffmark"]
)
def test_odd_characters_are_no_error(text):
    assert words(text)[-1] == text.replace("\x00", "\ufffd")[-1]
