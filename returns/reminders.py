"""Reminders of returns that are not in: who is to be reminded of what, in which words, and when each last was.

By itself nobody hears twice of the same deadline, before it and after it once each. Whoever wants to remind somebody
again says so, having seen when that was done last: one who clicks twice, or two who do so at once, saw the same and
write once.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.dates import long_date
from core.refusal import Refused
from core.words import how_many
from jobs.letters import told
from jobs.models import Letter
from programmes.access import roles_in_words
from programmes.month import Month
from returns import rights
from returns.letters import Due, about, by_maker, text, write
from returns.status import Standing, due_on, today

KIND = "due"  # in the keys of reminders, by which those to one person are found


@dataclass(frozen=True)
class Reminder:
    """A letter to one person, as it would go out now."""

    person: User
    due: Due  # the returns it tells of
    subject: str
    body: str
    last: Letter | None  # what they were last reminded by of any of these
    is_again: bool  # whether they have been reminded of all of it

    @property
    def stamp(self) -> str:
        """What a page that shows it sends back: to whom it goes, what went before and the text that was read."""
        read = hashlib.sha256(f"{self.subject}\n{self.body}".encode()).hexdigest()[:16]
        return f"{self.before}/{read}"

    @property
    def before(self) -> str:
        return f"{self.person.pk}/{self.last.pk if self.last else 0}"


@dataclass(frozen=True)
class Reminded:
    """What came of reminding: numbers of returns, and of letters, each to another person."""

    outstanding: int
    alone: int  # of these, nobody makes so many but whoever reminds
    told: int = 0
    letters: int = 0
    reminders: list[Reminder] = field(default_factory=list)  # that could go out, or could have

    def __str__(self) -> str:
        if not self.outstanding:
            return "No return is outstanding."
        if self.alone == self.outstanding:
            return "Nobody but you makes these."
        said = "Everybody has been reminded of this already."
        if self.letters:
            people = "1 person" if self.letters == 1 else f"{self.letters:,} people"
            said = f"{how_many(self.letters, 'reminder')} sent to {people}, about {how_many(self.told, 'return')}."
        return f"{said} {self.left_out}".rstrip()

    @property
    def left_out(self) -> str:
        """What nobody can be reminded of."""
        if not self.alone:
            return ""
        have, them = ("has", "it") if self.alone == 1 else ("have", "them")
        return f"{how_many(self.alone, 'return')} {have} nobody but you who signs in for {them}."


def prepared(month: Month, found: Iterable[Standing], *, by: User) -> Reminded:
    """The reminders that these returns call for. Raise Refused where the month has no deadline to remind of."""
    if not rights.accepts(month):
        raise Refused("Reminders are for the programme’s PMO to send.")
    due = due_on(month.period)
    if due is None:
        raise Refused("Set a deadline first: there is nothing to remind of yet.")
    is_past = today() > due
    when = "late" if is_past else f"due {long_date(due)}"
    said = f"Not in{', although' if is_past else ' yet, and'} due by the end of {long_date(due)}"
    outstanding = [each for each in found if each.state.is_open]
    theirs = by_maker(month, outstanding, f"{KIND}/{due}/{'late' if is_past else 'ahead'}", by=by)
    known = told(key for mine in theirs.values() for key in mine)
    last = _last(month, theirs)
    made = []
    for person, mine in theirs.items():
        before = last.get(person.pk)
        new = {key: each for key, each in mine.items() if key not in known}
        again = {f"{key}/after/{before.pk if before else 0}": each for key, each in mine.items()}
        written = text(month, (new or mine).values(), when=when, said=said)
        made.append(Reminder(person, new or again, **written, last=before, is_again=not new))
    reached = {each.unit.pk for mine in theirs.values() for each in mine.values()}
    return Reminded(len(outstanding), len(outstanding) - len(reached), reminders=made)


def _last(month: Month, theirs: dict[User, Due]) -> dict[int | None, Letter]:
    """By what each of these was last reminded of any of their returns, by their key."""
    places = {about(month, each.unit) for mine in theirs.values() for each in mine.values()}
    sent = Letter.objects.filter(
        recipient__in=theirs, matters__about__in=places, matters__key__contains=f"/{KIND}/", matters__given_up=False
    )
    return {letter.recipient_id: letter for letter in sent.order_by("pk")}


@transaction.atomic
def remind(month: Month, found: Iterable[Standing], *, by: User, chosen: Collection[str] | None = None) -> Reminded:
    """Send the reminders of these stamps; without, one to everybody who has not been reminded of something yet.

    Raise Refused, with nothing sent, where one of them does not say any more what was read; as `prepared` does too.
    """
    ready = prepared(month, found, by=by)
    if chosen is None:
        wanted = [each for each in ready.reminders if not each.is_again]
    else:
        wanted = _chosen(ready.reminders, chosen)
    written = [each for each in wanted if write(month, each.person, each.due, subject=each.subject, body=each.body)]
    if written:
        audit.record(
            what="return.remind",
            subject=f"Returns of {month.period}",
            subject_key=f"returns:{month.period.pk}",
            programme=month.programme.slug,
            after={"letters": how_many(len(written), "letter"), "deadline": due_on(month.period)},
            role=roles_in_words(by, month.programme),
            by=by,
        )
    about_now = {each.unit.pk for reminder in written for each in reminder.due.values()}
    return Reminded(ready.outstanding, ready.alone, len(about_now), len(written), ready.reminders)


def _chosen(ready: Iterable[Reminder], stamps: Collection[str]) -> list[Reminder]:
    now = {str(each.person.pk): each for each in ready}
    wanted = []
    for stamp in stamps:
        reminder = now.get(stamp.partition("/")[0])
        if reminder and not stamp.startswith(f"{reminder.before}/"):
            continue  # reminded meanwhile, as by a second click
        if reminder is None or reminder.stamp != stamp:
            raise Refused("Some of these returns stand otherwise by now. Nothing was sent. Read the reminders again.")
        wanted.append(reminder)
    return wanted
