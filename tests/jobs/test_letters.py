"""A letter is sent once: written with its change, handed over by a worker, and never handed over a second time."""

import email
import threading
from datetime import timedelta
from email.policy import default as policy

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobs import actions, letters, tasks
from jobs.letters import post
from jobs.models import Job, Letter, Matter
from tests.factories import person
from tests.jobs.smtp import MailServer, through
from tests.workers import wait_until, wait_until_due, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return person(name="Workstream lead")


def write(to, *keys, **more):
    """A letter that tells of these things, all of them about one return."""
    of = dict.fromkeys(keys or ["returns/1/back"], "returns/1")
    return post(**{"of": of, "to": to, "subject": "Sent back", "body": "Say why."} | more)


def is_now(letter):
    letter.refresh_from_db()
    return letter.state, letter.error


# --- Written once -------------------------------------------------------------------------------------------


def test_a_letter_is_sent_by_the_worker(lead, mailoutbox, settings):
    began = timezone.now()
    letter = write(lead)
    assert (letter.state, letter.to, letter.recipient, mailoutbox) == ("queued", lead.email, lead, [])

    work_off()

    (message,) = mailoutbox
    assert (message.to, message.subject, message.body) == ([lead.email], "Sent back", "Say why.")
    assert message.from_email == settings.DEFAULT_FROM_EMAIL
    assert is_now(letter) == ("sent", "")
    assert began < letter.sent_at < timezone.now()
    assert Job.objects.get().state == "done"


