"""T71: text of which nothing is seen is no text, in the form of every row that asks for one."""

import pytest

from core.words import printed
from programmes.models import Narrative, Rating
from tests.factories import everything
from tests.programmes.rows.forms import form_of
from tests.programmes.trials import UNSEEN
from tests.trials import by_kind

REQUIRED = by_kind("REQUIRED")


@pytest.mark.parametrize("kind", REQUIRED)
def test_text_of_which_nothing_is_seen_is_refused_where_one_is_required(clerk, kind):
    key, typed, sentence = REQUIRED[kind]
    someone = clerk("pmo")
    before = everything()

    answer = someone.save(kind, key, **typed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    (field,) = (name for name, text in typed.items() if text == UNSEEN)
    assert form_of(answer)[field] == UNSEEN, "it comes back as it was typed"
    assert everything() == before


def test_where_none_is_required_it_is_none(clerk):
    someone = clerk("pmo")

    assert someone.save("rating", "FIN/schedule", level="G", reason=UNSEEN).status_code == 302
    assert someone.save("narrative", "FIN/ask/new", text="Agree", second=UNSEEN).status_code == 302

    assert Rating.objects.get(dimension="schedule", level="G").reason == ""
    assert not Narrative.objects.filter(second=UNSEEN).exists()


@pytest.mark.parametrize("kind", REQUIRED)
def test_a_control_character_is_refused_in_every_form(clerk, kind):
    key, typed, _ = REQUIRED[kind]
    someone = clerk("pmo")
    (field,) = (name for name, text in typed.items() if text == UNSEEN)

    answer = someone.save(kind, key, **typed | {field: "Pasted\x0bfrom Word"})

    assert answer.status_code == 422
    assert "This holds a character that cannot be kept. Take out what was pasted last." in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u200bb", "ab"),
        (" a \u00a0\u2003 b\n", "a b"),
        ("e\u0301", "e"),
        ("😀 ✓", "😀 ✓"),
        (UNSEEN, ""),
        ("\u2800", ""),
    ],
)
def test_what_is_seen_of_a_text(text, seen):
    assert printed(text) == seen
