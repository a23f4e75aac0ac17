"""`manage.py person`: how the first person gets in, before there is anybody who could invite them."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, User
from core import links
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_password import NEW, choose

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    def run(*arguments):
        call_command("person", *arguments)
        return capsys.readouterr().out.splitlines()

    return run


def entries():
    kept = ("actor", "programme", "what", "subject", "before", "after")
    return list(AuditEntry.objects.order_by("seq").values_list(*kept))


def test_first_person_is_made_and_chooses_a_password(run, sign_in, client, who):
    said = run(" Ann.Lee@Council.Example", "--name", "Head of PMO", "--sets-up-programmes")
    made = User.objects.get()
    assert (made.email, made.name, made.sets_up_programmes) == ("ann.lee@council.example", "Head of PMO", True)
    assert not made.has_usable_password()
    assert said[:-1] == [
        "Head of PMO signs in with ann.lee@council.example.",
        "They may set up programmes.",
        "To choose a password, they open this address. It works once, for 24 hours:",
    ]

    choose(said[-1])
    assert "<h1>This link does not work</h1>" in choose(said[-1]).content.decode()
    sign_in("ann.lee@council.example", NEW, client=client)
    assert who(client) == made.pk
    assert entries() == [("command line", "", "person.make", "Head of PMO", None, {"sets_up_programmes": True})]
    assert audit.verify() == ""


def test_link_names_the_configured_host_and_ends_after_24_hours(run, settings):
    settings.PUBLIC_URL = "https://plumbline.council.example"
    link = run("ann@council.example", "--name", "Ann")[-1]
    assert link.startswith("https://plumbline.council.example/accounts/password/reset/")
    assert settings.PASSWORD_RESET_TIMEOUT == 24 * 60 * 60
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "<h1>This link does not work</h1>" in choose(link).content.decode()


def test_link_leads_to_where_it_is_served(run, settings, tmp_path):
    settings.DATA_DIR, settings.PUBLIC_URL, settings.PORT = tmp_path, "", "8001"

    def origin():
        return run("ann@council.example", "--name", "Ann")[-1].partition("/accounts/password/reset/")[0]

    with links.noted("http://127.0.0.1:8123"):
        assert origin() == "http://127.0.0.1:8123"
    assert origin() == "http://127.0.0.1:8001"
    with links.noted("http://127.0.0.1:8123"):
        settings.PUBLIC_URL = "https://plumbline.council.example"
        assert origin() == "https://plumbline.council.example"


@pytest.mark.parametrize(
    ("flag", "may"), [([], True), (["--no-sets-up-programmes"], False), (["--sets-up-programmes"], True)]
)
def test_person_who_is_there_keeps_name_and_password(run, person, sign_in, flag, may):
    User.objects.update(sets_up_programmes=True)
    said = run(person.email.upper(), "--name", "Another name", *flag, "--as", person.email)
    person.refresh_from_db()
    assert (person.name, person.sets_up_programmes) == ("Head of revenues", may)
    assert said[0] == "Head of revenues signs in with lead@council.example already."
    assert person.check_password(PASSWORD)
    before, after = {"sets_up_programmes": True}, {"sets_up_programmes": may}
    assert entries() == [("Head of revenues", "", "person.admit", "Head of revenues", before, after)]

    choose(said[-1])
    assert sign_in(person.email, NEW).status_code == 302


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ann@council.example"], "Name or post: Write something here."),
        (["ann@council.example", "--name", "‌\u200b"], "Name or post: Write something here."),
        (["ann@council.example", "--name", "\udcff Ann"], "Name or post: This holds a character that cannot be kept."),
        (["ann@council.example", "--name", "A" * 201], "Name or post: This is 201 characters long. At most 200 fit."),
        (["ann", "--name", "Ann"], "E-mail address: Enter a valid email address."),
        (["änn@council.example", "--name", "Ann"], "E-mail address: Enter a valid email address."),
        (["ann@cöuncil.example", "--name", "Ann"], "E-mail address: Write the address with the letters A to Z only."),
        (["ann@example.org", "--name", "Ann"], "Addresses that end with @example.org are those of example people."),
        (["ann@council.example", "--name", "Ann", "--as", "nobody@council.example"], "Nobody signs in as “nobody@"),
    ],
)
def test_what_cannot_be_read_makes_nobody(run, arguments, sentence):
    with pytest.raises(CommandError, match=f"^{sentence}"):
        run(*arguments)
    assert (User.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_closed_account_stays_closed(run, person):
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match=r"^The account of Head of revenues is closed\.$"):
        run(person.email, "--sets-up-programmes")
    assert not User.objects.get().sets_up_programmes


def test_nobody_is_made_whose_audit_entry_cannot_be_written(run, monkeypatch):
    monkeypatch.setattr(audit, "digest", lambda _: None)  # the column is never null
    with pytest.raises(Exception, match=r"(?i)null"):
        run("ann@council.example", "--name", "Ann")
    assert not User.objects.exists()


def test_link_of_a_person_signs_nobody_in_by_itself(run):
    link = run("ann@council.example", "--name", "Ann")[-1]
    client = Client()
    client.get(link, follow=True)
    assert client.get(reverse("portfolio")).status_code == 302
