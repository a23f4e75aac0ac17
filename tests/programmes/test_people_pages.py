"""The pages on which people are given roles: what they show, take and refuse."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from jobs import letters
from jobs.models import Job, Letter
from programmes.models import Membership, Programme, Workstream
from tests.factories import Book, everything, person
from tests.scenes import scene
from tests.workers import work_off

pytestmark = pytest.mark.django_db

PEOPLE = "/programmes/book/people/"
INVITE = f"{PEOPLE}invite/"
BOB = {"email": "bob@council.example", "name": "Bob Lead", "role": "lead", "workstream": "FIN"}


@scene
def book():
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.erp = book.workstream("FIN-1", book.finance, name="ERP system")
    book.hr = book.workstream("HR", book.root, name="People")
    return book


@pytest.fixture
def pmo(book, client):
    officer = person("pmo", book.root, name="Ann Officer")
    client.force_login(officer)
    return officer


def listed(client, **asked):
    """What the list says of each person: {name: (roles, standing)}."""
    response = client.get(PEOPLE, asked)
    assert response.status_code == 200
    return {
        row.cells["name"].value: ([part.text for part in row.cells["roles"].parts], row.cells["standing"].value)
        for _, row in response.context["table"].lines()
    }


def said(response):
    """What the page says after a change, above its heading."""
    return re.findall(r'role="status">(.+?)</p>', response.content.decode())


def problems(response):
    assert response.status_code == 422
    return re.findall(
        r"<li>\s*(?:<a href=\"#\w+\">)?(.*?)(?:</a>)?\s*</li>",
        response.content.decode().partition('class="summary"')[2],
    )


def database():
    return everything(), Letter.objects.count(), AuditEntry.objects.count()


def post(client, address, fields=None):
    return client.post(address, fields or {}, follow=True)


# --- The list -----------------------------------------------------------------------------------------------


def test_everybody_is_listed_with_their_roles_in_the_order_of_the_tree(client, pmo, book):
    lead = person("lead", book.hr, name="Zoë Lead")
    for workstream, role in ((book.erp, "lead"), (book.root, "finance"), (book.erp, "finance"), (book.root, "pmo")):
        Membership.objects.create(user=lead, workstream=workstream, role=role)
    person("lead", Book("other").root, name="Canary")
    today = f"{timezone.localtime():%-d %B %Y}"

    assert listed(client) == {
        "Ann Officer": (["PMO officer, the whole programme"], f"Last signed in on {today}"),
        "Zoë Lead": (
            [
                "PMO officer, the whole programme",
                "Finance partner, the whole programme",
                "Lead, ERP system",
                "Finance partner, ERP system",
                "Lead, People",
            ],
            "Has not signed in yet",
        ),
    }
    assert "Canary" not in client.get(PEOPLE).content.decode()


def test_what_became_of_an_invitation_is_told(client, pmo):
    post(client, INVITE, BOB)
    today = f"{timezone.localtime():%-d %B %Y}"
    assert listed(client)["Bob Lead"][1] == f"Has not signed in yet. E-mail of {today}: waiting"
    work_off()
    assert listed(client)["Bob Lead"][1] == f"Has not signed in yet. E-mail of {today}: sent"
    Letter.objects.update(state="failed", sent_at=None, error="The mail server refused it: 550 <no>")
    page = client.get(PEOPLE).content.decode()
    assert f"E-mail of {today}: not sent" in page
    assert "The mail server refused it: 550 &lt;no&gt;" in page


def test_workstream_that_has_left_the_programme_is_still_named(client, pmo, book):
    person("lead", book.erp, name="Zoë")
    book.erp.positions.update(withdrawn=True)
    assert listed(client)["Zoë"][0] == ["Lead, FIN-1 (no longer in the programme)"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "zoË"}, ["Zoë Lead"]),
        ({"q": "PERSON", "role": "pmo"}, ["Ann Officer"]),
        ({"role": "lead"}, ["Ed Lead", "Zoë Lead"]),
        ({"workstream": "FIN"}, ["Ed Lead"]),
        ({"workstream": "FIN", "role": "pmo"}, []),
        ({"sort": "user__password", "user__password__startswith": "m"}, ["Ann Officer", "Ed Lead", "Zoë Lead"]),
    ],
)
def test_list_is_narrowed(client, pmo, book, asked, expected):
    person("lead", book.hr, name="Zoë Lead")
    person("lead", book.finance, name="Ed Lead")
    assert list(listed(client, **asked)) == expected


@pytest.mark.parametrize("asked", [{"role": "god"}, {"workstream": "OTHER"}, {"q": "\0"}, {"q": "x" * 101}])
def test_filter_that_cannot_be_read_lists_nobody(client, pmo, asked):
    other = Book("other")
    other.workstream("OTHER", other.root)
    response = client.get(PEOPLE, asked)
    assert len(problems(response)) == 1
    assert pmo.email not in response.content.decode()


@pytest.mark.parametrize("size", [1, 3])
def test_queries(client, django_assert_num_queries, book, size):
    officer = person("pmo", book.root)
    for n in range(size):
        each = person("lead", book.workstream(f"W{n}", book.finance))
        Membership.objects.create(user=each, workstream=book.hr, role="lead")
        letters.post(of={f"k{n}": f"people/{book.programme.pk}"}, to=each, subject="s", body="b")
    client.force_login(officer)
    for address, queries in ((PEOPLE, 8), (INVITE, 8), (f"{PEOPLE}{each.pk}/", 10)):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


# --- Inviting -----------------------------------------------------------------------------------------------


def test_somebody_is_invited(client, pmo, book):
    response = post(client, INVITE, BOB)
    assert response.redirect_chain == [(f"{PEOPLE}{User.objects.get(name='Bob Lead').pk}/", 302)]
    assert said(response) == ["Bob Lead has the role now. An e-mail to bob@council.example is on its way."]
    assert "<b>Lead, Finance</b>: reports on a workstream and all below it." in response.content.decode()


def test_workstreams_are_offered_in_the_order_of_the_tree(client, pmo):
    form = client.get(INVITE).context["form"]
    assert form.fields["workstream"].choices == [
        ("", "Choose one"),
        ("ROOT", "The whole programme"),
        ("FIN", "Finance"),
        ("FIN-1", "\u2003ERP system"),
        ("HR", "People"),
    ]


@pytest.mark.parametrize(("role", "offered"), [("pmo", False), ("administrator", True)])
def test_role_of_an_administrator_is_offered_to_administrators(client, book, role, offered):
    client.force_login(person(role, book.root))
    assert ("administrator" in dict(client.get(INVITE).context["form"].fields["role"].choices)) is offered
    assert (post(client, INVITE, BOB | {"role": "administrator"}).status_code == 200) is offered
    assert Membership.objects.filter(role="administrator", user__name="Bob Lead").exists() is offered


def test_name_of_who_is_there_stays_and_the_page_says_so(client, pmo):
    known = person(name="Robert <b>Known</b>")
    response = post(client, INVITE, BOB | {"email": known.email})
    assert said(response) == [
        f"{known.email} belongs to Robert &lt;b&gt;Known&lt;/b&gt; already: the name stays as it is.",
        f"Robert &lt;b&gt;Known&lt;/b&gt; has the role now. An e-mail to {known.email} is on its way.",
    ]


def test_second_click_is_told_and_does_nothing(client, pmo):
    post(client, INVITE, BOB)
    before = database()
    response = post(client, INVITE, BOB)
    assert said(response) == ["Bob Lead has this role already: nothing was done, and nothing sent."]
    address = response.redirect_chain[0][0]
    response = post(client, address, {"role": "lead", "workstream": "FIN"})
    assert said(response) == ["Bob Lead has this role already: nothing was done, and nothing sent."]
    assert database() == before


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"email": ""}, "E-mail address: Write an e-mail address."),
        ({"email": "bob"}, "E-mail address: Enter a valid email address."),
        ({"email": "bob@council.example\r\nBcc: all@council.example"}, "E-mail address: Enter a valid email address."),
        ({"email": "bob@cöuncil.example"}, "E-mail address: Write the address with the letters A to Z only."),
        ({"email": '"\x07b"@council.example'}, "E-mail address: This holds a character that cannot be kept."),
        ({"email": "b\0b@council.example"}, "E-mail address: Enter a valid email address."),
        ({"email": "b@example.org"}, "Addresses that end with @example.org are those of example people."),
        ({"name": " "}, "Name or post: Write something here."),
        ({"name": "\u200b\u2060"}, "Name or post: Write something here."),
        ({"name": "Bob\0"}, "Name or post: This holds a character that cannot be kept."),
        ({"name": "Bob\u202edaeL"}, "Name or post: This holds a character that cannot be seen."),
        ({"name": "a" + "\u0301" * 10_000}, "Name or post: This is 10001 characters long. At most 200 fit."),
        ({"role": ""}, "Role: Choose one of these."),
        ({"role": "god"}, "Role: Select a valid choice. god is not one of the available choices."),
        ({"workstream": ""}, "Workstream: Choose one of these."),
        ({"workstream": "OTHER"}, "Workstream: Select a valid choice. OTHER is not one of the available choices."),
        ({"workstream": "\0"}, "Workstream: Select a valid choice."),
    ],
)
def test_what_cannot_be_read_is_said_and_invites_nobody(client, pmo, fields, problem):
    other = Book("other")
    other.workstream("OTHER", other.root)
    before = database()
    response = client.post(INVITE, BOB | fields)
    found, *_ = problems(response)
    assert found.startswith(problem)
    assert 'value="bob@council.example"' in response.content.decode() or "email" in fields  # nothing typed is lost
    assert "<title>Error: " in " ".join(response.content.decode().split())
    assert database() == before


@pytest.mark.parametrize("name", ["Bob 🙂", "मंत्री", "Bob\u200d", "B\udcffb", "O’Brien & <Sons>"])
def test_odd_names_are_kept_as_they_are_typed(client, pmo, name):
    post(client, INVITE, BOB | {"name": name.encode("utf-8", "replace").decode()})
    assert User.objects.get(email=BOB["email"]).name == name.encode("utf-8", "replace").decode()
    assert client.get(PEOPLE).status_code == 200


def test_fields_that_nobody_asked_for_change_nothing(client, pmo):
    more = {
        "sets_up_programmes": "on",
        "is_active": "",
        "password": "x",
        "by": "1",
        "programme": "1",
        "pk": str(pmo.pk),
    }
    post(client, INVITE, BOB | more)
    bob = User.objects.get(email=BOB["email"])
    assert (bob.sets_up_programmes, bob.is_active, bob.has_usable_password()) == (False, True, False)
    assert bob.pk != pmo.pk


def test_mail_names_the_configured_host_and_an_unknown_one_gets_none_sent(client, pmo, settings, mailoutbox):
    settings.PUBLIC_URL = "https://plumbline.council.example"
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    before = database()
    assert client.post(INVITE, BOB, headers=headers).status_code == 400
    assert database() == before
    client.post(INVITE, BOB, headers={"host": "127.0.0.1:8443", "x-forwarded-host": "evil.example"})
    work_off()
    assert set(re.findall(r"https?://[^/]+", mailoutbox[0].body)) == {"https://plumbline.council.example"}


def test_without_a_configured_host_a_mail_gives_paths_alone(client, pmo, settings, mailoutbox):
    settings.PUBLIC_URL = ""
    client.post(INVITE, BOB, headers={"host": "127.0.0.1:8000"})
    work_off()
    assert "\n/accounts/sign-in/\n" in mailoutbox[0].body
    assert "://" not in mailoutbox[0].body


SCRIPT = '<script>alert(1)</script><img src=x onerror=alert(1)>" hx-get="/x'


def test_script_in_a_name_is_text_on_every_page(client, pmo, book):
    book.finance.positions.update(name=SCRIPT)
    Programme.objects.update(name=SCRIPT)
    response = post(client, INVITE, BOB | {"name": SCRIPT})
    bob = User.objects.get(email=BOB["email"])
    pages = [response, *map(client.get, (PEOPLE, INVITE, f"{PEOPLE}{bob.pk}/"))]
    pages.append(client.get(f"{PEOPLE}roles/{bob.memberships.get().pk}/remove/"))
    pages.append(post(client, f"{PEOPLE}roles/{bob.memberships.get().pk}/remove/"))
    pages.append(client.post(INVITE, BOB | {"name": SCRIPT, "email": SCRIPT}))
    for page in pages:
        text = page.content.decode()
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>" not in text
        assert "<img src=x" not in text
        assert '" hx-get="/x' not in text


# --- Roles --------------------------------------------------------------------------------------------------


@pytest.fixture
def lead(book):
    return person("lead", book.finance, name="Bob Lead")


def removal(user):
    return f"{PEOPLE}roles/{user.memberships.get().pk}/remove/"


def test_another_role_is_given(client, pmo, lead):
    response = post(client, f"{PEOPLE}{lead.pk}/", {"role": "finance", "workstream": "ROOT"})
    assert said(response) == [f"Bob Lead has the role now. An e-mail to {lead.email} is on its way."]
    assert listed(client)["Bob Lead"][0] == ["Finance partner, the whole programme", "Lead, Finance"]


def test_role_is_removed_once_asked_and_can_be_given_again(client, pmo, lead):
    address = removal(lead)
    page = client.get(address).content.decode()
    assert "Bob Lead will no longer be <b>Lead, Finance</b>" in page
    assert lead.memberships.count() == 1

    response = post(client, address)
    assert response.redirect_chain == [(PEOPLE, 302)]
    assert said(response) == ["Bob Lead is no longer Lead, Finance. To undo this, give the role again."]
    assert list(listed(client)) == ["Ann Officer"]

    before = database()
    assert said(post(client, address)) == ["Nobody has this role any more."]
    assert client.get(address).status_code == client.get(f"{PEOPLE}{lead.pk}/").status_code == 404
    assert database() == before

    post(client, INVITE, BOB | {"email": lead.email})
    assert listed(client)["Bob Lead"][0] == ["Lead, Finance"]


@pytest.mark.pdf
def test_removal_ends_a_session_that_is_under_way_and_its_download(client, pmo, lead, book):
    browser = Client()
    browser.force_login(lead)
    assert browser.get("/programmes/book/2022-05/").status_code == 200
    assert browser.get("/programmes/book/2022-05/scorecard.pdf").status_code == 302
    job = Job.objects.get(kind="report.pdf")
    post(client, removal(lead))
    work_off()

    assert browser.get("/programmes/book/2022-05/").status_code == 404
    assert browser.get(reverse("job_file", args=[job.pk])).status_code == 403
    assert Job.objects.get(pk=job.pk).state == "done"


def test_ones_own_role_ends_on_the_portfolio(client, pmo, book):
    address = removal(pmo)
    (refusal,) = problems(client.post(address))
    assert refusal.startswith("Ann Officer is the last who can give people roles in The book programme. Make somebody")
    person("administrator", book.root)
    assert "You will no longer be <b>PMO officer, the whole programme</b>" in client.get(address).content.decode()
    response = post(client, address)
    assert response.redirect_chain == [(reverse("portfolio"), 302)]
    assert said(response) == ["Ann Officer is no longer PMO officer, the whole programme."]
    assert client.get(PEOPLE).status_code == 404


def test_role_of_an_administrator_is_not_a_pmo_officers_to_take(client, pmo, book):
    administrator = person("administrator", book.root)
    assert removal(administrator) not in client.get(f"{PEOPLE}{administrator.pk}/").content.decode()
    assert problems(client.post(removal(administrator))) == [
        "The role Administrator is for an administrator of The book programme to give and to take."
    ]
    assert administrator.memberships.count() == 1


def test_people_and_roles_of_another_programme_are_not_there(client, pmo):
    stranger = person("lead", Book("other").root, name="Canary")
    role = stranger.memberships.get().pk
    before = database()
    for address in (f"{PEOPLE}{stranger.pk}/", f"{PEOPLE}{stranger.pk}/invite/", f"{PEOPLE}{10**20}/"):
        for response in (client.get(address), client.post(address, {"role": "lead", "workstream": "FIN"})):
            assert response.status_code == 404
            assert b"Canary" not in response.content
    for pk in (role, 10**20):
        assert client.get(f"{PEOPLE}roles/{pk}/remove/").status_code == 404
        response = post(client, f"{PEOPLE}roles/{pk}/remove/")
        assert said(response) == ["Nobody has this role any more."]
        assert b"Canary" not in response.content
    assert database() == before


def test_invitation_is_sent_again_and_a_second_click_is_told(client, pmo, lead):
    address = f"{PEOPLE}{lead.pk}/invite/"
    assert said(post(client, address)) == [f"An e-mail to {lead.email} is on its way."]
    before = database()
    (told,) = said(post(client, address))
    assert re.fullmatch(r"An e-mail went to Bob Lead at \d\d:\d\d\. Another can be sent from \d\d:\d\d on\.", told)
    assert database() == before


def test_person_who_has_been_here_is_not_offered_an_invitation(client, pmo, lead):
    assert "Send the invitation again" in client.get(f"{PEOPLE}{lead.pk}/").content.decode()
    Client().force_login(lead)
    assert "Send the invitation again" not in client.get(f"{PEOPLE}{lead.pk}/").content.decode()


# --- The way there ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "led"), [("pmo", True), ("administrator", True), ("director", False)])
def test_scorecard_leads_those_there_who_may(client, book, role, led):
    client.force_login(person(role, book.root))
    page = client.get("/programmes/book/2022-05/").content.decode()
    assert (f'<a href="{PEOPLE}">People</a>' in page) is led


@pytest.mark.parametrize(("role", "led"), [("pmo", True), ("lead", False)])
def test_programme_without_a_month_leads_those_there_who_may(client, role, led):
    programme = Programme.objects.create(slug="fresh", name="The new programme", council="Example Council")
    root = Workstream.objects.create(programme=programme, ref="FRESH")
    client.force_login(person(role, root))
    assert ('<a href="/programmes/fresh/people/">' in client.get("/programmes/fresh/").content.decode()) is led
    if led:
        assert client.get("/programmes/fresh/people/").status_code == 200
        post(client, "/programmes/fresh/people/invite/", BOB | {"workstream": "FRESH"})
        assert User.objects.get(name="Bob Lead").memberships.get().workstream == root
