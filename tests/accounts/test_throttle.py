import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import throttle
from accounts.models import User
from jobs.models import Letter
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(monkeypatch):
    """Let time pass for the counts."""
    passed = 0.0
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + passed)

    def wait(seconds):
        nonlocal passed
        passed += seconds

    return wait


@pytest.fixture
def wrong(sign_in):
    """Try wrong passwords, and return the statuses of the answers."""

    def tries(number, login="lead@council.example", **extra):
        return [sign_in(login, f"wrong {n}", **extra).status_code for n in range(number)]

    return tries


@pytest.mark.parametrize("login", ["lead@council.example", "nobody@council.example"])
def test_eleventh_wrong_password_is_refused_whether_or_not_anyone_has_the_address(person, wrong, login):
    assert wrong(12, login) == [200] * 10 + [429] * 2


def test_tries_are_counted_where_every_process_of_the_web_sees_them(person, wrong, sign_in):
    wrong(10)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_cache")  # as another process could
    assert sign_in(person.email).status_code == 302


def test_refusal_is_a_plain_page_that_says_what_to_do(person, wrong, sign_in):
    wrong(10)
    page = sign_in(person.email).content.decode()
    assert "<h1>Too many tries</h1>" in page
    assert "Wait 15 minutes" in page


def test_right_password_is_not_looked_at_while_refused(client, person, wrong, sign_in, who):
    wrong(10)
    assert sign_in(person.email, client=client).status_code == 429
    assert who(client) is None


def test_case_of_the_address_makes_no_other_person(person, wrong):
    assert wrong(10) + wrong(1, "LEAD@council.example") == [200] * 10 + [429]


def test_eleventh_name_from_one_address_is_refused(person, wrong, later):
    answers = [wrong(1, f"person{n}@council.example")[0] for n in range(11)]
    assert answers == [200] * 10 + [429]
    assert wrong(1, ip="192.0.2.77") == [200]
    later(5 * 60 + 1)
    assert wrong(1) == [200]


def test_network_of_an_ipv6_address_counts_as_one(person, wrong):
    answers = [wrong(1, f"p{n}@council.example", ip=f"2001:db8:1:2::{n:x}")[0] for n in range(1, 12)]
    assert answers == [200] * 10 + [429]


def test_somebody_elses_guessing_keeps_nobody_out_elsewhere(client, person, wrong, sign_in, who):
    assert wrong(15, ip="198.51.100.9")[-1] == 429
    sign_in(person.email, client=client)
    assert who(client) == person.pk


def test_refusal_ends_after_a_quarter_of_an_hour_however_often_it_was_tried(client, person, wrong, sign_in, who, later):
    wrong(10)
    for _ in range(14):
        later(60)
        assert sign_in(person.email).status_code == 429
    later(61)
    sign_in(person.email, client=client)
    assert who(client) == person.pk


def test_guessing_from_everywhere_is_refused_too(person, wrong):
    answers = [wrong(1, ip=f"203.0.113.{n}")[0] for n in range(51)]
    assert answers == [200] * 50 + [429]


def test_guessing_without_end_keeps_nobody_out_of_their_own_browser(client, person, wrong, sign_in, who, later):
    sign_in(person.email, client=client)
    client.post(reverse("account_logout"))
    for n in range(12):  # from their own address and from everywhere, for longer than any count lasts
        wrong(6)
        wrong(6, ip=f"203.0.113.{n}")
        later(90)
    for n in range(6):
        wrong(10, ip=f"203.0.113.{100 + n}")
    assert wrong(1) == wrong(1, ip="203.0.113.200") == [429]
    sign_in(person.email, client=client)
    assert who(client) == person.pk


def test_known_browser_has_ten_tries_of_its_own(client, person, wrong, sign_in, who):
    sign_in(person.email, client=client)
    client.post(reverse("account_logout"))
    assert wrong(11, client=client) == [200] * 10 + [429]
    assert sign_in(person.email, client=client).status_code == 429
    assert wrong(1) == [200]  # its tries were not taken from those of strangers


@pytest.mark.parametrize("cookie", ["of another person", "made up", "tampered with"])
def test_browser_is_known_for_one_person_and_not_by_its_own_word(client, person, wrong, sign_in, cookie):
    User.objects.create_user("other@council.example", name="Other", password="another long one")
    name, word = (
        ("other@council.example", "another long one") if cookie == "of another person" else (person.email, None)
    )
    sign_in(name, **({"password": word} if word else {}), client=client)
    if cookie == "made up":
        client.cookies[throttle.COOKIE] = f"{throttle._digest(person.email)}.x:1abcde:forged"
    elif cookie == "tampered with":
        client.cookies[throttle.COOKIE] = "x" + client.cookies[throttle.COOKIE].value
    client.post(reverse("account_logout"))
    wrong(10)
    assert wrong(1, client=client) == [429]


def test_cookie_of_a_known_browser_tells_nothing_and_goes_to_sign_in_alone(client, person, sign_in):
    cookie = sign_in(person.email, client=client).cookies[throttle.COOKIE]
    assert "council" not in cookie.value
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (reverse("account_login"), True, "Lax")


def test_signing_in_is_free(person, sign_in):
    assert [sign_in(person.email).status_code for _ in range(40)] == [302] * 40


class Together(MD5PasswordHasher):
    """Looks at nobody's password before it has everybody's."""

    everybody = threading.Barrier(13)

    def verify(self, password, encoded):
        self.everybody.wait(timeout=60)
        return super().verify(password, encoded)


