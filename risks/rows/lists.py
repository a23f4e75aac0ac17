"""Registers as lists: what risks, actions and issues are narrowed by, what is read of them, what changes in many."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from core.blocks import Cell, Column, Kind
from core.fields import DayField, TextField
from core.lookups import one_of
from core.words import holds
from programmes.editing.listing import Listing
from programmes.forms.bulk import ChangeForm
from programmes.forms.listing import NONE, ListForm
from programmes.models import Period
from programmes.models.stated_dates import date_cell
from programmes.month import Month
from programmes.tree import Node
from risks import printed
from risks.models import MOMENTS, IssuePosition, MitigationPosition, RiskPosition
from risks.movement import scores_alike
from risks.rules import kinds_of_risks
from risks.scheme import RULES, Matrix

NOT_STATED = (NONE, "Not stated")
ALONE = "alone"  # in an address: a score without likelihood and impact
NO_MATRIX = Matrix((), (), (), ())

# --- Choices of the scheme ----------------------------------------------------------------------------------


def levels(month: Month) -> list[tuple[str, str]]:
    rules = RULES.of(month.scheme)
    return [(each.code, each.label) for each in rules.levels.values()] if rules else []


def categories(month: Month) -> list[tuple[str, str]]:
    rules = RULES.of(month.scheme)
    return [(each.code, each.label) for each in rules.categories.values()] if rules else []


def treatments(month: Month) -> list[tuple[str, str]]:
    rules = RULES.of(month.scheme)
    return [(each.code, each.label) for each in rules.treatments.values()] if rules else []


def prospects(month: Month) -> list[tuple[str, str]]:
    rules = RULES.of(month.scheme)
    return [(code, level.word) for code, level in rules.prospects.levels.items()] if rules and rules.prospects else []


def steps(words: tuple[str, ...]) -> list[tuple[str, str]]:
    """Steps as they are offered: “3 Possible”."""
    return [(str(n), f"{n} {word}") for n, word in enumerate(words, 1)]


def _bands(month: Month) -> list[tuple[str, str]]:
    rules = RULES.of(month.scheme)
    return (
        [(str(band.start), f"{band.level.word}: {band.start} or more") for band in rules.matrix.bands] if rules else []
    )


# --- What a list is narrowed to -----------------------------------------------------------------------------


def _owned_by(rows: "QuerySet[Any]", words: str) -> "QuerySet[Any]":
    """Those whose owner's post has these words in it."""
    return rows.filter(one_of("pk", (pk for pk, owner in rows.values_list("pk", "owner") if holds(owner, words))))


class EndingListForm(ListForm):
    """A register shows what is open unless it is asked for what is closed as well."""

    state = forms.ChoiceField(required=False, choices=[("", "Open"), ("closed", "Closed"), ("all", "Open and closed")])
    level = forms.ChoiceField(required=False)
    category = forms.ChoiceField(required=False)
    owner = forms.CharField(label="Words in the owner’s post", required=False, max_length=100)

    def prepare(self) -> None:
        self.offer("level", [("", "Any"), *levels(self.month), NOT_STATED])
        self.offer("category", [("", "Any"), *categories(self.month), NOT_STATED])

    @classmethod
    def narrow(cls, rows: "QuerySet[Any]", asked: Mapping[str, Any]) -> "QuerySet[Any]":
        if asked.get("state") != "all":
            rows = rows.filter(closed_on__isnull=asked.get("state") != "closed")
        for name in ("level", "category"):
            if asked.get(name):
                rows = rows.filter(**{name: "" if asked[name] == NONE else asked[name]})
        if asked.get("owner"):
            rows = _owned_by(rows, asked["owner"])
        return rows


