"""Every address for every kind of person, in one table; an address the table lacks fails."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.roles import Role
from programmes.models import Membership
from programmes.rows import listed_kinds
from tests.factories import Book, everything, person, somerset_scheme
from tests.scenes import scene
from tests.trials import all_of, by_kind, call

pytestmark = [pytest.mark.django_db, pytest.mark.dealt]

PLACE = ["book", "2022-06"]
# name: (arguments, what an outsider without a role gets, what a councillor gets of the open month)
PROGRAMME_PAGES = {
    "programme": (["book"], 404, 302),
    "scorecard": (PLACE, 404, 403),
    "download": ([*PLACE, "json"], 404, 403),
    "table": ([*PLACE, "ratings", "csv"], 404, 403),
    "about": (PLACE, 404, 403),
    "editions": (PLACE, 404, 403),
    "whole_table": ([*PLACE, "ratings"], 404, 403),
    "evidence": ([*PLACE, "ROOT", "overall"], 404, 403),
    "findings": (PLACE, 404, 403),
    "findings_file": ([*PLACE, "csv"], 404, 403),
    "returns": (PLACE, 404, 403),
    "my_return": ([*PLACE, "ROOT"], 404, 403),
    "task": ([*PLACE, "ROOT", "plan"], 404, 403),
    "setting_up": (["book"], 404, 403),
    "history": (["book"], 404, 403),
    "history_file": (["book", "csv"], 404, 403),
    "people": (["book"], 404, 403),
    **dict.fromkeys(listed_kinds(), (PLACE, 404, 403)),
    **{f"{what}_file": ([*PLACE, "csv"], 404, 403) for what in listed_kinds()},
    **by_kind("PAGES"),
}
# Pages that not every other role may read, with those that may; the rest are refused.
ROLES = dict.fromkeys(("history", "history_file"), frozenset({"pmo", "assurance", "director", "administrator"})) | {
    "people": frozenset({"pmo", "administrator"}),
    "setting_up": frozenset({"pmo", "administrator"}),
}
# Pages that change something. Who is refused, and what it takes: tests/programmes/{rows,plan,bulk}/ and tests/returns/.
CHANGING_PAGES = {
    *("row", "draft", "remove", "confirm", "plan", "bulk"),
    *("act", "ask", "challenge", "remind", "month_open", "month_close", "month_reopen"),
    *all_of("CHANGING"),
}
# Those that are for a few roles over the whole programme. To every other person of the programme they are refused, to
# an outsider they are not there. name: (roles, arguments, what its GET gets, and what a POST of an empty form)
CHANGES = {
    "invite": (ROLES["people"], lambda book: ["book"], 200, 422),
    "person": (ROLES["people"], lambda book: ["book", book.lead.pk], 200, 422),
    "role_remove": (ROLES["people"], lambda book: ["book", book.lead.memberships.get().pk], 200, 302),
    "invite_again": (ROLES["people"], lambda book: ["book", book.lead.pk], 302, 302),
}
OWN_PAGES = {
    "portfolio": 200,
    "my_returns": 200,
    "glossary": 200,
    "account_change_password": 200,
    "account_logout": 200,
}
# For whoever sets up programmes, which is a person's own right and no role. name: (arguments, what a POST gets without it)
FOUNDERS_PAGES = {
    "found_programme": ([], 403),
    "history_outside": ([], 405),
    "history_outside_file": (["csv"], 405),
}
# A job is its owner's whatever their role, and nobody else's: tests/jobs/test_views.py.
JOB_PAGES = {"job": [1], "job_file": [1]}
# Of a closed month, for those who work on the whole programme: tests/reports/test_kept.py.
KEPT_PAGES = {"kept": ["book", "2022-05", "json"]}
# Open to everyone: no row of anybody's is behind them.
PUBLIC_PAGES = {
    "health_live",
    "health_ready",
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_set_password",
}

MADE_ANEW = re.compile(rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')  # with every page


@scene
def book():
    book = Book("book", label="2022-05", document=somerset_scheme() | by_kind("SCHEME"))
    book.finance = book.workstream("FIN", book.root)
    book.lead = person("lead", book.finance)
    for _ in range(2):
        book.rating(book.root, "overall", "G")
        book.rating(book.finance, "overall", "A", reason="late")
        book.product(book.finance)
        if book.period.label == "2022-05":
            book.next_month("2022-06")
    call("for_pages", book)
    return book


def test_no_address_is_missing_from_these_tables():
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    tables = [PROGRAMME_PAGES, CHANGES, CHANGING_PAGES, OWN_PAGES, FOUNDERS_PAGES, JOB_PAGES, KEPT_PAGES, PUBLIC_PAGES]
    assert named == set().union(*tables)


@pytest.mark.parametrize("name", sorted((PROGRAMME_PAGES | OWN_PAGES | FOUNDERS_PAGES | JOB_PAGES | KEPT_PAGES).keys()))
def test_nobody_sees_a_page_without_signing_in(client, book, name):
    address = reverse(
        name, args=(JOB_PAGES | KEPT_PAGES).get(name) or (PROGRAMME_PAGES | FOUNDERS_PAGES).get(name, ([],))[0]
    )

    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login") if name != "account_logout" else "/")


@pytest.mark.parametrize("name", sorted(PROGRAMME_PAGES))
def test_programme_pages_by_role(client, book, name):
    arguments, outsider, councillor = PROGRAMME_PAGES[name]
    found, expected = {}, {}
    for role in [*Role.values, "outsider"]:
        client.force_login(person() if role == "outsider" else person(role, book.root))
        found[role] = client.get(reverse(name, args=arguments)).status_code
        expected[role] = 302 if name == "programme" else 200 if role in ROLES.get(name, Role.values) else 403

    assert found == expected | {"outsider": outsider, "councillor": councillor}


def as_(who, book):
    """A person with this role over the whole programme, or with another standing."""
    parts = {"outsider": (), "pmo of a part": ("pmo", book.finance), "pmo elsewhere": ("pmo", Book("other").root)}
    return person(*parts.get(who, (who, book.root)))


@pytest.mark.parametrize("who", [*Role.values, "outsider", "pmo of a part", "pmo elsewhere", "nobody"])
@pytest.mark.parametrize("name", sorted(CHANGES))
def test_changes_by_role(client, book, name, who):
    roles, arguments, read, written = CHANGES[name]
    address = reverse(name, args=arguments(book))
    if who != "nobody":
        client.force_login(as_(who, book))
    before = everything()

    for headers in ({}, {"HX-Request": "true"}):
        signed_out = 401 if headers else 302
        refused = {"nobody": signed_out, "outsider": 404, "pmo elsewhere": 404}.get(who, 403)
        assert client.get(address, headers=headers).status_code == (read if who in roles else refused)
        if who not in roles:
            assert client.post(address, headers=headers).status_code == refused
    assert everything() == before

    if who in roles:
        assert client.post(address).status_code == written
        assert client.put(address).status_code == client.delete(address).status_code == 405


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_changes_want_a_token_of_our_own_page(book, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("pmo", book.root))
    address, before = reverse(name, args=CHANGES[name][1](book)), everything()

    for headers in ({}, {"HX-Request": "true"}, {"Origin": "https://evil.example"}):
        assert client.post(address, headers=headers).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("name", sorted(OWN_PAGES))
def test_own_pages_need_no_role(client, name):
    client.force_login(person())

    assert client.get(reverse(name)).status_code == OWN_PAGES[name]


@pytest.mark.parametrize("role", [*Role.values, "outsider"])
@pytest.mark.parametrize("name", sorted(FOUNDERS_PAGES))
def test_founders_pages_need_the_right_and_no_role(client, book, name, role):
    user = person() if role == "outsider" else person(role, book.root)
    client.force_login(user)

    arguments, written = FOUNDERS_PAGES[name]
    address = reverse(name, args=arguments)

    assert client.get(address).status_code == 403
    assert client.post(address, {}).status_code == written

    user.sets_up_programmes = True
    user.save()
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", sorted(PROGRAMME_PAGES))
def test_a_lead_gets_nothing_of_a_workstream_not_theirs(client, book, name):
    """Whatever address they try it with, another's workstream does not exist for them."""
    other = book.workstream("HR", book.root, name="Canary of human resources")
    book.product(other, title="Canary product")
    book.rating(other, "overall", "R", reason="Canary reason")
    client.force_login(person("lead", book.finance))
    arguments = [a if a != "ROOT" else "HR" for a in PROGRAMME_PAGES[name][0]]

    for headers in ({}, {"HX-Request": "true"}):
        asked = client.get(reverse(name, args=arguments), {"workstream": "HR"}, headers=headers)
        own = client.get(reverse(name, args=PROGRAMME_PAGES[name][0]), headers=headers)

        assert asked.status_code in (
            {302, 200} if name in {"programme", "returns"} else {403 if name in ROLES else 404}
        )
        assert b"Canary" not in asked.content + own.content


