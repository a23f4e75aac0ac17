"""What is asked of a risk, a mitigating action and an issue."""

from typing import Any

from django import forms

from core.dates import long_date
from core.fields import DayField, StatedDateField
from programmes import figures as plan
from programmes.month import Month
from programmes.rows import RowForm
from risks import figures
from risks.models import MOMENTS, IssuePosition, MitigationPosition, RiskPosition
from risks.rows.lists import categories, levels, prospects, steps, treatments
from risks.scheme import RULES, Matrix

OF_OTHERS = "of a workstream that you do not see"
SCORE = ("likelihood", "impact", "alone")


class RiskForm(RowForm[RiskPosition]):
    """A risk. Its scores are asked for by the matrix of the month's scheme, or by the one named scale it has."""

    focus = "title"

    product = forms.ChoiceField(label="Product it threatens", required=False)
    target_date = StatedDateField(required=False, label="Target date")

    class Meta(RowForm.Meta):
        model = RiskPosition
        fields = (
            *("title", "cause", "event", "effect", "level", "category", "owner", "raised_by", "raised_on"),
            *(f"{moment}_{part}" for moment in MOMENTS for part in SCORE),
            *("prospects", "treatment", "proximity", "response", "progress", "by_exception"),
            *("closed_on", "closed_because"),
        )

    def prepare(self) -> None:
        month = self.month
        self.offer("level", [("", "Not stated"), *levels(month)])
        self.offer("category", [("", "Not stated"), *categories(month)])
        self.offer("treatment", [("", "Not stated"), *treatments(month)])
        self.offer("prospects", [("", "Not stated"), *prospects(month)])
        rules = RULES.of(month.scheme)
        self._offer_scores(rules.matrix if rules else None)
        self.fields["owner"].help_text = "Left empty, nobody owns it, and the register says so"
        self.fields["proximity"].help_text = "When it would strike: within three months, from vesting day"
        self.fields["target_date"].help_text = f"By when the target score is to be reached. {StatedDateField.hint}"
        self.fields["closed_on"].help_text = f"Leave this and the reason empty while it is open. {DayField.hint}"
        _offer_things(self, "product", self.products)
        held = plan.plan(month).get(self.target.row.product_id) if self.target.row.product_id else None
        self.initial.setdefault("product", held.ref if held else "")
        scores = [f"{moment}_{part}" for moment in MOMENTS for part in SCORE]
        self.order_fields(
            [
                *("title", "owner", "level", "cause", "event", "effect", *scores, "target_date", "prospects"),
                *("treatment", "response", "progress", "by_exception", "category", "product", "proximity"),
                *("raised_by", "raised_on", "closed_on", "closed_because"),
            ]
        )

    def _offer_scores(self, matrix: Matrix | None) -> None:
        for moment in MOMENTS:
            for part, words in (("likelihood", matrix and matrix.likelihood), ("impact", matrix and matrix.impact)):
                if words:
                    self.offer(f"{moment}_{part}", [("", "Not stated"), *steps(words)])
                else:
                    del self.fields[f"{moment}_{part}"]
            alone = f"{moment}_alone"
            if matrix is None:
                del self.fields[alone]
                continue
            self.fields[alone].label = f"{moment.capitalize()} score" + ("" if matrix.scale else " alone")
            if not matrix.scale:
                self.fields[alone].help_text = "Only where likelihood and impact are not known"
            scores = steps(matrix.scale) if matrix.scale else [(score, score) for score in matrix.scores]
            self.offer(alone, [("", "Not stated"), *scores])

    def products(self) -> list[tuple[str, Any]]:
        """What it may threaten, by workstream: the live products that this person sees, and the one it names now."""
        month, row = self.month, self.target.row
        found = [
            each
            for key, each in plan.plan(month).items()
            if key == row.product_id or (not each.withdrawn and each.workstream in month.seen)
        ]
        unseen = [(each.ref, f"A product {OF_OTHERS}") for each in found if each.workstream not in month.seen]
        groups: list[tuple[str, Any]] = [("", "No product"), *unseen]
        for node in month.tree.by_pk.values():
            if node.pk in month.seen:
                here = [(each.ref, str(each)) for each in found if each.workstream == node.pk]
                groups += [(node.name, here)] if here else []
        return groups

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for moment in MOMENTS:
            if not self.errors.keys().isdisjoint(f"{moment}_{part}" for part in SCORE):
                continue
            likelihood, impact, alone = (said.get(f"{moment}_{part}", "") for part in SCORE)
            if bool(likelihood) != bool(impact):
                lacking = "impact" if likelihood else "likelihood"
                self.add_error(f"{moment}_{lacking}", f"State the {lacking} too, or leave both empty.")
            elif likelihood and alone:
                self.add_error(f"{moment}_alone", "Leave this empty: the score follows from likelihood and impact.")
        check_ending(self, self.month, "closed")
        return said

    def values(self) -> dict[str, Any]:
        said = super().values()
        ref = said.pop("product")
        products = plan.plan(self.month).items() if ref else ()
        said["product_id"] = next((key for key, each in products if each.ref == ref), None)
        return said