class RiskListForm(EndingListForm):
    which = forms.ChoiceField(label="Only those", required=False)
    at_least = forms.ChoiceField(label="Current score", required=False)
    prospects = forms.ChoiceField(required=False)
    treatment = forms.ChoiceField(required=False)
    likelihood = forms.ChoiceField(required=False)
    impact = forms.ChoiceField(required=False)
    score = forms.ChoiceField(label="How it is scored", required=False)
    field_order = (
        *("q", "workstream", "which", "at_least", "prospects", "level", "owner", "state", "category", "treatment"),
        *("likelihood", "impact", "score", "only"),
    )

    def prepare(self) -> None:
        super().prepare()
        kinds = [(code, kind.label) for code, kind in kinds_of_risks(self.month.period).items()]
        self.offer("which", [("", "All"), *kinds])
        self.offer("at_least", [("", "Any or none"), *_bands(self.month)])
        self.offer("prospects", [("", "Any"), *prospects(self.month), NOT_STATED])
        self.offer("treatment", [("", "Any"), *treatments(self.month), NOT_STATED])
        rules = RULES.of(self.month.scheme)
        matrix = rules.matrix if rules else NO_MATRIX
        self.offer("likelihood", [("", "Any"), *steps(matrix.likelihood)])
        self.offer("impact", [("", "Any"), *steps(matrix.impact)])
        self.offer("score", [("", "Any"), (ALONE, "Score alone"), *steps(matrix.scale)])

    @classmethod
    def narrow(cls, rows: "QuerySet[Any]", asked: Mapping[str, Any]) -> "QuerySet[Any]":
        rows = super().narrow(rows, asked)
        if asked.get("which"):
            rows = rows.filter(**{f"is_{asked['which']}": True})
        if asked.get("at_least"):
            rows = rows.filter(current_score__gte=int(asked["at_least"]))
        for name in ("prospects", "treatment"):
            if asked.get(name):
                rows = rows.filter(**{name: "" if asked[name] == NONE else asked[name]})
        for name in ("likelihood", "impact"):
            if asked.get(name):
                rows = rows.filter(**{f"current_{name}": asked[name]})
        if asked.get("score"):
            alone = rows.exclude(current_alone="")
            rows = alone if asked["score"] == ALONE else alone.filter(current_alone=asked["score"])
        return rows


class MitigationListForm(ListForm):
    state = forms.ChoiceField(
        required=False,
        choices=[
            ("", "To do"),
            ("overdue", "Overdue"),
            ("no_date", "Without a date"),
            ("done", "Done"),
            ("all", "All"),
        ],
    )
    owner = forms.CharField(label="Words in the owner’s post", required=False, max_length=100)
    field_order = ("q", "workstream", "state", "owner", "only")

    @classmethod
    def narrow(cls, rows: "QuerySet[Any]", asked: Mapping[str, Any]) -> "QuerySet[Any]":
        """Of risks that are open: what is not done about one that is closed, nobody waits for."""
        state = asked.get("state") or ""
        if state != "all":
            rows = rows.filter(done_on__isnull=state != "done")
        if state not in {"all", "done"}:
            rows = rows.filter(risk_closed_on=None)
        if state == "overdue":
            rows = rows.filter(is_overdue=True)
        if state == "no_date":
            rows = rows.filter(due_latest=None)
        return _owned_by(rows, asked["owner"]) if asked.get("owner") else rows


def _risks(period: Period, _scope: Node) -> "QuerySet[Any]":
    """With what a list shows beside each: how many actions, and what its score was last month."""
    conditions = {f"is_{code}": kind.condition(period) for code, kind in kinds_of_risks(period).items()}
    done = MitigationPosition.objects.of(period).live().filter(risk=OuterRef("risk")).order_by()
    was = RiskPosition.objects.of(period.previous).live().filter(risk=OuterRef("risk"))
    return (
        RiskPosition.objects.placed(period)
        .live()
        .alias(**conditions)
        .annotate(
            actions=Subquery(done.values("risk").annotate(n=Count("pk")).values("n")),
            was_there=Exists(was),
            was_score=Subquery(was.values("current_score")[:1]),
        )
    )


def _mitigations(period: Period, _scope: Node) -> "QuerySet[Any]":
    return MitigationPosition.objects.placed(period).live().alias(is_overdue=Q(due_latest__lt=period.as_at))


def _issues(period: Period, _scope: Node) -> "QuerySet[Any]":
    return IssuePosition.objects.placed(period).live().select_related("risk")


# --- What is read -------------------------------------------------------------------------------------------

_RISK = (
    Column("title", "Risk", Kind.TEXT, is_header=True),
    Column("ref", "Ref", Kind.TEXT),
    Column("original", "Original", Kind.COUNT),
    Column("current", "Current", Kind.COUNT),
    Column("target", "Target", Kind.COUNT),
    Column("movement", "Movement", Kind.TEXT),
    Column("by", "By", Kind.DATE),
    Column("prospects", "Prospects", Kind.RATING),
    Column("actions", "Actions", Kind.COUNT),
    Column("owner", "Owner", Kind.TEXT),
    Column("level", "Level", Kind.TEXT),
    Column("raised", "Raised", Kind.DATE),
    Column("state", "To note", Kind.TEXT),
)
_MITIGATION = (
    Column("title", "Action", Kind.TEXT, is_header=True),
    Column("ref", "Ref", Kind.TEXT),
    Column("risk", "Risk", Kind.TEXT),
    Column("owner", "Owner", Kind.TEXT),
    Column("due", "Due", Kind.DATE),
    Column("done", "Done on", Kind.DATE),
    Column("progress", "Progress", Kind.TEXT),
)
_ISSUE = (
    Column("title", "Issue", Kind.TEXT, is_header=True),
    Column("ref", "Ref", Kind.TEXT),
    Column("effect", "Effect", Kind.TEXT),
    Column("response", "What is done about it", Kind.TEXT),
    Column("owner", "Owner", Kind.TEXT),
    Column("due", "To be settled by", Kind.DATE),
    Column("was", "The risk it was", Kind.TEXT),
    Column("state", "To note", Kind.TEXT),
)


