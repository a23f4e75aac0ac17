"""Finance lines, month after month, and their amounts by financial year and measure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from core.pence import MoneyField
from core.words import how_many
from finance.measures import LineKind, Measure
from programmes.models import Detail, Identity, Position, Until, Versioned, Workstream
from programmes.models.period import InPeriodQuerySet, PositionQuerySet

# Whoever reports on the workstream, until its return is submitted; who answers for the money, until the month closes.
WRITERS = {Permission.REPORT: Until.SUBMITTED, Permission.COMPLETE_MONEY: Until.CLOSED}
FEW = 3  # amounts that are named one by one
A_YEAR = r"^[0-9]{4}/[0-9]{2}$"  # 2019/20, or several together: 2021/24

type Place = tuple[str, str]  # a financial year and a measure
type Amounts = Mapping[Place, Decimal]


class FinanceLine(Identity):
    """A line of money: a budget, a saving, a reserve."""

    prefix = "F"

    class Meta(Identity.Meta):
        verbose_name = "finance line"


class FinanceLinePosition(Position):
    """What was reported about a finance line as at a period: what it is, where it stands, and why it differs.

    Its amounts are rows of their own (`Amount`), written with it. `amounts` reads them.
    """

    line = models.ForeignKey(FinanceLine, on_delete=models.PROTECT, related_name="positions")
    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("name", max_length=300)
    group = models.CharField(
        db_column="line_group",
        max_length=200,
        blank=True,
        help_text="The heading it stands under: “Children and families”",
    )
    kind = models.CharField(max_length=20, choices=LineKind)
    cashable = models.BooleanField("cashable benefit", null=True, blank=True)  # None: not stated
    comment = models.TextField(blank=True, help_text="Why the forecast differs from the budget")

    natural_key = ("line",)
    starts_afresh = Position.starts_afresh | {"comment": ""}
    details = frozenset({"amounts"})
    writers = WRITERS
    objects = PositionQuerySet["FinanceLinePosition"].as_manager()

    class Meta:
        verbose_name = "finance line position"
        constraints = [
            models.UniqueConstraint(fields=["period", "line"], name="finance_line_position_once"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="finance_line_kind_known"),
        ]
        indexes = [models.Index(fields=["period", "workstream"], name="finance_line_by_workstream")]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def amounts(self) -> dict[str, str]:
        """What is stated, by year and measure, in pounds: {"2020/21 budget": "4948000.00"}."""
        if self.pk is None:
            return {}
        found = Amount.objects.filter(period=self.period_id, line=self.line_id).order_by("year", "measure")
        return as_stated({(each.year, each.measure): each.pounds for each in found})

    def write_detail(self, name: str, value: Any) -> None:
        """Make the amounts these: what is stated no more is taken away, and the rest is written."""
        assert name == "amounts"
        now, then = self.amounts, value
        rows = Amount.objects.filter(period=self.period_id, line=self.line_id)
        for place in now.keys() - then.keys():
            year, measure = place.split(" ")
            rows.filter(year=year, measure=measure).delete()
        changed = [
            Amount(period_id=self.period_id, line_id=self.line_id, year=year, measure=measure, pounds=Decimal(pounds))
            for place, pounds in then.items()
            if now.get(place) != pounds
            for year, measure in [place.split(" ")]
        ]
        Amount.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["period", "line", "year", "measure"],
            update_fields=["pounds"],
        )
        self.amounts = dict(then)

    def detail_said(self, name: str, value: Any) -> str:
        """Which amounts: “budget 2022/23”; of more than a few, how many."""
        assert name == "amounts"
        now = self.amounts
        places = [place for place in sorted({*now, *value}) if now.get(place) != value.get(place)]
        return said(places) if len(places) <= FEW else how_many(len(places), "amount")


def said(places: Iterable[str]) -> str:
    """Where amounts stand, in words: "budget 2022/23 and forecast outturn 2022/23"."""
    parts = (place.split(" ") for place in places)
    return " and ".join(f"{Measure(measure).label.lower()} {year}" for year, measure in parts)


def as_stated(amounts: Amounts) -> dict[str, str]:
    """Amounts as a line says them, and as the audit keeps them."""
    return {f"{year} {measure}": f"{pounds:.2f}" for (year, measure), pounds in sorted(amounts.items())}


class Amount(Detail):
    """So many pounds of a line in a financial year."""

    line = models.ForeignKey(FinanceLine, on_delete=models.PROTECT, related_name="+")
    year = models.CharField("financial year", max_length=7)
    measure = models.CharField(max_length=20, choices=Measure)
    pounds = MoneyField("pounds")

    natural_key = ("line", "year", "measure")
    stands_under = ("line",)
    objects = InPeriodQuerySet["Amount"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "line", "year", "measure"], name="amount_once"),
            models.CheckConstraint(condition=Q(measure__in=Measure.values), name="amount_measure_known"),
            models.CheckConstraint(condition=Q(year__regex=A_YEAR), name="amount_year_is_financial"),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.year}"


class ControlTotal(Versioned):
    """A total that somebody else published or keeps, such as a ledger's: evidence that ours is compared with.

    It is never printed as ours and never added up. `table`, `row` and `column` name the cell that it speaks of.
    """

    table = models.CharField(max_length=40, db_column="money_table")
    row = models.CharField(max_length=60, db_column="total_row")
    column = models.CharField(max_length=60, db_column="total_column")
    pounds = MoneyField("pounds")
    source = models.CharField(max_length=300, help_text="Where it stands: “Ledger, 30 November 2020”")
    explanation = models.TextField(blank=True, help_text="Why it differs, where that is known")

    natural_key = ("table", "row", "column")
    stands_under = ()
    writers = {Permission.COMPLETE_MONEY: Until.CLOSED, Permission.RUN_MONTHS: Until.CLOSED}
    objects = InPeriodQuerySet["ControlTotal"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "table", "row", "column"], name="control_total_once"),
        ]

    def __str__(self) -> str:
        return f"{self.table}, {self.row}, {self.column}"
