"""What the generic tests try of finance lines, their amounts and control totals."""

from accounts.roles import Permission
from finance.models import Amount, ControlTotal, FinanceLine, FinanceLinePosition
from tests.constraints import Rule, identity, once, the
from tests.programmes.trials import UNSEEN

MONEY = {Permission.REPORT, Permission.COMPLETE_MONEY}
KEYS = {"financeline": ("F-{w}", "{w}/new"), "controltotal": ("position/total/budget", "position/total/outturn")}
TAKES = {"financeline": MONEY, "controltotal": {Permission.COMPLETE_MONEY, Permission.RUN_MONTHS}}
OF_ALL = {"controltotal"}
EXAMPLES = ("financeline",)
TRIED_BY_ITS_OWN = ("controltotal",)
SCHEME = {
    "money": {
        "tables": [
            {
                "code": "position",
                "caption": "Budget and outturn",
                "unit": "thousands",
                "columns": [
                    {"key": "budget", "label": "Budget", "measure": "budget", "year": "2022/23"},
                    {"key": "outturn", "label": "Outturn", "measure": "forecast", "year": "2022/23"},
                ],
                "totals": [{"key": "total", "label": "Total"}],
            }
        ]
    }
}
SAVES = {"financeline": ("F-0001", {"title": "Changed"}, "FIN/new", {"title": "Added", "kind": "cost"}, "lead")}
REQUIRED = {
    "financeline": ("FIN/new", {"title": UNSEEN, "kind": "cost"}, "Write something here."),
    "controltotal": ("position/total/budget", {"source": UNSEEN, "pounds": "1"}, "Write something here."),
}
ADDITIONS = [("financeline", "ROOT/F-0001", {"title": "Once", "kind": "cost"})]
COSTS = {"financeline": [10, 22, 9, 26]}
PAGES = {
    "money": (["book", "2022-06"], 404, 403),
    "money_file": (["book", "2022-06", "position", "csv"], 404, 403),
}
COLUMNS = {
    "finance_lines": "from ref workstream title group kind cashable comment withdrawn",
    "amounts": "from line year measure pounds",
    "control_totals": "period table row column pounds source explanation",
}
CHANGING = ["money_edit"]
NO_CODES = {("Amount", "year"), *(("ControlTotal", name) for name in ("table", "row", "column"))}


def line(book, workstream, ref="F-0001", *, amounts=None, **fields):
    """A line, with its amounts by (year, measure)."""
    made = FinanceLine.objects.create(programme=book.programme, ref=ref)
    fields = {"title": f"Line {ref}", "kind": "cost"} | fields
    FinanceLinePosition.objects.create(period=book.period, line=made, workstream=workstream, **fields)
    for (year, measure), pounds in (amounts or {}).items():
        Amount.objects.create(period=book.period, line=made, year=year, measure=measure, pounds=pounds)
    return made


def control_total(book, table="position", row="total", column="budget", pounds=1, **fields):
    fields = {"source": "The ledger"} | fields
    return ControlTotal.objects.create(period=book.period, table=table, row=row, column=column, pounds=pounds, **fields)


def one_of_each(book):
    line(book, book.root, amounts={("2022/23", "budget"): 1_000, ("2022/23", "forecast"): 900})
    control_total(book)


def stand(book, workstream, ref, text):
    line(book, workstream, f"F-{ref}", title=text, amounts={("2022/23", "budget"): 1_000})
    if workstream == book.root:
        control_total(book, source=text)


def clerks_rows(book):
    line(book, book.erp)


def filled(book, workstream, ref):
    line(book, workstream, f"F-{ref}", amounts={("2022/23", "budget"): 1_000})


def for_rules(book, world):
    control_total(book)
    world.line = line(book, world.a, "F", amounts={("2022/23", "budget"): 1})
    world.new_line = FinanceLine.objects.create(programme=book.programme, ref="N")


ROW = {
    FinanceLine: {"programme": the("programme"), "ref": "B"},
    FinanceLinePosition: {
        "period": the("june"),
        "line": the("new_line"),
        "workstream": the("a"),
        "title": "New",
        "kind": "cost",
    },
    Amount: {"period": the("june"), "line": the("line"), "year": "2022/23", "measure": "actual", "pounds": 1},
    ControlTotal: {
        "period": the("june"),
        "table": "position",
        "row": "total",
        "column": "forecast",
        "pounds": 1,
        "source": "The ledger",
    },
}
RULES = [
    *identity(FinanceLine, "F"),
    once(
        "finance_line_position_once", FinanceLinePosition, {"line": the("line")}, elsewhere=[{"line": the("new_line")}]
    ),
    Rule("finance_line_kind_known", FinanceLinePosition, [{"kind": "money"}, {"kind": ""}], [{"kind": "reserve"}]),
    once(
        "amount_once",
        Amount,
        {"measure": "budget"},
        elsewhere=[{"year": "2023/24"}, {"measure": "forecast"}, {"line": the("new_line")}],
    ),
    Rule("amount_measure_known", Amount, [{"measure": "worth"}, {"measure": ""}], [{"measure": "actual"}]),
    Rule(
        "amount_year_is_financial",
        Amount,
        [{"year": "2022"}, {"year": "2022/2"}, {"year": "22/2023"}],
        [{"year": "2021/24"}],
    ),
    once(
        "control_total_once",
        ControlTotal,
        {"column": "budget"},
        elsewhere=[{"table": "closure"}, {"row": "costs-total"}, {"column": "outturn"}],
    ),
]