def _risk(month: Month, row: Any) -> dict[str, Cell]:
    rules = RULES.of(month.scheme)
    return {
        "title": Cell(row.title, href=month.link("risk", row.risk.ref)),
        **{moment: printed.score_cell(month.scheme, row, moment) for moment in MOMENTS},
        "movement": Cell(_movement(month, row) or None),
        "by": date_cell(row, "target_date"),
        "prospects": printed.prospects_cell(rules, row.prospects),
        "actions": Cell(row.actions or 0),
        "owner": printed.owner_cell(row),
        "level": Cell(printed.level_label(rules, row.level) or None),
        "raised": Cell(row.raised_on),
        "state": Cell(printed.state_text(row) or ("Reported by exception" if row.by_exception else "")),
    }


def _movement(month: Month, row: Any) -> str:
    if month.past is None:
        return ""
    if not row.was_there:
        return "new"
    alike = scores_alike(RULES.of(month.scheme), RULES.of(month.past.scheme))
    return printed.moved_text(row.was_score, row.current_score) if alike else "another matrix"


def _mitigation(month: Month, row: Any) -> dict[str, Cell]:
    href = month.link("risk", row.risk.ref)
    return {
        "title": Cell(str(row)),
        "risk": Cell(f"{row.of_risk} ({row.risk.ref})", href=href),
        "owner": printed.owner_cell(row),
        "due": date_cell(row, "due"),
        "done": Cell(row.done_on),
        "progress": Cell(row.progress),
    }


def _issue(month: Month, row: IssuePosition) -> dict[str, Cell]:
    return {
        "effect": Cell(row.effect or None),
        "response": Cell(row.response or None),
        "owner": printed.owner_cell(row),
        "due": date_cell(row, "due"),
        "was": Cell(row.risk.ref, href=month.link("risk", row.risk.ref)) if row.risk else Cell(""),
        "state": Cell(printed.state_text(row, "Settled")),
    }


# --- What changes in many at once ---------------------------------------------------------------------------


class OwnedChangeForm(ChangeForm):
    """Whoever owned several may leave: the post is another, or nobody’s."""

    owner = TextField(max_length=200, required=False, label="Owner (post)", help_text="Left empty, every owner stays")
    vacant = forms.BooleanField(label="The owner has left: nobody owns them until somebody is named", required=False)

    keeps_words = frozenset({"owner"})

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("owner") and said.get("vacant"):
            self.add_error("owner", "Name the new owner, or say that nobody has taken them: not both.")
        return said

    def changes(self) -> dict[str, Any]:
        said = super().changes()
        return said | {"owner": ""} if said.pop("vacant", False) else said


class RisksForm(OwnedChangeForm):
    prospects = forms.ChoiceField(required=False)
    treatment = forms.ChoiceField(required=False)
    category = forms.ChoiceField(required=False)

    def prepare(self) -> None:
        for name, choices in (("prospects", prospects), ("treatment", treatments), ("category", categories)):
            self.offer(name, [*choices(self.month), NOT_STATED])


class MitigationsForm(OwnedChangeForm):
    done_on = DayField(required=False, label="Done on")


class IssuesForm(OwnedChangeForm):
    category = forms.ChoiceField(required=False)

    def prepare(self) -> None:
        self.offer("category", [*categories(self.month), NOT_STATED])


SORTS = {"title": "Title", "current_score": "Current score", "target_date_latest": "Target date", "owner": "Owner"}
RISKS = Listing("risks", RiskPosition, RiskListForm, _risks, SORTS | {"ref": "Ref"}, _RISK, _risk, RisksForm)
MITIGATIONS = Listing(
    "mitigations",
    MitigationPosition,
    MitigationListForm,
    _mitigations,
    {"title": "Action", "due_latest": "Due", "owner": "Owner", "ref": "Ref"},
    _MITIGATION,
    _mitigation,
    MitigationsForm,
)
ISSUES = Listing(
    "issues",
    IssuePosition,
    EndingListForm,
    _issues,
    {"title": "Title", "due_latest": "To be settled by", "owner": "Owner", "ref": "Ref"},
    _ISSUE,
    _issue,
    IssuesForm,
)
