"""Many rows changed at once: the checks of each, all or none, one audit entry a row."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.roles import Role, allowed
from core.refusal import Refused
from programmes.models import MilestonePosition, ProductPosition
from programmes.rows import listed_kinds
from tests.factories import Book, everything, person

pytestmark = pytest.mark.django_db
PRODUCTS = reverse("bulk", args=["book", "2022-06", "products"])
MILESTONES = reverse("bulk", args=["book", "2022-06", "milestones"])


def said(client, response):
    return [str(message) for message in client.get(response["Location"]).context["messages"]]


def problems(response):
    return {each.target.key: each.sentences for each, _ in response.context["problems"]}


def test_it_changes_what_is_named_in_the_rows_ticked(client, send, now, entries):
    response = send("products", ["P-1", "P-2"], {"owner": "Director of finance", "status": "off_track"})

    assert (response.status_code, response["Location"]) == (302, PRODUCTS)
    assert said(client, response) == ["Changed: 2 products."]
    assert now("products", "owner", "status", "tranche", "carried", "version") == {
        "P-1": ("Director of finance", "off_track", "1", False, 2),
        "P-2": ("Director of finance", "off_track", "2", False, 2),
        "P-3": ("", "on_track", "1", True, 1),
    }
    assert entries("what", "subject", "before", "after") == [
        (
            "product.change",
            "Product “Chart of accounts” (P-1), June 2022",
            {"owner": "Head of finance", "status": "on_track"},
            {"owner": "Director of finance", "status": "off_track"},
        ),
        (
            "product.change",
            "Product “Ledger” (P-2), June 2022",
            {"owner": "", "status": ""},
            {"owner": "Director of finance", "status": "off_track"},
        ),
    ]


def test_nothing_can_be_said_of_them_too(send, now):
    send("products", ["P-1"], {"tranche": "none", "status": "none"})

    assert now("products", "tranche", "status", "owner")["P-1"] == ("", "", "Head of finance")


def test_a_day_in_doubt_is_asked_about_once_for_all_rows(send, now):
    asked = {"status": "delivered", "delivered_on": "Wed 1 June 1922"}

    page = send("milestones", ["M-1", "M-2"], asked)
    assert page.status_code == 422
    assert "1 June 1922 is a Thursday, not a Wednesday." in page.content.decode()
    assert 'name="to-delivered_on_meant" value="Wed 1 June 1922"' in page.content.decode()
    assert set(now("milestones", "delivered_on").values()) == {None}

    send("milestones", ["M-1", "M-2"], asked | {"delivered_on_meant": "Wed 1 June 1922"})
    day = dt.date(1922, 6, 1)
    assert now("milestones", "delivered_on") == {"M-1": day, "M-2": day, "M-3": None}


def test_milestones_are_delivered_on_a_day(client, send, now):
    response = send("milestones", ["M-1", "M-2"], {"status": "delivered", "delivered_on": "14/6/2022"})

    assert said(client, response) == ["Changed: 2 milestones."]
    assert {str(day) for day in now("milestones", "delivered_on").values()} == {"2022-06-14", "None"}


@pytest.mark.parametrize(
    ("what", "changes", "field"),
    [
        ("milestones", {"status": "delivered"}, "delivered_on"),
        ("milestones", {"status": "delivered", "delivered_on": "1 July 2022"}, "delivered_on"),
        ("milestones", {"status": "delivered", "delivered_on": "June 2022"}, "delivered_on"),
        ("milestones", {"status": "on_track", "delivered_on": "1 June 2022"}, "delivered_on"),
        ("milestones", {"delivered_on": "1 June 2022"}, "delivered_on"),
        ("milestones", {}, "__all__"),
        ("products", {}, "__all__"),
        ("products", {"owner": "  "}, "__all__"),
        ("products", {"owner": "x" * 201}, "owner"),
        ("products", {"owner": "\0"}, "owner"),
        ("products", {"status": "blue"}, "status"),
        ("products", {"tranche": "99"}, "tranche"),
    ],
)
def test_a_change_that_cannot_be_is_sent_back_with_the_ticks(send, what, changes, field):
    before = everything()
    ticked = ["P-1", "P-2"] if what == "products" else ["M-1"]

    response = send(what, ticked, changes)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert response.content.decode().count("checked>") == len(ticked)
    assert everything() == before


def test_one_row_that_cannot_be_saved_keeps_all_from_being(book, send, now):
    """Delivered already: its day would be left behind by another status."""
    MilestonePosition.objects.of(book.period).filter(milestone__ref="M-2").update(
        status="delivered", delivered_on="2022-06-01"
    )
    before = everything()

    response = send("milestones", ["M-1", "M-2"], {"status": "at_risk"})

    assert response.status_code == 422
    assert problems(response) == {"M-2": ["Delivered on: Leave this empty, or set the status to delivered."]}
    text = response.content.decode()
    assert f'href="/programmes/book/2022-06/rows/milestone/M-2/?next={MILESTONES}"' in text
    assert text.count("checked>") == 2
    assert response.context["form"]["status"].value() == "at_risk"
    assert everything() == before


def test_a_row_saved_meanwhile_keeps_all_from_being_overwritten(client, book, send, now):
    seen = client.get(PRODUCTS).context["seen"]
    ProductPosition.objects.of(book.period).filter(product__ref="P-1").update(owner="Somebody else", version=2)
    before = everything()

    response = send("products", ["P-1", "P-2"], {"owner": "Mine"}, seen=seen)

    assert response.status_code == 409
    assert problems(response) == {"P-1": ["Somebody changed this meanwhile. It is shown as it is now."]}
    assert response.context["form"]["owner"].value() == "Mine"
    assert everything() == before

    again = send("products", ["P-1", "P-2"], {"owner": "Mine"}, seen=response.context["seen"])
    assert again.status_code == 302
    assert set(now("products", "owner").values()) == {"Mine", ""}


def test_all_that_match_can_be_ticked_at_once_where_one_page_holds_them(client, send, now):
    response = send("products", [], {"owner": "Director"}, all="1")

    assert response.status_code == 302
    assert now("products", "owner") == {"P-1": "Director", "P-2": "Director", "P-3": ""}
    page = client.get(PRODUCTS).content.decode()
    assert "All 2 that match, and not only those ticked" in page


def test_the_way_back_is_kept_while_many_are_narrowed_and_changed(client, send):
    back = "/programmes/book/2022-06/returns/FIN/tasks/plan/"
    query = f"?workstream=FIN&next={back}"

    page = client.get(PRODUCTS + query).content.decode()
    assert page.count(f'<a href="{back}">Back to where you came from</a>') == 2
    assert f'<input type="hidden" name="next" value="{back}">' in page
    assert 'href="/programmes/book/2022-06/products/?workstream=FIN"' in page, "the list has no use for it"

    assert send("products", ["P-1"], {"owner": "Director"}, query=query)["Location"] == PRODUCTS + query
    assert "Back to where" not in client.get(f"{PRODUCTS}?next=//evil.example/").content.decode()


def test_what_is_sent_twice_is_written_once(client, send, entries):
    seen = client.get(PRODUCTS).context["seen"]
    send("products", ["P-1", "P-2"], {"status": "off_track"}, seen=seen)
    after = everything()

    response = send("products", ["P-1", "P-2"], {"status": "off_track"}, seen=seen)

    assert said(client, response)[-1] == "Nothing was changed: 2 products said so already."
    assert everything() == after
    assert len(entries()) == 2


def test_rows_that_say_so_already_are_counted_apart(book, client, send):
    ProductPosition.objects.of(book.period).update(carried=False)

    response = send("products", ["P-1", "P-2"], {"tranche": "2"})

    assert said(client, response) == ["Changed: 1 product. 1 product said so already."]


def test_carried_rows_are_confirmed(client, send, now, entries):
    response = send("products", ["P-1", "P-2"], confirm="1")

    assert said(client, response) == ["Confirmed: 2 products."]
    assert now("products", "carried") == {"P-1": False, "P-2": False, "P-3": True}
    assert [what for what, _ in entries()] == ["product.confirm", "product.confirm"]
    again = send("products", ["P-1", "P-2"], confirm="1")
    assert said(client, again) == ["Nothing was changed: 2 products said so already."]


def test_all_that_match_are_chosen_over_the_pages(book, client, send, now):
    for n in range(60):
        book.product(book.erp, f"P-{n + 100}", status="at_risk")

    page = client.get(PRODUCTS, {"status": "at_risk"})
    assert len(page.context["lines"]) == 50
    assert "All 60 that match, on every page, and not only those ticked" in page.content.decode()

    response = send("products", [], {"owner": "One for all"}, query="?status=at_risk", all="1")

    assert response["Location"] == f"{PRODUCTS}?status=at_risk"
    owners = now("products", "owner")
    assert sum(owner == "One for all" for owner in owners.values()) == 60
    assert owners["P-1"] == "Head of finance"


def test_more_than_five_hundred_are_too_many(book, client, send):
    """The page does not offer it, and sent all the same it is refused before anything is looked at."""
    stamps = [f"product/P-{n}:1" for n in range(501)]
    before = everything()

    response = send("products", [], {"owner": "X"}, seen=stamps, all="1")

    assert response.status_code == 422
    assert "At most 500 products can be changed at once." in response.content.decode()
    assert everything() == before


def test_a_filter_that_finds_too_many_says_so_beforehand(book, client, monkeypatch):
    monkeypatch.setattr("programmes.views.bulk.MOST", 1)
    client.force_login(person("pmo", book.root))

    text = client.get(PRODUCTS).content.decode()

    assert "At most 1 can be changed at once: narrow the filter" in text
    assert "All 3 that match" not in text


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "Tick the products to change."),
        (["P-3"], "Some of these products are not there any more, or are not yours."),
        (["P-1", "P-9"], "Some of these products are not there any more, or are not yours."),
        (["P-1", "M-1", "\0", "é" * 500], "Some of these products are not there any more, or are not yours."),
        (["P-1"], "Error"),
    ],
)
def test_a_choice_of_rows_that_cannot_be(send, rows, sentence):
    before = everything()

    response = send("products", rows, {"owner": "X"}, seen=["product/P-3:1"])

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "Canary" not in response.content.decode()
    assert everything() == before


def test_a_row_withdrawn_meanwhile_is_not_changed(book, send):
    ProductPosition.objects.of(book.period).filter(product__ref="P-1").update(withdrawn=True)

    response = send("products", ["P-1"], {"owner": "X"}, seen=["product/P-1:1"])

    assert response.status_code == 422


def test_more_than_a_thousand_fields_are_read(book, client, send, now):
    """Django's own limit is a thousand."""
    stamps = [f"product/P-{n}:1" for n in range(1_400)]

    response = send("products", ["P-1"], {"owner": "X"}, seen=stamps)

    assert response.status_code == 302
    assert now("products", "owner")["P-1"] == "X"