def test_the_same_thing_is_written_of_once(lead, mailoutbox):
    write(lead)
    assert write(lead, subject="Another") is None
    work_off()
    assert write(person()) is None
    work_off()

    assert [message.subject for message in mailoutbox] == ["Sent back"]
    assert (Letter.objects.count(), Job.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one_letter(lead):
    written, at_once = [], threading.Barrier(20)

    def click():
        at_once.wait()
        written.append(write(lead))
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert len(written) == 20
    assert sum(letter is not None for letter in written) == 1
    assert Letter.objects.count() == Job.objects.count() == DBTaskResult.objects.count() == 1


def test_a_change_rolled_back_sends_nothing(lead, mailoutbox):
    with transaction.atomic():
        write(lead)
        transaction.set_rollback(True)
    work_off()
    assert (Letter.objects.count(), Job.objects.count(), mailoutbox) == (0, 0, [])

    write(lead)
    work_off()
    assert len(mailoutbox) == 1


def test_a_letter_tells_all_that_is_new_or_nothing(lead):
    write(lead, "returns/1/due", "returns/2/due")
    assert write(lead, "returns/2/due", "returns/3/due") is None
    assert letters.told(["returns/1/due", "returns/2/due", "returns/3/due"]) == {"returns/1/due", "returns/2/due"}
    write(lead, "returns/3/due")
    assert letters.told(["returns/3/due"]) == {"returns/3/due"}
    assert (Letter.objects.count(), Matter.objects.count(), Job.objects.count()) == (2, 3, 2)


def test_what_was_not_sent_may_be_told_by_another_letter(lead):
    letter = write(lead)
    Job.objects.update(state="failed", error=tasks.LOST, finished_at=timezone.now())
    assert write(lead) is None, "until it is known that the first was not sent"
    letters.settle()

    assert letters.told(["returns/1/back"]) == set()
    again = write(lead)
    assert (is_now(letter)[0], is_now(again)[0]) == ("failed", "queued")
    assert list(Letter.objects.about("returns/1")) == [again, letter]


def test_what_was_sent_about_a_thing_is_listed_newest_first(lead):
    first, second = write(lead), write(lead, "returns/1/again", "returns/1/due")
    both = write(lead, of={"returns/1/late": "returns/1", "returns/12/late": "returns/12"})

    assert list(Letter.objects.about("returns/1")) == [both, second, first]
    assert list(Letter.objects.about("returns/12")) == [both]


def test_a_letter_outlives_its_reader(lead):
    letter = write(lead)
    address = lead.email
    lead.delete()
    letter.refresh_from_db()
    assert (letter.recipient, letter.to) == (None, address)


def test_the_job_of_a_letter_has_a_page_for_nobody(client, lead):
    write(lead)
    work_off()
    client.force_login(lead)
    for name in ("job", "job_file"):
        assert client.get(reverse(name, args=[Job.objects.get().pk])).status_code == 404


@pytest.mark.parametrize(
    "row",
    [
        {"state": "sent"},
        {"state": "failed"},
        {"sent_at": timezone.now()},
        {"state": "sending", "error": "but"},
        {"state": "failed", "error": "but", "sent_at": timezone.now()},
    ],
)
def test_the_database_refuses_a_letter_that_cannot_be(lead, row):
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(**{"to": lead.email, "subject": "s", "body": "b"} | row)


def test_a_letter_that_no_page_lists_is_kept_for_a_day(lead, mailoutbox):
    told, untold, fresh = write(lead), write("nobody@council.example", of={}), write(lead, of={})
    assert (untold.to, untold.recipient, fresh.recipient) == ("nobody@council.example", None, lead)
    Letter.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    actions.tidy()
    assert set(Letter.objects.all()) == {told, fresh}

    work_off()
    assert [message.to for message in mailoutbox] == [[lead.email]] * 2
    assert Job.objects.get(key=untold.pk).error == letters.TOO_LATE


# --- Sent as it is ------------------------------------------------------------------------------------------

LITERAL = "{{ user.password }} {% load x %} {0.__class__} %(name)s <script>alert(1)</script> & “é”"


def test_texts_are_sent_as_they_are(lead, mailoutbox):
    write(lead, subject=LITERAL, body=f"{LITERAL}\nBcc: all@council.example\n")
    work_off()
    (message,) = mailoutbox
    assert (message.subject, message.body) == (LITERAL, f"{LITERAL}\nBcc: all@council.example\n")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_a_subject_adds_no_header(lead, mailoutbox, end):
    write(lead, subject=f"Sent back{end}Bcc: all@council.example{end}{end}Body")
    work_off()
    (message,) = mailoutbox
    parsed = email.message_from_bytes(message.message().as_bytes(), policy=policy)
    assert parsed["Subject"] == "Sent back Bcc: all@council.example Body"
    assert parsed["Bcc"] is None


# --- Handed over to a mail server ---------------------------------------------------------------------------


@pytest.fixture
def server(settings):
    server = MailServer()
    settings.MAILERS = through(server.port)
    yield server
    server.stop()


def test_a_server_takes_it(lead, server):
    letter = write(lead)
    work_off()
    (taken,) = server.taken
    parsed = email.message_from_string(taken, policy=policy)
    assert (parsed["To"], parsed["Subject"], parsed.get_content()) == (lead.email, "Sent back", "Say why.\r\n")
    assert is_now(letter) == ("sent", "")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("MAIL", "451 later"),
        ("RCPT", "450 greylisted"),
        ("DATA", "451 later"),
        (".", "452 no room"),
        ("hello", "421 busy"),
    ],
)
def test_what_was_not_taken_is_tried_again(lead, server, command, answer):
    """An answer that is no leaves nothing in doubt."""
    letter = write(lead)
    server.answers = {command: answer}
    work_off(1)
    assert is_now(letter) == ("queued", "")
    assert Job.objects.get().state == "queued"

    server.answers = {}
    work_off()
    assert server.taken == [], "a server that said “later” is left alone for a while"

    wait_until_due()
    work_off()
    assert is_now(letter) == ("sent", "")
    assert len(server.taken) == 1


LETS_US_IN = {"EHLO": "250-hi\r\n250 AUTH PLAIN", "AUTH": "235 welcome"}


@pytest.mark.parametrize("answers", [{"AUTH": "535 password expired"}, {"hello": "554 no service here"}])
def test_a_server_that_does_not_let_us_in_has_refused_no_letter(lead, server, settings, answers):
    """Whoever runs Plumbline renews the password, and what was written meanwhile is sent."""
    settings.MAILERS = through(server.port, username="plumbline", password="of last month")
    server.answers = LETS_US_IN | answers
    letter = write(lead)
    work_off()
    assert (is_now(letter), Job.objects.get().attempts, server.taken) == (("queued", ""), 1, [])

    server.answers = LETS_US_IN
    wait_until_due()
    work_off()
    assert (is_now(letter), len(server.taken)) == (("sent", ""), 1)


