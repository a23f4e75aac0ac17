"""What the generic tests try of kept reports."""

from reports.models import KeptReport
from tests.constraints import Rule, once, the


def for_rules(book, world):
    KeptReport.objects.create(period=world.may, layout="monthly", medium="json", content=b"{}", sha256="0" * 64)


ROW = {KeptReport: {"period": the("may"), "layout": "short", "medium": "json", "content": b"{}", "sha256": "0" * 64}}
RULES = [
    once(
        "report_kept_once",
        KeptReport,
        {"layout": "monthly"},
        elsewhere=[{"layout": "other"}, {"medium": "pdf"}, {"period": the("june")}],
    ),
    Rule("kept_medium_known", KeptReport, [{"medium": "csv"}], [{"medium": "json"}, {"medium": "pdf"}]),
]
