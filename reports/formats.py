"""The media a whole report can be had in, beside those of a table on its own (`core.formats`)."""

from core import as_csv
from core.blocks import Report
from core.formats import JSON, XLSX, Format
from reports import printed


def _csv(report: Report) -> bytes:
    """Every table as CSV in one zip."""
    return as_csv.bundle((f"{table.key}.csv", as_csv.dump(table)) for table in report.tables())


FORMATS = {
    found.code: found
    for found in (
        Format("html", "HTML", "text/html; charset=utf-8", "html", lambda report: printed.html(report).encode()),
        Format("pdf", "PDF", "application/pdf", "pdf", printed.pdf),
        XLSX,
        Format("csv", "CSV", "application/zip", "zip", _csv),
        JSON,
    )
}