class MitigationForm(RowForm[MitigationPosition]):
    focus = "title"

    due = StatedDateField(required=False, label="Due")

    class Meta(RowForm.Meta):
        model = MitigationPosition
        fields = ("title", "owner", "done_on", "progress")

    def prepare(self) -> None:
        self.fields["title"].required = True
        self.order_fields(["title", "owner", "due", "done_on", "progress"])

    def clean_done_on(self) -> Any:
        return by_as_at(self.cleaned_data["done_on"], self.month)


class IssueForm(RowForm[IssuePosition]):
    focus = "title"

    risk = forms.ChoiceField(
        label="The risk it was",
        required=False,
        help_text="Where it was in the register before it came true. That one stays there as long as this does.",
    )
    due = StatedDateField(required=False, label="To be settled by")

    class Meta(RowForm.Meta):
        model = IssuePosition
        fields = (
            *("title", "effect", "level", "category", "owner", "raised_by", "raised_on", "response", "progress"),
            *("closed_on", "closed_because"),
        )

    def prepare(self) -> None:
        month, row = self.month, self.target.row
        self.offer("level", [("", "Not stated"), *levels(month)])
        self.offer("category", [("", "Not stated"), *categories(month)])
        self.fields["owner"].help_text = "Left empty, nobody owns it, and the log says so"
        self.fields["closed_on"].help_text = f"Leave this and the next empty while it is open. {DayField.hint}"
        _offer_things(self, "risk", self.risks)
        named = figures.titles(month).get(row.risk_id) if row.risk_id else None
        self.initial.setdefault("risk", named.ref if named else "")
        self.order_fields(
            [
                *("title", "owner", "level", "effect", "response", "progress", "due", "risk", "category"),
                *("raised_by", "raised_on", "closed_on", "closed_because"),
            ]
        )

    def risks(self) -> list[tuple[str, str]]:
        """What it may have been: the risks that this person sees, closed ones among them, and the one it names now."""
        now = self.target.row.risk_id
        found: list[tuple[str, str]] = [("", "No risk in the register")]
        for key, each in figures.titles(self.month).items():
            if each.workstream in self.month.seen:
                found.append((each.ref, str(each)))
            elif key == now:
                found.append((each.ref, f"A risk {OF_OTHERS}"))
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        check_ending(self, self.month, "settled")
        return said

    def values(self) -> dict[str, Any]:
        said = super().values()
        ref = said.pop("risk")
        risks = figures.titles(self.month).items() if ref else ()
        said["risk_id"] = next((key for key, each in risks if each.ref == ref), None)
        return said


def _offer_things(form: RowForm[Any], name: str, choices: Any) -> None:
    """Offer things of the month, called where they are asked for: of many rows at once nobody reads them."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def check_ending(form: forms.BaseForm, month: Month, ended: str) -> None:
    """What is over is so since a day, by the as-at date, and for a reason; what is open has neither."""
    if {"closed_on", "closed_because"} & form.errors.keys():
        return
    on, because = form.cleaned_data.get("closed_on"), form.cleaned_data.get("closed_because")
    if on and not because:
        form.add_error("closed_because", f"Say why it is {ended}." if ended == "closed" else "Say how it was settled.")
    elif because and not on:
        form.add_error("closed_on", f"Say since which day it is {ended}, or leave the reason empty.")
    elif on and on > month.period.as_at:
        form.add_error("closed_on", _after(month))


def by_as_at(day: Any, month: Month) -> Any:
    """A day of something that is done. Raise ValidationError where it lies after the day that the month describes."""
    if day and day > month.period.as_at:
        raise forms.ValidationError(_after(month))
    return day


def _after(month: Month) -> str:
    return f"This is after {long_date(month.period.as_at)}, the day this month describes."
