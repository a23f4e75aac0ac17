import re
import stat

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from accounts import demo
from accounts.models import User
from accounts.roles import DUTIES, Role
from jobs.models import Letter
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

POSTS = {"director": "Director, transformation", "pmo": "PMO officer", "member": "Councillor"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def examples(person):
    """Three made-up people without a password yet, beside a real one."""
    return [User.objects.create_user(f"{name}@example.org", name=post) for name, post in POSTS.items()]


@pytest.fixture
def roles(examples, monkeypatch):
    director, pmo, member = (person.pk for person in examples)
    known = {director: ["director"], pmo: ["lead", "pmo"], member: ["councillor"], 999_999: ["legal"]}
    monkeypatch.setattr(
        demo, "roles_by_person", [lambda keys: {key: names for key, names in known.items() if key in keys}]
    )


def offers(page):
    """The sign-ins that the page offers by a button: what is on it, and what it posts."""
    forms = re.findall(r"<form.*?</form>", page.partition('class="demo-people"')[2], re.DOTALL)
    return {
        re.search(r"<button.*?>(.*?)</button>", form)[1]: dict(re.findall(r'name="(\w+)" value="(.*?)"', form))
        for form in forms
    }


def test_every_example_person_is_signed_in_by_a_button(examples, who):
    demo.prepare()
    offered = offers(Client().get(reverse("account_login")).content.decode())
    assert list(offered) == [f"Sign in as {post}" for post in POSTS.values()]
    for example, fields in zip(examples, offered.values(), strict=True):
        client = Client(enforce_csrf_checks=True)
        client.get(reverse("account_login"))
        fields["csrfmiddlewaretoken"] = client.cookies["csrftoken"].value
        assert client.post(reverse("account_login"), fields).url == reverse("portfolio")
        assert who(client) == example.pk


def test_button_leads_on_to_the_page_that_was_wanted(examples, client):
    demo.prepare()
    page = client.get(reverse("account_login"), {"next": "/p/lgr/"}).content.decode()
    for fields in offers(page).values():
        assert client.post(reverse("account_login"), fields).url == "/p/lgr/"


def test_list_says_what_each_role_is_for_and_may_see(roles):
    demo.prepare()
    assert [(person.roles, person.permissions) for person in demo.example_people()] == [
        ((Role.DIRECTOR,), ["see closed months", "see the month in progress", "see who changed what"]),
        (
            (Role.LEAD, Role.PMO),
            [
                *("see closed months", "see the month in progress", "see who changed what", "report on workstreams"),
                *("challenge returns and pass them on", "accept returns", "run the months", "shape the workstreams"),
                "give people roles",
            ],
        ),
        ((Role.COUNCILLOR,), ["see closed months"]),
    ]
    page = Client().get(reverse("account_login")).content.decode()
    assert re.findall(r"<p><b>(.*?)</b>: (.*?)\.</p>", page) == [
        (role.label, role.duty) for role in (Role.DIRECTOR, Role.LEAD, Role.PMO, Role.COUNCILLOR)
    ]
    assert re.findall(r'<p class="hint">(.*?)</p>', page) == [
        "May see closed months, see the month in progress, see who changed what.",
        (
            "May see closed months, see the month in progress, see who changed what, report on workstreams, "
            "challenge returns and pass them on, accept returns, run the months, shape the workstreams, give people roles."
        ),
        "May see closed months.",
    ]


def test_every_role_has_its_duty():
    assert list(DUTIES) == list(Role)


def test_list_costs_two_queries_for_one_person_and_for_three(examples, client, django_assert_num_queries):
    demo.prepare()
    with django_assert_num_queries(2):
        client.get(reverse("account_login"))
    User.objects.exclude(pk=examples[0].pk).filter(email__endswith="@example.org").delete()
    with django_assert_num_queries(2):
        client.get(reverse("account_login"))


def test_page_says_loudly_that_it_is_a_demonstration(examples, client):
    page = client.get(reverse("account_login")).content.decode()
    assert "Demonstration: made-up sign-ins" in page
    assert "Do not enter real data: anybody can sign in as these people." in page


def test_before_it_is_prepared_the_page_says_how(examples, client):
    page = client.get(reverse("account_login")).content.decode()
    assert offers(page) == {}
    assert "There are no example people yet: <code>make run</code> loads them." in page


def test_real_people_keep_their_password_and_are_not_offered(person, examples, sign_in, who, client):
    demo.prepare()
    assert person.name not in str(offers(Client().get(reverse("account_login")).content.decode()))
    sign_in(person.email, demo.password(), client=client)
    assert who(client) is None
    sign_in(person.email, PASSWORD, client=client)
    assert who(client) == person.pk


def test_password_is_random_and_for_its_owner_alone(folder, examples):
    demo.prepare()
    path = folder / "demo-password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text()) == 32
    first = path.read_text()
    path.unlink()
    demo.prepare()
    assert path.read_text() != first


def test_password_stays_from_one_start_to_the_next_and_so_do_sessions(folder, examples, sign_in, client, who):
    demo.prepare()
    first = demo.password()
    sign_in(examples[0].email, first, client=client)
    demo.prepare()
    assert demo.password() == first
    assert who(client) == examples[0].pk


def test_file_left_open_or_empty_is_put_right(folder, examples, sign_in, client, who):
    (folder / "demo-password").touch(mode=0o644)
    assert demo.example_people() == []
    demo.prepare()
    assert stat.S_IMODE((folder / "demo-password").stat().st_mode) == 0o600
    sign_in(examples[0].email, demo.password(), client=client)
    assert who(client) == examples[0].pk


def test_person_added_later_gets_the_password_at_the_next_start(examples, sign_in, client, who):
    demo.prepare()
    late = User.objects.create_user("late@example.org", name="Latecomer")
    demo.prepare()
    sign_in(late.email, demo.password(), client=client)
    assert who(client) == late.pk


@pytest.mark.parametrize("made", ["change", "reset"])
def test_example_person_cannot_be_given_another_password(examples, client, sign_in, made):
    demo.prepare()
    new = {"oldpassword": demo.password(), "password1": "three random words", "password2": "three random words"}
    if made == "change":
        sign_in(examples[0].email, demo.password(), client=client)
        answer = client.post(reverse("account_change_password"), new)
    else:
        client.post(reverse("account_reset_password"), {"email": examples[0].email})
        link = next(line for line in Letter.objects.get().body.splitlines() if "://" in line)
        answer = client.post(client.get(link).url, new)
    assert "Example people keep their password" in answer.content.decode()
    assert sign_in(examples[0].email, demo.password()).status_code == 302


def test_demo_sign_ins_are_not_throttled(examples, sign_in):
    demo.prepare()
    tried = [sign_in(example.email, demo.password()).status_code for example in examples for _ in range(15)]
    assert tried == [302] * 45


def test_buttons_go_on_working_where_somebody_guessed_passwords(person, examples, sign_in, client, who):
    demo.prepare()
    guesses = [sign_in(examples[0].email, f"wrong {n}").status_code for n in range(11)]
    assert guesses == [200] * 10 + [429]
    assert sign_in(person.email, demo.password()).status_code == 429  # their password is no pass for anybody else
    sign_in(examples[0].email, demo.password(), client=client)
    assert who(client) == examples[0].pk


def test_without_demo_prepare_refuses(settings, folder, examples):
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured, match="set DEMO to 1"):
        demo.prepare()
    assert list(folder.iterdir()) == []
    assert not any(person.has_usable_password() for person in User.objects.filter(email__endswith="@example.org"))


