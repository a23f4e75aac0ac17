"""`scripts/lint.py`: every check runs and is reported, and the settings it checks are a council's."""

import sys

from scripts import lint


def check(code):
    return [sys.executable, "-c", code]


def test_every_check_is_reported_in_order_whatever_the_first_says(monkeypatch, capsys):
    broken = "import time; time.sleep(0.2); print('a reason'); raise SystemExit(3)"
    monkeypatch.setattr(lint, "CHECKS", {"first": check(broken), "second": check("print('no matter')")})
    assert lint.main() == 1
    assert capsys.readouterr().out == "first: FAILED\na reason\nsecond: ok\n"


def test_checks_that_all_pass_say_so(monkeypatch, capsys):
    monkeypatch.setattr(lint, "CHECKS", {"first": check("")})
    assert lint.main() == 0
    assert capsys.readouterr().out == "first: ok\n"


def test_the_settings_checked_are_a_councils_on_an_empty_database(monkeypatch):
    monkeypatch.setenv("PG_HOST", "db.example")
    monkeypatch.setenv("DEBUG", "1")
    monkeypatch.setenv("DEMO", "1")
    settings = lint.production("/nowhere")
    assert (settings["HTTPS"], settings["DEMO"], settings["DATA_DIR"]) == ("1", "0", "/nowhere")
    assert not {"PG_HOST", "DEBUG"} & settings.keys()