@pytest.mark.django_db(transaction=True)
def test_right_passwords_of_a_whole_office_at_the_same_moment_are_no_guesses(sign_in, settings):
    people = [User.objects.create_user(f"p{n}@council.example", name="Lead", password=PASSWORD) for n in range(13)]
    settings.PASSWORD_HASHERS = [f"{__name__}.Together"]

    def arrive(person):
        try:
            answer = sign_in(person.email)
            if answer.status_code != 302:
                Together.everybody.abort()  # the others would wait for it
            return answer.status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(13) as office:
        assert list(office.map(arrive, people)) == [302] * 13


def test_wrong_passwords_for_one_person_at_the_same_moment_are_counted_before_they_are_looked_at(rf):
    request = rf.post(reverse("account_login"))
    taken = [throttle.take(request, "lead@council.example") for _ in range(12)]
    assert [usage is not None for usage in taken] == [True] * 10 + [False] * 2


def test_refused_try_uses_up_no_other_count(person, wrong, later):
    """Somebody who goes on pressing the button must not close the door for their whole office."""
    wrong(10)
    later(5 * 60 + 1)
    assert wrong(20) == [429] * 20
    assert wrong(1, "colleague@council.example") == [200]
    assert [wrong(1, ip=f"203.0.113.{n}")[0] for n in range(41)] == [200] * 40 + [429]  # ten of fifty were taken


def test_refusal_on_account_of_others_uses_up_nobodys_tries(person, wrong, later):
    for n in range(10):
        wrong(1, f"p{n}@council.example")
    assert wrong(12) == [429] * 12
    later(5 * 60 + 1)
    assert wrong(10) == [200] * 10


def test_new_password_ends_the_wait(client, person, wrong, sign_in, who, later):
    wrong(10)
    later(5 * 60 + 1)  # a quarter of an hour is not over, but the address is free again
    assert sign_in(person.email).status_code == 429
    client.post(reverse("account_reset_password"), {"email": person.email}, REMOTE_ADDR="192.0.2.1")
    link = next(line for line in Letter.objects.get().body.splitlines() if "://" in line)
    form = client.get(link, follow=True).redirect_chain[-1][0]
    new = {"password1": "three random words", "password2": "three random words"}
    client.post(form, new, REMOTE_ADDR="192.0.2.1")
    sign_in(person.email, "three random words", client=client)
    assert who(client) == person.pk


def test_forwarded_address_is_not_believed_without_a_proxy(person, wrong):
    answers = [wrong(1, f"p{n}@council.example", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")[0] for n in range(11)]
    assert answers == [200] * 10 + [429]


def test_address_that_our_proxy_saw_is_counted(person, wrong, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    spoofed = [
        wrong(1, f"p{n}@council.example", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 198.51.100.7")[0] for n in range(11)
    ]
    assert spoofed == [200] * 10 + [429]
    assert wrong(1, HTTP_X_FORWARDED_FOR="203.0.113.1, 198.51.100.8") == [200]


def test_port_in_the_host_makes_no_new_count(person, wrong):
    answers = [wrong(1, HTTP_HOST=f"testserver:{port}")[0] for port in range(1, 12)]
    assert answers == [200] * 10 + [429]


def test_counts_outlast_a_flood_of_others(person, wrong):
    """The cache drops what it holds when it is full, so it must be big: three entries a try."""
    for n in range(10):
        wrong(1, f"p{n}@council.example")
    for n in range(150):
        wrong(1, f"q{n}@council.example", ip=f"10.0.0.{n}")
    assert wrong(1) == [429]


@pytest.mark.parametrize("email", ["lead@council.example", "nobody@council.example"])
def test_sixth_request_for_one_mailbox_is_refused_whether_or_not_anyone_has_it(client, person, email):
    answers = [client.post(reverse("account_reset_password"), {"email": email}).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert Letter.objects.count() == 5


def test_hundred_requests_from_one_address_are_not_all_answered(client):
    answers = [
        client.post(reverse("account_reset_password"), {"email": f"p{n}@council.example"}).status_code
        for n in range(100)
    ]
    assert answers == [302] * 50 + [429] * 50


def test_guessing_the_current_password_is_refused(client, person):
    client.force_login(person)
    words = {"oldpassword": "wrong", "password1": "three random words", "password2": "three random words"}
    answers = [client.post(reverse("account_change_password"), words).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


@pytest.fixture
def real_hasher(settings):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS


PEOPLE = ["lead@council.example", "new@council.example", "closed@council.example", "nobody@council.example"]


@pytest.fixture
def people(real_hasher, db):
    User.objects.create_user(PEOPLE[0], name="With a password", password="plumb line straight")
    User.objects.create_user(PEOPLE[1], name="Without one yet")
    User.objects.create_user(PEOPLE[2], name="Closed", password="plumb line straight", is_active=False)


def test_sign_in_does_the_same_work_for_every_address(people, sign_in, monkeypatch):
    work = []
    encode = PBKDF2PasswordHasher.encode

    def counted(self, password, salt, iterations=None):
        work.append(iterations or self.iterations)
        return encode(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    for login in PEOPLE:
        sign_in(login, "wrong")
    assert work == [PBKDF2PasswordHasher.iterations] * 4


def test_reset_does_the_same_work_for_every_address(people):
    """The slow part of the answer is the letter, so who has no account costs one too."""
    work = set()
    for email in PEOPLE:
        with CaptureQueriesContext(connection) as queries:
            Client().post(reverse("account_reset_password"), {"email": email})
        work.add(len(queries))
    assert len(work) == 1
    assert [letter.to for letter in Letter.objects.order_by("pk")] == PEOPLE
