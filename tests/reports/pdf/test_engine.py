"""Where PDFs can be made, what they say where they cannot, and that the same input gives the same bytes."""

import ast
import hashlib
import os
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from reports.pdf import PdfFailed, PdfUnavailable, engine, fonts, render, unavailable
from tests.reports.pdf import sample

ROOT = Path(settings.BASE_DIR)
SOURCES = [
    path
    for path in ROOT.rglob("*.py")
    if not {"tests", "__pycache__"} & set(path.relative_to(ROOT).parts)
    and not path.relative_to(ROOT).parts[0].startswith(".")
]


def python(code, *, cwd=ROOT, **environment):
    """Run Python apart from this process and return what it prints."""
    known = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**known, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


# --- The same bytes -----------------------------------------------------------------------------------------------

HASH = """
from hashlib import sha256
from reports.pdf import render
from tests.reports.pdf import sample
print(sha256(render(sample.document(rows=20))).hexdigest())
"""


@pytest.mark.pdf
def test_the_same_document_gives_the_same_bytes_anywhere(tmp_path):
    """In another process, with another hash seed, time zone, language and working directory."""
    here = hashlib.sha256(render(sample.document(rows=20))).hexdigest()
    one = python(HASH, cwd=tmp_path, PYTHONHASHSEED="1", TZ="America/New_York", LC_ALL="C", SOURCE_DATE_EPOCH="1")
    two = python(HASH, PYTHONHASHSEED="4242", TZ="Asia/Kolkata", LC_ALL="C.UTF-8")

    assert one.split() == two.split() == [here]


@pytest.mark.pdf
def test_the_same_document_gives_the_same_bytes_in_every_thread(sample_pdf):
    made = []
    threads = [threading.Thread(target=lambda: made.append(render(sample.document()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [sample_pdf] * 3


@pytest.mark.pdf
def test_another_document_gives_other_bytes(sample_pdf):
    assert render(sample.document(rows=91)) != sample_pdf


# --- Documents that cannot be made --------------------------------------------------------------------------------


@pytest.mark.pdf
def test_text_nested_too_deeply_is_refused_in_words():
    with pytest.raises(PdfFailed, match="nested too deeply"):
        render(sample.document("<div>" * 500 + "x"))


@pytest.mark.pdf
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "too large for this machine’s memory"),
        (ValueError("internal"), r"laying out the document failed \(ValueError\)"),
    ],
)
def test_any_other_failure_is_told_in_words(error, sentence, monkeypatch):
    def fail(*args):
        raise error

    monkeypatch.setattr(engine, "_write", fail)
    with pytest.raises(PdfFailed, match=sentence) as failed:
        render(sample.document())
    assert failed.value.__cause__ is error


@pytest.mark.pdf
@pytest.mark.parametrize("lost", [' lang="en-GB"', "<title>LGR in Somerset: scorecard, June 2022</title>"])
def test_a_document_without_language_or_title_is_refused(lost):
    with pytest.raises(PdfFailed, match="its language and its title"):
        render(sample.document("<p>x</p>").replace(lost, ""))


@pytest.mark.pdf
@pytest.mark.parametrize(("step", "answer"), [("_is_wrapped_item", False), ("_is_untagged", True)])
def test_a_finisher_out_of_step_with_weasyprint_makes_no_pdf(step, answer, monkeypatch):
    from reports.pdf import marks

    monkeypatch.setattr(marks, step, lambda box: answer)
    with pytest.raises(PdfFailed) as failed:
        render(sample.document())
    assert isinstance(failed.value.__cause__, marks.Mismatch)


@pytest.mark.pdf
def test_the_garbage_collector_is_left_as_it_was():
    import gc

    render(sample.document("<p>x</p>"))
    assert gc.isenabled()


# --- Machines that cannot make them -------------------------------------------------------------------------------

WITHOUT_PANGO = """
import cffi
def dlopen(self, name, flags=0): raise OSError(f"cannot load library {name}")
cffi.FFI.dlopen = dlopen
"""
ASK = """
from reports.pdf import PdfUnavailable, render, unavailable
print(unavailable())
try:
    render("<html lang=en><title>x</title>")
except PdfUnavailable as refused:
    print(refused)
"""


@pytest.mark.pdf
def test_pdfs_can_be_made_here():
    assert unavailable() == ""


def test_without_pango_it_says_what_to_install_and_nothing_else():
    said = python(WITHOUT_PANGO + ASK).splitlines()

    assert said == [engine.PANGO_IS_MISSING] * 2
    for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "brew install pango"):
        assert package in said[0]


def test_without_weasyprint_it_says_so():
    said = python("import sys; sys.modules['weasyprint'] = None" + ASK).splitlines()

    assert said == ["PDF export is off: the Python package “weasyprint” is not installed."] * 2


def test_without_the_typeface_it_says_so(monkeypatch):
    monkeypatch.setattr(fonts, "folder", lambda: None)
    engine.unavailable.cache_clear()
    try:
        with pytest.raises(PdfUnavailable, match="“font-source-sans-pro” is not installed"):
            render(sample.document())
    finally:
        engine.unavailable.cache_clear()


@pytest.mark.pdf
def test_weasyprint_is_loaded_when_the_first_pdf_is_made_and_not_before():
    code = "import sys, reports.pdf; print('weasyprint' in sys.modules); reports.pdf.unavailable(); print('weasyprint' in sys.modules)"

    assert python(code).split() == ["False", "True"]


# --- One module, closed (T4) --------------------------------------------------------------------------------------


def parsed():
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def dangerous(tree):
    """Yield what would let WeasyPrint open an address: sources that are no strings, options that fetch."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if name in ("HTML", "CSS") and (node.args or {"guess", "url", "filename", "file_obj"} & given.keys()):
            yield ast.unparse(node)
        if name in ("HTML", "CSS") and "url_fetcher" not in given:
            yield ast.unparse(node)
        if {"xmp_metadata", "attachments", "output_intent"} & given.keys():
            yield ast.unparse(node)
        if "stylesheets" in given and not all(isinstance(sheet, ast.Name) for sheet in given["stylesheets"].elts):
            yield ast.unparse(node)


def test_only_the_pdf_module_imports_weasyprint():
    importers = {
        path for path, tree in parsed().items() if any(name.split(".")[0] == "weasyprint" for name in imported(tree))
    }

    assert importers
    assert {path for path in importers if not path.startswith("reports/pdf/")} == set()


def test_nobody_hands_weasyprint_an_address():
    assert {path: list(dangerous(tree)) for path, tree in parsed().items() if any(dangerous(tree))} == {}


@pytest.mark.parametrize(
    "code",
    [
        "HTML('page.html')",
        "HTML(url=address, url_fetcher=fetcher)",
        "HTML(string=html)",
        "weasyprint.CSS(filename='x.css', url_fetcher=fetcher)",
        "document.write_pdf(stylesheets=['print.css'])",
        "document.write_pdf(stylesheets=[CSS(url='x')])",
        "document.write_pdf(xmp_metadata=['x'])",
    ],
)
def test_an_address_handed_over_would_be_seen(code):
    assert list(dangerous(ast.parse(code)))


def test_weasyprint_is_pinned_at_the_version_that_closes_its_holes():
    """70.0 fixes the fetchers that stylesheets and XMP metadata went round, and stops drawing EPS."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert "weasyprint>=70,<71" in project["dependencies"]