@pytest.mark.parametrize(
    "query", ["?due=soon", "?status=blue", "?tranche=99", "?workstream=ERP&due=soon", "?only=everything"]
)
def test_a_filter_that_cannot_be_read_finds_nothing_to_change(client, lead, query):
    client.force_login(lead)

    response = client.get(PRODUCTS + query)

    assert response.status_code == 422
    assert response.context["lines"] == []


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["P-1", "P-2"]),
        ("?workstream=ERP", ["P-1"]),
        ("?only=own", ["P-2"]),
        ("?status=none", ["P-2"]),
        ("?tranche=1", ["P-1"]),
        ("?q=LEDGER", ["P-2"]),
        ("?sort=-ref", ["P-2", "P-1"]),
        ("?sort=product__programme__slug", ["P-1", "P-2"]),
        ("?page=99", ["P-1", "P-2"]),
        ("?page=x", ["P-1", "P-2"]),
    ],
)
def test_rows_are_narrowed_as_in_the_list_that_is_read(client, lead, query, keys):
    client.force_login(lead)

    assert [line.target.key for line in client.get(PRODUCTS + query).context["lines"]] == keys


def test_who_reports_in_two_places_reaches_both(client, book):
    both = person("lead", book.erp)
    book.programme.workstreams.get(ref="PEO").memberships.create(user=both, role="lead")
    client.force_login(both)

    choices = client.get(PRODUCTS).context["filter"].fields["workstream"].choices

    assert [ref for ref, _ in choices] == ["PEO", "ERP"]
    assert [line.target.key for line in client.get(PRODUCTS, {"workstream": "ERP"}).context["lines"]] == ["P-1"]


