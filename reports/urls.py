from django.urls import path

from programmes.converters import MONTH
from reports import views

urlpatterns = [
    path("", views.portfolio, name="portfolio"),
    path("history/", views.history, name="history_outside"),
    path("history.<slug:code>", views.history_file, name="history_outside_file"),
    path("glossary/", views.glossary, name="glossary"),
    path("programmes/<slug:slug>/", views.programme, name="programme"),
    path("programmes/<slug:slug>/about/", views.about, name="about"),
    path("programmes/<slug:slug>/history/", views.history, name="history"),
    path("programmes/<slug:slug>/history.<slug:code>", views.history_file, name="history_file"),
    path(MONTH, views.scorecard, name="scorecard"),
    path(f"{MONTH}editions/", views.editions, name="editions"),
    path(f"{MONTH}scorecard.<slug:code>", views.download, name="download"),
    path(f"{MONTH}tables/<slug:key>/", views.whole_table, name="whole_table"),
    path(f"{MONTH}tables/<slug:key>.<slug:code>", views.table, name="table"),
    path(f"{MONTH}ratings/<str:ref>/<slug:dimension>/", views.evidence, name="evidence"),
    path(f"{MONTH}products/", views.listing, {"what": "products"}, name="products"),
    path(f"{MONTH}findings/", views.findings, name="findings"),
    path(f"{MONTH}findings.<slug:code>", views.findings_file, name="findings_file"),
    path(f"{MONTH}milestones/", views.listing, {"what": "milestones"}, name="milestones"),
]
