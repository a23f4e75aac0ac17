"""Each act on a page of its own, without a script."""

import pytest
from django.urls import reverse

from programmes.actions import Refused, reopen_period
from programmes.actions.plan import split
from programmes.actions.positions import move, withdraw
from programmes.actions.workstreams import withdraw_workstream
from programmes.models import WorkstreamPosition
from tests.factories import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reconciles")]
WHY = "No longer needed since the merger"


@pytest.fixture
def visit(client, book, lead):
    """Return a function that opens or sends the page of an act, for the lead of finance."""
    client.force_login(lead)

    def open_or_send(kind, ref, act, data=None, **kwargs):
        address = reverse("plan", args=["book", "2022-05", kind, ref, act])
        return client.get(address, **kwargs) if data is None else client.post(address, data, **kwargs)

    return open_or_send


def stamps(response):
    return response.context["seen"]


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_a_product_is_withdrawn_with_what_stands_under_it(visit, book):
    asked = visit("product", "P-0001", "withdraw")
    assert asked.context["with_it"] == [
        "Milestone “Milestone M-0001” (M-0001)",
        "Milestone “Milestone M-0002” (M-0002)",
    ]
    before = everything()

    alone = visit("product", "P-0001", "withdraw", {"seen": stamps(asked), "reason": WHY})
    assert alone.status_code == 422
    assert alone.context["form"].errors == {
        "along": ["2 milestones stand under it: withdraw that as well, or move it first."]
    }
    assert everything() == before

    data = {"seen": stamps(asked), "reason": WHY, "along": "on", "next": "/programmes/book/2022-05/products/"}
    done = visit("product", "P-0001", "withdraw", data)
    assert done["Location"] == "/programmes/book/2022-05/products/"
    assert book.counts() == {"products": {}, "milestones": {}}

    again = visit("product", "P-0001", "withdraw", data, follow=True)
    assert said(again) == [
        "Withdrawn: Product “Chart of accounts” (P-0001).",
        "Nothing was changed: Product “Chart of accounts” (P-0001) is withdrawn already.",
    ]


@pytest.mark.parametrize("reason", ["", "  short   ", "a\0aaaaaaaaaaaaa", "long " * 2_000])
def test_a_reason_that_says_nothing_is_sent_back(visit, book, reason):
    asked = visit("milestone", "M-0001", "withdraw")

    response = visit("milestone", "M-0001", "withdraw", {"seen": stamps(asked), "reason": reason})

    assert response.status_code == 422
    assert not book.thing("M-0001").withdrawn


def test_what_is_withdrawn_leads_to_taking_it_back_in(visit, client, book, lead):
    withdraw(book.thing("P-0001"), seen=book.seen("P-0001", "M-0001", "M-0002"), reason=WHY, along=True, by=lead)
    row = reverse("row", args=["book", "2022-05", "product", "P-0001"])

    page = client.get(row)
    assert [label for _, label in page.context["acts"]] == ["Take back in"]
    assert "To change it, take it back in first" in page.content.decode()
    assert client.post(row, {"seen": "2", "title": "Other"}).status_code == 409

    asked = visit("product", "P-0001", "restore")
    assert len(asked.context["with_it"]) == 2
    visit("product", "P-0001", "restore", {"seen": stamps(asked), "along": "on"})
    assert book.counts() == {"products": {"ERP": 1}, "milestones": {"ERP": 2}}
    again = visit("product", "P-0001", "restore", {"seen": stamps(asked), "along": "on"}, follow=True)
    assert "has been taken back in already" in said(again)[-1]


def test_a_milestone_of_a_withdrawn_product_waits_for_it(visit, book, lead):
    withdraw(book.thing("P-0001"), seen=book.seen("P-0001", "M-0001", "M-0002"), reason=WHY, along=True, by=lead)

    page = visit("milestone", "M-0001", "restore")

    assert "(P-0001) is withdrawn: take it back in first" in page.content.decode()
    assert b'class="row-form"' not in page.content
    assert visit("milestone", "M-0001", "restore", {"seen": stamps(page)}).status_code == 409


def test_a_product_moves_within_reach(visit, book):
    asked = visit("product", "P-0001", "move")
    choices = asked.context["form"].fields["to"].choices
    assert choices == [("workstream/FIN", "\u2003Finance"), ("workstream/ERP", "\u2003\u2003ERP system")]

    done = visit("product", "P-0001", "move", {"seen": stamps(asked), "to": "workstream/FIN"}, follow=True)

    assert said(done) == ["Moved: Product “Chart of accounts” (P-0001) now stands under Finance (FIN)."]
    assert book.counts()["products"] == {"FIN": 1}
    assert [(told.month, told.words) for told in done.context["lineage"]] == [("May 2022", "Moved to Finance (FIN)")]


