from django.urls import path

from programmes.converters import MONTH
from risks import views

urlpatterns = [
    path(f"{MONTH}risk-overview/", views.risk_overview, name="risk_overview"),
    path(f"{MONTH}risk/<path:ref>/", views.risk, name="risk"),
]
