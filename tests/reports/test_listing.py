import re

import pytest
from django.urls import reverse

from core.dates import HOW_TO_MONTH
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, book):
    """Return a function that lists for a PMO officer: the refs shown, in order."""
    client.force_login(person("pmo", book.root))

    def refs(what="products", **query):
        response = client.get(reverse(what, args=["book", book.period.label]), query)
        assert response.status_code == 200
        return [row.key for _, row in response.context["table"].lines()]

    return refs


@pytest.fixture
def plan(book):
    book.product(book.erp, "P-1", tranche="1", status="on_track", due="2022-10-03", title="Chart of accounts")
    book.product(book.erp, "P-2", tranche="2", status="", due="Autumn 2022", title="bank mandates")
    book.product(book.payroll, "P-3", tranche="", status="off_track", title="Cut-over plan")
    book.product(book.finance, "P-4", tranche="1", status="on_track", withdrawn=True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["P-1", "P-2", "P-3"]),
        ({"workstream": "FIN"}, ["P-1", "P-2"]),
        ({"workstream": "FIN", "only": "own"}, []),
        ({"tranche": ["1", "2"]}, ["P-1", "P-2"]),
        ({"tranche": "none"}, ["P-3"]),
        ({"status": "none"}, ["P-2"]),
        ({"status": "off_track", "tranche": "none"}, ["P-3"]),
        ({"due": "2022-10"}, ["P-1"]),
        ({"due": "October 2022"}, ["P-1"]),
        ({"due": "10/2022"}, ["P-1"]),
        ({"due": "2022-11"}, ["P-2"]),  # Autumn can mean the end of November at the latest
        ({"q": "BANK"}, ["P-2"]),
        ({"q": "(a+)+$"}, []),
        ({"q": "%"}, []),
        ({"q": "p-3"}, ["P-3"]),  # a ref, whole
        ({"q": "P-"}, []),
        ({"sort": "-ref"}, ["P-3", "P-2", "P-1"]),
        ({"sort": "due"}, ["P-1", "P-2", "P-3"]),
        ({"sort": "-due"}, ["P-2", "P-1", "P-3"]),  # what has no date stands last either way
        ({"sort": "workstream__programme__council"}, ["P-1", "P-2", "P-3"]),  # not on offer: ignored
    ],
)
def test_products_are_narrowed_and_sorted(plan, ask, query, found):
    assert ask(**query) == found


def test_letters_are_one_whatever_their_case(book, ask):
    """On both databases: SQLite by itself folds A to Z alone, and PostgreSQL no ß."""
    book.milestone(book.product(book.erp, "P-1", title="École plan"), "M-1", title="Straße gesperrt")

    for words in ("école", "ÉCOLE"):
        assert ask(q=words) == ["P-1"]
    assert ask("milestones", q="STRASSE") == ["M-1"]


@pytest.mark.parametrize(
    "words", ["ecole plan", "E\u0301cole\u00a0plan", "director's", "2022-23", "director’s 2022–23"]
)
def test_signs_of_a_word_processor_are_those_of_a_keyboard(book, ask, words):
    book.product(book.erp, "P-1", title="École plan: director’s 2022–23")
    book.product(book.erp, "P-2", title="Another")

    assert ask(q=words) == ["P-1"]


@pytest.mark.parametrize("what", ["products", "milestones"])
def test_titles_have_one_order_whatever_their_case(book, ask, what):
    """The same on both databases: left to itself SQLite puts Zebra before apple."""
    titles = ["Zebra crossing", "apple orchard", "ERP user training", "early help", "Early help", "1st draft"]
    for n, title in enumerate(titles):
        book.milestone(book.product(book.erp, f"P-{n}", title=title), f"M-{n}", title=title)

    def ordered(sort):
        return [titles[int(ref[2:])] for ref in ask(what, sort=sort)]

    assert ordered("title") == [
        *("1st draft", "apple orchard", "early help", "Early help", "ERP user training", "Zebra crossing")
    ]
    assert ordered("-title") == [
        *("Zebra crossing", "ERP user training", "early help", "Early help", "apple orchard", "1st draft")
    ]


