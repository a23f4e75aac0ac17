"""A scheme whose layouts no page could read is not added to a programme."""

import pytest

from programmes.examples.loading import FOLDER
from programmes.founding.shipped import versions
from programmes.months.versions import faults
from programmes.scheme import Scheme
from programmes.sections import SECTIONS
from tests.factories import somerset_scheme


def found(*sections, **keys):
    layouts = {"scorecard": [{"title": "Title"} | section for section in sections]}
    return list(faults(Scheme.parse(somerset_scheme() | {"layouts": layouts} | keys)))


@pytest.mark.parametrize("document", versions(FOLDER / "somerset"))
def test_somersets_are_whole(document):
    assert list(faults(Scheme.parse(document))) == []


def test_a_section_that_there_is_not_is_named_with_those_there_are():
    (sentence,) = found({"section": "weather"})

    known = ", ".join(sorted(SECTIONS))
    assert sentence == (
        f"Section “weather” of the layout “scorecard” is “weather”, which there is not. There is: {known}."
    )


def test_a_scheme_needs_the_report_of_a_month():
    assert found(layouts={}) == ["It has no layout “scorecard”, which is the report of a month."]


RESOURCES = {"dimension": "resources", "tier": 2, "tranche": "1"}


@pytest.mark.parametrize(
    ("section", "options", "wrong"),
    [
        ("points", {"kinds": ["gossip"]}, "kinds"),
        ("narrative", {"kinds": "ask"}, "kinds"),
        ("narrative", {"kinds": ["ask"], "leave_out_empty": "yes"}, "leave_out_empty"),
        ("resources", RESOURCES | {"dimension": "mood"}, "dimension"),
        ("resources", RESOURCES | {"dimension": "overall"}, "dimension"),  # which that tier does not rate
        ("resources", RESOURCES | {"tranche": "9"}, "tranche"),
        ("resources", RESOURCES | {"tranche": ["1"]}, "tranche"),
        ("spread", {"tier": 3}, "tier"),
        ("spread", {"tier": "2"}, "tier"),
    ],
)
def test_an_option_that_the_scheme_does_not_know_is_named(section, options, wrong):
    (sentence,) = found({"section": section, "options": options})

    assert sentence == (
        f"Section “{section}” of the layout “scorecard” has a “{wrong}” that this scheme does not know: {options[wrong]}."
    )


@pytest.mark.parametrize("section", [code for code, kind in SECTIONS.items() if kind.needs])
def test_an_option_that_a_section_needs_is_missed(section):
    assert sorted(found({"section": section})) == sorted(
        f"Section “{section}” of the layout “scorecard” does not say its “{option}”."
        for option in SECTIONS[section].needs
    )


def test_every_option_of_the_shipped_layouts_is_known_here():
    choices = [c for d in versions(FOLDER / "somerset") for c in Scheme.parse(d).layouts["scorecard"]]
    ours = {name: kind for name, kind in SECTIONS.items() if kind.build.__module__.startswith("reports.")}

    asked = {(choice.section, option) for choice in choices if choice.section in ours for option in choice.options}
    assert asked == {(name, option) for name, kind in ours.items() for option in (*kind.needs, *kind.may_have)}


def test_a_code_that_tables_have_for_something_else_is_refused():
    document = somerset_scheme()
    document["tranches"][2]["code"] = "total"

    assert list(faults(Scheme.parse(document))) == ["The code “total” means something else in reports. Choose another."]


def alike(place, key, value):
    """Somerset's scheme in which the second of a list is called as the first, or otherwise."""
    document = somerset_scheme()
    listed = document["scales"][0]["levels"] if place == "levels" else document[place]
    listed[1][key] = listed[0][key] if value is None else value
    return list(faults(Scheme.parse(document)))


@pytest.mark.parametrize(
    ("place", "key", "value", "sentence"),
    [
        ("dimensions", "label", None, "Two dimensions are “overall”, so nobody could tell them apart."),
        ("tranches", "label", "TRANCHE 1", "Two tranches are “tranche 1”, so nobody could tell them apart."),
        ("levels", "word", None, "Two levels of the scale “rag” are “green”, so nobody could tell them apart."),
        (
            "levels",
            "glyph",
            None,
            "Two glyphs of the levels of the scale “rag” are “◆”, so nobody could tell them apart.",
        ),
        ("tranches", "label", "Other", "“Other” heads another column in reports. Choose another word."),
        (
            "levels",
            "word",
            "No rating given",
            "“No rating given” heads another column in reports. Choose another word.",
        ),
    ],
)
def test_what_stands_side_by_side_is_told_apart(place, key, value, sentence):
    assert alike(place, key, value) == [sentence]
