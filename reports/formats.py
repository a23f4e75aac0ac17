"""The media a report can be had in: how it is written, what it is called and how a browser is told."""

from collections.abc import Callable
from dataclasses import dataclass

from core import as_csv, as_json, as_xlsx
from core.blocks import Report
from reports import printed as paper


@dataclass(frozen=True, slots=True)
class Format:
    code: str
    label: str
    content_type: str
    suffix: str
    write: Callable[[Report], bytes]


def _csv(report: Report) -> bytes:
    """Every table as CSV in one zip; a report of one table as that CSV alone is `_one_csv`."""
    return as_csv.bundle((f"{table.key}.csv", as_csv.dump(table)) for table in report.tables())


def _one_csv(report: Report) -> bytes:
    return b"".join(as_csv.dump(table) for table in report.tables())


XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    found.code: found
    for found in (
        Format("html", "HTML", "text/html; charset=utf-8", "html", lambda report: paper.html(report).encode()),
        Format("pdf", "PDF", "application/pdf", "pdf", paper.pdf),
        Format("xlsx", "XLSX", XLSX_TYPE, "xlsx", as_xlsx.dump),
        Format("csv", "CSV", "application/zip", "zip", _csv),
        Format("json", "JSON", "application/json", "json", as_json.dump),
    )
}
# One table on its own, at its own address.
TABLE_FORMATS = {
    "xlsx": FORMATS["xlsx"],
    "csv": Format("csv", "CSV", "text/csv; charset=utf-8", "csv", _one_csv),
    "json": FORMATS["json"],
}


def file_name(report: Report, suffix: str, part: str = "") -> str:
    """somerset-2022-06-scorecard.pdf; refs and keys are plain, so nothing here needs quoting."""
    edition = f"edition-{report.edition}" if report.edition > 1 else ""
    scope = "" if report.is_whole else report.workstream.lower()
    words = (report.programme, report.period, edition, scope, part or report.layout)
    return "-".join(filter(None, words)) + f".{suffix}"
