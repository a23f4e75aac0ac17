"""A file becomes a document that any database and any paper takes, or a sentence says what is wrong with it."""

import json

import pytest

from programmes.scheme import Place, Scheme, SchemeError, read
from programmes.scheme.scheme import OWN_KEYS, parts
from tests.factories import somerset_scheme


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_is_read_as_it_was_written(encoding):
    document = somerset_scheme()
    assert read(json.dumps(document, ensure_ascii=False).encode(encoding)) == document


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is not JSON: line 1, column 1: Expecting value."),
        (b'{\n "a": 1,\n}', "The file is not JSON: line 2, column 8: Illegal trailing comma before end of object."),
        (b"\xff\xfe{}", "The file is not text in UTF-8."),
        (b"[]", "scheme: must be an object."),
        (b'{"a": {"b": 1, "b": 2}}', "The file names “b” twice in one place, so one of the two would be lost."),
        (b'{"a": NaN}', "The file has the number NaN; a scheme has whole numbers alone."),
        (b'{"a": 1.5}', "The file has the number 1.5; a scheme has whole numbers alone."),
        (b'{"a": ' + b"9" * 5000 + b"}", "The file has a number that is too long."),
        (b'{"a": "x\\u0000"}', "What stands under “a” holds a character that cannot be seen."),
        (b'{"a": ["x\\ud800"]}', "What stands under “a” holds a character that cannot be seen."),
        (b'{"a\\u0007": 1}', "What stands under “a\x07” holds a character that cannot be seen."),
        (b'{"a":' * 200_000, "The file is nested too deep to be a scheme."),
    ],
    ids=["empty", "comma", "utf-16", "list", "twice", "nan", "half", "long", "nul", "surrogate", "bell", "deep"],
)
def test_what_cannot_be_kept_is_refused(content, sentence):
    with pytest.raises(SchemeError) as refused:
        read(content)
    # Python 3.12 has other words for the comma.
    assert str(refused.value).split(": Illegal")[0].split(": Expecting p")[0] == sentence.split(": Illegal")[0]


@pytest.mark.parametrize(
    ("take", "sentence"),
    [
        (lambda place: place.text("n"), "part.n: must be text."),
        (lambda place: place.integer("word"), "part.word: must be a whole number."),
        (lambda place: place.flag("word"), "part.word: must be true or false."),
        (lambda place: place.day("word"), "part.word: must be a day written 2022-06-30."),
        (lambda place: place.inside("list").inside("x"), "part.list: must be an object."),
        (lambda place: list(place.each("list")), "part.list[0]: must be an object."),
        (lambda place: place.texts_by_name("texts"), "part.texts.a: must be text."),
        (lambda place: place.texts_by_name("unnamed"), "part.unnamed: has a name that is empty."),
        (lambda place: place.one_of("word", {"x": 1, "y": 2}), "part.word: “long” is not one of x, y."),
    ],
)
def test_a_place_names_itself_in_every_complaint(take, sentence):
    values = {"n": 1, "word": "long", "list": ["a"], "texts": {"a": 1}, "unnamed": {"": "a"}}
    with pytest.raises(SchemeError) as refused:
        take(Place("part", values))
    assert str(refused.value) == sentence


def test_no_app_can_take_a_key_that_the_document_itself_reads():
    """Whatever the parser asks for stands in the list by which a part's key is refused."""
    asked = set()

    class Spy(dict):
        def get(self, key, default=None):
            asked.add(key)
            return super().get(key, default)

        def __contains__(self, key):
            asked.add(key)
            return super().__contains__(key)

    Scheme.parse(Spy(somerset_scheme() | {"checks": [], "holds_closing": [], "retired": {}}))

    asked -= parts.keys()
    assert asked <= OWN_KEYS
    assert OWN_KEYS - asked == {"label", "about"}
