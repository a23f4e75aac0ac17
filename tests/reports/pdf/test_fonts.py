"""The typeface: ours alone, embedded, whatever people paste."""

from io import BytesIO

import pikepdf
import pytest

from reports.pdf import fonts, render
from reports.pdf.source import legible
from tests.pdf_structure import fonts as fonts_of
from tests.reports.pdf import sample
from tests.reports.pdf.reading import texts

pytestmark = pytest.mark.pdf

OURS = "Plumbline-Source-Sans"
GLYPHS = "▲ ■ ◆ ▼ – — ’ ‘ “ ” £ € … › · → ← ↑ ↓ = ≥ ≤ ± × ½ • ✓ † ‡ § © ® ° % & ŵ ŷ é ö ß Ł"


def faces(pdf):
    with pikepdf.open(BytesIO(pdf)) as opened:
        return {str(font.BaseFont).partition("+")[2] for font in fonts_of(opened)}


def test_the_sample_uses_our_typeface_alone(sample_pdf):
    assert faces(sample_pdf) == {OURS, f"{OURS}-Italic", f"{OURS}-Semi-Bold", f"{OURS}-Bold"}


@pytest.mark.parametrize(
    "style", ["", "font-weight: 600", "font-weight: 700", "font-style: italic", "font: italic 700 1em serif"]
)
def test_every_sign_we_use_is_drawn_in_our_typeface(style):
    pdf = render(sample.document(f'<p style="{style}; font-family: var(--font)">{GLYPHS}</p>'))

    assert {face for face in faces(pdf) if not face.startswith(OURS)} == set()
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert any(text.strip() == GLYPHS.replace(" fi", "fi") for text in texts(opened).values())


@pytest.mark.parametrize(
    "body",
    [
        '<p style="font-family: serif">Serif</p><code>code</code><pre>pre</pre>',
        "<style>p { font: 700 12pt DejaVu Sans !important }</style><p>Styled</p>",
        '<style>@font-face { font-family: Local; src: local("DejaVu Sans") } p { font-family: Local }</style><p>x</p>',
        "<p>日本 ✅ 🔴 العربية ह ☎ \u200b \u200d \ufe0f</p>",
        "<p><em>Ωμέγα Жук</em></p>",
        "<ul><li>one<ul><li>two<ul><li>three</li></ul></li></ul></li></ul>",
        '<svg width="99" height="20" font-family="serif"><title>x</title><text y="9" font-family="monospace">text</text></svg>',
        '<svg width="99" height="20"><title>x</title><text y="9" class="bar-label">中</text></svg>',
    ],
)
def test_no_other_font_gets_in(body, caplog):
    assert {face for face in faces(render(sample.document(body))) if not face.startswith(OURS)} == set()
    assert [record.getMessage() for record in caplog.records if "notdef" in record.getMessage()] == []


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("plain £1,280", "plain £1,280"),
        ("e\u0301te\u0301", "été"),
        ("● one \uf0b7 two", "• one • two"),
        ("non\u2011breaking", "non-breaking"),
        ("thin\u2009space", "thin space"),
        ("①㎡ﬂ", "1m2ﬂ"),
        ("✔ done", "✓ done"),
        ("✅ done", "[white heavy check mark] done"),
        ("👍\U0001f3fd \u2764\ufe0f", "[thumbs up sign][emoji modifier fitzpatrick type-4] [heavy black heart]"),
        ("\U000f0000", "[character F0000]"),
        ("a\u200bb", "a\u200bb"),
    ],
)
def test_what_the_typeface_lacks_is_put_in_words(written, printed):
    replaced = set()

    assert legible(written, replaced) == printed
    assert all(ord(char) not in fonts.characters() for char in replaced)


def test_every_piece_of_text_is_put_so():
    """Before an element, in it and behind it; in what is spoken for a picture and in a title."""
    body = (
        '<p>✅<b>☎</b>☃</p><svg width="9" height="9"><title>✅</title><rect width="9" height="9"/></svg>'
        '<p data-footer="x">y</p>'
    )
    pdf = render(sample.document(body, title="✅ done"))
    with pikepdf.open(BytesIO(pdf)) as opened:
        said = " ".join(texts(opened).values())
        assert str(opened.docinfo.Title) == "[white heavy check mark] done"
        assert any(getattr(item, "Alt", "") == "[white heavy check mark]" for item in dictionaries(opened))

    for name in ("[white heavy check mark]", "[black telephone]", "[snowman]"):
        assert name in said


def dictionaries(pdf):
    return [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]


def test_a_word_wider_than_its_column_breaks():
    address = "https://www.example.org/?" + "q" * 400
    pdf = render(
        sample.document(
            f"<table><thead><tr><th>A</th><th>B</th></tr></thead><tr><th>a</th><td>{address}</td></tr></table>"
        )
    )
    with pikepdf.open(BytesIO(pdf)) as opened:
        lines = [text for text in texts(opened).values() if "qqq" in text or "www" in text]

    assert "".join(lines).replace("\u200b", "") == address
    assert len(lines) > 3


def test_nothing_in_our_stylesheet_is_unknown_to_weasyprint(caplog):
    render(sample.document())

    assert [record.getMessage() for record in caplog.records if record.name == "weasyprint"] == []
