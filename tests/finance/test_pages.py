"""The page of a month's money, its files, the evidence under a rating, and money in a report."""

import json

import pytest
from django.urls import reverse

from finance.models import Amount
from programmes.actions import reopen_period
from programmes.month import whole_month
from programmes.months.differences import differences
from reports import layouts
from tests.factories import Book, person
from tests.finance.conftest import TABLE, YEAR, document, stated
from tests.finance.trials import control_total, line

pytestmark = pytest.mark.django_db
PLACE = ["book", "2022-06"]
PICTURE = {
    "section": "money_picture",
    "title": "Planned and projected",
    "options": {
        "key": "planned",
        "caption": "Savings",
        "by": "line",
        "measures": ["budget", "forecast"],
        "years": [YEAR],
        "kinds": ["saving"],
    },
}


@pytest.fixture
def page(client, month):
    """Return a function that opens the page of money as somebody, and gives its text without tags."""

    def opened(user, **query):
        client.force_login(user)
        answer = client.get(reverse("money", args=PLACE), query)
        assert answer.status_code == 200
        return answer.content.decode()

    return opened


def test_the_page_shows_every_table_and_what_it_comes_to(page, month):
    text = page(month.director)

    assert "Budget and outturn, £000. Variances in brackets are adverse." in text
    assert '<td class="money">5,697</td>' in text
    assert "costs £190k under (favourable); savings and income £794k short (adverse)" in text


def test_variances_are_shown_as_the_reader_likes(page, month):
    assert "£190k under: favourable" in page(month.director, variances="words")
    assert "Variances in brackets are favourable" in page(month.director, variances="brackets_favourable")
    assert "Variances in brackets are adverse" in page(month.director, variances="no such style")


def test_a_part_of_the_programme_has_its_own_lines_alone(client, month):
    client.force_login(person("lead", month.payroll))

    text = client.get(reverse("money", args=PLACE)).content.decode()

    assert "Posts" in text
    assert "Staff" not in text


def test_totals_are_compared_by_whoever_answers_for_the_money(page, month):
    way = "Compare a total with a published one"

    assert way in page(month.partner)
    assert way in page(month.pmo)
    assert way not in page(month.lead)
    assert way not in page(month.director)


def test_a_control_total_is_typed_in_the_unit_of_its_table(client, month):
    client.force_login(month.partner)
    place = reverse("row", args=[*PLACE, "controltotal", "position/total/budget"])

    assert client.post(place, {"seen": "0", "pounds": "", "source": "Ledger"}).status_code == 422
    assert client.post(place, {"seen": "0", "pounds": "8,443", "source": "Ledger"}).status_code == 302

    assert b"Ledger has" in client.get(reverse("money", args=PLACE)).content


@pytest.mark.parametrize("key", ["position/total/meaning", "position//budget", "position", "other/total/budget"])
def test_a_control_total_is_of_a_figure_that_there_is(client, month, key):
    client.force_login(month.partner)

    assert client.get(reverse("row", args=[*PLACE, "controltotal", key])).status_code == 404


@pytest.mark.parametrize("code", ["csv", "json", "xlsx"])
def test_a_table_is_had_as_a_file(client, month, code):
    client.force_login(month.director)

    answer = client.get(reverse("money_file", args=[*PLACE, "position", code]), {"variances": "words"})

    assert answer.status_code == 200
    assert f"book-2022-06-position.{code}" in answer["Content-Disposition"]
    if code == "json":
        (table,) = json.loads(answer.content)["sections"][0]["blocks"]
        assert table["rows"][0]["cells"]["variance"] == {"value": "190000.00", "text": "£190k under: favourable"}


@pytest.mark.parametrize("ending", ["position.pdf", "other.csv"])
def test_a_file_that_there_is_not(client, month, ending):
    client.force_login(month.director)
    table, code = ending.split(".")

    assert client.get(reverse("money_file", args=[*PLACE, table, code])).status_code == 404


