"""What is sent in bad faith, or by accident: it stays text, leads nowhere, and is answered in a sentence."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from core.fields import TextField
from programmes.models import Draft
from tests.factories import everything, person
from tests.programmes.rows.forms import Clerk, form_of, place
from tests.programmes.rows.test_saving import SAVES
from tests.trials import by_kind

HX = {"HX-Request": "true"}
MARKUP = (
    '"><script>alert(1)</script>{{ form.seen }}{% load static %}<img src=x onerror=alert(1)>'
    '<b hx-get="/x" data-hx-post="/y" hx-on:click="z"><a href=\'javascript:alert(1)\'>[x](javascript:alert(1)) {{ x.__class__ }}'
)


# --- Markup -------------------------------------------------------------------------------------------------


def marked(response):
    """The markup for every field of a form that takes any text, as long as it takes it."""
    fields = response.context["form"].fields
    return {name: MARKUP[: field.max_length] for name, field in fields.items() if isinstance(field, TextField)}


def assert_inert(response):
    page = response.content.decode()
    for live in ("<script>alert", "<img src=x", '<b hx-get="/x"', "<a href='javascript", 'href="javascript:'):
        assert live not in page
    assert "alert(1)" not in str(response.headers)


@pytest.mark.parametrize("kind", SAVES)
def test_markup_in_every_text_is_text_wherever_it_is_shown(clerk, book, kind):
    """T39, T42: in the form, in place, on the page asking whether to remove it, in a conflict and in what is announced."""
    key, _, _, _, role = SAVES[kind]
    someone, other = clerk(role), clerk("pmo")
    opened = someone.open(kind, key)
    besides = by_kind("BESIDES").get(kind, {})
    typed = marked(opened)
    later = other.open(kind, key)

    kept = someone.send(opened, view="draft", headers=HX, **typed)
    in_place = someone.send(opened, headers=HX, **typed, **besides)
    assert in_place.status_code == 200
    shown = [kept, in_place, someone.open(kind, key), someone.open(kind, key, **HX)]
    shown += [other.send(later, **dict.fromkeys(typed, "other"), **besides)]
    shown += [other.client.get(place(book, kind, key, "remove")), other.client.get(reverse("history", args=["book"]))]
    shown += [someone.client.get(reverse("scorecard", args=["book", "2022-06"]))]

    for response in shown:
        assert_inert(response)
    assert typed.items() <= form_of(shown[2]).items()
    assert shown[4].status_code == 409
    assert "{{ form.seen }}" in shown[2].content.decode()


@pytest.mark.parametrize("kind", SAVES)
def test_markup_in_what_is_refused_comes_back_as_text(clerk, kind):
    key, _, _, _, role = SAVES[kind]
    someone = clerk(role)
    page = someone.open(kind, key)

    answer = someone.send(page, **dict.fromkeys(form_of(page), MARKUP))

    assert answer.status_code == 422
    assert_inert(answer)


def test_markup_in_an_address_is_text(lead):
    for address in (
        "/programmes/book/2022-06/rows/<script>/x/",
        place(lead.book, "rating", "<script>alert(1)</script>"),
    ):
        answer = lead.client.get(address)
        assert answer.status_code == 404
        assert_inert(answer)


# --- Where it leads next ------------------------------------------------------------------------------------

ELSEWHERE = [
    *("//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example", "javascript:alert(1)"),
    *(
        "///evil.example",
        "\\\\evil.example",
        " //evil.example",
        "http:///evil.example",
        "evil.example",
        "\t//evil.example",
    ),
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nothing_leads_out_of_the_application(lead, book, wanted):
    """T45: neither a redirect nor a link of ours."""
    address = place(book, "narrative", "FIN/ask/1")
    own = place(book, "narrative", "FIN/ask/1")

    for asked in (address, f"{address}remove/"):
        page = lead.client.get(asked, {"next": wanted})
        assert not re.findall(r'(?:href|action|value)="[^"]*(?:evil|javascript:)', page.content.decode())
    saved = lead.save("narrative", "FIN/ask/1", text="Changed", next=wanted)
    assert saved["Location"] == own
    discarded = lead.client.post(f"{address}draft/", {"discard": "1", "next": wanted})
    assert discarded["Location"] == own
    asking = lead.client.get(f"{address}remove/")
    removed = lead.client.post(f"{address}remove/", form_of(asking) | {"next": wanted})
    assert removed["Location"] == own
    assert not any("evil" in value for response in (saved, discarded, removed) for value in response.headers.values())


@pytest.mark.parametrize("wanted", ["/programmes/book/2022-06/", "/programmes/book/2022-06/?workstream=FIN#r-1"])
def test_page_of_ours_is_where_it_leads(lead, wanted):
    assert lead.save("narrative", "FIN/ask/1", text="Changed", next=wanted)["Location"] == wanted


def test_address_of_another_site_in_the_browser_leads_nowhere(lead):
    answer = lead.open("narrative", "FIN/ask/1", **HX, **{"HX-Current-URL": "https://evil.example/x"})

    assert "evil" not in answer.content.decode()


# --- Tokens and methods -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers", [{}, HX, {"Origin": "https://evil.example"}], ids=["page", "fragment", "other site"]
)
@pytest.mark.parametrize("view", ["row", "draft", "remove"])
def test_post_without_a_token_does_nothing(book, headers, view):
    """T40."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("pmo", book.root))
    before, entries = everything(), AuditEntry.objects.count()

    for kind, (key, typed, *_) in SAVES.items():
        answer = client.post(place(book, kind, key, view), {"seen": "1"} | typed, headers=headers)
        assert answer.status_code == 403
    assert everything() == before
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("headers", [{}, HX], ids=["page", "fragment"])
def test_reading_changes_nothing(clerk, book, headers):
    """T41."""
    pmo = clerk("pmo")
    pmo.save("rating", "FIN/overall", view="draft", reason="Typed")
    before, entries = everything(), AuditEntry.objects.count()

    for kind, (changed, _, added, _, _) in SAVES.items():
        for key in (changed, added):
            for view in ("row", "remove", "draft"):
                address = place(book, kind, key, view)
                for asked in (pmo.client.get, pmo.client.head):
                    assert asked(address, {"line": "", "discard": "1"}, headers=headers).status_code in {200, 302, 409}
    assert everything() == before
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_method_does_anything(pmo, book, method):
    for view in ("row", "draft", "remove"):
        assert getattr(pmo.client, method)(place(book, "rating", "FIN/overall", view)).status_code == 405