@pytest.mark.parametrize("name", sorted(PROGRAMME_PAGES.keys() | OWN_PAGES.keys()))
def test_a_councillor_who_leads_a_part_gets_nothing_more_of_the_rest_of_the_open_month(client, book, name):
    """Whatever is reported there, in the open month and of what they do not lead, every page of theirs stays as it is."""
    other = book.workstream("HR", book.root)
    book.next_month("2022-07")
    user = person("councillor", book.root)
    Membership.objects.create(user=user, workstream=book.finance, role="lead")
    addresses = dict.fromkeys(
        reverse(name, args=[{"2022-06": label, "ROOT": ref}.get(a, a) for a in PROGRAMME_PAGES.get(name, ([],))[0]])
        for label in ("2022-05", "2022-06", "2022-07")
        for ref in ("ROOT", "HR")
    )

    def pages():
        for address in addresses:
            for ref in ("", "ROOT", "HR", "FIN"):
                client.force_login(user)  # some of these pages sign out
                page = client.get(address, {"workstream": ref} if ref else {})
                yield page.status_code, MADE_ANEW.sub(b"", page.content)

    before = list(pages())
    for workstream in (book.root, other):
        book.rating(workstream, "overall", "R", reason="Canary")
        book.narrative(workstream, "awareness", "Canary")
        book.milestone(book.product(workstream, title="Canary", due="1 July 2022"), title="Canary", status="")
    assert list(pages()) == before


@pytest.mark.parametrize("name", sorted(PROGRAMME_PAGES.keys() - {"returns"} | {"portfolio", "glossary"}))
def test_reading_pages_only_read(client, book, name):
    client.force_login(person("pmo", book.root))
    address = reverse(name, args=PROGRAMME_PAGES.get(name, ([],))[0])

    for method in (client.post, client.put, client.patch, client.delete):
        assert method(address).status_code == 405
