"""Risks, mitigating actions and issues: how each is found by its key, and shown as a line."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from core.blocks import Cell, Column, Kind
from programmes.actions.positions import write_position
from programmes.editing.refs import next_ref, taken_or
from programmes.models import Identity
from programmes.models.named import named
from programmes.models.stated_dates import date_stated
from programmes.month import Month
from programmes.rows import Row, RowKind, register
from programmes.rows.base import MONTHLY, lost, seen_node
from risks import printed
from risks.actions import write_issue, write_risk
from risks.models import Issue, IssuePosition, Mitigation, MitigationPosition, Risk, RiskPosition
from risks.rows.forms import IssueForm, MitigationForm, RiskForm
from risks.rows.lists import ISSUES, MITIGATIONS, RISKS
from risks.rows.part import parts
from risks.scheme import RULES, asked_in_returns

# --- How one is found ---------------------------------------------------------------------------------------


def find_risk(month: Month, key: str) -> Row[RiskPosition]:
    """Key: REF of one that is there; WORKSTREAM/new to add one, which proposes WORKSTREAM/REF."""
    under, _, ref = key.rpartition("/")
    if not under:
        row = RiskPosition.objects.placed(month.period).filter(risk__ref=ref).select_related("risk").first()
        if row is None or row.workstream_id not in month.seen:
            raise lost(month, f"risk {ref}")
        return risk_of(month, row)
    node = seen_node(month, under)
    ref = _free_ref(month, Risk, ref)
    blank = RiskPosition(period=month.period, risk=Risk(programme=month.programme, ref=ref), workstream_id=node.pk)
    return Row(RISK, f"{node.ref}/{ref}", blank, node, f"New risk {ref} of {node.name}", f"{node.ref}/new")


def risk_of(month: Month, row: RiskPosition) -> Row[RiskPosition]:
    row.period = month.period
    return Row(RISK, row.risk.ref, row, month.tree.by_pk[row.workstream_id], named(row))


def find_mitigation(month: Month, key: str) -> Row[MitigationPosition]:
    """Key: REF of one that is there; RISK/new to add one to that, which proposes RISK/REF."""
    under, _, ref = key.rpartition("/")
    if not under:
        row = placed_mitigations(month).filter(mitigation__ref=ref).first()
        if row is None or row.in_workstream not in month.seen:
            raise lost(month, f"mitigating action {ref}")
        return mitigation_of(month, row)
    risk = find_risk(month, under)
    if risk.is_new:
        raise lost(month, key)
    ref = _free_ref(month, Mitigation, ref)
    thing = Mitigation(programme=month.programme, ref=ref)
    blank = MitigationPosition(period=month.period, mitigation=thing, risk=risk.row.risk)
    about = f"New mitigating action {ref} on “{risk.row.title}” ({risk.key})"
    return Row(MITIGATION, f"{risk.key}/{ref}", blank, risk.node, about, f"{risk.key}/new")


def placed_mitigations(month: Month) -> "QuerySet[Any]":
    return MitigationPosition.objects.placed(month.period).select_related("mitigation", "risk")


def mitigation_of(month: Month, row: Any) -> Row[MitigationPosition]:
    """One read with `placed` and its risk."""
    row.period = month.period
    return Row(MITIGATION, row.mitigation.ref, row, month.tree.by_pk[row.in_workstream], named(row))


def find_issue(month: Month, key: str) -> Row[IssuePosition]:
    """Key: REF of one that is there; WORKSTREAM/new to add one, which proposes WORKSTREAM/REF."""
    under, _, ref = key.rpartition("/")
    if not under:
        there = IssuePosition.objects.placed(month.period).filter(issue__ref=ref).select_related("issue", "risk")
        row = there.first()
        if row is None or row.workstream_id not in month.seen:
            raise lost(month, f"issue {ref}")
        return issue_of(month, row)
    node = seen_node(month, under)
    ref = _free_ref(month, Issue, ref)
    blank = IssuePosition(period=month.period, issue=Issue(programme=month.programme, ref=ref), workstream_id=node.pk)
    return Row(ISSUE, f"{node.ref}/{ref}", blank, node, f"New issue {ref} of {node.name}", f"{node.ref}/new")


def issue_of(month: Month, row: IssuePosition) -> Row[IssuePosition]:
    row.period = month.period
    return Row(ISSUE, row.issue.ref, row, month.tree.by_pk[row.workstream_id], named(row))


def _free_ref(month: Month, kind: type[Identity], ref: str) -> str:
    return taken_or(month.programme, kind, ref, next_ref(month.programme, kind))


# --- How one is shown ---------------------------------------------------------------------------------------


def risk_columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("title", "Risk", Kind.TEXT, is_header=True),
        Column("current", "Current", Kind.COUNT),
        Column("target", "Target", Kind.COUNT),
        Column("by", "By", Kind.TEXT),
        Column("prospects", "Prospects", Kind.RATING),
        Column("owner", "Owner", Kind.TEXT),
    )


def risk_cells(month: Month, target: Row[RiskPosition]) -> Mapping[str, Cell]:
    row = target.row
    closed = ", closed" if row.is_closed else ""
    return {
        "title": Cell(f"{row.title} ({row.risk.ref}){closed}"),
        "current": printed.score_cell(month.scheme, row, "current"),
        "target": printed.score_cell(month.scheme, row, "target"),
        "by": Cell(date_stated(row, "target_date") or None),
        "prospects": printed.prospects_cell(RULES.of(month.scheme), row.prospects),
        "owner": printed.owner_cell(row),
    }


def mitigation_columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("title", "Action", Kind.TEXT, is_header=True),
        Column("risk", "On the risk", Kind.TEXT),
        Column("when", "When", Kind.TEXT),
        Column("owner", "Owner", Kind.TEXT),
        Column("progress", "Progress", Kind.TEXT),
    )


def mitigation_cells(_month: Month, target: Row[MitigationPosition]) -> Mapping[str, Cell]:
    row = target.row
    return {
        "title": Cell(f"{row} ({row.mitigation.ref})"),
        "risk": Cell(row.risk.ref),
        "when": Cell(printed.due_text(row)),
        "owner": printed.owner_cell(row),
        "progress": Cell(row.progress or None),
    }


def issue_columns(_month: Month) -> tuple[Column, ...]:
    return (
        Column("title", "Issue", Kind.TEXT, is_header=True),
        Column("response", "What is done about it", Kind.TEXT),
        Column("due", "To be settled by", Kind.TEXT),
        Column("owner", "Owner", Kind.TEXT),
        Column("state", "To note", Kind.TEXT),
    )


def issue_cells(_month: Month, target: Row[IssuePosition]) -> Mapping[str, Cell]:
    row = target.row
    was = f"Was risk {row.risk.ref}" if row.risk else ""
    return {
        "title": Cell(f"{row.title} ({row.issue.ref})"),
        "response": Cell(row.response or None),
        "due": Cell(date_stated(row, "due") or None),
        "owner": printed.owner_cell(row),
        "state": Cell("; ".join(filter(None, [was, printed.state_text(row, "Settled")]))),
    }


RISK = register(
    RowKind(
        "risk",
        "risk",
        RiskPosition,
        RiskForm,
        find_risk,
        risk_of,
        risk_columns,
        risk_cells,
        stays=MONTHLY,
        acts=("occur", "move", "withdraw"),
        save=write_risk,
        part=parts,
        needs=asked_in_returns,
        listing=RISKS,
    )
)
MITIGATION = register(
    RowKind(
        "mitigation",
        "mitigating action",
        MitigationPosition,
        MitigationForm,
        find_mitigation,
        mitigation_of,
        mitigation_columns,
        mitigation_cells,
        stays=MONTHLY,
        acts=("move", "withdraw"),
        save=write_position,
        part=parts,
        needs=asked_in_returns,
        listing=MITIGATIONS,
    )
)
ISSUE = register(
    RowKind(
        "issue",
        "issue",
        IssuePosition,
        IssueForm,
        find_issue,
        issue_of,
        issue_columns,
        issue_cells,
        stays=MONTHLY,
        acts=("move", "withdraw"),
        save=write_issue,
        part=parts,
        needs=asked_in_returns,
        listing=ISSUES,
    )
)
