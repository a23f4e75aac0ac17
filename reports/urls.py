from django.urls import path

from programmes.converters import MONTH
from reports.views import files, history, lists, scorecard

urlpatterns = [
    path("", scorecard.portfolio, name="portfolio"),
    path("history/", history.history, name="history_outside"),
    path("history.<slug:code>", history.history_file, name="history_outside_file"),
    path("glossary/", scorecard.glossary, name="glossary"),
    path("programmes/<slug:slug>/", scorecard.programme, name="programme"),
    path("programmes/<slug:slug>/history/", history.history, name="history"),
    path("programmes/<slug:slug>/history.<slug:code>", history.history_file, name="history_file"),
    path(MONTH, scorecard.scorecard, name="scorecard"),
    path(f"{MONTH}about/", scorecard.about, name="about"),
    path(f"{MONTH}editions/", scorecard.editions, name="editions"),
    path(f"{MONTH}scorecard.<slug:code>", files.download, name="download"),
    path(f"{MONTH}kept.<slug:code>", files.kept, name="kept"),
    path(f"{MONTH}tables/<slug:key>/", scorecard.whole_table, name="whole_table"),
    path(f"{MONTH}tables/<slug:key>.<slug:code>", files.table, name="table"),
    path(f"{MONTH}ratings/<str:ref>/<slug:dimension>/", scorecard.evidence, name="evidence"),
    path(f"{MONTH}findings/", lists.findings, name="findings"),
    path(f"{MONTH}findings.<slug:code>", lists.findings_file, name="findings_file"),
]
