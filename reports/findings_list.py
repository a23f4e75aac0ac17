"""The list of findings: what the checks find in the subtree read, narrowed by check and by severity."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from assurance.running import checks, findings
from core.blocks import Cell, Column, Kind, Report, RowGroup, Section, Table, TableRow
from core.dates import long_date
from programmes.checks import Finding, Severity
from programmes.month import Month
from programmes.navigation import RowLink, read_only
from programmes.report import bound
from programmes.rows import KINDS
from programmes.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to narrow the list, with how many findings it leaves."""

    value: str  # "" for all
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class NarrowedFindings:
    """What is found in a month, and what the list of it is narrowed to ("" where it is not)."""

    scheme: Scheme
    everything: list[Finding]
    check: str
    severity: str

    @property
    def found(self) -> list[Finding]:
        return [found for found in self._of_severity if self.check in ("", found.code)]

    @property
    def _of_severity(self) -> list[Finding]:
        return [found for found in self.everything if self.severity in ("", found.severity)]

    @property
    def query(self) -> dict[str, str]:
        return {"check": self.check, "severity": self.severity}

    @property
    def checks(self) -> list[Choice]:
        counts = Counter(found.code for found in self._of_severity)
        return _choices({check.code: check.title for check in checks(self.scheme)}, counts, self.check)

    @property
    def severities(self) -> list[Choice]:
        counts = Counter[str](found.severity for found in self.everything if self.check in ("", found.code))
        return _choices({severity: severity.level.word for severity in Severity}, counts, self.severity)


def asked_or_404(request: HttpRequest, month: Month) -> NarrowedFindings:
    """What is found and what `?check=` and `?severity=` narrow it to; a check or severity that there is not is 404."""
    check, severity = request.GET.get("check", ""), request.GET.get("severity", "")
    known = {"check": (check, [each.code for each in checks(month.scheme)]), "severity": (severity, [*Severity])}
    for what, (value, codes) in known.items():
        if value and value not in codes:
            raise Http404(f"There is no {what} “{value}”. There is: {', '.join(codes)}.")
    return NarrowedFindings(month.scheme, findings(month), check, severity)


def _choices(labels: Mapping[str, str], counts: Counter[str], current: str) -> list[Choice]:
    """All, then what leaves anything, and the one that is chosen even where it leaves nothing."""
    offered = [value for value in labels if counts[value] or value == current]
    everything = Choice("", "All", counts.total(), not current)
    return [everything, *(Choice(value, labels[value], counts[value], value == current) for value in offered)]


def report(month: Month, found: Iterable[Finding]) -> Report:
    """Findings as a report of one table, to be had as a file."""
    section = Section("findings", "What the checks find", (table(month, found),))
    return bound(month, "findings", (section,))


COLUMNS = (
    Column("subject", "About", Kind.TEXT, is_header=True),
    Column("severity", "Severity", Kind.RATING),
    Column("check", "Check", Kind.TEXT),
    Column("workstream", "Workstream", Kind.TEXT),
    Column("sentence", "What is found", Kind.TEXT),
    Column("evidence", "Evidence", Kind.TEXT),
)


def table(month: Month, found: Iterable[Finding], row_link: RowLink = read_only) -> Table:
    """Findings as a table block, one row each. A finding leads to where it can be mended, or else to its row."""
    titles = {check.code: check.title for check in checks(month.scheme)}
    rows = tuple(TableRow(f"{each.code}-{each.subject}", _cells(month, each, titles, row_link)) for each in found)
    caption = f"What the checks find, {long_date(month.period.as_at)}"
    return Table("findings", caption, COLUMNS, (RowGroup("", "", rows),), empty="The checks find nothing here.")


def _cells(month: Month, found: Finding, titles: Mapping[str, str], row_link: RowLink) -> dict[str, Cell]:
    node = month.tree.by_pk.get(found.workstream or 0)
    listing = KINDS[found.kind].listing if found.kind in KINDS else None
    listed = month.link(listing.what, workstream=node.ref, q=found.subject) if node and listing else ""
    href = row_link(found.kind, found.subject, found.workstream) or listed
    home = month.link("scorecard", workstream=node.ref) if node else ""
    return {
        "subject": Cell(found.subject, href=href),
        "severity": Cell.rated(found.severity.level),
        "check": Cell(titles[found.code]),
        "workstream": Cell(node.name if node else None, href=home),
        "sentence": Cell(found.sentence),
        "evidence": Cell("; ".join(found.evidence)),
    }
