import re

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

import accounts.urls
from accounts.models import User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_page_asks_for_two_things_that_a_password_manager_knows(client):
    page = client.get(reverse("account_login")).content.decode()
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["Sign in"]
    assert re.findall(r'<label for="(\w+)">(.*?)</label>', page) == [
        ("id_login", "E-mail address"),
        ("id_password", "Password"),
    ]
    assert re.findall(r'<input[^>]* autocomplete="([^"]+)"', page) == ["username", "current-password"]
    assert "placeholder" not in page
    assert f'href="{reverse("account_reset_password")}"' in page


def test_page_reads_nothing_from_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse("account_login"))


@pytest.mark.parametrize("typed", ["lead@council.example", "Lead@Council.Example", " lead@council.example "])
def test_right_password_signs_in(client, person, sign_in, who, typed):
    answer = sign_in(typed, client=client)
    assert (answer.status_code, answer.url) == (302, reverse("portfolio"))
    assert who(client) == person.pk


def test_signing_in_says_nothing_that_the_page_does_not_say_itself(client, person, sign_in):
    sign_in(person.email, client=client)
    assert [str(message) for message in client.get(reverse("account_inactive")).context["messages"]] == []


@pytest.mark.parametrize(
    ("login", "password"),
    [("lead@council.example", "plumb line crooked"), ("nobody@council.example", PASSWORD)],
)
def test_wrong_password_and_unknown_address_get_the_same_page(client, person, sign_in, who, login, password):
    User.objects.create_user("new@council.example", name="No password yet")
    pages = []
    for typed in (login, "new@council.example"):
        answer = sign_in(typed, password, client=client)
        page = answer.content.decode().partition("<main")[2]
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        pages.append((answer.status_code, page.replace(typed, "…")))
    assert pages[0] == pages[1]
    assert "The e-mail address or the password is not right. Check both and try again." in pages[0][1]
    assert who(client) is None


def test_errors_stand_in_a_summary_that_leads_to_the_fields(sign_in):
    page = sign_in("lead", "").content.decode()
    assert re.findall(r'<a href="#(id_\w+)">(.*?)</a>', page) == [
        ("id_login", "E-mail address: Enter a valid email address."),
        ("id_password", "Password: Write something here."),
    ]
    assert "<title>Error: Sign in" in page


@pytest.mark.parametrize(
    "text", ["\0", "a\0b@council.example", "😀" * 500, "x" * 100_000, "\u202eb@council.example", "'--"]
)
def test_no_text_breaks_the_form(person, sign_in, text):
    assert [sign_in(text).status_code, sign_in(person.email, text).status_code] == [200, 200]


def test_password_is_never_sent_back(person, sign_in):
    assert "s3cret-typed-here" not in sign_in(person.email, "s3cret-typed-here").content.decode()


@pytest.mark.parametrize(
    "evil",
    [
        *("//evil.example", r"/\evil.example", r"\\evil.example", "https:evil.example", "https:///evil.example"),
        *("https://evil.example/", "javascript:alert(1)", "http://testserver@evil.example/", "\t//evil.example"),
        "http://127.0.0.1/another-host-we-answer-to",
    ],
)
@pytest.mark.parametrize("place", ["query", "form"])
def test_next_stays_on_our_origin(client, person, sign_in, evil, place):
    if place == "form":
        answer = sign_in(person.email, client=client, data={"next": evil})
    else:
        answer = sign_in(person.email, client=client, query_params={"next": evil})
    assert answer.url == reverse("portfolio")
    again = client.get(reverse("account_login"), {"next": evil})  # signed in already: sent on at once
    assert again.url == reverse("portfolio")
    out = client.post(reverse("account_logout"), {"next": evil})
    assert out.url == reverse("account_login")


@pytest.mark.parametrize("wanted", ["/p/lgr/2022-06/?scope=FIN", "http://testserver/p/"])
def test_next_leads_to_the_page_that_was_wanted(client, person, sign_in, wanted):
    page = client.get(reverse("account_login"), {"next": wanted})
    assert re.findall(r'name="next" value="([^"]+)"', page.content.decode()) == [wanted]
    assert sign_in(person.email, client=client, data={"next": wanted}).url == wanted


def test_signing_in_gives_the_session_a_new_name(client, person, sign_in):
    session = client.session
    session["draft"] = "kept"
    session.save()
    before = session.session_key
    sign_in(person.email, client=client)
    assert client.session.session_key != before
    assert client.session["draft"] == "kept"
    assert not client.session.exists(before)