@pytest.mark.dealt
@pytest.mark.parametrize("what", [what for what, kind in listed_kinds().items() if kind.listing.changes])
@pytest.mark.parametrize("role", [*Role.values, "outsider"])
def test_pages_by_role(client, book, role, what):
    client.force_login(person() if role == "outsider" else person(role, book.root))
    may = any(allowed([role], permission) for permission in listed_kinds()[what].model.writers)
    expected = 200 if may else 404 if role == "outsider" else 403

    page = client.get(reverse("bulk", args=["book", "2022-06", what]))
    posted = client.post(reverse("bulk", args=["book", "2022-06", what]), {"row": "P-1"})

    assert page.status_code == expected
    assert posted.status_code == (422 if may else expected)


def test_who_reads_all_and_reports_on_a_part_changes_that_part(client, book, lead):
    book.root.memberships.create(user=lead, role="director")
    client.force_login(lead)

    assert [line.target.key for line in client.get(PRODUCTS).context["lines"]] == ["P-1", "P-2"]
    assert client.get(PRODUCTS, {"workstream": "PEO"}).context["lines"] == []


def test_another_workstream_or_programme_does_not_exist(client, book, lead):
    Book("other", label="2022-06")
    client.force_login(lead)

    assert client.get(PRODUCTS, {"workstream": "PEO"}).status_code == 404
    assert client.get(PRODUCTS.replace("book", "other")).status_code == 404
    assert client.get(PRODUCTS.replace("products", "ratings")).status_code == 404
    assert client.get(PRODUCTS.replace("06", "07")).status_code == 404


