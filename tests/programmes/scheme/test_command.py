"""`manage.py scheme`: what it prints, and how it refuses."""

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from programmes.models import Period
from tests.factories import everything, person, somerset_scheme

HELD = somerset_scheme() | {"holds_closing": ["milestone_without_status"]}


@pytest.fixture
def scheme(book, tmp_path, capsys):
    """Write a document to a file and run the command with it; return what it prints."""

    def run(document, *options):
        file = tmp_path / "scheme.json"
        file.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
        call_command("scheme", "book", str(file), *options)
        return capsys.readouterr().out

    return run


def test_it_adds_a_version_for_the_next_month(scheme):
    said = "Scheme 2 of The book programme is added. The next month that is opened takes it.\n"
    assert scheme(HELD) == said
    assert scheme(HELD) == "Nothing changed. This is Scheme 2 of The book programme.\n"


def test_it_has_the_open_month_take_it(scheme):
    said = "Scheme 2 of The book programme is added. May 2022 has taken it.\n"
    assert scheme(HELD, "--open-month") == said
    assert scheme(HELD, "--open-month") == "Nothing changed. This is Scheme 2 of The book programme.\n"
    assert Period.objects.get().scheme_version.number == 2


def test_it_has_the_open_month_take_what_was_added_before(scheme):
    scheme(HELD)
    assert scheme(HELD, "--open-month") == "This is Scheme 2 of The book programme. May 2022 has taken it.\n"


def test_it_is_done_by_the_person_named_or_by_the_command_line(book, scheme):
    pmo = person("pmo", book.root, name="PMO officer")
    scheme(HELD, "--as", pmo.email)
    scheme(somerset_scheme())
    assert list(AuditEntry.objects.filter(what="scheme.add").order_by("seq").values_list("actor", "role")) == [
        ("PMO officer", "PMO officer"),
        ("command line", ""),
    ]


def test_it_refuses_whoever_may_not(book, scheme):
    lead = person("lead", book.finance, name="Lead")
    with pytest.raises(CommandError, match=r"^Lead may not change the scheme of The book programme: that is for its"):
        scheme(HELD, "--as", lead.email)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "The file is not JSON: line 1, column 2: "),
        (b"{}", "scheme.format: must be a whole number."),
        (b" " * 1_000_001, "scheme.json is longer than 1,000,000 bytes, so it is no scheme."),
    ],
    ids=["no JSON", "no scheme", "long"],
)
def test_it_refuses_in_a_sentence(scheme, content, sentence):
    before = everything()
    with pytest.raises(CommandError) as refused:
        scheme(content)
    assert sentence in str(refused.value)
    assert everything() == before


@pytest.mark.parametrize(
    ("file", "sentence"),
    [("nowhere.json", "cannot be read: No such file or directory."), ("", "cannot be read: Is a directory.")],
)
def test_it_refuses_a_file_that_it_cannot_read(book, tmp_path, file, sentence):
    with pytest.raises(CommandError) as refused:
        call_command("scheme", "book", str(tmp_path / file))
    assert str(refused.value) == f"{tmp_path / file} {sentence}"


def test_it_refuses_a_programme_that_there_is_not(db, tmp_path):
    with pytest.raises(CommandError, match=r"^There is no programme “nowhere”\.$"):
        call_command("scheme", "nowhere", str(tmp_path / "scheme.json"))
