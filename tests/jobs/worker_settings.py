"""The settings of a worker process that a test starts: the real ones, on the test's database."""

import os

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.apps.Kinds"]
