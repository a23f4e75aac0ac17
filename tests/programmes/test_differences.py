import pytest

from programmes.actions import reopen_period
from programmes.models import Narrative, ProductPosition, Rating
from programmes.months.differences import Difference, differences
from tests.factories import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def editions():
    """A closed month and another edition of it, still open."""
    book = Book("book", label="2022-05")
    book.product(book.root, "P-1", due="2022-10-01", title="Chart of accounts")
    book.rating(book.root, "overall", "A", reason="Late")
    book.narrative(book.root, "awareness", "Something to know")
    first = book.close()
    return first, reopen_period(first, reason="A rating was mistyped")


def test_an_edition_begins_without_a_difference(editions):
    assert differences(*editions) == []


def test_a_changed_field_is_named_with_both_values(editions):
    first, second = editions
    Rating.objects.of(second).update(level="R", reason="")
    ProductPosition.objects.of(second).update(due_forecast_latest="2022-10-31", critical=True, version=2, carried=True)

    assert differences(first, second) == [
        Difference("product", "P-1", "critical product", "no", "yes"),
        Difference("product", "P-1", "due forecast latest", "2022-10-01", "2022-10-31"),
        Difference("rating", "ROOT, overall", "level", "A", "R"),
        Difference("rating", "ROOT, overall", "reason", "Late", "not stated"),
    ]


def test_a_row_that_came_or_went_is_one_difference(editions):
    first, second = editions
    Narrative.objects.of(second).delete()
    Rating.objects.create(
        period=second, workstream=Rating.objects.of(second).get().workstream, dimension="schedule", level="G"
    )

    assert differences(first, second) == [
        Difference("narrative", "ROOT, awareness, 1", "", "there", None),
        Difference("rating", "ROOT, schedule", "", None, "there"),
    ]
