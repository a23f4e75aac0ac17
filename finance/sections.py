"""Where money is shown: sections of a report, the page of a month's money, and the evidence under a rating."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block
from core.money import UNITS
from finance.measures import LineKind, Measure
from finance.pictures import BY, picture
from finance.scheme import rules, tables
from finance.tables import build
from programmes import navigation, sections
from programmes.month import Month
from programmes.scheme import Scheme
from programmes.sections import SectionKind


def money(month: Month, options: Mapping[str, Any]) -> tuple[Block, ...]:
    """One table of money. Option: `table`, its code."""
    spec = tables(month.scheme).get(options["table"])
    return (build(month, spec),) if spec else ()


def under(month: Month, dimension: str) -> tuple[Block, ...]:
    """The money under a rating, where the scheme names a table for its dimension and has figures for it here."""
    asked = rules(month.scheme)
    code = asked.evidence.get(dimension) if asked else None
    if asked is None or code is None:
        return ()
    found = build(month, asked.tables[code])
    return () if found.is_empty else (found,)


# --- What an option may be ----------------------------------------------------------------------------------


def a_table(scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, str) and value in tables(scheme)


def a_text(_scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def some_of(known: list[str]) -> sections.Takes:
    """A list of some of these words."""

    def takes(_scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
        return isinstance(value, list) and bool(value) and all(each in known for each in value)

    return takes


def one_of(known: list[str]) -> sections.Takes:
    def takes(_scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
        return isinstance(value, str) and value in known

    return takes


def texts(_scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) and each for each in value)


def places(_scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    return type(value) is int and value in range(7)


sections.register(
    money=SectionKind(money, needs={"table": a_table}),
    money_picture=SectionKind(
        picture,
        needs={
            "key": a_text,
            "caption": a_text,
            "by": one_of([*BY]),
            "measures": some_of(Measure.values),
            "years": texts,
            "kinds": some_of(LineKind.values),
        },
        may_have={"unit": one_of([*UNITS]), "places": places},
    ),
)
sections.evidence.append(under)
navigation.register_page(navigation.AppPage("Money", "money", lambda month: bool(tables(month.scheme))))
