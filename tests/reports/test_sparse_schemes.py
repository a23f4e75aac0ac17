"""A scheme need not have every part. Without any of them every check runs and every page is there, at every depth."""

import pytest
from django.urls import reverse

from assurance.running import counts, findings
from programmes.checks import CHECKS
from programmes.month import whole_month
from tests.factories import Book, person, somerset_scheme

pytestmark = pytest.mark.django_db
PLACE = ["book", "2022-06"]


def uncounted(document):
    document["tranches"] = [tranche | {"counted": False} for tranche in document["tranches"]]


# What a scheme may do without, and how it is taken away.
LACKS = {
    "a counted tranche": uncounted,
    "tranches": lambda document: document.update(tranches=[]),
    "a status for what has not begun": lambda document: document.pop("not_begun"),
    "narrative": lambda document: document.update(narrative=[]),
    "dimensions": lambda document: document.update(dimensions=[]),
    "a layout with sections": lambda document: document.update(layouts={"scorecard": []}),
    "ratings below the programme": lambda document: [
        dimension.update(scales={"0": "rag"}) for dimension in document["dimensions"]
    ],
}


@pytest.fixture
def sparse(request):
    """June after May under a scheme without one part: a workstream with another below it, and rows that checks find."""
    document = somerset_scheme()
    LACKS[request.param](document)
    book = Book("book", label="2022-05", document=document)
    book.finance = book.workstream("FIN", book.root)
    book.erp = book.workstream("FIN-1", book.finance)
    for workstream in (book.root, book.finance, book.erp):
        late = book.product(workstream, tranche="", status="on_hold")
        book.milestone(late, status="delivered", delivered_on="2022-05-01")
        book.milestone(late, due="1 March 2022", status="")
        book.product(workstream, tranche="")
    book.next_month("2022-06")
    return book


# Pages of the whole programme: arguments by name.
OF_ALL = {"month_close": PLACE, "about": PLACE, "glossary": [], "portfolio": []}


def pages(ref):
    """Every page about a workstream of the open month that reads its rows, with its query."""
    about = {"workstream": ref}
    yield from ((name, PLACE, about) for name in ("scorecard", "findings", "products", "milestones"))
    yield from (("bulk", [*PLACE, what], about) for what in ("products", "milestones"))
    yield "my_return", [*PLACE, ref], {}
    yield "task", [*PLACE, ref, "plan"], {}


@pytest.mark.parametrize("sparse", LACKS, indirect=True)
def test_every_page_is_there_at_every_depth(client, sparse):
    client.force_login(person("pmo", sparse.root))
    rated = sparse.period.scheme.dimensions.values()
    found = [(name, arguments, {}) for name, arguments in OF_ALL.items()]
    for ref, tier in (("ROOT", 0), ("FIN", 1), ("FIN-1", 2)):
        found += [("evidence", [*PLACE, ref, each.code], {}) for each in rated if tier in each.scales]
        found += pages(ref)

    for name, arguments, query in found:
        status = client.get(reverse(name, args=arguments), query).status_code
        assert (name, arguments, query, status) == (name, arguments, query, 200)


@pytest.mark.parametrize("sparse", LACKS, indirect=True)
def test_every_check_finds_below_the_programme_what_it_finds_of_all(sparse):
    month = whole_month(sparse.period)
    tree, everything = month.tree, findings(month)

    assert counts(month).total() == len(everything) > 0
    for node in tree.by_pk.values():
        within = {each.pk for each in node.walk()}
        found = findings(month.within(node))
        assert found == [each for each in everything if each.workstream in within]
        assert counts(month.within(node)).total() == len(found)
        for check in CHECKS:
            ran = check.run(month, frozenset(within))
            assert sorted(each.subject for each in ran) == sorted(e.subject for e in found if e.code == check.code)
