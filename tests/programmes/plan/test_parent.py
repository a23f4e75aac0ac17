"""What a product is a part of: asked in its form, shown beside its name, and never a circle."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from core.refusal import Refused
from programmes.models import ProductPosition
from programmes.month import open_month_or_404
from tests.factories import Book, everything, person
from tests.programmes.rows.forms import form_of
from tests.saves import save_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    """Finance with a ledger, of which accounts are a part, of which codes are one; payroll in People. June, after May."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.people = book.workstream("PEO", book.root, name="People")
    ledger = book.product(book.finance, "P-0001", title="Ledger")
    accounts = book.product(book.finance, "P-0002", title="Accounts", parent=ledger)
    book.product(book.finance, "P-0003", title="Codes", parent=accounts)
    book.product(book.people, "P-0004", title="Payroll")
    book.product(book.finance, "P-0005", title="Gone", withdrawn=True)
    book.next_month("2022-06")
    book.product(book.finance, "P-0006", title="Gone since", withdrawn=True)
    return book


@pytest.fixture
def put(book, client):
    """Return a function that says of a product what it is a part of, as somebody with a role does."""

    def put(ref, parent, role="lead", place="finance"):
        client.force_login(person(role, getattr(book, place)))
        page = client.get(address(ref))
        return client.post(address(ref), form_of(page) | {"parent": parent})

    return put


def address(key):
    return reverse("row", args=["book", "2022-06", "product", key])


def parents(book):
    rows = ProductPosition.objects.of(book.period).exclude(parent=None)
    return dict(rows.values_list("product__ref", "parent__ref"))


def test_it_is_said_in_the_form_and_kept_by_its_ref(book, put):
    assert put("P-0001", "P-0004", role="pmo", place="root").status_code == 302

    assert parents(book)["P-0001"] == "P-0004"
    entry = AuditEntry.objects.get(what="product.change")
    assert (entry.before, entry.after) == ({"parent": None}, {"parent": "P-0004"})


def test_it_is_taken_away_again(book, put):
    assert put("P-0002", "").status_code == 302

    assert parents(book) == {"P-0003": "P-0002"}


def test_a_new_product_may_be_a_part_of_one(book, client):
    client.force_login(person("lead", book.finance))
    page = client.get(address("FIN/new"))

    answer = client.post(page.context["request"].path, form_of(page) | {"title": "Rates", "parent": "P-0001"})

    assert answer.status_code == 302
    made = ProductPosition.objects.get(title="Rates")
    assert made.parent.ref == "P-0001"


@pytest.mark.parametrize(
    ("ref", "parent"),
    [
        ("P-0001", "P-0001"),  # itself
        ("P-0001", "P-0003"),  # a part of a part of it
        ("P-0001", "P-0004"),  # another's
        ("P-0001", "P-0005"),  # of last month alone
        ("P-0001", "P-0006"),  # withdrawn
        ("P-0001", "P-9999"),
        ("P-0001", "\u200b"),
    ],
)
def test_what_it_cannot_be_a_part_of_is_refused_in_a_sentence(put, ref, parent):
    before = everything()

    answer = put(ref, parent)

    assert answer.status_code == 422
    assert "Choose one of these: it is no live product of yours" in answer.content.decode()
    after = everything()
    assert {k: v for k, v in after.items() if k not in {"accounts.User", "programmes.Membership"}} == {
        k: v for k, v in before.items() if k not in {"accounts.User", "programmes.Membership"}
    }


def test_two_who_make_a_circle_together_are_told(book):
    """Each form was checked before the other was saved: the action looks again, with all of them held."""
    user = person("pmo", book.root)
    month = open_month_or_404(user, "book", "2022-06")
    rows = {row.product.ref: row for row in ProductPosition.objects.of(book.period).select_related("product")}
    touches = frozenset({book.finance.pk, book.people.pk})

    def save(ref, parent, seen=1):
        row = rows[ref]
        row.period = month.period
        values = {"parent_id": rows[parent].product_id}
        return save_product(row, values, seen=seen, about=ref, touches=touches, by=user)

    assert save("P-0001", "P-0004")
    with pytest.raises(Refused, match=r"Product “Codes” \(P-0003\) is a part of this product"):
        save("P-0004", "P-0003")
    with pytest.raises(Refused, match=r"is withdrawn"):
        save("P-0004", "P-0006")


def test_it_is_named_where_products_are_listed_to_those_who_may_see_it(book, put, client):
    put("P-0001", "P-0004", role="pmo", place="root")
    places = [reverse(name, args=["book", "2022-06", *more]) for name, *more in (["products"], ["bulk", "products"])]
    client.force_login(person("pmo", book.root))
    for place in places:
        assert "art of Payroll (P-0004)" in client.get(place).content.decode()

    client.force_login(person("lead", book.finance))
    for place in (*places, address("P-0002")):
        page = client.get(place).content.decode()
        assert "Payroll" not in page
        assert "Ledger (P-0001)" in page
    form = client.get(address("P-0001")).content.decode()
    assert "A product of a workstream that you do not see" in form
    assert "Payroll" not in form


def test_many_are_changed_without_losing_it(book, client):
    client.force_login(person("lead", book.finance))
    place = reverse("bulk", args=["book", "2022-06", "products"])
    seen = client.get(place).context["seen"]

    assert client.post(place, {"all": "1", "seen": seen, "to-owner": "Head of finance"}).status_code == 302

    assert parents(book) == {"P-0002": "P-0001", "P-0003": "P-0002"}
    told = AuditEntry.objects.filter(what="product.change").values_list("after", flat=True)
    assert list(told) == [{"owner": "Head of finance"}] * 3
