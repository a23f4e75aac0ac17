"""The settings of the tests: the real ones, whatever the developer's environment says, in a data folder of their own."""

import os
import tempfile

# Before the import below: config.settings reads the environment once. The folder goes when the process ends.
_data = tempfile.TemporaryDirectory(prefix="plumbline-tests-")
os.environ |= {
    "DATA_DIR": _data.name,
    "SECRET_KEY": "tests",
    "DEMO": "0",
    "HTTPS": "0",
    "DEBUG": "0",
    "STATIC_ROOT": "",
}
for name in ("ALLOWED_HOSTS", "BEHIND_PROXY", "EMAIL_HOST", "PUBLIC_URL", "SECRET_KEY_FILE"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403
from config.settings import DATA_DIR, DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose

# A file, not Django's database in memory: that shares one connection between threads, so the live server would
# run without WAL, locks and time-outs, which are what differs in production.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

# After `programmes`, as every app whose rows stand under its: their order is that of the parts of a return.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.specimen"]  # noqa: F405
ROOT_URLCONF = "tests.urls"
