import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from programmes.models import MilestonePosition, ProductPosition
from tests.factories import Book, person
from tests.scenes import scene


@scene
def book():
    """Finance with two products and two milestones, and People with one of each, all carried from May."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.erp = book.workstream("ERP", book.finance, name="ERP system")
    book.people = book.workstream("PEO", book.root, name="People")
    book.product(book.erp, "P-1", title="Chart of accounts", owner="Head of finance", due="2022-10-01")
    book.product(book.finance, "P-2", title="Ledger", tranche="2", status="")
    book.product(book.people, "P-3", title="Canary payroll")
    for ref, of in (("M-1", "P-1"), ("M-2", "P-2"), ("M-3", "P-3")):
        book.milestone(ProductPosition.objects.get(product__ref=of).product, ref)
    book.next_month("2022-06")
    return book


@pytest.fixture
def lead(book):
    return person("lead", book.finance)


@pytest.fixture
def now(book):
    """Return a function that gives columns of every row of a kind, by its ref."""

    def by_ref(what, *columns):
        model, thing = (ProductPosition, "product") if what == "products" else (MilestonePosition, "milestone")
        rows = model.objects.of(book.period).order_by("pk").values_list(f"{thing}__ref", *columns)
        return {ref: values[0] if len(columns) == 1 else tuple(values) for ref, *values in rows}

    return by_ref


@pytest.fixture
def send(client, lead):
    """Return a function that sends the page of the lead of finance: rows ticked, and what to change."""
    client.force_login(lead)

    def post(what, rows, changes=None, *, query="", seen=None, **extra):
        page = address(what) + query
        seen = client.get(page).context["seen"] if seen is None else seen
        named = {f"to-{name}": value for name, value in (changes or {}).items()}
        return client.post(page, {"row": rows, "seen": seen} | named | extra)

    return post


@pytest.fixture
def entries():
    def told(*fields):
        changed = AuditEntry.objects.exclude(what__startswith="period").order_by("seq")
        return list(changed.values_list(*(fields or ("what", "subject"))))

    return told


def address(what="products"):
    return reverse("bulk", args=["book", "2022-06", what])
