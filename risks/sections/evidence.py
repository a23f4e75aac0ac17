"""Risks and issues as the evidence under a rating: those of the dimensions that the scheme names."""

from core.blocks import Block
from programmes.month import Month
from risks import figures
from risks.scheme import RULES
from risks.sections.issues import issue_table
from risks.sections.tables import register_table


def risks_under(month: Month, dimension: str) -> tuple[Block, ...]:
    """The open risks, or issues, here and below, for the evidence under a rating of this dimension; else nothing."""
    rules = RULES.of(month.scheme)
    found: list[Block] = []
    if rules and dimension in rules.rated:
        rows = figures.register(month).still_open
        found.append(register_table(month, rows, key="risks", what="Open risks here and below"))
    if rules and dimension in rules.issues_rated:
        rows_of_issues = [row for row in figures.issues(month) if not row.is_closed]
        found.append(issue_table(month, rows_of_issues))
    return tuple(found)