def test_a_milestone_moves_to_a_product_within_reach(visit, book):
    book.product(book.finance, "P-0002", title="Ledger")
    book.product(book.people, "P-0003", title="Canary")
    asked = visit("milestone", "M-0001", "move")
    assert asked.context["form"].fields["to"].choices == [
        ("Workstreams", [("workstream/FIN", "\u2003Finance"), ("workstream/ERP", "\u2003\u2003ERP system")]),
        ("Finance", [("product/P-0002", "Ledger (P-0002)")]),
        ("ERP system", [("product/P-0001", "Chart of accounts (P-0001)")]),
    ]
    assert asked.context["form"]["to"].value() == "product/P-0001"

    visit("milestone", "M-0001", "move", {"seen": stamps(asked), "to": "product/P-0002"})

    assert book.thing("M-0001").product.ref == "P-0002"


def test_a_product_merges_within_reach(visit, book):
    book.product(book.finance, "P-0002", title="Ledger")
    book.product(book.people, "P-0003", title="Canary")
    asked = visit("product", "P-0001", "merge")
    assert asked.context["form"].fields["into"].choices == [
        ("", "Choose"),
        ("Finance", [("product/P-0002", "Ledger (P-0002)")]),
    ]
    data = {"seen": stamps(asked), "into": "product/P-0002"}

    done = visit("product", "P-0001", "merge", data, follow=True)
    assert said(done) == ["Merged: Product “Chart of accounts” (P-0001) into “Ledger” (P-0002)."]
    again = visit("product", "P-0001", "merge", data, follow=True)
    assert "has been merged into it already" in said(again)[-1]
    assert book.counts() == {"products": {"FIN": 1, "PEO": 1}, "milestones": {"FIN": 2}}


def test_what_has_no_other_cannot_merge(visit):
    page = visit("product", "P-0001", "merge")

    assert "There is no other product of yours that it could be merged into." in page.content.decode()


def test_a_product_splits(visit, book):
    asked = visit("product", "P-0001", "split")
    data = {"seen": stamps(asked), "title": "Accounts", "title_1": "Schools", "title_3": "Care", "reason": WHY}

    done = visit("product", "P-0001", "split", data | {"goes_M-0002": "3"}, follow=True)

    assert said(done) == ["Split: Product “Chart of accounts” (P-0001). New: “Schools” (P-0002), “Care” (P-0003)."]
    assert book.thing("M-0002").product.ref == "P-0003"
    again = visit("product", "P-0001", "split", data | {"goes_M-0002": "3"}, follow=True)
    assert said(again)[-1] == "Nothing was changed: Product “Accounts” (P-0001) has been split already."
    assert book.counts()["products"] == {"ERP": 3}

    other = visit("product", "P-0001", "split", data | {"title_1": "Libraries"})
    assert other.status_code == 409
    assert "was changed while you were deciding" in other.content.decode()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": "Accounts"}, "title_1"),
        ({"title": "", "title_1": "Schools"}, "title"),
        ({"title": "Accounts", "title_1": "S" * 301}, "title_1"),
        ({"title": "Accounts", "title_1": "Schools", "goes_M-0001": "2"}, "goes_M-0001"),
        ({"title": "Accounts", "title_1": "Schools", "goes_M-0001": "6"}, "goes_M-0001"),
        ({"title": "Accounts", "title_1": "Schools", "goes_M-0001": "-1"}, "goes_M-0001"),
        ({"title": "Accounts", "title_1": "\0"}, "title_1"),
    ],
)
def test_a_split_that_cannot_be_is_sent_back(visit, data, field):
    asked = visit("product", "P-0001", "split")
    before = everything()

    response = visit("product", "P-0001", "split", {"seen": stamps(asked)} | data)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert everything() == before


def test_who_was_overtaken_looks_again_with_their_choice_kept(visit, book):
    asked = visit("product", "P-0001", "withdraw")
    book.milestone(book.thing("P-0001").product, "M-0003", title="Came meanwhile")
    data = {"reason": WHY, "along": "on"}

    overtaken = visit("product", "P-0001", "withdraw", {"seen": stamps(asked)} | data)

    assert overtaken.status_code == 409
    text = overtaken.content.decode()
    assert "Milestone “Came meanwhile” (M-0003) was changed while you were deciding." in text
    assert WHY in text
    assert visit("product", "P-0001", "withdraw", {"seen": stamps(overtaken)} | data).status_code == 302


@pytest.mark.parametrize(
    "seen", [[], ["product/P-0001"], ["product/P-0001:x"], ["product/P-0001:" + "9" * 30], ["é:²"]]
)
def test_without_what_was_seen_nothing_is_done(visit, book, seen):
    response = visit("product", "P-0001", "move", {"seen": seen, "to": "workstream/FIN"})

    assert response.status_code == 409
    assert book.counts()["products"] == {"ERP": 1}


def test_lineage_is_told_over_the_months(visit, client, book, lead, pmo):
    (new,) = split(
        book.thing("P-0001"),
        title="Accounts",
        titles=["Schools"],
        goes={},
        seen=book.seen("P-0001"),
        reason="Schools leave the council",
        by=lead,
    )
    book.next_month("2022-06")
    book.product(book.erp, "P-0009")
    move(book.thing("P-0002"), to=book.thing("PEO"), seen=book.seen("P-0002"), by=pmo)

    def told(ref):
        page = client.get(reverse("row", args=["book", "2022-06", "product", ref]))
        return [tuple(each) for each in page.context["lineage"]]

    assert told("P-0001") == [("May 2022", "P-0002 was split off from it", "Schools leave the council")]
    assert told("P-0009") == []
    client.force_login(pmo)
    assert told(new.product.ref) == [
        ("May 2022", "Split off from P-0001", "Schools leave the council"),
        ("June 2022", "Moved to People (PEO)", ""),
    ]


