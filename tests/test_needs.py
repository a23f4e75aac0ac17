"""What the machine lacks skips a test with the reason, never where CI is set; and it keeps no test from being found."""

import ast
from pathlib import Path

import pytest

from tests import needs


@pytest.mark.parametrize(
    ("ci", "ending"),
    [
        (None, pytest.skip.Exception),
        ("", pytest.skip.Exception),
        ("false", pytest.skip.Exception),
        ("true", pytest.fail.Exception),
        ("1", pytest.fail.Exception),
    ],
)
def test_where_ci_is_set_nothing_is_skipped(monkeypatch, ci, ending):
    monkeypatch.delenv("CI", raising=False)
    if ci is not None:
        monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(needs, "unavailable", lambda: "PDF export is off.")
    with pytest.raises(ending, match=r"^PDF export is off\.$"):
        needs.pango()


def test_without_java_the_reason_says_what_gets_it(monkeypatch):
    monkeypatch.setenv("CI", "")
    monkeypatch.setattr(needs.bootstrap, "java", lambda: None)
    with pytest.raises(pytest.skip.Exception, match=r"^Java is missing: .+"):
        needs.java()


@pytest.mark.pdf
def test_where_pdfs_can_be_made_nothing_is_lacking():
    needs.pango()


def test_no_file_of_tests_needs_pango_to_be_read():
    """With such an import it is an error at collection, and no other test runs either."""
    here = Path(__file__).parent
    with_it = [
        str(path.relative_to(here))
        for path in here.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, (ast.Import, ast.ImportFrom)) and "weasyprint" in ast.unparse(node)
    ]
    assert with_it == []
