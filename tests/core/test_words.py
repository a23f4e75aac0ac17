"""Words are found whichever program they were written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.words import folded, holds, on_plain_spaces


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Human\u00a0Resources", "human resources"),
        ("Human\u2009 \u202fResources", "HUMAN RESOURCES"),
        ("Café Łodź\u0301".replace("Ł", "L"), "cafe lodz"),
        ("Cafe\u0301", "Café"),
        ("Straße", "STRASSE"),
        ("Children’s ‘Phase 2’", "children's 'phase 2'"),
        ("“Go live”", '"go live"'),
        ("2022–23 — plan", "2022-23 - plan"),
        ("Co\u2011operation", "co-operation"),
        ("procure\u00adment", "procurement"),
        ("o\ufb03ce", "office"),
        ("Tax\tand\nbenefits", "tax and benefits"),
        ("−5", "-5"),
    ],
)
def test_case_accents_quotes_dashes_hyphens_and_spaces_make_no_difference(written, typed):
    assert folded(written) == folded(typed)
    assert holds(f"x {written} y", typed)
    assert holds(f"x {typed} y", written)


@pytest.mark.parametrize(("text", "words"), [("co-operation", "cooperation"), ("Finance", "Finanz"), ("a b", "ab")])
def test_other_words_are_not_found(text, words):
    assert not holds(text, words)


def test_no_words_are_in_any_text():
    assert holds("", "")
    assert holds("Finance", " \u00ad")


@given(st.text())
def test_what_is_folded_stays_so(text):
    assert folded(folded(text)) == folded(text)


@given(st.text())
def test_a_name_is_found_by_what_was_typed_and_by_what_is_kept_of_it(name):
    assert folded(on_plain_spaces(name)) == folded(name)
    assert on_plain_spaces(on_plain_spaces(name)) == on_plain_spaces(name)
