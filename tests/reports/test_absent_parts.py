"""A vesting day, tranches, products and milestones are each optional: of what a scheme lacks nothing says a word."""

import io
import zipfile

import pytest
from django.urls import reverse

from core.refusal import Refused
from programmes.actions import add_scheme
from programmes.checks import CHECKS
from programmes.month import whole_month
from programmes.months.closing import faults
from programmes.months.versions import faults as faults_of
from programmes.scheme import Scheme, SchemeError
from reports.sections.delivery import products
from tests.factories import Book, person, somerset_scheme
from tests.programmes.rows.forms import Clerk

pytestmark = pytest.mark.django_db
PLACE = ["book", "2022-06"]

# What a scheme goes without, the sections and options that go with it, and the words that nothing then says.
NO_PLAN = {"delivery", "delivered", "not_begun"}
GOES = {
    "vesting day": ({"vesting_day"}, {"time"}, ("vesting",)),
    "tranches": ({"tranches"}, set(), ("tranche",)),
    "milestones": (set(), {"milestones"}, ("milestone",)),
    "products": ({"tranches"}, {"products"}, ("product", "tranche")),
    "products and milestones": ({"tranches", *NO_PLAN}, {"products", "milestones", "plan"}, ("product", "milestone")),
    "everything": ({"vesting_day", "tranches", *NO_PLAN}, {"time", "products", "milestones", "plan"}, ()),
}
PLANS = {"milestones": ["products"], "products": ["milestones"]}
KINDS = {"products": "product", "milestones": "milestone"}


def lacking(part, document=None):
    """Somerset's scheme without a part, and without what is about it."""
    keys, sections, _ = GOES[part]
    document = {key: value for key, value in (document or somerset_scheme()).items() if key not in keys}
    if part in PLANS:
        document["plan"] = PLANS[part]
    document["layouts"] = {"scorecard": [s for s in document["layouts"]["scorecard"] if s["section"] not in sections]}
    if keys & {"tranches"}:
        for section in document["layouts"]["scorecard"]:
            section.get("options", {}).pop("tranche", None)
    if not {"delivery"} & keys:
        scheme = Scheme.parse(document)
        document["checks"] = [check.code for check in CHECKS[:5] if not check.lacks(scheme)]
    else:  # their scale says it of deliveries alone
        document["scales"] = document["scales"][:2]
    return document


def planned(document):
    return Scheme.parse(document).plan


@pytest.fixture
def book(request):
    """June after May under a scheme that lacks a part, with a row of every kind that is left."""
    document = lacking(request.param)
    book = Book("book", label="2022-05", document=document)
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.erp = book.workstream("FIN-1", book.finance, name="ERP")
    scheme, status = Scheme.parse(document), {"status": "on_hold"}
    for workstream in (book.root, book.finance, book.erp):
        held = workstream
        if scheme.has_products:
            held = book.product(workstream, title="A thing", tranche="1" if scheme.tranches else "", **status)
        if scheme.has_milestones:
            book.milestone(held, title="A step", due="1 March 2022", **status)
            book.milestone(workstream, title="Another", status="")
    book.next_month("2022-06")
    book.rating(book.root, "overall", "A", reason="Late")
    book.part = request.param
    return book


def pages(scheme):
    for name in ("scorecard", "findings", "returns", "month_close"):
        yield name, PLACE, {}
        if name in ("scorecard", "findings"):
            yield name, PLACE, {"workstream": "FIN-1"}
    for name in ("portfolio", "glossary", "my_returns"):
        yield name, [], {}
    yield "setting_up", PLACE[:1], {}
    yield "evidence", [*PLACE, "ROOT", "overall"], {}
    yield "my_return", [*PLACE, "FIN-1"], {}
    for what in scheme.plan:
        yield what, PLACE, {}
        yield "bulk", [*PLACE, what], {}
    if scheme.plan:
        yield "task", [*PLACE, "FIN-1", "plan"], {}


@pytest.mark.parametrize("book", GOES, indirect=True)
def test_no_page_says_a_word_of_it(client, book):
    words = GOES[book.part][2] or ("vesting", "tranche", "product", "milestone")
    client.force_login(person("pmo", book.root))

    for name, arguments, query in pages(book.period.scheme):
        answer = client.get(reverse(name, args=arguments), query)
        said = answer.content.decode().lower()
        assert (name, answer.status_code) == (name, 200)
        assert (name, [word for word in words if word in said]) == (name, [])


@pytest.mark.parametrize("book", GOES, indirect=True)
@pytest.mark.parametrize("code", ["json", "csv", "html"])
def test_no_file_says_a_word_of_it(client, book, code):
    words = GOES[book.part][2] or ("vesting", "tranche", "product", "milestone")
    client.force_login(person("pmo", book.root))

    content = client.get(reverse("download", args=[*PLACE, code])).content

    texts = [content]
    if code == "csv":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            texts = [name.encode() + archive.read(name) for name in archive.namelist()]
    body = (
        b"".join(texts).decode().lower().partition("<body")[2] if code == "html" else b"".join(texts).decode().lower()
    )
    assert body
    assert [word for word in words if word in body] == []


