"""Who may act on the plan: an address, a field or a choice of somebody else's does nothing, and shows nothing."""

import pytest
from django.urls import reverse

from accounts.roles import Permission, Role, allowed
from core.refusal import Refused
from programmes.actions.plan import split
from programmes.actions.positions import move, restore, withdraw
from tests.factories import Book, everything, person

pytestmark = [pytest.mark.django_db, pytest.mark.dealt]
PAGES = [
    *(("product", "P-0001", act) for act in ("move", "split", "merge", "withdraw", "restore")),
    *(("milestone", "M-0001", act) for act in ("move", "split", "merge", "withdraw", "restore")),
]
WHY = "No longer needed since the merger"


def place(kind, ref, act, slug="book"):
    return reverse("plan", args=[slug, "2022-05", kind, ref, act])


@pytest.fixture
def canary(book):
    """What a lead of finance must neither see nor touch."""
    book.product(book.people, "P-0008", title="Canary product")
    book.milestone(book.people, "M-0008", title="Canary milestone")
    other = Book("other", label="2022-05")
    other.product(other.root, "P-0009", title="Canary of another programme")
    return other


@pytest.mark.parametrize(("kind", "ref", "act"), PAGES)
@pytest.mark.parametrize("role", [*Role.values, "outsider"])
def test_pages_by_role(client, book, role, kind, ref, act):
    client.force_login(person() if role == "outsider" else person(role, book.root))
    may = role != "outsider" and allowed([role], Permission.REPORT)

    status = client.get(place(kind, ref, act)).status_code

    assert status == (200 if may else 404 if role == "outsider" else 403)


@pytest.mark.parametrize("role", [*Role.values, "outsider"])
@pytest.mark.parametrize("act", ["withdraw", "restore"])
def test_workstreams_by_role(client, book, role, act):
    client.force_login(person() if role == "outsider" else person(role, book.root))
    may = role != "outsider" and allowed([role], Permission.SHAPE)

    status = client.get(place("workstream", "PEO", act)).status_code

    assert status == (200 if may else 404 if role == "outsider" else 403)


def test_nobody_acts_without_signing_in(client, book):
    before = everything()

    for kind, ref, act in PAGES:
        answer = client.post(place(kind, ref, act), {"reason": WHY})
        assert answer.status_code == 401
        assert f'href="{reverse("account_login")}?next=' in answer.content.decode()

    assert everything() == before


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
@pytest.mark.parametrize("act", ["move", "split", "merge", "withdraw", "restore"])
def test_what_is_not_theirs_does_not_exist(client, book, lead, canary, headers, act):
    client.force_login(lead)
    before = everything()

    for address in (place("product", "P-0008", act), place("milestone", "M-0008", act)):
        data = {"seen": ["product/P-0008:1", "milestone/M-0008:1"], "reason": WHY, "to": "workstream/FIN"}
        for response in (client.get(address, headers=headers), client.post(address, data, headers=headers)):
            assert response.status_code == 404
            assert b"Canary" not in response.content
    assert client.get(place("product", "P-0009", act, slug="other"), headers=headers).status_code == 404

    assert everything() == before


@pytest.mark.parametrize(
    ("kind", "ref", "act", "data"),
    [
        ("product", "P-0001", "move", {"to": "workstream/PEO"}),
        ("product", "P-0001", "move", {"to": "workstream/ROOT"}),
        ("product", "P-0001", "move", {"to": "product/P-0008"}),
        ("product", "P-0001", "move", {"to": ""}),
        ("milestone", "M-0001", "move", {"to": "product/P-0008"}),
        ("milestone", "M-0001", "move", {"to": "product/P-0009"}),
        ("milestone", "M-0001", "move", {"to": "workstream/PEO"}),
        ("product", "P-0001", "merge", {"into": "product/P-0008"}),
        ("product", "P-0001", "merge", {"into": "product/P-0001"}),
        ("product", "P-0001", "merge", {"into": "product/P-0009"}),
        ("milestone", "M-0001", "merge", {"into": "milestone/M-0008"}),
    ],
)
def test_a_place_of_somebody_elses_is_no_choice(client, book, lead, canary, kind, ref, act, data):
    client.force_login(lead)
    book.product(book.finance, "P-0002")  # one it could go into
    address = place(kind, ref, act)
    page = client.get(address)
    before = everything()

    response = client.post(address, data | {"seen": page.context["seen"]})

    assert response.status_code == 422
    assert b"Canary" not in page.content + response.content
    assert everything() == before


