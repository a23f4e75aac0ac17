"""The files of an example that hold risks, mitigating actions and issues.

A score is stated as it is published: "3x4" is a likelihood and an impact, "16" a score alone, "" not stated.
"""

from typing import Any

from programmes.examples.files import ExampleFile, Known, Line, day, flag, register, same, stated
from programmes.models import Product, Workstream
from programmes.models.stated_dates import date_columns
from risks.models import MOMENTS, IssuePosition, MitigationPosition, Risk, RiskPosition


def _score(moment: str, text: str) -> dict[str, str]:
    likelihood, by, impact = text.partition("x")
    alone = "" if by else likelihood
    return {
        f"{moment}_likelihood": likelihood if by else "",
        f"{moment}_impact": impact,
        f"{moment}_alone": alone,
    }


def _risk(line: Line, known: Known) -> dict[str, Any]:
    scores = [_score(moment, line[moment]) for moment in MOMENTS]
    return {
        "workstream": known.get_named(Workstream, line["workstream"]),
        "product": known.get_named(Product, line["product"]),
        "raised_on": day(line["raised_on"]),
        "by_exception": flag(line["by_exception"]),
        "closed_on": day(line["closed_on"]),
        **{column: value for score in scores for column, value in score.items()},
        **date_columns("target_date", stated(line["target_date"])),
        **same(line, "title", "cause", "event", "effect", "level", "category", "raised_by", "owner", "proximity"),
        **same(line, "treatment", "prospects", "response", "progress", "closed_because"),
    }


def _mitigation(line: Line, known: Known) -> dict[str, Any]:
    return {
        "risk": known.get_named(Risk, line["risk"]),
        "done_on": day(line["done_on"]),
        **date_columns("due", stated(line["due"])),
        **same(line, "title", "owner", "progress"),
    }


def _issue(line: Line, known: Known) -> dict[str, Any]:
    return {
        "workstream": known.get_named(Workstream, line["workstream"]),
        "risk": known.get_named(Risk, line["risk"]),
        "raised_on": day(line["raised_on"]),
        "closed_on": day(line["closed_on"]),
        **date_columns("due", stated(line["due"])),
        **same(line, "title", "effect", "level", "category", "raised_by", "owner", "response", "progress"),
        **same(line, "closed_because"),
    }


register(
    ExampleFile("risks", RiskPosition, _risk),
    ExampleFile("mitigations", MitigationPosition, _mitigation),
    ExampleFile("issues", IssuePosition, _issue),
)
