"""What every test may use. Browser tests have more in `tests/browser/conftest.py`."""

import os
from pathlib import Path

from django.db import connection
from django.test import TestCase, TransactionTestCase

from core import triggers

os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).parent.parent / ".cache" / "hypothesis"))


_teardown = TransactionTestCase._fixture_teardown


def _thawed_teardown(case):
    """A transactional test ends by emptying every table, which the triggers refuse: they go first.

    The flush ends with `post_migrate`, which puts them back.
    """
    if not isinstance(case, TestCase):
        triggers.drop(connection)
    _teardown(case)


TransactionTestCase._fixture_teardown = _thawed_teardown
