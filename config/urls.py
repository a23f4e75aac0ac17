"""Every address. A page's view, address name, template and test share one word."""

from django.urls import include, path

from config import health

handler400 = "core.refusal.unread"
handler500 = "core.refusal.failed"

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("", include("jobs.urls")),
    path("", include("programmes.urls")),
    path("", include("finance.urls")),
    path("", include("returns.urls")),
    path("", include("reports.urls")),
]