def test_money_stands_under_the_rating_that_the_scheme_names(client, month):
    book = Book("other", label="2022-06", document=document(evidence={"schedule": "position"}))
    book.rating(book.root, "schedule", "R", reason="Late")
    book.rating(book.root, "overall", "R", reason="Late")
    line(book, book.root, amounts=stated(1_000_000, 2_000_000))
    client.force_login(person("director", book.root))

    under = {
        dimension: client.get(reverse("evidence", args=["other", "2022-06", "ROOT", dimension])).content.decode()
        for dimension in ("schedule", "overall")
    }

    assert "Budget and outturn, £000" in under["schedule"]
    assert "Budget and outturn" not in under["overall"]


def test_a_picture_has_its_table_and_says_what_it_comes_to():
    book = Book("other", document=document(layout=[PICTURE]))
    line(book, book.root, "F-1", title="Rates", kind="saving", amounts=stated(2_246_000, 1_452_000))
    line(book, book.root, "F-2", title="Transformation", kind="saving", amounts=stated(12_235_000, 12_020_000))
    line(book, book.root, "F-3", title="A cost", amounts=stated(1_000, 1_000))

    chart, table = layouts.build(whole_month(book.period), section="money_picture").sections[0].blocks

    assert chart.caption == "Savings, £000: forecast outturn is £1,009k below budget."
    assert [(bar.label, [segment.text for segment in bar.segments]) for bar in chart.bars] == [
        ("Rates", ["2,246 budget", "1,452 forecast outturn"]),
        ("Transformation", ["12,235 budget", "12,020 forecast outturn"]),
        ("Both", ["14,481 budget", "13,472 forecast outturn"]),
    ]
    assert [row.cells["forecast"].text for _, row in table.lines()] == ["1,452", "12,020", "13,472"]


def test_a_picture_of_the_closed_months_reads_each_as_it_was():
    options = PICTURE["options"] | {"by": "month", "kinds": ["cost"]}
    book = Book("other", label="2022-05", document=document(layout=[PICTURE | {"options": options}]))
    line(book, book.root, "F-1", amounts=stated(5_000, 4_000))
    book.next_month("2022-06")
    Amount.objects.filter(period=book.period, measure="forecast").update(pounds=6_000)

    chart, _ = layouts.build(whole_month(book.period), section="money_picture").sections[0].blocks

    assert [(bar.label, bar.segments[1].value) for bar in chart.bars] == [("May 2022", 4_000), ("June 2022", 6_000)]


@pytest.mark.parametrize("by", ["line", "year", "month"])
def test_a_picture_of_nothing_is_left_out(by):
    options = PICTURE["options"] | {"by": by}
    book = Book("other", document=document(layout=[PICTURE | {"options": options}]))

    assert layouts.build(whole_month(book.period), section="money_picture").sections[0].blocks == ()


def test_editions_of_a_month_differ_in_pounds():
    book = Book("other", label="2022-05", document=document())
    line(book, book.root, "F-1", amounts=stated(5_697_000, 5_507_000))
    book.close()
    again = reopen_period(book.period, reason="A figure was left out by mistake.")
    Amount.objects.filter(period=again, measure="forecast").update(pounds=5_500_000)

    (found,) = differences(book.period, again)

    assert (found.subject, found.field, found.was, found.now) == (
        f"F-1, {YEAR}, forecast",
        "pounds",
        "5507000.00",
        "5500000.00",
    )


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_costs_the_same_whatever_it_shows(client, django_assert_num_queries, size):
    tables = [TABLE | {"code": f"table-{n}", "caption": f"Table {n}"} for n in range(size)]
    book = Book("many", label="2022-06", document=document(*tables))
    for n in range(size):
        line(book, book.workstream(f"W{n}", book.root), f"F-{n}", amounts=stated(1_000 * n, 900))
        control_total(book, "table-0", "total", f"budget{n}")
    client.force_login(person("director", book.root))

    with django_assert_num_queries(10):
        assert client.get(reverse("money", args=["many", "2022-06"])).status_code == 200
