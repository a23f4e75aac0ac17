"""Two officers change roles at the same moment: somebody is always left who can give them, and nothing is doubled."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.db.models.signals import pre_delete

from accounts.models import AuditEntry, User
from accounts.roles import Role
from core.refusal import Refused
from jobs.models import Letter
from programmes.models import Membership
from programmes.people import actions as people
from tests.at_once import meeting_at
from tests.factories import Book, person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*changes):
    """Do these, each in a thread with a connection of its own; return what each returned, or its refusal."""
    start = Barrier(len(changes), timeout=30)

    def run(change):
        try:
            connection.ensure_connection()
            start.wait()
            return change()
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(changes)) as pool:
        return list(pool.map(run, changes))


@pytest.fixture
def book():
    book = Book("book")
    book.officers = [person("pmo", book.root, name=name) for name in ("Ann", "Ben")]
    return book


@pytest.fixture
def together():
    with meeting_at(Membership, pre_delete):
        yield


def each_removes_the_other(book, remove):
    ann, ben = book.officers
    of = {officer: officer.memberships.get().pk for officer in book.officers}
    return at_once(
        lambda: remove(book.programme, of[ben], by=ann),
        lambda: remove(book.programme, of[ann], by=ben),
    )


def test_one_of_two_who_take_each_others_role_keeps_theirs(book, together):
    said = each_removes_the_other(book, people.remove_role)

    left = Membership.objects.get()
    assert said.count(True) == 1
    assert said[1 - said.index(True)] == (
        f"{book.officers[1 - said.index(True)]} may not give or take roles in The book programme: that is for its PMO."
    )
    assert left.user == book.officers[said.index(True)]
    assert AuditEntry.objects.filter(what="role.remove").count() == 1


def test_one_of_two_who_give_up_their_own_role_keeps_it(book, together):
    said = at_once(
        *(
            lambda officer=officer: people.remove_role(book.programme, officer.memberships.get().pk, by=officer)
            for officer in book.officers
        )
    )

    left = Membership.objects.get()
    assert said.count(True) == 1
    assert said[1 - said.index(True)].startswith(f"{left.user} is the last who can give people roles in The book")


def test_without_the_lock_nobody_would_be_left(book, together, monkeypatch):
    """The proof that the tests above bite."""
    remove = people.remove_role
    if connection.vendor == "postgresql":
        monkeypatch.setattr(people, "_locked", lambda programme: programme)
    else:  # SQLite has one writer at a time: there the transaction is the lock
        remove = people.remove_role.__wrapped__
        monkeypatch.setattr(people, "_locked", lambda programme: programme)
        monkeypatch.setattr(people, "_record", lambda *_, **__: None)  # the audit refuses to be without a transaction

    assert each_removes_the_other(book, remove) == [True, True]
    assert not Membership.objects.exists()


def test_double_click_invites_once(book):
    asked = {"email": "bob@council.example", "name": "Bob", "role": Role.LEAD, "workstream": book.root}
    answers = at_once(*[lambda: people.invite(**asked, by=book.officers[0])] * 4)

    assert sorted(answer.is_given for answer in answers) == [False, False, False, True]
    assert sorted(answer.is_new for answer in answers) == [False, False, False, True]
    assert len({answer.person.pk for answer in answers}) == 1
    assert Letter.objects.count() == 1
    entries = AuditEntry.objects.filter(subject="Bob").order_by("seq").values_list("what", flat=True)
    assert list(entries) == ["person.invite", "role.grant"]


def test_two_programmes_that_invite_the_same_person_make_one(book):
    other = Book("other")
    officer = person("pmo", other.root)
    asked = {"email": "bob@council.example", "name": "Bob", "role": Role.LEAD}
    at_once(
        lambda: people.invite(**asked, workstream=book.root, by=book.officers[0]),
        lambda: people.invite(**asked, workstream=other.root, by=officer),
    )

    bob = User.objects.get(email="bob@council.example")
    assert set(bob.memberships.values_list("workstream__programme__slug", flat=True)) == {"book", "other"}
    assert Letter.objects.count() == 2


def test_invitation_again_clicked_twice_at_once_is_one(book):
    lead = person("lead", book.root)
    said = at_once(*[lambda: people.invite_again(lead, programme=book.programme, by=book.officers[0])] * 2)

    assert sum(isinstance(answer, Letter) for answer in said) == 1
    assert Letter.objects.count() == 1