def test_session_ends_with_the_browser(client, person, sign_in):
    answer = sign_in(person.email, client=client)
    cookie = answer.cookies["sessionid"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")


def test_signing_out_takes_a_press_of_a_button(client, person, sign_in, who):
    sign_in(person.email, client=client)
    before = client.session.session_key
    page = client.get(reverse("account_logout"))
    assert re.findall(r"<h1>(.*?)</h1>", page.content.decode()) == ["Sign out?"]
    assert who(client) == person.pk
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert who(client) is None
    assert not client.session.exists(before)


def test_person_whose_account_is_closed_is_told_and_stays_out(client, person, sign_in, who):
    User.objects.update(is_active=False)
    answer = sign_in(person.email, client=client, follow=True)
    assert answer.redirect_chain == [(reverse("account_inactive"), 302)]
    assert re.findall(r"<h1>(.*?)</h1>", answer.content.decode()) == ["Your account is closed"]
    assert who(client) is None


def test_closing_an_account_ends_its_sessions(client, person, sign_in, who):
    sign_in(person.email, client=client)
    User.objects.update(is_active=False)
    assert who(client) is None


def test_sign_in_without_a_token_is_refused(person, sign_in, who):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(person.email, client=client).status_code == 403
    assert who(client) is None


@pytest.mark.parametrize("header", [{"HTTP_ACCEPT": "application/json"}, {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}])
def test_there_is_no_second_door_in_json(person, sign_in, header):
    answer = sign_in(person.email, "wrong", **header)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_reauthenticate",
        "account_confirm_login_code",
        "account_confirm_email",
    ],
)
def test_what_we_do_not_use_has_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    ("name", "args", "anonymous"),
    [
        ("account_login", [], 200),
        ("account_logout", [], 302),  # to sign-in, having nobody to sign out
        ("account_inactive", [], 200),
        ("account_change_password", [], 302),
        ("account_set_password", [], 302),
        ("account_reset_password", [], 200),
        ("account_reset_password_done", [], 200),
        ("account_reset_password_from_key", ["1", "abc-def"], 200),
        ("account_reset_password_from_key_done", [], 200),
    ],
)
def test_addresses_that_need_no_sign_in(client, name, args, anonymous):
    assert client.get(reverse(name, args=args)).status_code == anonymous


def test_every_address_of_ours_is_named_above():
    rows = test_addresses_that_need_no_sign_in.pytestmark[-1].args[1]
    assert sorted(row[0] for row in rows) == sorted(pattern.name for pattern in accounts.urls.urlpatterns)


def test_page_sends_a_stranger_to_sign_in_and_back(client):
    wanted = reverse("account_change_password")
    assert client.get(wanted, {"a": "1"}).url == f"{reverse('account_login')}?next={wanted}%3Fa%3D1"


def test_what_a_stranger_wrote_is_given_back_with_the_way_to_sign_in(client):
    wanted = reverse("found_programme")
    answer = client.post(wanted, {"name": "Local <government>", "password": "correct horse"})
    page = answer.content.decode()
    assert answer.status_code == 401
    assert f'href="{reverse("account_login")}?next={wanted}"' in page
    assert re.findall(r"<blockquote>(.*?)</blockquote>", page) == ["Local &lt;government&gt;"]


def test_a_stranger_who_wrote_nothing_is_sent_to_sign_in(client):
    wanted = reverse("found_programme")
    assert client.post(wanted, {"start": "somerset"}).url == f"{reverse('account_login')}?next={wanted}"


@pytest.mark.parametrize("method", ["get", "post"])
def test_fragment_for_a_stranger_is_refused_instead_of_being_the_sign_in_page(client, method):
    answer = getattr(client, method)(reverse("portfolio"), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    page = answer.content.decode()
    assert page.startswith("You have been signed out, so this was not done.")
    assert re.findall(r'href="(.*?)"', page) == [reverse("account_login")]
    assert "<form" not in page


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "portfolio"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_host_is_refused_everywhere(client, name, method):
    answer = getattr(client, method)(reverse(name), headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_forwarded_host_is_not_read(client):
    answer = client.get(reverse("portfolio"), headers={"x-forwarded-host": "evil.example"})
    assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next={reverse('portfolio')}")
