"""Every address. A page's view, address name, template and test share one word."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("", include("reports.urls")),
]
