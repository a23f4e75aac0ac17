"""What every test may use. Browser tests have more in `tests/browser/conftest.py`."""

import gc
import os
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest
from django.db import connection
from django.test import SimpleTestCase, TestCase, TransactionTestCase

from core import triggers
from core.blocks import Table
from reports import printed as paper
from tests import needs, roles, scenes
from tests.costs import pytest_runtest_protocol, pytest_terminal_summary  # noqa: F401 - hooks
from tests.workers import start_worker  # noqa: F401 - a fixture

HANDS = 3  # of what is dealt out, two go to PostgreSQL: the suite on SQLite drives the browser
COMMITTING = {"transactional_db", "live_server"}  # fixtures
DATABASE = {"db"} | COMMITTING

os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).parent.parent / ".cache" / "hypothesis"))


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(config, items):
    """Mark what uses no database, and deal out what does not differ between them.

    On SQLite leave out what it has nothing for: such a test is none there, not skipped.
    """
    for item in items:
        if not uses_database(item):
            item.add_marker("no_database")
        elif item.get_closest_marker("dealt"):
            item.add_marker("on_sqlite" if crc32(item.nodeid.encode()) % HANDS == 0 else "on_postgresql")
    others = [item for item in items if item.get_closest_marker("postgresql")]
    if others and connection.vendor != "postgresql":
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


def pytest_collection_finish():
    """Look for garbage less often, and not in what was imported: it stays. A quarter of all time went into that."""
    gc.freeze()
    gc.set_threshold(50_000)


def uses_database(item):
    is_djangos = item.cls is not None and issubclass(item.cls, SimpleTestCase)
    return is_djangos or item.get_closest_marker("django_db") or not DATABASE.isdisjoint(item.fixturenames)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before any fixture of a test is made, what it cannot do without is there, and what it did not ask for is gone."""
    if item.get_closest_marker("pdf"):
        needs.pango()
    if item.get_closest_marker("verapdf"):
        needs.java()
    if item.get_closest_marker("browser"):
        needs.chromium()
    if scene_of(item) is not scenes.stage.scene:
        scenes.stage.strike()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request):
    """Have the scene of a test stand before pytest-django begins the transaction that the test is in."""
    if fixturedef.argname == "_django_db_helper":
        scenes.stage.set(scene_of(request.node))


def scene_of(item):
    if not uses_database(item) or commits(item):
        return None
    return scenes.wanted(item.fixturenames, item._fixtureinfo.name2fixturedefs)


def commits(item):
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or not COMMITTING.isdisjoint(item.fixturenames)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The owner makes the database and throws it away; between, everything is done as the role that owns nothing."""
    with django_db_blocker.unblock():
        roles.assume()
    scenes.stage.unblocked = django_db_blocker.unblock
    yield
    scenes.stage.strike()
    roles.lay_down()


@pytest.fixture(scope="session", autouse=True)
def laid_out_once():
    """Lay out the same HTML once: that it gives the same bytes again, tests/reports/pdf and test_somerset_pdf.py hold."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper, "render", cache(paper.render))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_heading_twice():
    """Whatever table any test makes, no two of its columns bear the same heading, with the bands above it."""
    make = Table.__init__

    def made(table, *args, **kwargs):
        make(table, *args, **kwargs)
        headings = [(*column.bands, column.label) for column in table.columns]
        assert len(set(headings)) == len(headings), f"Two columns of “{table.key}” are headed alike: {headings}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "__init__", made)
        yield


_teardown = TransactionTestCase._fixture_teardown


def _thawed_teardown(case):
    """A transactional test ends by emptying every table, which the triggers refuse: they go first.

    The flush ends with `post_migrate`, which puts them back.
    """
    if isinstance(case, TestCase):
        _teardown(case)
        return
    with roles.owner():
        triggers.drop(connection)
        _teardown(case)


TransactionTestCase._fixture_teardown = _thawed_teardown
