from django.urls import path

from programmes.months import MONTH
from programmes.views import rows

urlpatterns = [
    path(f"{MONTH}rows/<slug:kind>/<path:key>/draft/", rows.draft, name="draft"),
    path(f"{MONTH}rows/<slug:kind>/<path:key>/remove/", rows.remove, name="remove"),
    path(f"{MONTH}rows/<slug:kind>/<path:key>/", rows.row, name="row"),
]