def test_without_demo_the_page_shows_nothing_of_it(settings, examples, client):
    demo.prepare()
    word = demo.password()
    settings.DEMO = False
    page = client.get(reverse("account_login")).content.decode()
    assert (offers(page), word in page, "Demonstration" in page, "example.org" in page) == ({}, False, False, False)
    assert (demo.password(), demo.example_people()) == ("", [])


def test_data_folder_of_a_demonstration_opens_nothing_without_demo(settings, examples, sign_in, who):
    """The same folder served for real: neither the password nor an open session is any good, and both come back."""
    demo.prepare()
    word = demo.password()
    open_session = Client()
    sign_in(examples[0].email, word, client=open_session)
    assert who(open_session) == examples[0].pk
    settings.DEMO = False
    assert who(open_session) is None
    late = Client()
    assert "is not right" in sign_in(examples[0].email, word, client=late).content.decode()
    assert sign_in("Director@EXAMPLE.org", word, client=late).status_code == 200
    assert who(late) is None
    late.force_login(examples[0], "accounts.backend.Backend")
    assert who(late) is None


def test_without_demo_real_people_sign_in_as_ever(settings, person, examples, sign_in, client, who):
    demo.prepare()
    settings.DEMO = False
    sign_in(person.email, client=client)
    assert who(client) == person.pk
