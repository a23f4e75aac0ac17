"""The report card of a risk: what it is, where it stands, what is done about it, and its scores over the months."""

import re
from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Cell, Column, Fact, Facts, Kind, Prose, ProseEntry, RowGroup, Table, TableRow
from core.dates import long_date
from programmes import figures as plan
from programmes.models.stated_dates import date_cell, date_stated
from programmes.month import Month
from risks import figures, printed
from risks.figures import Card
from risks.models import MOMENTS, MitigationPosition, RiskPosition
from risks.scheme import RULES
from risks.sections.issues import COLUMNS, cells
from risks.sections.tables import moved_from, notes


def cards(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """The report cards of the open risks of what is read, the highest score first.

    Option: `exceptions`, of those by rule alone.
    """
    rows = figures.register(month).still_open
    if options.get("exceptions"):
        rows = [row for row in rows if row.risk_id in figures.by_any_rule(month)]
    return tuple(block for each in figures.cards(month, rows) for block in card(month, each))


def card(month: Month, of: Card) -> tuple[Block, ...]:
    """One risk. The keys of its blocks end with its ref, so that many stand in one report."""
    row = of.row
    key = re.sub(r"[^a-z0-9]+", "-", row.risk.ref.lower())
    about = f"{row.title} ({row.risk.ref})"
    found: list[Block] = [
        Facts(f"risk_{key}", about, _facts(month, of)),
        Prose(f"risk_about_{key}", about, _said(month, row), empty="Nothing is written about it."),
        _actions(month, of, f"risk_actions_{key}"),
        _scores(month, of, f"risk_scores_{key}"),
    ]
    return (*found, _became(month, of, f"risk_issues_{key}")) if of.issues else tuple(found)


def _facts(month: Month, of: Card) -> tuple[Fact, ...]:
    row = of.row
    rules = RULES.of(month.scheme)
    product = plan.plan(month).get(row.product_id) if row.product_id else None
    facts = [
        *(
            Fact(
                m,
                f"{m.capitalize()} score",
                Kind.COUNT,
                printed.rated_score(month.scheme, row, m),
                _factors(month, row, m),
            )
            for m in MOMENTS
        ),
        Fact("movement", f"Since {month.period.last}", Kind.TEXT, moved_from(month, row, of.was(month))),
        Fact("by", "Target date", Kind.DATE, date_cell(row, "target_date"), _late(month, row)),
        Fact(
            "prospects", "Prospects", Kind.RATING, printed.prospects_cell(rules, row.prospects), _prospects(month, row)
        ),
        Fact("owner", "Owner", Kind.TEXT, printed.owner_cell(row)),
        Fact("level", "Level", Kind.TEXT, Cell(printed.level_label(rules, row.level) or None)),
    ]
    if product and product.workstream in month.visible | month.keys:
        facts.append(Fact("product", "Product it threatens", Kind.TEXT, Cell(str(product))))
    for name, label, said in (
        ("category", "Category", printed.category_label(rules, row.category)),
        ("treatment", "Treatment", printed.treatment_label(rules, row.treatment)),
        ("proximity", "When it would strike", row.proximity),
        (
            "raised",
            "Raised",
            ", ".join(filter(None, [row.raised_by, long_date(row.raised_on) if row.raised_on else ""])),
        ),
        ("closed", "Closed", printed.state_text(row)),
    ):
        if said:
            facts.append(Fact(name, label, Kind.TEXT, Cell(said)))
    return tuple(facts)


def _factors(month: Month, row: RiskPosition, moment: str) -> str:
    """Likelihood and impact in the words of the matrix: “3 Possible × 4 Major”."""
    rules = RULES.of(month.scheme)
    likelihood, impact = getattr(row, f"{moment}_likelihood"), getattr(row, f"{moment}_impact")
    if not likelihood or rules is None:
        return ""
    pair = ((likelihood, rules.matrix.likelihood), (impact, rules.matrix.impact))
    return " × ".join(f"{step} {words[int(step) - 1]}" if int(step) <= len(words) else step for step, words in pair)


def _late(month: Month, row: RiskPosition) -> str:
    return "passed, and the target is not reached" if figures.is_late(row, month.period) and not row.is_closed else ""


def _prospects(month: Month, row: RiskPosition) -> str:
    rules = RULES.of(month.scheme)
    return rules.prospects.meaning(row.prospects) if rules and rules.prospects else ""


def _said(month: Month, row: RiskPosition) -> tuple[ProseEntry, ...]:
    said = {
        "Cause": row.cause,
        "Event": row.event,
        "Effect": row.effect,
        "What is done about it": row.response,
        f"Progress by {long_date(month.period.as_at)}": row.progress,
    }
    return tuple(ProseEntry(str(n), "", text, heading=label) for n, (label, text) in enumerate(said.items()) if text)


def _actions(month: Month, of: Card, key: str) -> Table:
    columns = (
        Column("action", "Mitigating action", Kind.TEXT, is_header=True),
        Column("owner", "Owner", Kind.TEXT),
        Column("due", "Due", Kind.DATE),
        Column("state", "State", Kind.TEXT),
        Column("progress", "Progress", Kind.TEXT),
    )
    lines = tuple(
        TableRow(
            each.mitigation.ref,
            {
                "action": Cell(f"{each} ({each.mitigation.ref})"),
                "owner": printed.owner_cell(each),
                "due": date_cell(each, "due"),
                "state": Cell(_state(month, each)),
                "progress": Cell(each.progress or None),
            },
        )
        for each in of.actions
    )
    caption = f"Mitigating actions on {of.row.risk.ref}"
    return Table(
        key, caption, columns, (RowGroup("", "", lines),), notes=notes(month), empty="No action is written down."
    )


def _state(month: Month, each: MitigationPosition) -> str:
    if each.done_on:
        return f"Done {long_date(each.done_on)}"
    return "Overdue" if figures.is_overdue(each, month.period) else "To do"


def _scores(month: Month, of: Card, key: str) -> Table:
    """What each month said, the newest first: each score by the matrix of its own month."""
    columns = (
        Column("month", "Month", Kind.TEXT, is_header=True),
        *(Column(moment, moment.capitalize(), Kind.COUNT) for moment in MOMENTS),
        Column("by", "By", Kind.TEXT),
        Column("prospects", "Prospects", Kind.RATING),
        Column("level", "Level", Kind.TEXT),
        Column("state", "State", Kind.TEXT),
    )
    lines = []
    for period in reversed(figures.months(month)):
        then = of.history.get(period.pk)
        if then is None:
            continue
        rules = RULES.of(period.scheme)
        cells = {
            "month": Cell(period.name),
            **{moment: printed.score_cell(period.scheme, then, moment) for moment in MOMENTS},
            "by": Cell(date_stated(then, "target_date") or None),
            "prospects": printed.prospects_cell(rules, then.prospects),
            "level": Cell(printed.level_label(rules, then.level) or None),
            "state": Cell("Withdrawn" if then.withdrawn else printed.state_text(then) or "Open"),
        }
        lines.append(TableRow(period.label, cells))
    caption = f"{of.row.risk.ref} over the months, newest first"
    return Table(key, caption, columns, (RowGroup("", "", tuple(lines)),))


def _became(month: Month, of: Card, key: str) -> Table:
    """The issues that it has become."""
    columns = tuple(column for column in COLUMNS if column.key != "was")
    lines = tuple(TableRow(each.issue.ref, cells(each)) for each in of.issues)
    caption = f"What became of {of.row.risk.ref}: issues, {long_date(month.period.as_at)}"
    return Table(key, caption, columns, (RowGroup("", "", lines),), notes=notes(month))
