"""Reading the environment: a value that cannot be read is answered with a sentence that says what to set."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("1", True),
        ("true", True),
        (" Yes ", True),
        ("ON", True),
        ("0", False),
        ("False", False),
        ("off", False),
        ("", False),
    ],
)
def test_flag_reads_what_people_write(monkeypatch, value, meant):
    monkeypatch.setenv("DEMO", value)
    assert env.flag("DEMO", default=not meant) is meant


def test_flag_that_is_not_set_takes_its_default(monkeypatch):
    monkeypatch.delenv("DEMO", raising=False)
    assert (env.flag("DEMO", default=True), env.flag("DEMO", default=False)) == (True, False)


def test_flag_that_is_neither_says_what_to_set(monkeypatch):
    monkeypatch.setenv("HTTPS", "maybe")
    with pytest.raises(ImproperlyConfigured, match=r"^HTTPS is 'maybe': set it to 1 or 0\.$"):
        env.flag("HTTPS", default=True)


@pytest.mark.parametrize(("value", "meant"), [("12", 12), (" 7 ", 7), ("", 3)])
def test_number_reads_a_whole_number(monkeypatch, value, meant):
    monkeypatch.setenv("JOB_LEASE", value)
    assert env.number("JOB_LEASE", 3) == meant


def test_number_that_is_none_says_what_to_set(monkeypatch):
    monkeypatch.setenv("JOB_LEASE", "many")
    with pytest.raises(ImproperlyConfigured, match=r"^JOB_LEASE is 'many': set it to a whole number\.$"):
        env.number("JOB_LEASE", 3)


def test_words_drops_blanks(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example, ,b.example,")
    assert env.words("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_folder_that_is_a_file_says_what_to_set(monkeypatch, tmp_path):
    (tmp_path / "notes.txt").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "notes.txt"))
    with pytest.raises(
        ImproperlyConfigured, match=r"^DATA_DIR is /.*/notes\.txt, which is a file: set it to a folder\.$"
    ):
        env.folder("DATA_DIR", Path("elsewhere"))


def test_folder_expands_home_and_stands_on_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DATA_DIR", "~/plumbline")
    assert env.folder("DATA_DIR", Path("elsewhere")) == tmp_path / "plumbline"


def test_folder_left_blank_takes_its_default(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", "")
    assert env.folder("DATA_DIR", tmp_path) == tmp_path


def test_secret_comes_from_the_variable(monkeypatch):
    monkeypatch.setenv("PG_PASSWORD", "plain")
    assert env.secret("PG_PASSWORD") == "plain"


def test_secret_comes_from_the_file_first(monkeypatch, tmp_path):
    (tmp_path / "password").write_text("from a file\n")
    monkeypatch.setenv("PG_PASSWORD", "plain")
    monkeypatch.setenv("PG_PASSWORD_FILE", str(tmp_path / "password"))
    assert env.secret("PG_PASSWORD") == "from a file"


def test_secret_whose_file_is_missing_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PG_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(
        ImproperlyConfigured, match=r"PG_PASSWORD_FILE names .*none, which cannot be read: No such file"
    ):
        env.secret("PG_PASSWORD")
