import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.models import User
from jobs.models import Letter
from tests.accounts.conftest import PASSWORD
from tests.jobs.smtp import MailServer, through
from tests.workers import wait_until_due, work_off

pytestmark = pytest.mark.django_db

NEW = "three random words"
TWICE = {"password1": NEW, "password2": NEW}


def ask(email, client=None, **extra):
    """Ask for a link, which the worker then sends."""
    answer = (client or Client()).post(reverse("account_reset_password"), {"email": email}, **extra)
    work_off()
    return answer


def link_in(message):
    return next(line for line in message.body.splitlines() if "://" in line)


def choose(link, client=None, new=None):
    """Open the link of a mail and choose the new password."""
    client = client or Client()
    opened = client.get(link)
    return client.post(opened.url, new or TWICE) if opened.status_code == 302 else opened


def test_mail_leads_to_a_new_password(person, mailoutbox, sign_in, client, who):
    assert ask(person.email).url == reverse("account_reset_password_done")
    (message,) = mailoutbox
    assert (message.subject, message.to) == ("Plumbline: choose a new password", [person.email])
    assert message.body == (
        f"Somebody, we think you, asked to choose a new password for {person.email} in Plumbline.\n\n"
        "To choose it, open this link. It works once, for 24 hours:\n\n"
        f"{link_in(message)}\n\n"
        "If it was not you, there is nothing to do: your password stays as it is."
    )
    done = choose(link_in(message))
    assert done.url == reverse("account_reset_password_from_key_done")
    sign_in(person.email, PASSWORD, client=client)
    assert who(client) is None
    sign_in(person.email, NEW, client=client)
    assert who(client) == person.pk


def test_the_page_after_it_says_whether_it_was_the_first(person, mailoutbox):
    invited = User.objects.create_user("new@council.example", name="Invited")
    for somebody, word, absent in ((invited, "set", "signed out."), (person, "changed", "From now on")):
        browser = Client()
        ask(somebody.email)
        page = browser.get(choose(link_in(mailoutbox[-1]), browser).url).content.decode()
        assert f"<h1>Your password is {word}</h1>" in page
        assert page.count(f"Your password is {word}") == 3  # the title and the message too
        assert absent not in page


def test_link_works_once(person, mailoutbox):
    ask(person.email)
    choose(link_in(mailoutbox[0]))
    again = choose(link_in(mailoutbox[0]))
    assert again.status_code == 200
    assert "<h1>This link does not work</h1>" in again.content.decode()


def test_link_works_for_24_hours(person, mailoutbox, settings):
    ask(person.email)
    assert settings.PASSWORD_RESET_TIMEOUT == 24 * 60 * 60
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "<h1>This link does not work</h1>" in choose(link_in(mailoutbox[0])).content.decode()


def test_link_shows_no_key_in_the_address_of_the_form(person, mailoutbox, client):
    ask(person.email)
    opened = client.get(link_in(mailoutbox[0]))
    assert re.fullmatch(r"/accounts/password/reset/\w+-set-password/", opened.url)


def test_first_password_is_chosen_the_same_way(db, mailoutbox, sign_in, client, who):
    invited = User.objects.create_user("new@council.example", name="Invited")
    ask(invited.email)
    choose(link_in(mailoutbox[0]))
    sign_in(invited.email, NEW, client=client)
    assert who(client) == invited.pk


@pytest.mark.parametrize("email", ["nobody@council.example", "closed@council.example"])
def test_address_that_nobody_signs_in_with_gets_a_mail_that_says_so(person, mailoutbox, email):
    User.objects.create_user("closed@council.example", name="Closed", password=PASSWORD, is_active=False)
    known, unknown = ask(person.email), ask(email)
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    message = mailoutbox[1]
    assert (message.subject, message.to) == ("Plumbline: nobody signs in with this address", [email])
    assert message.body.startswith(f"Somebody, perhaps you, asked to choose a new password for {email} in Plumbline.")
    assert "://" not in message.body


@pytest.mark.parametrize("email", ["lead@council.example", "nobody@council.example"])
def test_mail_server_that_is_away_is_nothing_to_whoever_asks(person, settings, email):
    settings.MAILERS = through(1)  # nobody listens there
    assert ask(email).url == reverse("account_reset_password_done")
    assert Letter.objects.get().state == "queued"

    server = MailServer()
    settings.MAILERS = through(server.port)
    wait_until_due()
    work_off()
    server.stop()
    assert (Letter.objects.get().state, len(server.taken)) == ("sent", 1)


def test_address_longer_than_any_that_signs_in_is_refused(person, mailoutbox):
    page = ask(f"{'x' * 250}@council.example").content.decode()
    assert "Ensure this value has at most 254 characters" in page
    assert (Letter.objects.count(), mailoutbox) == (0, [])


