"""The media in which a table is had on its own: how it is written, what it is called and how a browser is told."""

from collections.abc import Callable
from dataclasses import dataclass

from core import as_csv, as_json, as_xlsx
from core.blocks import Report


@dataclass(frozen=True, slots=True)
class Format:
    """A medium that a report or one table of it can be had in.

    `write` makes the whole file, as bytes. The PDF's raises `PdfUnavailable` where this machine cannot lay text out,
    and takes seconds: a view has a worker do it. A table on its own is a report cut down to it.
    """

    code: str  # in addresses and commands: "xlsx"
    label: str  # of a link: "XLSX"
    content_type: str
    suffix: str  # of the file's name, without a dot
    write: Callable[[Report], bytes]


def _one_csv(report: Report) -> bytes:
    return b"".join(as_csv.dump(table) for table in report.tables())


XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX = Format("xlsx", "XLSX", XLSX_TYPE, "xlsx", as_xlsx.dump)
JSON = Format("json", "JSON", "application/json", "json", as_json.dump)
TABLE_FORMATS = {
    "xlsx": XLSX,
    "csv": Format("csv", "CSV", "text/csv; charset=utf-8", "csv", _one_csv),
    "json": JSON,
}


def file_name(report: Report, suffix: str, part: str = "") -> str:
    """somerset-2022-06-scorecard.pdf; refs and keys are plain, so nothing here needs quoting."""
    edition = f"edition-{report.edition}" if report.edition > 1 else ""
    scope = "" if report.is_whole else report.workstream.lower()
    words = (report.programme, report.period, edition, scope, part or report.layout)
    return "-".join(filter(None, words)) + f".{suffix}"
