"""The period before need not be the month before: it may be a quarter earlier, or the same month of another year."""

import pytest
from django.urls import reverse

from programmes.month import whole_month
from reports import layouts
from tests.factories import Book, person, somerset_scheme
from tests.programmes.rows.forms import Clerk, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened():
    """Return a function that opens a month after one in which something stood, with what is carried from it."""

    def make(before, label, slug="book"):
        book = Book(slug, label=before)
        book.finance = book.workstream("FIN", book.root, name="Finance")
        book.erp = book.workstream("FIN-1", book.finance, name="ERP")
        book.milestone(book.product(book.erp, "P-1"), "M-1")
        book.rating(book.root, "overall", "A", reason="Late")
        book.rating(book.erp, "schedule", "A", reason="Late")
        book.next_month(label)
        book.rating(book.root, "overall", "A", reason="Late")
        return book

    return make


@pytest.mark.parametrize(
    ("before", "label", "headings"),
    [
        ("2022-05", "2022-06", ("May", "June")),
        ("2022-03", "2022-06", ("March", "June")),
        ("2021-06", "2022-06", ("June 2021", "June 2022")),
    ],
)
def test_two_columns_never_bear_the_same_month(opened, before, label, headings):
    month = whole_month(opened(before, label).period)
    sections = {section.key: section for section in layouts.build(month).sections}

    (ratings,), (resources,) = sections["ratings"].tables(), sections["resources"].tables()

    assert {column.label for column in ratings.columns if column.bands} == set(headings)
    assert [column.label for column in resources.columns][1:] == [*headings]
    (rating, *_) = sections["headline"].blocks[0].facts
    assert rating.note == f"as in {headings[0]}"


@pytest.mark.parametrize(("before", "last"), [("2022-05", "last month"), ("2022-03", "in March 2022")])
def test_what_is_as_it_was_names_the_month_before_as_it_is(client, opened, before, last):
    book = opened(before, "2022-06")
    clerk = Clerk(client, book, person("pmo", book.root))
    place = ["book", "2022-06"]

    said = {
        name: client.get(reverse(name, args=arguments)).content.decode()
        for name, arguments in (
            ("returns", place),
            ("my_return", [*place, "FIN-1"]),
            ("bulk", [*place, "products"]),
            ("task", [*place, "FIN-1", "plan"]),
        )
    }
    form = clerk.open("rating", "FIN-1/schedule").content.decode()
    answer = clerk.save("rating", "FIN-1/schedule", level="G", reason="")

    assert f"Rows as {last}" in said["returns"]
    assert f"2 rows as {last}, not looked at since." in said["my_return"]
    assert f"They are still right as {last}" in said["bulk"]
    assert all(f"As {last}" in said[page] for page in ("bulk", "task"))
    assert f"{last[0].upper()}{last[1:]}: Amber." in form
    assert problems(answer) == {"reason": [f"Say why it has moved: {last} it was amber."]}
    assert last == "last month" or all("last month" not in page.lower() for page in (*said.values(), form))


@pytest.mark.parametrize(("before", "said"), [("2022-05", "last month and this"), ("2022-03", "last period and this")])
def test_the_portfolio_says_how_far_back_it_looks(client, opened, before, said):
    client.force_login(person("pmo", opened(before, "2022-06").root))

    assert f"Programmes: {said}" in client.get(reverse("portfolio")).content.decode()


def test_two_programmes_that_call_a_dimension_alike_share_its_columns(client, opened):
    document = somerset_scheme()
    document["dimensions"][0]["code"] = "rag"
    other = Book("other", label="2022-05", document=document)
    other.rating(other.root, "rag", "R", reason="Late")
    user = person("pmo", opened("2022-05", "2022-06").root)
    user.memberships.create(workstream=other.root, role="pmo")
    client.force_login(user)

    page = client.get(reverse("portfolio")).content.decode()

    assert page.count(">Overall<") == 1
    assert "level-red" in page
