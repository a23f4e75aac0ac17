"""Letters: e-mails that go out by themselves, each once.

A letter is written with the change it tells of, in the same transaction, and sent by a worker afterwards. Whether a
mail server has taken a letter is not always known: a worker can die while it hands one over. Such a letter is left at
that, with a sentence that says so. A reader who gets nothing can be written to again; one who gets everything twice
stops reading.
"""

import smtplib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import User
from jobs import tasks
from jobs.kinds import Failed, JobKind
from jobs.models import Job, Letter, Matter
from jobs.work import Work

UNSURE = "It may have been sent: the worker stopped while sending."
CUT_OFF = "It may have been sent: the mail server was lost before it answered."
TOO_LATE = "It was not sent within a day, and is no longer kept."
GIVEN_UP = "Nothing was sent: the work on it was given up."
FOR_GOOD = 500  # a reply from here on is a refusal that stays one (RFC 5321, 4.2.1)

type Refusal = smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused


@transaction.atomic
def post(*, of: Mapping[str, str], to: User | str, subject: str, body: str) -> Letter | None:
    """Have a letter sent to this person, or to an address, whoever reads it there.

    None: something that it would tell, that is a key of `of`, has been told. The letter is a row of the caller's
    transaction: a change that is rolled back sends nothing. Both texts are sent as they are, nothing in them is filled
    in. `of` gives each thing that is told with what `Letter.objects.about` finds the letter by; with none, no page will
    list it, and it is kept for a day.
    """
    recipient, address = (to, to.email) if isinstance(to, User) else (None, to)
    fields = {"to": address, "recipient": recipient, "subject": " ".join(subject.split()), "body": body}
    try:
        with transaction.atomic():
            letter = Letter.objects.create(**fields)
            Matter.objects.bulk_create(Matter(letter=letter, key=key, about=about) for key, about in of.items())
    except IntegrityError:
        return None
    title, arguments = f"A letter to {address}", {"letter": letter.pk}
    tasks.enqueue(kind=KIND.name, key=str(letter.pk), arguments=arguments, title=title, by=None)
    return letter


def told(keys: Iterable[str]) -> set[str]:
    """Which of these things have been told already, or are about to be."""
    return set(Matter.objects.filter(key__in=keys, given_up=False).values_list("key", flat=True))


def send(work: Work) -> dict[str, Any]:
    """Send a letter that waits. One that another attempt has begun to send is left alone for good."""
    letter = Letter.objects.filter(pk=work.arguments["letter"]).first()
    if letter is None:
        raise Failed(TOO_LATE)
    message = EmailMessage(subject=letter.subject, body=letter.body, to=[letter.to])
    mailer = mailers["default"]
    try:
        # A server that is not there, or does not let us in, has said nothing about the letter: it goes on waiting.
        mailer.open()
        return _send(Letter.objects.filter(pk=letter.pk), message, mailer)
    finally:
        with suppress(OSError):
            mailer.close()


def _send(this: QuerySet[Letter], message: EmailMessage, mailer: BaseEmailBackend) -> dict[str, Any]:
    if not this.filter(state=Letter.State.QUEUED).update(state=Letter.State.SENDING):
        if _give_up(this.filter(state=Letter.State.SENDING), UNSURE):
            raise Failed(UNSURE)
        return {}
    try:
        _hand_over(message, mailer)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refusal:
        code, words = _reply(refusal)
        if code >= FOR_GOOD:
            reason = f"The mail server refused it: {code} {words}".strip()
            _give_up(this, reason)
            raise Failed(reason) from refusal
        _put_back(this)
        raise
    except _Lost as lost:
        _give_up(this, CUT_OFF)
        raise Failed(CUT_OFF) from lost
    except Exception:
        _put_back(this)
        raise
    # Whatever another attempt thought of it meanwhile: now it is known.
    this.update(state=Letter.State.SENT, sent_at=timezone.now(), error="")
    return {}


def settle() -> int:
    """Give up letters that nobody works on any more, because their job was. Return how many were found."""
    active = Job.objects.active().filter(kind=KIND.name)
    unsettled = Letter.objects.unsettled().annotate(job=Cast("pk", CharField()))
    left = list(unsettled.exclude(job__in=active.values("key")))
    for letter in left:
        reason = UNSURE
        if letter.state == Letter.State.QUEUED:
            last = Job.objects.filter(kind=KIND.name, key=str(letter.pk)).order_by("pk").last()
            reason = last.error if last and last.error else GIVEN_UP
        _give_up(Letter.objects.filter(pk=letter.pk, state=letter.state), reason)
    return len(left)


# A mail server that is down, busy or puts off whom it does not know yet is more often than not well again after these.
PAUSES = (timedelta(minutes=10), timedelta(hours=1))
# Nobody owns the job of a letter, so that its page is nobody's; it has no file.
KIND = JobKind("letter", send, lambda _user, _asked: False, lambda _asked: "", PAUSES)


class _Lost(Exception):
    """The connection broke after the letter was begun, so nobody knows whether the mail server has it."""


def _hand_over(message: EmailMessage, mailer: BaseEmailBackend) -> None:
    """Give a message to the mail server. Raise what it said where it has refused it; `_Lost` where it said nothing."""
    try:
        mailer.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
        raise  # it was asked, and has said no
    except OSError as error:
        raise _Lost from error


def _reply(refusal: Refusal) -> tuple[int, str]:
    """What the server said, as a number and words."""
    code: int
    said: bytes | str
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        ((code, said),) = refusal.recipients.values()
    else:
        code, said = refusal.smtp_code, refusal.smtp_error
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return code, " ".join(words.split())


def _put_back(this: QuerySet[Letter]) -> None:
    """The next attempt of the job sends it, if there is one: `settle` says so if there is none."""
    this.filter(state=Letter.State.SENDING).update(state=Letter.State.QUEUED)


@transaction.atomic
def _give_up(these: QuerySet[Letter], reason: str) -> bool:
    """Leave these at that. What was certainly not sent may be told by another letter."""
    held = list(these.select_for_update().values_list("pk", flat=True))
    if reason not in {UNSURE, CUT_OFF}:
        Matter.objects.filter(letter__in=held).update(given_up=True)
    return bool(Letter.objects.filter(pk__in=held).update(state=Letter.State.FAILED, error=reason))