@pytest.mark.parametrize("book", ["products", "milestones", "products and milestones"], indirect=True)
def test_a_kind_of_row_that_there_is_not_is_not_listed_asked_for_or_added(client, book):
    pmo = Clerk(client, book, person("pmo", book.root))
    absent = KINDS.keys() - set(book.period.scheme.plan)

    for what in absent:
        for name, arguments in ((what, PLACE), (f"{what}_file", [*PLACE, "csv"]), ("bulk", [*PLACE, what])):
            assert (what, name, client.get(reverse(name, args=arguments)).status_code) == (what, name, 404)
        for key in ("FIN/new", "workstream/FIN/new", "product/P-1/new", "P-1"):
            assert pmo.open(KINDS[what], key).status_code == 404
    if not book.period.scheme.plan:
        assert client.get(reverse("task", args=[*PLACE, "FIN-1", "plan"])).status_code == 404
    if "products" in absent:
        assert pmo.open("milestone", "product/P-1/new").status_code == 404


@pytest.mark.parametrize("part", GOES)
def test_such_a_scheme_is_whole(part):
    assert list(faults_of(Scheme.parse(lacking(part)))) == []


@pytest.mark.parametrize(
    ("part", "section", "lack"),
    [
        ("vesting day", "time", "vesting day"),
        ("products", "products", "products"),
        ("milestones", "milestones", "milestones"),
        ("products and milestones", "plan", "products and milestones"),
    ],
)
def test_a_section_about_what_there_is_not_is_refused(part, section, lack):
    document = lacking(part)
    document["layouts"]["scorecard"].append({"section": section, "title": "Title"})

    assert list(faults_of(Scheme.parse(document))) == [
        f"Section “{section}” of the layout “scorecard” is about {lack}, and this scheme has no {lack}."
    ]


def test_a_check_that_asks_about_what_there_is_not_is_refused():
    document = lacking("milestones") | {"checks": ["milestone_without_status"]}

    assert list(faults_of(Scheme.parse(document))) == [
        "It names the check “milestone_without_status”, which asks about milestones, and it has no milestones."
    ]


@pytest.mark.parametrize("part", ["products", "milestones", "products and milestones"])
def test_a_version_that_drops_what_carries_forward_is_refused(part):
    book = Book("book", label="2022-05")
    ledger = book.product(book.root, "P-1", tranche="", status="")
    book.milestone(ledger, "M-1", status="")
    before = book.programme.schemes.count()

    for open_month in (False, True):
        with pytest.raises(Refused, match=r"no place for what May 2022 (carries forward|holds): 1 (product|milestone)"):
            add_scheme(book.programme, lacking(part), open_month=open_month)

    assert book.programme.schemes.count() == before


def test_a_version_that_drops_tranches_in_use_is_refused():
    book = Book("book", label="2022-05")
    book.product(book.root, "P-1", tranche="1")

    with pytest.raises(Refused, match=r"does not know the tranche “1” \(P-1\)"):
        add_scheme(book.programme, lacking("tranches"))


def test_a_version_may_drop_what_is_withdrawn():
    book = Book("book", label="2022-05")
    book.product(book.root, "P-1", tranche="", status="", withdrawn=True)

    assert add_scheme(book.programme, lacking("products"), open_month=True).taken_by == book.period


@pytest.mark.parametrize("book", ["milestones"], indirect=True)
def test_a_month_does_not_close_on_what_its_scheme_has_not(book):
    book.milestone(book.finance, "M-9", status="")

    assert list(faults(book.period)) == [
        "The scheme of June 2022 has no place for what stands in it: 1 milestone (M-9)."
    ]


@pytest.mark.parametrize("book", ["tranches"], indirect=True)
def test_without_tranches_everything_is_counted(book):
    (table,) = products(whole_month(book.period), {})

    assert [column.label for column in table.columns] == ["Status", "All"]
    assert {row.key: row.cells["all"].value for _, row in table.lines()}["total"] == 3
    assert table.notes == ()


@pytest.mark.parametrize("key", ["delivery", "delivered"])
def test_half_a_plan_is_none(key):
    document = somerset_scheme()
    del document[key]

    with pytest.raises(SchemeError, match=f"scheme.{key}: must be text."):
        Scheme.parse(document)


@pytest.mark.parametrize("plan", [[], ["projects"], ["products", "products"]])
def test_a_plan_is_of_products_or_milestones(plan):
    with pytest.raises(SchemeError, match=r"scheme.plan: name products or milestones, or both, each once\."):
        Scheme.parse(somerset_scheme() | {"plan": plan})


def test_an_older_document_has_a_plan_of_both():
    assert planned(somerset_scheme()) == planned(somerset_scheme() | {"plan": ["milestones", "products"]})
    assert planned(somerset_scheme()) == ("products", "milestones")


def test_a_scheme_that_has_everything_says_it_all(client):
    """Else the tests above would find nothing whatever was said."""
    book = Book("book", label="2022-05")
    client.force_login(person("pmo", book.root))

    said = client.get(reverse("scorecard", args=["book", "2022-05"])).content.decode().lower()

    assert all(word in said for word in ("vesting", "tranche", "product", "milestone"))
