"""Without a mail server a mail is printed, and what is in it can be read and copied."""

import pytest
from django.urls import reverse

from config import settings as as_run
from jobs.letters import post
from tests.factories import person
from tests.workers import work_off

pytestmark = pytest.mark.django_db

HOST = "https://plumbline.a-council-whose-name-goes-on-for-a-while.example"


@pytest.fixture
def printed(settings, capsys):
    """Return a function that gives the lines printed so far, by the mailers of a laptop and not those of a test."""
    settings.MAILERS, settings.PUBLIC_URL = as_run.MAILERS, HOST

    def printed():
        return capsys.readouterr().out.splitlines()

    return printed


@pytest.mark.parametrize("words", ["It is here:", "“Hier”, sagt sie:"])
def test_a_letter_is_printed_as_it_was_written(printed, words):
    line = f"{words} {HOST}/programmes/book/2022-06/returns/{'A' * 1000}/?a=b"
    post(of={"returns/1/back": ""}, to=person(), subject="Sent back", body=f"Say why.\n\n{line}\n")
    work_off()

    assert {"Subject: Sent back", "Say why.", line} <= set(printed())


def test_the_link_to_a_new_password_is_printed_in_one_piece(printed, client):
    client.post(reverse("account_reset_password"), {"email": person().email})
    work_off()

    (link,) = [line for line in printed() if line.startswith(HOST)]
    assert len(link) > 78
    assert client.get(link.removeprefix(HOST)).status_code == 302
