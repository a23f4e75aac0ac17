"""A form sent twice at the same moment makes one programme, and both are led to it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry
from programmes.founding import actions as founding
from programmes.models import Period, Programme
from tests.at_once import meeting_at
from tests.factories import founder
from tests.programmes.test_found_programme import ADDRESS, FILLED

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def together():
    with meeting_at(Programme):
        yield


def send(people):
    """Send the same form as each of these people, all at once; return the answers."""
    clients = []
    for user in people:
        clients.append(Client())
        clients[-1].force_login(user)
    start = Barrier(len(clients), timeout=30)

    def run(client):
        try:
            start.wait()
            return client.post(ADDRESS, FILLED)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(run, clients))


def test_a_form_sent_twice_makes_one_programme(together):
    answers = send([founder()] * 2)

    assert {(answer.status_code, answer.get("Location")) for answer in answers} == {
        (302, "/programmes/kent-reorganisation/setting-up/")
    }
    assert Programme.objects.count() == Period.objects.count() == 1
    assert AuditEntry.objects.filter(what="programme.found").count() == 1


def test_of_two_people_with_one_short_name_the_second_keeps_what_they_typed(together):
    answers = sorted(send([founder(), founder()]), key=lambda answer: answer.status_code)

    assert [answer.status_code for answer in answers] == [302, 422]
    page = answers[1].content.decode()
    assert "The short name “kent-reorganisation” is taken. “kent-reorganisation-2” is free." in page
    assert "Director of finance" in page
    assert Programme.objects.count() == 1


def test_without_a_second_look_whoever_sent_twice_would_be_refused_what_they_have_made(together, monkeypatch):
    """The proof that the first test bites: both have found the short name free before either has taken it."""
    monkeypatch.setattr(founding, "sent_before", lambda *_, **__: None)

    assert sorted(answer.status_code for answer in send([founder()] * 2)) == [302, 422]
