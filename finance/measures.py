"""What lines of money are, what is stated of them, and which way is good. No query here."""

from decimal import Decimal
from enum import StrEnum

from django.db.models import TextChoices


class LineKind(TextChoices):
    """What a line of money is. An amount above nought is money of this kind: £500k of grant is 500,000."""

    COST = "cost", "Cost"
    INVESTMENT = "investment", "Investment"
    CAPITAL = "capital", "Capital"
    REVENUE = "revenue", "Revenue"
    INCOME = "income", "Income"
    GRANT = "grant", "Grant"
    SAVING = "saving", "Saving"
    RESERVE = "reserve", "Reserve"
    PROVISION = "provision", "Provision"


class Flow(StrEnum):
    """Which way money of a kind goes. Amounts of unlike flows are never added up, but for a net figure."""

    OUT = "out"  # less of it than planned is favourable
    IN = "in"  # more of it is
    HELD = "held"  # more of it is


FLOWS = {
    LineKind.COST: Flow.OUT,
    LineKind.INVESTMENT: Flow.OUT,
    LineKind.CAPITAL: Flow.OUT,
    LineKind.REVENUE: Flow.OUT,
    LineKind.INCOME: Flow.IN,
    LineKind.GRANT: Flow.IN,
    LineKind.SAVING: Flow.IN,
    LineKind.RESERVE: Flow.HELD,
    LineKind.PROVISION: Flow.HELD,
}


class Measure(TextChoices):
    """What an amount says of a line in a financial year."""

    BUDGET = "budget", "Budget"
    ORIGINAL_PROFILE = "original_profile", "Original profile"
    REVISED_PROFILE = "revised_profile", "Revised profile"
    ACTUAL = "actual", "Actual"
    FORECAST = "forecast", "Forecast outturn"
    AT_RISK = "at_risk", "At risk"
    OVER_ACHIEVED = "over_achieved", "Over-achieved"
    ALTERNATIVE = "alternative", "Delivered in an alternative way"
    OPENING_BALANCE = "opening_balance", "Opening balance"
    CLOSING_BALANCE = "closing_balance", "Closing balance"
    PLANNED_CHANGE = "planned_change", "Planned change"


class Sense(StrEnum):
    """What a difference from what was planned means for the council."""

    FAVOURABLE = "favourable"
    ADVERSE = "adverse"
    NONE = ""


def sense(flow: Flow, more: Decimal) -> Sense:
    """What it means that there is so much more than planned; less is below nought."""
    if not more:
        return Sense.NONE
    return Sense.ADVERSE if (more > 0) is (flow is Flow.OUT) else Sense.FAVOURABLE


# How a difference is said in words, by its flow: where there is more than planned, and where there is less.
WORDS = {Flow.OUT: ("over", "under"), Flow.IN: ("more", "short"), Flow.HELD: ("more", "short")}
