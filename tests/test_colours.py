"""The colours of levels: each defined once, for page, paper and spreadsheets, and readable on every one of them."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from core.as_xlsx import FILLS
from programmes.examples.loading import FOLDER
from programmes.founding.shipped import versions
from programmes.months.versions import faults
from programmes.scheme import TOKENS, Scheme
from reports.pdf import stylesheet
from tests.factories import somerset_scheme

SHEETS = {path.name: path.read_text() for path in (Path(settings.BASE_DIR) / "static" / "css").glob("*.css")}
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})(?=;)", SHEETS["levels.css"]))
READABLE = 4.5  # WCAG 2.2, 1.4.3


def six(colour):
    figures = colour.removeprefix("#")
    return figures if len(figures) == 6 else "".join(each * 2 for each in figures)


def luminance(colour):
    shares = [int(six(colour)[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_there_are_at_least_ten_and_the_sheet_has_those_that_a_scheme_may_name():
    assert len(TOKENS) >= 10
    parts = ("", "-ink", "-faint", "-faint-ink")
    assert sorted(COLOURS) == sorted(f"{token}{part}" for token in TOKENS for part in parts)
    assert len({COLOURS[token] for token in TOKENS}) == len(TOKENS)


@pytest.mark.parametrize("ground", [f"{token}{part}" for token in TOKENS for part in ("", "-faint")])
def test_what_is_written_on_it_can_be_read(ground):
    assert contrast(COLOURS[ground], COLOURS[f"{ground}-ink"]) >= READABLE


@pytest.mark.parametrize("token", TOKENS)
def test_it_is_used_for_this_period_and_for_the_last(token):
    for selector, ground in ((f".level-{token}", token), (f".last.level-{token}", f"{token}-faint")):
        rule = f"\n{selector} {{ --level: var(--{ground}); --level-ink: var(--{ground}-ink); }}"
        assert rule in SHEETS["levels.css"]


def test_no_other_sheet_defines_one_and_page_and_paper_read_the_same():
    others = "".join(sheet for name, sheet in SHEETS.items() if name != "levels.css")
    assert [token for token in TOKENS if re.search(rf"--{token}[\w-]*:|level-{token} *\{{", others)] == []
    assert SHEETS["levels.css"] in stylesheet()
    assert "css/levels.css" in (Path(settings.BASE_DIR) / "templates" / "base.html").read_text()


def test_spreadsheets_have_the_same():
    said = {token: (six(COLOURS[token]).upper(), six(COLOURS[f"{token}-ink"]).upper()) for token in TOKENS}
    assert said == FILLS


def test_where_the_browser_takes_all_colours_a_rating_keeps_its_edge():
    forced = SHEETS["plumbline.css"].partition("(forced-colors: active)")[2].partition("@media")[0]
    assert "td.rating, .badge { border: 1px solid CanvasText" in forced


@pytest.mark.parametrize("document", versions(FOLDER / "somerset"))
def test_levels_of_one_scale_are_told_apart_in_black_and_white(document):
    for scale in Scheme.parse(document).scales.values():
        assert len({level.glyph for level in scale.levels.values()}) == len(scale.levels)


def test_a_scheme_may_have_a_level_of_every_colour():
    document = somerset_scheme()
    green = document["scales"][0]["levels"][0]
    document["scales"][0]["levels"] += [
        green | {"code": f"is-{token}", "word": token.capitalize(), "glyph": token[:2], "token": token}
        for token in TOKENS
        if token not in ("green", "amber", "red")
    ]

    assert list(faults(Scheme.parse(document))) == []
