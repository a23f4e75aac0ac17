"""What a test may need of the machine. Where it is missing the test is skipped with the reason; with CI set it fails."""

import os
from typing import NoReturn

import pytest

from reports.pdf import unavailable
from scripts import bootstrap


def lacking(reason: str) -> NoReturn:
    never_skips = os.environ.get("CI", "").lower() not in {"", "0", "false"}
    (pytest.fail if never_skips else pytest.skip)(reason)


def pango() -> None:
    """For what lays out a real PDF, here or in a process of its own: `@pytest.mark.pdf`."""
    if reason := unavailable():
        lacking(reason)


def chromium() -> str:
    """Return the browser, for `@pytest.mark.browser`."""
    found = bootstrap.chromium()
    if found is None:
        lacking(f"Chromium is missing: {bootstrap.how_to_get([bootstrap.CHROMIUM])}")
    return found


def java() -> str:
    """Return the Java that runs the standards' validator, for `@pytest.mark.verapdf`."""
    found = bootstrap.java()
    if found is None:
        lacking(f"Java is missing: {bootstrap.how_to_get([bootstrap.JAVA])}")
    return found