# --- Too much, and characters that are none -----------------------------------------------------------------


def test_form_of_more_fields_than_any_of_ours_is_read(lead, book):
    """T49: Django alone would answer 400 above a thousand."""
    answer = lead.save("rating", "FIN/overall", reason="Changed", **{f"extra{n}": "x" for n in range(1_200)})

    assert answer.status_code == 302


@pytest.mark.parametrize("view", ["row", "draft"])
@pytest.mark.parametrize("typed", [{"reason": "x" * 3_000_000}, {f"extra{n}": "x" for n in range(5_001)}])
def test_form_that_is_too_big_is_told_so_and_changes_nothing(lead, book, view, typed):
    before = everything()

    said = form_of(lead.open("rating", "FIN/overall")) | typed
    answer = lead.client.post(
        place(book, "rating", "FIN/overall", view),
        "&".join(f"{name}={value}" for name, value in said.items()),
        content_type="application/x-www-form-urlencoded",
    )

    page = answer.content.decode()
    assert answer.status_code == 413
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["Nothing was saved"]
    assert "more than" in page
    assert everything() == before


@pytest.mark.parametrize("length", [100_000, 2_000_000])
def test_text_that_is_too_long_comes_back_whole_with_its_length(lead, length):
    answer = lead.save("rating", "FIN/overall", reason="x" * length)

    assert answer.status_code == 422
    assert f"This is {length} characters long. At most 5000 fit." in answer.content.decode()
    assert len(form_of(answer)["reason"]) == length


@pytest.mark.parametrize(
    "text", ["😀" * 200, "\u202eright to left", "e" + "\u0301" * 190, "=1+1", "\ufffd", "a\u200bb"]
)
@pytest.mark.parametrize("kind", SAVES)
def test_any_character_that_is_one_is_kept_alike_on_both_databases(clerk, kind, text):
    """T50."""
    key, typed, _, _, role = SAVES[kind]
    (field,) = typed
    someone = clerk(role)

    assert someone.save(kind, key, **{field: text}).status_code == 302
    assert form_of(someone.open(kind, key))[field] == text


def test_half_a_character_becomes_the_sign_for_one_that_could_not_be_read(lead, book):
    """As a script may send it; a browser sends none."""
    said = "&".join(f"{name}={value}" for name, value in form_of(lead.open("rating", "FIN/overall")).items())
    kind = "application/x-www-form-urlencoded"
    for view in ("draft", "row"):
        lead.client.post(place(book, "rating", "FIN/overall", view), f"{said}&reason=a%ED%A0%80b", content_type=kind)
        assert form_of(lead.open("rating", "FIN/overall"))["reason"] == "a\ufffd\ufffd\ufffdb"


@pytest.mark.parametrize("kind", SAVES)
def test_nought_is_refused_in_every_field_and_in_addresses(clerk, book, kind):
    key, _, added, _, role = SAVES[kind]
    someone = clerk(role)
    page = someone.open(kind, key)
    for name in form_of(page):
        answer = someone.send(page, **{name: "a\0b"})
        assert answer.status_code in {422, 302}, name
    for address in (f"{key}\0", f"\0/{added}"):
        for view in ("row", "draft", "remove"):
            assert someone.client.post(place(book, kind, address, view), {"seen": "0"}).status_code == 404
    assert not Draft.objects.exists()


def test_texts_far_too_long_in_an_address_are_no_address(lead, book):
    for kind in SAVES:
        assert lead.open(kind, "x" * 3000).status_code in {403, 404}


def test_next_that_holds_a_nought_or_a_line_is_a_plain_answer(lead):
    for wanted in ("/a\0b", "/a\r\nSet-Cookie: x=y"):
        answer = lead.save("narrative", "FIN/ask/1", text=f"Changed {wanted!r}", next=wanted)
        assert answer.status_code == 302
        assert "Set-Cookie: x=y" not in str(answer.headers.get("Location"))


def test_somebody_who_is_no_clerk_gets_no_page(book):
    outsider = Clerk(Client(), book, person())

    assert outsider.open("rating", "FIN/overall").status_code == 404