@pytest.mark.parametrize("what", ["products", "milestones"])
def test_the_status_stands_beside_the_title(client, book, ask, what):
    columns = client.get(reverse(what, args=["book", "2022-05"])).context["table"].columns

    assert [column.key for column in columns][:2] == ["title", "status"]


@pytest.mark.parametrize("what", ["products", "milestones"])
def test_a_title_leads_whoever_may_change_it_to_its_row_and_back(client, book, ask, what):
    book.milestone(book.product(book.erp, "P-1"), "M-1")
    address = f"{reverse(what, args=['book', '2022-05'])}?sort=due"

    def links():
        return [row.cells["title"].href for _, row in client.get(address).context["table"].lines()]

    (href,) = links()
    page = client.get(href)
    assert (page.context["target"].key, page.context["next"]) == (
        {"products": "P-1", "milestones": "M-1"}[what],
        address,
    )

    client.force_login(person("director", book.root))
    assert links() == [""]


def test_milestones_take_their_place_from_their_product(book, ask):
    product = book.product(book.erp, tranche="2")
    book.milestone(product, "M-1", status="")
    book.milestone(book.people, "M-2", status="at_risk")

    assert ask("milestones", workstream="FIN") == ["M-1"]
    assert ask("milestones", tranche="2") == ["M-1"]
    assert ask("milestones", tranche="none") == ["M-2"]
    assert ask("milestones", workstream="PEO", only="own") == ["M-2"]


def test_a_count_and_the_list_it_opens_agree(client, book, ask):
    """Every linked count of the scorecard, followed."""
    for n, tranche in enumerate(["1", "1", "2", "3", ""]):
        for workstream in (book.erp, book.payroll, book.people):
            product = book.product(workstream, tranche=tranche, status=["", "on_track", "off_track"][n % 3])
            book.milestone(product, status=["delivered", ""][n % 2])
    book.milestone(book.finance, status="")

    report = client.get(reverse("scorecard", args=["book", "2022-05"])).context["report"]
    links = [
        (cell.value, cell.href)
        for table in report.tables()
        for _, row in table.lines()
        for cell in row.cells.values()
        if isinstance(cell.value, int) and cell.href
    ]

    assert len(links) > 20
    for count, href in links:
        assert client.get(href).context["page"].paginator.count == count, href


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "3 products as at"),
        ({"workstream": "FIN"}, "2 products as at"),
        ({"status": "none"}, "1 of 3 products as at"),
        ({"workstream": "FIN", "status": "none"}, "1 of 2 products as at"),
        ({"workstream": "PEO", "tranche": "1"}, "0 of 1 product as at"),
        ({"q": "zzzz", "page": "1", "sort": "due"}, "0 of 3 products as at"),
    ],
)
def test_a_list_says_what_it_is_narrowed_to(client, plan, ask, query, said):
    html = client.get(reverse("products", args=["book", "2022-05"]), query).content.decode()

    assert said in html
    assert bool(re.search(r'<details class="filter"\s+open>', html)) == (" of " in said)


def test_a_page_holds_fifty_rows(client, book, ask):
    for n in range(51):
        book.product(book.erp, f"P-{n:02}")

    assert len(ask()) == 50
    assert ask(page=2) == ["P-50"]
    assert ask(page="99") == ["P-50"]
    assert ask(page="nonsense") == ask()


def test_a_filter_that_cannot_be_read_says_how_to_write_it(client, book, ask):
    response = client.get(reverse("products", args=["book", "2022-05"]), {"due": "Octember"})

    assert response.status_code == 422
    assert HOW_TO_MONTH in response.content.decode()


def test_another_workstream_is_no_choice_for_a_lead(client, book):
    client.force_login(person("lead", book.finance))

    response = client.get(reverse("products", args=["book", "2022-05"]))

    assert [value for value, _ in response.context["form"].fields["workstream"].choices] == ["FIN", "FIN-1"]
