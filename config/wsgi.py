"""The web process: `gunicorn config.wsgi`. It does not start on a database that would let a closed month change."""

import os
from contextlib import closing

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connection

from core import startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
with closing(connection):
    if refusal := startup.refusal(connection):
        raise ImproperlyConfigured(refusal)
