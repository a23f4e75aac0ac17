import runpy

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tests.roles import unguarded

pytestmark = pytest.mark.django_db(transaction=True)
WSGI = str(settings.BASE_DIR / "config" / "wsgi.py")


def test_the_web_starts_on_a_database_with_its_triggers():
    assert callable(runpy.run_path(WSGI)["application"])


def test_the_web_refuses_a_database_without_them():
    refusal = r"The database lacks \d+ of the triggers .* does not start: run “manage.py migrate”\."
    with unguarded(), pytest.raises(ImproperlyConfigured, match=refusal):
        runpy.run_path(WSGI)
