"""What a PDF is made with is in its key: after an upgrade it is made anew."""

import shutil
from importlib import metadata
from pathlib import Path

import pytest

from reports.pdf import engine, fingerprint, maker


@pytest.fixture
def copied(tmp_path):
    """The code that makes PDFs and its style sheets, to be changed."""
    code = shutil.copytree(Path(maker.__file__).parent, tmp_path / "pdf")
    return code, shutil.copytree(engine.CSS_FOLDER, tmp_path / "css")


@pytest.fixture(autouse=True)
def forgotten():
    yield
    fingerprint.cache_clear()


def test_it_is_the_same_at_another_place(copied):
    assert fingerprint(*copied) == fingerprint()


@pytest.mark.parametrize("name", ["finisher.py", "standards.py", "fit.py", "fonts.py"])
def test_it_changes_with_our_code(name, copied):
    with (copied[0] / name).open("a") as code:
        code.write("# changed\n")

    assert fingerprint(*copied) != fingerprint()


@pytest.mark.parametrize("name", engine.STYLESHEETS)
def test_it_changes_with_the_style(name, copied):
    (copied[1] / name).write_text("h1 { color: red }")

    assert fingerprint(*copied) != fingerprint()


@pytest.mark.parametrize("package", ["weasyprint", "pydyf", "fonttools", "font-source-sans-pro"])
def test_it_changes_with_the_version_of_what_lays_out_and_of_the_faces(package, monkeypatch):
    before = fingerprint()
    fingerprint.cache_clear()
    version = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "999" if name.lower() == package else version(name))

    assert fingerprint() != before
