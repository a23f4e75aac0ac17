"""The addresses of the tests: the real ones, and those of the specimen as `config/urls.py` would have them."""

from django.urls import include, path

from config import urls
from config.urls import handler400, handler500  # noqa: F401 - Django looks for them here

urlpatterns = [*urls.urlpatterns, path("", include("tests.specimen.urls"))]