def test_lineage_of_an_amended_month_is_told_once(visit, client, book, lead):
    withdraw(book.thing("M-0001"), seen=book.seen("M-0001"), reason=WHY, by=lead)
    book.close()
    book.period = reopen_period(book.period, reason="Corrected after the committee")

    page = client.get(reverse("row", args=["book", "2022-05", "milestone", "M-0001"]))

    assert [told.words for told in page.context["lineage"]] == ["Withdrawn"]


def test_a_workstream_goes_and_is_found_again_from_the_one_above(client, book, pmo):
    client.force_login(pmo)
    address = reverse("plan", args=["book", "2022-05", "workstream", "PEO", "withdraw"])
    data = {"seen": stamps(client.get(address)), "reason": WHY}

    done = client.post(address, data, follow=True)
    assert said(done) == ["Withdrawn: Workstream “People” (PEO)."]

    above = client.get(reverse("row", args=["book", "2022-05", "workstream", "ROOT"]))
    ((href, label),) = above.context["gone"][0].acts
    assert (href, label) == (reverse("plan", args=["book", "2022-05", "workstream", "PEO", "restore"]), "Take back in")
    client.post(href, {"seen": stamps(client.get(href))})
    assert not book.thing("PEO").withdrawn


def test_a_workstream_that_holds_anything_says_what(client, book, pmo):
    client.force_login(pmo)

    page = client.get(reverse("plan", args=["book", "2022-05", "workstream", "ERP", "withdraw"]))

    assert "cannot be withdrawn: 1 product stands under it. Move or withdraw that first." in page.content.decode()
    data = {"seen": stamps(page), "reason": WHY}
    assert client.post(page.request["PATH_INFO"], data).status_code == 409


def test_a_withdrawn_workstream_takes_nothing_new(client, book, pmo):
    withdraw_workstream(book.thing("PEO"), seen=book.seen("PEO"), reason=WHY, by=pmo)
    client.force_login(pmo)

    assert client.get(reverse("row", args=["book", "2022-05", "product", "PEO/new"])).status_code == 404
    assert client.get(reverse("row", args=["book", "2022-05", "workstream", "PEO"])).status_code == 200


QUERIES = {"move": 8, "merge": 12, "split": 8, "withdraw": 10}  # session and user among them


@pytest.mark.parametrize("act", QUERIES)
@pytest.mark.parametrize("size", [1, 3])
def test_a_page_costs_the_same_whatever_stands_there(visit, book, django_assert_num_queries, act, size):
    for n in range(size):
        book.milestone(book.thing("P-0001").product)
        book.milestone(book.product(book.erp, f"P-1{n}"))

    with django_assert_num_queries(QUERIES[act]):
        assert visit("product", "P-0001", act).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_a_closed_month_says_so(visit, book, headers):
    book.close()

    response = visit("product", "P-0001", "move", headers=headers)

    assert response.status_code == 409
    assert "May 2022 is closed, so nothing in it can change." in response.content.decode()


def test_an_act_that_there_is_not(visit, client, book, pmo):
    assert visit("product", "P-0001", "delete").status_code == 404
    assert visit("product", "P-9999", "move").status_code == 404
    assert visit("product", "ERP/new", "move").status_code == 404
    assert visit("product", "P-0001\0", "move").status_code == 404
    assert visit("milestone", "é" * 500, "move").status_code == 404
    assert visit("rating", "FIN/overall", "withdraw").status_code == 404
    assert visit("nothing", "P-0001", "withdraw").status_code == 404
    client.force_login(pmo)
    assert visit("workstream", "PEO", "move").status_code == 404


def test_what_a_guard_refuses_is_said_beside_what_was_chosen(visit, book, monkeypatch):
    def refuse(period, places, by, writers, before=None):
        raise Refused("Submitted: withdraw your return first.")

    asked = visit("milestone", "M-0001", "withdraw")
    monkeypatch.setattr("programmes.editing.guards.guards", [refuse])
    before = everything()

    response = visit("milestone", "M-0001", "withdraw", {"seen": stamps(asked), "reason": WHY})

    assert response.status_code == 409
    assert "Submitted: withdraw your return first." in response.content.decode()
    assert WHY in response.content.decode()
    assert everything() == before


def test_what_a_workstream_is_called_is_told_as_it_is_written(visit, book):
    """A hint that names it is text, whatever is in the name."""
    WorkstreamPosition.objects.filter(workstream=book.erp).update(name="ERP <b>system</b>")

    page = visit("milestone", "M-0001", "merge").content.decode()

    assert "Another milestone of ERP &lt;b&gt;system&lt;/b&gt;." in page
    assert "<b>system" not in page
