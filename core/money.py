"""Pounds: read from what people type, added up, and printed in the unit of a table. No Django here.

Money is a Decimal of pounds, None where nothing is stated, which is not nought.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

PENNY = Decimal("0.01")
MOST = Decimal(10) ** 13  # pounds: more fits neither a council's books nor the column that holds pence
LONGEST = 40  # characters of an amount as somebody may type it
MINUS = "-\u2010\u2011\u2012\u2013\u2212"  # Word and Excel write other signs for it than a keyboard does
HOW_TO = "Write it as 1,280 or (190), or with its own unit: 1.28m, 1,280k."
SIZES = {"": Decimal(1), "k": Decimal(1_000), "m": Decimal(1_000_000), "bn": Decimal(1_000_000_000)}
AMOUNT = re.compile(
    rf"(?P<open>\()?\s*(?P<minus>[{MINUS}])?\s*£?\s*(?P<minus_after>[{MINUS}])?\s*"
    r"(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)\s*(?P<size>k|m|bn)?\s*(?P<close>\))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """In what the figures of a table are given."""

    code: str  # in a scheme: "thousands"
    sign: str  # as it is printed in a heading: "£000"
    scale: Decimal
    suffix: str  # as it is printed behind a figure that stands alone: £190k


POUNDS = Unit("pounds", "£", Decimal(1), "")
THOUSANDS = Unit("thousands", "£000", Decimal(1_000), "k")
MILLIONS = Unit("millions", "£m", Decimal(1_000_000), "m")
UNITS = {unit.code: unit for unit in (POUNDS, THOUSANDS, MILLIONS)}


class NotMoney(ValueError):
    """What was typed is no amount; the message is a sentence that says what to write."""


def read(text: str, unit: Unit = POUNDS) -> Decimal | None:
    """Read what somebody typed for a table in this unit; None where nothing stands there.

    "1,280" is in the table's unit; "1.28m" and "£1,280k" say their own. Brackets and any minus make it negative. Raise
    NotMoney for anything else, for less than a penny, and for more than a council has.
    """
    text = " ".join(text.split())
    if not text:
        return None
    found = AMOUNT.fullmatch(text) if len(text) <= LONGEST else None
    if found is None or bool(found["open"]) != bool(found["close"]):
        raise NotMoney(f"“{text[:LONGEST]}” is not an amount. {HOW_TO}")
    signs = sum(map(bool, (found["open"], found["minus"], found["minus_after"])))
    if signs > 1:
        raise NotMoney(f"“{text}” has two signs. {HOW_TO}")
    size = SIZES[found["size"].lower()] if found["size"] else unit.scale
    pounds = Decimal(found["number"].replace(",", "")) * size
    if pounds >= MOST:
        raise NotMoney(f"“{text}” is more than any budget. {HOW_TO}")
    if pounds != pounds.quantize(PENNY):
        raise NotMoney(f"“{text}” has parts of a penny. Round it to a penny.")
    return -pounds.quantize(PENNY) if signs and pounds else pounds.quantize(PENNY)


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is stated; None where nothing is: a sum of blanks is blank."""
    stated = [amount for amount in amounts if amount is not None]
    return sum(stated, Decimal()) if stated else None


def rounded(pounds: Decimal, unit: Unit, places: int) -> Decimal:
    """The figure in this unit, as it is printed to so many places. There is no minus nought."""
    figure = (pounds / unit.scale).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return figure or abs(figure)


def printed(pounds: Decimal, unit: Unit, places: int = 0, *, brackets: bool = False) -> str:
    """The figure alone, for a table whose heading says the unit: "1,280", "-190", or "(190)" in brackets."""
    figure = rounded(pounds, unit, places)
    text = f"{abs(figure):,f}"
    if figure < 0:
        return f"({text})" if brackets else f"-{text}"
    return text


def in_words(pounds: Decimal, unit: Unit, places: int = 0) -> str:
    """The figure as a sentence has it, without its sign: "£190k"."""
    return f"£{abs(rounded(pounds, unit, places)):,f}{unit.suffix}"


def to_type(pounds: Decimal | None, unit: Unit) -> str:
    """The figure as somebody would type it into a table in this unit, whole: "1,280", "1,967.25"; "" for none."""
    if pounds is None:
        return ""
    figure = f"{pounds / unit.scale:,f}"
    return figure.rstrip("0").rstrip(".") if "." in figure else figure