def test_what_is_not_taken_three_times_is_given_up(lead, settings):
    settings.MAILERS = through(1)  # nobody listens there
    letter = write(lead)
    for attempts in (1, 2, 3):
        work_off()
        assert Job.objects.get().attempts == attempts
        wait_until_due()

    assert letters.settle() == 1
    assert is_now(letter) == (
        "failed",
        "It failed 3 times (ConnectionRefusedError). Whoever runs Plumbline finds more in its log.",
    )
    assert letters.settle() == 0


@pytest.mark.parametrize(
    ("command", "answer", "reason"),
    [
        ("RCPT", "550 no such person here", "The mail server refused it: 550 no such person here"),
        ("MAIL", "553 not from you", "The mail server refused it: 553 not from you"),
        (".", "554 looks like spam", "The mail server refused it: 554 looks like spam"),
    ],
)
def test_what_is_refused_for_good_is_not_tried_again(lead, server, command, answer, reason):
    server.answers = {command: answer}
    letter = write(lead)
    work_off()
    assert is_now(letter) == ("failed", reason)
    assert (Job.objects.get().attempts, Job.objects.get().error) == (1, reason)


def test_a_server_that_hangs_up_may_have_taken_it(lead, server):
    server.answers = {".": ""}
    letter = write(lead)
    work_off()
    assert is_now(letter) == ("failed", "It may have been sent: the mail server was lost before it answered.")
    assert len(server.taken) == 1


def test_what_may_have_been_sent_is_not_told_again(lead, server):
    server.answers = {".": ""}
    write(lead)
    work_off()
    assert write(lead) is None


def test_a_server_that_does_not_say_goodbye_has_taken_it_all_the_same(lead, server):
    server.answers = {"QUIT": "500 what?"}
    letter = write(lead)
    work_off()
    assert is_now(letter) == ("sent", "")


# --- Workers that stop --------------------------------------------------------------------------------------


def test_a_letter_that_another_attempt_began_is_left_at_that(lead, mailoutbox):
    letter = write(lead)
    Letter.objects.update(state="sending")
    work_off()
    assert (is_now(letter), mailoutbox) == (
        ("failed", "It may have been sent: the worker stopped while sending."),
        [],
    )
    assert Job.objects.get().error == "It may have been sent: the worker stopped while sending."


def test_a_letter_that_was_sent_is_not_sent_again_when_its_job_is(lead, mailoutbox):
    write(lead)
    work_off()
    job = Job.objects.get()
    Job.objects.update(state="queued", started_at=None, heartbeat_at=None, finished_at=None)
    DBTaskResult.objects.update(status="READY")
    work_off()
    job.refresh_from_db()
    assert (job.state, job.attempts, len(mailoutbox)) == ("done", 2, 1)


@pytest.mark.parametrize(("state", "reason"), [("sending", letters.UNSURE), ("queued", tasks.LOST)])
def test_a_letter_whose_job_was_given_up_says_so(lead, state, reason):
    letter = write(lead)
    waiting = write(lead, "returns/2/back")
    Letter.objects.filter(pk=letter.pk).update(state=state)
    assert letters.settle() == 0

    Job.objects.filter(key=str(letter.pk)).update(state="failed", error=tasks.LOST, finished_at=timezone.now())

    assert letters.settle() == 1
    assert is_now(letter) == ("failed", reason)
    assert is_now(waiting) == ("queued", "")


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_sending_sends_nothing_twice(lead, server, start_worker):
    """The real thing: two processes, one of them killed between the letter and the answer."""
    server.answering.clear()
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port), "EMAIL_TLS": "0"}
    letter = write(lead)
    first = start_worker(**mail)
    wait_until(lambda: server.taken)
    first.kill()
    server.answering.set()

    start_worker(**mail)
    wait_until(lambda: is_now(letter)[0] == "failed")

    assert is_now(letter) == ("failed", letters.UNSURE)
    assert len(server.taken) == 1
