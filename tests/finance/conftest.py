from tests.factories import person, somerset_scheme
from tests.finance.trials import line
from tests.returns.cast import Month
from tests.scenes import scene

YEAR = "2022/23"


def column(key, measure, **rest):
    return {"key": key, "label": key.replace("_", " ").capitalize(), "measure": measure, "year": YEAR} | rest


VARIANCE = {
    "key": "variance",
    "label": "Variance",
    "variance": {"of": "forecast", "against": "budget", "year": YEAR},
}
COLUMNS = [column("budget", "budget"), column("outturn", "forecast"), VARIANCE]
TOTAL = {"key": "total", "label": "Total"}
TABLE = {
    "code": "position",
    "caption": "Budget and outturn",
    "unit": "thousands",
    "columns": COLUMNS,
    "totals": [TOTAL],
}


def document(*tables, checks=(), layout=(), **money):
    """Somerset's scheme with these money tables, the checks named and a section for each table."""
    given = tables or (TABLE,)
    made = somerset_scheme() | {"money": {"tables": [*given], **money}, "checks": [*checks]}
    sections = [
        {"section": "money", "key": each["code"], "title": each["caption"], "options": {"table": each["code"]}}
        for each in given
    ]
    made["layouts"]["scorecard"] = [*made["layouts"]["scorecard"], *sections, *layout]
    return made


def stated(budget=None, forecast=None, *, year=YEAR, **measures):
    """Amounts of a line, in pounds."""
    given = {"budget": budget, "forecast": forecast, **measures}
    return {(year, measure): pounds for measure, pounds in given.items() if pounds is not None}


@scene
def month():
    """June after May: ERP costs less than planned, Payroll saves less, and a grant is as it was to be."""
    month = Month(document=document())
    month.staff = line(month, month.erp, "F-1", title="Staff", amounts=stated(5_697_000, 5_507_000))
    month.saving = line(month, month.payroll, "F-2", title="Posts", kind="saving", amounts=stated(2_246_000, 1_452_000))
    month.grant = line(month, month.payroll, "F-3", title="Grant", kind="grant", amounts=stated(500_000, 500_000))
    month.partner = person("finance", month.root, name="Finance partner")
    month.director = person("director", month.root, name="Director")
    return month
