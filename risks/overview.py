"""The figures at the head of the risks of a month. Each leads to the rows that it counts."""

from core.blocks import Cell, Fact, Facts, Kind
from programmes.month import Month
from risks import figures
from risks.rules import kinds_of_risks


def facts(month: Month) -> Facts:
    found = figures.register(month)
    still_open = found.still_open
    exceptions = figures.by_any_rule(month)
    late = [row for row in still_open if figures.is_late(row, month.period)]
    issues = [row for row in figures.issues(month) if not row.is_closed]
    risks = [
        ("open", "Open risks", len(still_open), {}),
        ("exceptions", "Exceptions by rule", len(exceptions), {"which": "exception", "state": "all"}),
        ("late", "Target date passed", len(late), {"which": "late"}),
        ("no_owner", "Without an owner", sum(not row.owner for row in still_open), {"which": "no_owner"}),
        ("unscored", "Not scored", sum(row.current_score is None for row in still_open), {"which": "no_score"}),
    ]
    return Facts(
        "risk_facts",
        "At a glance",
        (
            *(_counted(key, label, n, month.link("risks", **asked)) for key, label, n, asked in risks),
            _counted(
                "overdue", "Actions overdue", figures.overdue_actions(month), month.link("mitigations", state="overdue")
            ),
            _counted("issues", "Open issues", len(issues), month.link("issues")),
        ),
    )


def _counted(key: str, label: str, n: int, href: str) -> Fact:
    return Fact(key, label, Kind.COUNT, Cell(n, href=href if n else ""))


def views(month: Month) -> list[tuple[str, str]]:
    """Ways to look at the register, each as its words and its address: the highest score first."""
    kinds = kinds_of_risks(month.period).items()
    return [(kind.label, month.link("risks", which=code, sort="-current_score")) for code, kind in kinds]
