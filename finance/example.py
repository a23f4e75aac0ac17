"""The files of an example that hold lines of money, their amounts, and what others publish."""

from decimal import Decimal
from typing import Any

from finance.models import Amount, ControlTotal, FinanceLine, FinanceLinePosition
from programmes.examples.files import ExampleFile, Known, Line, flag, register, same
from programmes.models import Workstream


def _line(line: Line, known: Known) -> dict[str, Any]:
    return {
        "workstream": known.get_named(Workstream, line["workstream"]),
        "cashable": flag(line["cashable"]) if line["cashable"] else None,
        **same(line, "title", "group", "kind", "comment"),
    }


def _amount(line: Line, known: Known) -> dict[str, Any]:
    stated = {"line": known.get_named(FinanceLine, line["line"]), "pounds": Decimal(line["pounds"])}
    return stated | same(line, "year", "measure")


def _control_total(line: Line, _known: Known) -> dict[str, Any]:
    return {"pounds": Decimal(line["pounds"])} | same(line, "table", "row", "column", "source", "explanation")


register(
    ExampleFile("finance_lines", FinanceLinePosition, _line),
    ExampleFile("amounts", Amount, _amount),
    ExampleFile("control_totals", ControlTotal, _control_total),
)