class TestWhatStandsUnderItElsewhere:
    """A product that was moved leaves those under it where they were: whose it is now reports on them no more for that."""

    SAYS = "This touches something of another workstream, which is not yours to change: ask the programme’s PMO."

    @pytest.fixture
    def child(self, book):
        """A product of ERP's under the product that now is People's, with a milestone of its own."""
        move(book.thing("P-0001"), to=book.thing("PEO"), seen=book.seen("P-0001"), by=person("lead", book.root))
        product = book.product(book.erp, "P-0002", title="Canary child", parent=book.thing("P-0001").product)
        book.milestone(product, "M-0009", title="Canary milestone")
        book.product(book.people, "P-0003")  # one to merge into
        return product

    @pytest.fixture
    def neighbour(self, book):
        return person("lead", book.people)

    @pytest.mark.parametrize("act", ["withdraw", "merge"])
    def test_is_neither_shown_nor_touched(self, client, book, child, neighbour, act):
        client.force_login(neighbour)
        address = place("product", "P-0001", act)
        seen = ["product/P-0001:2", "product/P-0002:1", *(f"milestone/M-000{n}:1" for n in (1, 2, 9))]
        before = everything()

        page = client.get(address)
        sent = client.post(address, {"seen": seen, "reason": WHY, "along": "on", "into": "product/P-0003"})

        assert (page.context["form"].hindrance, sent.context["form"].hindrance) == (self.SAYS, self.SAYS)
        assert (sent.status_code, sent.context["refusal"]) == (409, self.SAYS)
        assert b"Canary" not in page.content + sent.content
        assert everything() == before

    def test_does_not_come_back_with_it(self, client, book, child, neighbour, pmo):
        seen = book.seen("P-0001", "P-0002", "M-0001", "M-0002", "M-0009")
        withdraw(book.thing("P-0001"), seen=seen, reason=WHY, along=True, by=pmo)
        client.force_login(neighbour)
        before = everything()

        page = client.get(place("product", "P-0001", "restore"))
        assert page.context["form"].hindrance == self.SAYS
        assert b"Canary" not in page.content
        seen = book.seen("P-0001", "P-0002", "M-0001", "M-0002", "M-0009")
        with pytest.raises(Refused) as refused:
            restore(book.thing("P-0001"), seen=seen, along=True, by=neighbour)

        assert str(refused.value) == self.SAYS
        assert everything() == before
        assert restore(book.thing("P-0001"), seen=seen, along=True, by=pmo)

    def test_what_stands_above_is_not_named(self, client, book, child, pmo):
        """The lead of ERP may see that it holds the child back, and not what it is called."""
        seen = book.seen("P-0001", "P-0002", "M-0001", "M-0002", "M-0009")
        withdraw(book.thing("P-0001"), seen=seen, reason=WHY, along=True, by=pmo)
        lead = person("lead", book.erp)
        client.force_login(lead)

        page = client.get(place("product", "P-0002", "restore"))
        assert page.context["form"].hindrance == self.SAYS
        assert b"Chart of accounts" not in page.content
        with pytest.raises(Refused) as refused:
            restore(book.thing("P-0002"), seen=book.seen("P-0002"), by=lead)
        assert str(refused.value) == self.SAYS

    def test_stays_where_it_is_when_that_moves_or_is_split(self, client, book, child, neighbour):
        client.force_login(neighbour)

        for act in ("move", "split"):
            assert b"Canary" not in client.get(place("product", "P-0001", act)).content
        with pytest.raises(Refused):
            move(book.thing("P-0001"), to=book.thing("ERP"), seen=book.seen("P-0001"), by=neighbour)
        seen = book.seen("P-0001")
        split(book.thing("P-0001"), title="One", titles=["Two"], goes={}, seen=seen, by=neighbour)

        assert (book.thing("P-0002").parent.ref, book.thing("P-0002").version) == ("P-0001", 1)


def test_more_fields_than_were_asked_for_change_nothing_else(client, book, lead):
    client.force_login(lead)
    address = place("product", "P-0001", "move")
    extra = {
        "status": "off_track",
        "withdrawn": "on",
        "period": "1",
        "programme": "1",
        "title": "Other",
        "owner": "Other",
        "version": "9",
        "goes_M-0001": "1",
        "by": "1",
    }

    response = client.post(address, extra | {"seen": "product/P-0001:1", "to": "workstream/FIN"})

    assert response.status_code == 302
    row = book.thing("P-0001")
    assert (row.title, row.status, row.owner, row.withdrawn, row.version) == (
        "Chart of accounts",
        "on_track",
        "Head of finance",
        False,
        2,
    )


def test_milestones_of_others_do_not_go_along_with_a_split(client, book, lead, canary):
    client.force_login(lead)
    data = {"seen": ["product/P-0001:1", "milestone/M-0008:1"], "title": "One", "title_1": "Two", "goes_M-0008": "1"}

    client.post(place("product", "P-0001", "split"), data)

    assert book.thing("M-0008").workstream == book.people


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_it_leads_back_to_pages_of_ours_alone(client, book, lead, wanted):
    client.force_login(lead)
    address = place("product", "P-0001", "move")

    page = client.get(address, {"next": wanted})
    done = client.post(address, {"seen": "product/P-0001:1", "to": "workstream/FIN", "next": wanted})

    assert wanted not in page.content.decode()
    assert done["Location"] == reverse("row", args=["book", "2022-05", "product", "P-0001"])


def test_another_method_is_no_act(client, book, lead):
    client.force_login(lead)

    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(place("product", "P-0001", "withdraw")).status_code == 405
