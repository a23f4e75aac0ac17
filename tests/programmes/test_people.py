"""Giving people roles and taking them away: who may, what is recorded, and what is sent."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.roles import Role
from core.refusal import Refused
from jobs.models import Letter
from programmes.models import Membership, Programme, Workstream
from programmes.people import actions as people
from programmes.people.members import places
from tests.accounts.test_password import choose
from tests.factories import Book, everything, person
from tests.scenes import scene
from tests.workers import work_off

pytestmark = pytest.mark.django_db


@scene
def book():
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.erp = book.workstream("FIN-1", book.finance, name="ERP system")
    book.pmo = person("pmo", book.root, name="Ann Officer")
    return book


@pytest.fixture
def invite(book):
    """Invite Bob as a lead of Finance, or otherwise."""

    def invite(**other):
        asked = {"email": "bob@council.example", "name": "Bob Lead", "role": Role.LEAD, "workstream": book.finance}
        return people.invite(**{"by": book.pmo} | asked | other)

    return invite


def roles(user):
    return set(Membership.objects.filter(user=user).values_list("role", "workstream__ref"))


def link_in(letter):
    return next((line for line in letter.body.splitlines() if "/password/reset/" in line), "")


def entries():
    kept = ("actor", "role", "programme", "what", "subject", "before", "after")
    return list(AuditEntry.objects.order_by("seq").values_list(*kept))[1:]  # the first opened the book


def database():
    return everything(), list(Letter.objects.values()), AuditEntry.objects.count()


# --- An invitation ------------------------------------------------------------------------------------------


def test_invitation_makes_a_person_with_a_role_and_tells_them(invite, settings, mailoutbox):
    settings.PUBLIC_URL = "https://plumbline.council.example"
    invited = invite()
    assert (invited.person.email, invited.person.name) == ("bob@council.example", "Bob Lead")
    assert (invited.is_new, invited.is_given, roles(invited.person)) == (True, True, {("lead", "FIN")})
    work_off()

    (message,) = mailoutbox
    (letter,) = Letter.objects.all()
    assert (message.to, message.subject) == (["bob@council.example"], "Plumbline: your part in The book programme")
    assert link_in(letter).startswith("https://plumbline.council.example/accounts/password/reset/")
    assert message.body == (
        "Ann Officer has given you a part in The book programme (Example Council), which reports its months with "
        "Plumbline:\n\n"
        "- Lead, Finance: reports on a workstream and all below it\n\n"
        "First choose a password. This link works once, for 24 hours:\n\n"
        f"{link_in(letter)}\n\n"
        "If it no longer works, choose “Forgot your password, or have none yet?” on the page where you sign in, and "
        "a new one is sent to you.\n\n"
        "Sign in with your address, bob@council.example:\n\n"
        "https://plumbline.council.example/accounts/sign-in/\n\n"
        "If you did not expect this, tell your programme office. Nobody but you can choose your password.\n"
    )
    assert settings.PASSWORD_RESET_TIMEOUT == 24 * 60 * 60


def test_link_of_an_invitation_lets_its_reader_choose_a_password_once(invite, client):
    invited = invite().person
    assert not invited.has_usable_password()
    link = link_in(Letter.objects.get())
    choose(link)
    assert "<h1>This link does not work</h1>" in choose(link).content.decode()
    invited.refresh_from_db()
    assert invited.check_password("three random words")


def test_person_who_is_there_keeps_name_and_password(invite, book):
    known = person(name="Robert Known")
    invited = invite(email=f" {known.email.upper()} ", name="Bob")
    assert (invited.person, invited.is_new, invited.is_given) == (known, False, True)
    known.refresh_from_db()
    assert (known.name, known.check_password("correct horse battery")) == ("Robert Known", True)
    letter = Letter.objects.get()
    assert (link_in(letter), "choose a password" in letter.body) == ("", False)
    assert f"Sign in with your address, {known.email}:" in letter.body


def test_same_invitation_twice_is_one_of_each(invite):
    first, second = invite(), invite()
    assert (second.person, second.is_new, second.is_given) == (first.person, False, False)
    assert (User.objects.count(), Membership.objects.count(), Letter.objects.count()) == (2, 2, 1)
    assert [entry[3] for entry in entries()] == ["person.invite", "role.grant"]


def test_role_given_again_after_it_was_taken_is_told_of_again(invite, book):
    bob = invite().person
    people.remove_role(book.programme, bob.memberships.get().pk, by=book.pmo)
    assert people.give_role(bob, role=Role.LEAD, workstream=book.finance, by=book.pmo)
    assert Letter.objects.count() == 2


LITERAL = "{{ user.password }} {% load x %} {0.__class__} <script>alert(1)</script> & “é”"


def test_names_are_written_as_they_are(book, invite):
    Programme.objects.update(name=LITERAL)
    User.objects.update(name=f"Ann {LITERAL}")
    book.root.refresh_from_db()
    book.pmo.refresh_from_db()
    workstream = book.workstream("HR", book.root, name=LITERAL)
    invite(workstream=Workstream.objects.get(pk=workstream.pk))
    letter = Letter.objects.get()
    assert letter.subject == f"Plumbline: your part in {LITERAL}"
    assert letter.body.startswith(f"Ann {LITERAL} has given you a part in {LITERAL} (Example Council), which")
    assert f"\n- Lead, {LITERAL}: reports on" in letter.body


# --- Who may give and take ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("giver", ["pmo", "administrator"])
def test_officer_gives_and_takes_every_role_but_administrator_and_an_administrator_every_one(book, giver, role):
    by, to = person(giver, book.root), person()
    if (giver, role) == ("pmo", "administrator"):
        with pytest.raises(Refused, match=r"^The role Administrator is for an administrator of The book programme"):
            people.give_role(to, role=role, workstream=book.root, by=by)
        held = Membership.objects.create(user=to, role=role, workstream=book.root)
        with pytest.raises(Refused, match=r"^The role Administrator is for an administrator of The book programme"):
            people.remove_role(book.programme, held.pk, by=by)
        assert roles(to) == {("administrator", "ROOT")}
        return
    assert people.give_role(to, role=role, workstream=book.root, by=by)
    assert roles(to) == {(role, "ROOT")}
    assert people.remove_role(book.programme, to.memberships.get().pk, by=by)
    assert roles(to) == set()


@pytest.mark.parametrize(
    "who",
    [*(role for role in Role if role not in {"pmo", "administrator"}), "outsider", "pmo of a part", "pmo elsewhere"],
)
def test_nobody_else_gives_or_takes_any(book, invite, who):
    by = {
        "outsider": person,
        "pmo of a part": lambda: person("pmo", book.finance),
        "pmo elsewhere": lambda: person("pmo", Book("other").root),
    }.get(who, lambda: person(who, book.root))()
    lead = person("lead", book.erp)
    before = database()
    for change in (
        lambda: invite(by=by),
        lambda: people.give_role(by, role=Role.LEAD, workstream=book.erp, by=by),
        lambda: people.give_role(by, role=Role.PMO, workstream=book.root, by=by),
        lambda: people.remove_role(book.programme, lead.memberships.get().pk, by=by),
        lambda: people.invite_again(lead, programme=book.programme, by=by),
    ):
        with pytest.raises(Refused, match=r"may not give or take roles in The book programme: that is for its PMO\.$"):
            change()
    assert database() == before


def test_role_of_another_programme_is_out_of_reach(book, invite):
    other = Book("other")
    stranger = person("lead", other.root)
    before = database()
    with pytest.raises(Refused, match="may not give or take roles in The other programme"):
        invite(workstream=other.root)
    assert people.remove_role(book.programme, stranger.memberships.get().pk, by=book.pmo) is False
    with pytest.raises(Refused, match="has no role in the programme any more"):
        people.invite_again(stranger, programme=book.programme, by=book.pmo)
    assert database() == before


def test_workstream_that_has_left_the_programme_takes_no_role(book, invite):
    book.erp.positions.update(withdrawn=True)
    before = database()
    with pytest.raises(Refused, match=r"^FIN-1 is no workstream of The book programme in its newest month"):
        invite(workstream=book.erp)
    assert database() == before


def test_closed_account_takes_no_role(book, invite):
    User.objects.create_user("bob@council.example", name="Bob", is_active=False)
    before = database()
    with pytest.raises(Refused, match=r"^The account of Bob is closed"):
        invite()
    assert database() == before


def test_nobody_is_made_among_the_example_people(invite):
    before = database()
    with pytest.raises(Refused, match=r"^Addresses that end with @example.org are those of example people"):
        invite(email="bob@example.org")
    assert database() == before


def test_programme_without_a_month_is_managed_by_its_root(invite):
    programme = Programme.objects.create(slug="new", name="The new programme", council="Example Council")
    root = Workstream.objects.create(programme=programme, ref="NEW")
    officer = person("pmo", root)
    assert [(place.ref, place.name) for place in places(programme)] == [("NEW", "the whole programme")]
    bob = invite(workstream=root, by=officer).person
    assert "\n- Lead, the whole programme: " in Letter.objects.get().body
    assert people.remove_role(programme, bob.memberships.get().pk, by=officer)


# --- Taking the last one ------------------------------------------------------------------------------------


def test_last_who_can_give_roles_keeps_theirs(book):
    person("pmo", book.finance)  # of a part
    person("pmo", Book("other").root)
    closed = person("administrator", book.root)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    mine = book.pmo.memberships.get()
    before = database()
    with pytest.raises(Refused, match=r"^Ann Officer is the last who can give people roles in The book programme"):
        people.remove_role(book.programme, mine.pk, by=book.pmo)
    assert database() == before

    second = person("administrator", book.root)
    assert people.remove_role(book.programme, mine.pk, by=second)
    with pytest.raises(Refused, match="is the last who can give people roles"):
        people.remove_role(book.programme, second.memberships.get().pk, by=second)


def test_role_taken_twice_is_taken_once(book, invite):
    mine = invite().person.memberships.get()
    assert people.remove_role(book.programme, mine.pk, by=book.pmo) is True
    count = AuditEntry.objects.count()
    assert people.remove_role(book.programme, mine.pk, by=book.pmo) is False
    assert AuditEntry.objects.count() == count


# --- The record ---------------------------------------------------------------------------------------------


def test_each_change_is_one_entry(book, invite):
    bob = invite().person
    people.give_role(bob, role=Role.PMO, workstream=book.root, by=book.pmo)
    people.remove_role(book.programme, bob.memberships.get(role="lead").pk, by=bob)
    people.remove_role(book.programme, book.pmo.memberships.get().pk, by=book.pmo)
    lead, officer = {"role": "Lead", "workstream": "FIN"}, {"role": "PMO officer", "workstream": "ROOT"}
    assert entries() == [
        ("Ann Officer", "PMO officer", "book", "person.invite", "Bob Lead", None, None),
        ("Ann Officer", "PMO officer", "book", "role.grant", "Bob Lead", None, lead),
        ("Ann Officer", "PMO officer", "book", "role.grant", "Bob Lead", None, officer),
        ("Bob Lead", "Lead, PMO officer", "book", "role.remove", "Bob Lead", lead, None),
        ("Ann Officer", "PMO officer", "book", "role.remove", "Ann Officer", officer, None),
    ]
    assert audit.verify() == ""


def test_nothing_is_given_or_sent_that_cannot_be_recorded(book, invite, monkeypatch):
    mine = person("lead", book.erp).memberships.get()
    before = database()
    monkeypatch.setattr(audit, "digest", lambda _: None)  # the column is never null
    for change in (invite, lambda: people.remove_role(book.programme, mine.pk, by=book.pmo)):
        with pytest.raises(IntegrityError, match=r"(?i)null"):
            change()
    assert database() == before


# --- The invitation again -----------------------------------------------------------------------------------


def ago(**time):
    Letter.objects.update(created_at=timezone.now() - dt.timedelta(**time))


def test_invitation_is_sent_again_with_every_role_but_not_within_the_hour(book, invite, mailoutbox):
    bob = invite().person
    people.give_role(bob, role=Role.FINANCE, workstream=book.root, by=book.pmo)
    ago(minutes=59)
    with pytest.raises(
        Refused, match=r"^An e-mail went to Bob Lead at \d\d:\d\d. Another can be sent from \d\d:\d\d on\.$"
    ):
        people.invite_again(bob, programme=book.programme, by=book.pmo)
    ago(minutes=61)
    work_off()
    people.invite_again(bob, programme=book.programme, by=book.pmo)
    with pytest.raises(Refused, match=r"^An e-mail went to Bob Lead at "):
        people.invite_again(bob, programme=book.programme, by=book.pmo)
    work_off()

    assert len(mailoutbox) == 3
    assert "\n- Finance partner, the whole programme: answers for" in mailoutbox[2].body
    assert "\n- Lead, Finance: reports on" in mailoutbox[2].body
    assert choose(link_in(mailoutbox[2])).status_code == 302
    assert [entry[3] for entry in entries()][-1] == "person.invite_again"


def test_invitation_that_was_not_sent_can_be_sent_again_at_once(book, invite):
    bob = invite().person
    Letter.objects.update(state="failed", error="The mail server refused it: 550 no")
    assert people.invite_again(bob, programme=book.programme, by=book.pmo).state == "queued"


def test_person_who_has_been_here_needs_no_invitation(book, invite):
    bob = invite().person
    ago(days=1)
    User.objects.filter(pk=bob.pk).update(last_login=timezone.now())
    with pytest.raises(Refused, match=r"^Bob Lead has signed in already"):
        people.invite_again(bob, programme=book.programme, by=book.pmo)


def test_closed_account_is_sent_no_invitation(book, invite):
    bob = invite().person
    ago(days=1)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    letters = Letter.objects.count()

    with pytest.raises(Refused, match=r"^The account of Bob Lead is closed, so nobody can sign in"):
        people.invite_again(bob, programme=book.programme, by=book.pmo)

    assert Letter.objects.count() == letters
