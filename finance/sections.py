"""Sections of a report that show money: a table that the scheme lays out."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block
from finance.scheme import tables
from finance.tables import build
from programmes.month import Month
from programmes.scheme import Scheme
from programmes.sections import SectionKind, register


def money(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """One table of money. Option: `table`, its code."""
    spec = tables(month.scheme).get(options["table"])
    return (build(month, spec),) if spec else ()


def a_table(scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, str) and value in tables(scheme)


register(money=SectionKind(money, needs={"table": a_table}))
