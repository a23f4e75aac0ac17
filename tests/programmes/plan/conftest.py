from collections import Counter

import pytest

from accounts.models import AuditEntry
from programmes import figures
from programmes.models import Lineage, MilestonePosition, ProductPosition, WorkstreamPosition
from programmes.models.named import address
from programmes.month import whole_month
from programmes.months.closing import faults
from reports import layouts
from tests.factories import Book, person
from tests.scenes import scene


class Plan(Book):
    """Finance with ERP below it, and People; one product with two milestones under ERP."""

    def __init__(self):
        super().__init__("book", label="2022-05")
        self.finance = self.workstream("FIN", self.root, name="Finance")
        self.erp = self.workstream("ERP", self.finance, name="ERP system")
        self.people = self.workstream("PEO", self.root, name="People")
        self.product(self.erp, "P-0001", title="Chart of accounts", owner="Head of finance", due="2022-10-01")
        for ref in ("M-0001", "M-0002"):
            self.milestone(self.thing("P-0001").product, ref)

    def thing(self, ref):
        """What is said of a product, milestone or workstream in the open month."""
        model, name = {"P": (ProductPosition, "product"), "M": (MilestonePosition, "milestone")}.get(
            ref[0] if ref[1] == "-" else "", (WorkstreamPosition, "workstream")
        )
        row = model.objects.select_related(name).get(**{"period": self.period, f"{name}__ref": ref})
        row.period = self.period
        return row

    def seen(self, *refs):
        return {address(row): row.version for row in map(self.thing, refs)}

    def steps(self, ref):
        """The lineage of a thing: (step, other), oldest first."""
        rows = Lineage.objects.of(self.period).filter(ref=ref).order_by("kind", "seq")
        return list(rows.values_list("step", "other"))

    def counts(self):
        """Live products and milestones by workstream, as the scorecard reads them."""
        month = whole_month(self.period)
        counts = {"products": Counter(), "milestones": Counter()}
        for what, tally in (("products", figures.products(month)), ("milestones", figures.milestones(month))):
            for (place, _, _), n in tally.items():
                counts[what][month.tree.by_pk[place].ref] += n
        return counts


@scene
def book():
    return Plan()


@pytest.fixture
def lead(book):
    return person("lead", book.finance, name="Lead of finance")


@pytest.fixture
def pmo(book):
    return person("pmo", book.root, name="PMO officer")


@pytest.fixture
def entries():
    """Return a function that tells what the audit holds of rows: these fields of each entry, oldest first."""

    def told(*fields):
        return list(
            AuditEntry.objects.exclude(what__startswith="period")
            .order_by("seq")
            .values_list(*(fields or ("what", "reason")))
        )

    return told


@pytest.fixture
def reconciles(book):
    """After the test: nothing stands nowhere, and the scorecard counts every live row once."""
    yield
    assert list(faults(book.period)) == []
    assert layouts.build(whole_month(book.period))
    counts = book.counts()
    live = ProductPosition.objects.of(book.period).live().count()
    assert sum(counts["products"].values()) == live
    live = MilestonePosition.objects.of(book.period).live().count()
    assert sum(counts["milestones"].values()) == live