def test_more_fields_than_were_asked_for_change_nothing_else(send, now):
    extra = {
        "to-title": "X",
        "title": "X",
        "to-withdrawn": "1",
        "period": "1",
        "to-due_baseline": "2022",
        "status": "x",
    }

    send("products", ["P-1"], {"owner": "Mine"}, **extra)

    assert now("products", "title", "withdrawn", "status", "owner", "due_baseline_latest")["P-1"] == (
        "Chart of accounts",
        False,
        "on_track",
        "Mine",
        None,
    )


def test_a_guard_is_asked_once_for_all(book, send, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "programmes.editing.guards.guards", [lambda period, places, by, writers, before=None: asked.append(places)]
    )

    assert send("products", ["P-1", "P-2"], {"owner": "X"}).status_code == 302

    assert asked == [{book.erp.pk, book.finance.pk}]


def test_what_a_guard_refuses_is_not_written(send, monkeypatch):
    def refuse(period, places, by, writers, before=None):
        raise Refused("Submitted: withdraw your return first.")

    monkeypatch.setattr("programmes.editing.guards.guards", [refuse])
    before = everything()

    response = send("products", ["P-1", "P-2"], {"owner": "X"})

    assert response.status_code == 409
    assert "Submitted: withdraw your return first." in response.content.decode()
    assert everything() == before


def test_a_closed_month_says_so(client, book, lead):
    client.force_login(lead)
    book.close()

    for response in (client.get(PRODUCTS), client.post(PRODUCTS, {"row": "P-1"})):
        assert response.status_code == 409
        assert "June 2022 is closed, so nothing in it can change." in response.content.decode()


@pytest.mark.parametrize("what", ["products", "milestones"])
def test_the_list_that_is_read_leads_here(client, book, lead, what):
    link = f'href="{reverse("bulk", args=["book", "2022-06", what])}?status=none">Change many {what} at once</a>'
    listed = reverse(what, args=["book", "2022-06"])
    client.force_login(lead)
    assert link in client.get(listed, {"status": "none", "page": 2}).content.decode()

    client.force_login(person("director", book.root))
    assert link not in client.get(listed, {"status": "none"}).content.decode()
    client.force_login(lead)
    assert "Change many" not in client.get(reverse(what, args=["book", "2022-05"])).content.decode()


@pytest.mark.parametrize("what", ["products", "milestones"])
@pytest.mark.parametrize("size", [1, 3])
def test_the_page_costs_the_same_whatever_it_lists(client, book, lead, what, size, django_assert_num_queries):
    client.force_login(lead)
    for _ in range(size):
        book.milestone(book.product(book.erp))

    with django_assert_num_queries(7):
        assert client.get(reverse("bulk", args=["book", "2022-06", what])).status_code == 200
