"""Two people add a version at the same moment: each number is given once, and whoever comes second is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from programmes.actions import Refused, add_scheme
from programmes.models import SchemeVersion
from tests.at_once import meeting_at
from tests.factories import Book, somerset_scheme

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def together():
    with meeting_at(SchemeVersion):
        yield


def test_each_number_is_given_once(together):
    book = Book("book", label="2022-05")
    start = Barrier(2, timeout=30)

    def add(check):
        try:
            connection.ensure_connection()
            start.wait()
            add_scheme(book.programme, somerset_scheme() | {"holds_closing": [check]})
        except Refused as refused:
            return str(refused)
        else:
            return "added"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(add, ["milestone_without_status", "product_without_milestone"]))

    numbers = list(SchemeVersion.objects.order_by("number").values_list("number", flat=True))
    if said == ["added", "added"]:  # SQLite lets the second look when the first has done
        assert numbers == [1, 2, 3]
    else:
        assert sorted(said) == [
            "Another version of the scheme of The book programme was added at the same moment.",
            "added",
        ]
        assert numbers == [1, 2]