@pytest.mark.parametrize("host", ["testserver:8443", "127.0.0.1", "localhost:1"])
def test_mail_names_the_configured_host_whatever_the_request_says(person, mailoutbox, settings, host):
    settings.PUBLIC_URL = "https://plumbline.council.example"
    ask(person.email, headers={"host": host, "x-forwarded-host": "evil.example"})
    assert link_in(mailoutbox[0]).startswith("https://plumbline.council.example/accounts/password/reset/")


def test_mail_names_the_host_of_the_request_on_a_laptop(person, mailoutbox, settings):
    settings.PUBLIC_URL = ""
    ask(person.email, headers={"host": "127.0.0.1:8000", "x-forwarded-host": "evil.example"})
    assert link_in(mailoutbox[0]).startswith("http://127.0.0.1:8000/accounts/password/reset/")


def test_unknown_host_gets_no_mail_sent(person, mailoutbox):
    assert ask(person.email, headers={"host": "evil.example"}).status_code == 400
    assert mailoutbox == []


def test_next_of_a_reset_stays_on_our_origin(person):
    assert ask(person.email, query_params={"next": "//evil.example"}).url == reverse("account_reset_password_done")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short words", "This password is too short. It must contain at least 12 characters."),
        ("password1234", "This password is too common."),
        ("lead@council.example", "The password is too similar to the e-mail address."),
        ("Head of Revenues!", "The password is too similar to the name or post."),
    ],
)
def test_password_that_is_easy_to_guess_is_refused(person, mailoutbox, sign_in, password, reason):
    ask(person.email)
    refused = choose(link_in(mailoutbox[0]), new={"password1": password, "password2": password})
    assert re.findall(r'<a href="#id_password1">New password: (.*?)</a>', refused.content.decode()) == [reason]
    assert sign_in(person.email).status_code == 302


def test_passwords_that_differ_are_refused(client, person):
    client.force_login(person)
    words = {"oldpassword": PASSWORD, "password1": NEW, "password2": "three random birds"}
    page = client.post(reverse("account_change_password"), words).content.decode()
    assert re.findall(r'<a href="#(\w+)">', page) == ["id_password2"]


def test_change_asks_for_the_current_password(client, person, sign_in):
    client.force_login(person)
    page = client.post(reverse("account_change_password"), {"oldpassword": "wrong", **TWICE}).content.decode()
    assert '<a href="#id_oldpassword">Current password: This is not your current password.</a>' in page
    assert sign_in(person.email).status_code == 302


def test_forms_name_each_field_and_tell_a_password_manager_which_is_which(client, person):
    client.force_login(person)
    page = client.get(reverse("account_change_password")).content.decode()
    assert re.findall(r"<label .*?>(.*?)</label>", page) == ["Current password", "New password", "New password again"]
    assert re.findall(r'autocomplete="(.*?)"', page) == ["current-password", "new-password", "new-password"]
    assert re.findall(r'aria-describedby="(.*?)"', page) == ["id_password1_helptext"]
    assert "At least 12 characters" in page


def test_change_renames_this_session_and_ends_every_other(person, sign_in, who):
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        sign_in(person.email, client=browser)
    before = here.session.session_key
    changed = here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **TWICE})
    assert changed.url == reverse("portfolio")
    assert who(here) == person.pk
    assert here.session.session_key != before
    assert not here.session.exists(before)
    assert who(elsewhere) is None


def test_reset_ends_every_session(person, mailoutbox, sign_in, who, client):
    sign_in(person.email, client=client)
    ask(person.email)
    choose(link_in(mailoutbox[0]))
    assert who(client) is None


def test_link_for_somebody_else_signs_the_reader_out(person, mailoutbox, sign_in, who, client):
    User.objects.create_user("other@council.example", name="Other", password=PASSWORD)
    sign_in("other@council.example", client=client)
    ask(person.email)
    choose(link_in(mailoutbox[0]), client)
    assert who(client) is None
    assert sign_in("other@council.example").status_code == 302


def test_person_without_a_password_who_wants_to_change_it_is_sent_to_choose_one(client, db):
    client.force_login(User.objects.create_user("new@council.example", name="Invited"))
    answer = client.get(reverse("account_change_password"), follow=True)
    assert answer.redirect_chain[-1] == (reverse("account_reset_password"), 302)


def test_old_address_is_worth_nothing_after_a_change_of_address(person, mailoutbox, sign_in, who, client):
    ask(person.email)
    choose(link_in(mailoutbox[0]))
    old = person.email
    User.objects.filter(pk=person.pk).update(email="moved@council.example")
    ask(old)
    assert mailoutbox[-1].subject == "Plumbline: nobody signs in with this address"
    sign_in(old, NEW, client=client)
    assert who(client) is None
    sign_in("moved@council.example", NEW, client=client)
    assert who(client) == person.pk
    assert EmailAddress.objects.count() == 0
