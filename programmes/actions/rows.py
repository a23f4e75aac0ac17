"""Saving one row of a period: the same for every kind of row, whichever app it belongs to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.roles import Permission
from core.dates import long_date
from programmes.access import roles_in_words
from programmes.actions.locking import Stale, hold_above, hold_live
from programmes.editing.guards import Guarded, closed_is_refused, guard
from programmes.models import Identity, Position, Versioned
from programmes.models.named import kind_of
from programmes.month import Month

NEW = 0  # the version seen by whoever writes a row that is not there yet

type Values = Mapping[str, Any]  # by column, as `update` takes them


def write_row(
    row: Versioned,
    values: Values,
    *,
    seen: int,
    about: str,
    touches: frozenset[int],
    by: User,
    before: Month | None = None,
    now: Versioned | None = None,
    guarded: Guarded | None = None,
    unseen_by_lead: User | None = None,
) -> bool:
    """Write these values into a row if it still has the version its writer saw; return whether anything was written.

    In the transaction of the caller: what is refused is undone with that.

    `seen` is NEW for a row that is not there yet. `touches` are the keys of the workstreams the row stands or will
    stand under. Saving a carried row as it is says that it still holds, and takes the mark away. What is saved twice
    (a double click, a retry) is written once. Raise Stale or Refused; nothing is written then.

    What stands under a workstream keeps it from being withdrawn, so nothing is written under one that has been.

    `before` is the month as the writer saw it, where it is at hand. `now` is the row, if the caller holds it, and
    `guarded` what the guards found, if it has asked them; then `unseen_by_lead` is for the caller to say as well.
    """
    if guarded is None:
        guarded = guard(row.period, touches, by, row.writers, before)
        unseen_by_lead = one_of_others(row, touches, guarded, by)
    hold_live(row.period, touches, guarded)
    hold_above(row, touches)
    with closed_is_refused(row.period):
        if seen == NEW:
            entry = _insert(row, values, about, unseen_by_lead)
        else:
            entry = write(now or _held(row), values, seen, about, unseen_by_lead=unseen_by_lead)
    if entry is None:
        return False
    record_all([entry], role=guarded.role, by=by)
    return True


def one_of_others(row: Versioned, workstreams: frozenset[int], guarded: Guarded, by: User) -> User | None:
    """Who writes a row of these workstreams, where that is somebody who does not report there; None for who does.

    Whatever they save of it, its lead has still to look at it: see `write`.
    """
    if guarded.month is None or Permission.REPORT not in row.writers:
        return None
    return None if workstreams <= guarded.month.reach(Permission.REPORT) else by


@transaction.atomic
def remove_row(row: Versioned, *, seen: int, about: str, touches: frozenset[int], by: User) -> bool:
    """Take away what was said afresh this month; return whether it was there. A position is withdrawn instead.

    Raise Stale or Refused; nothing is taken away then.
    """
    guard(row.period, touches, by, row.writers)
    hold_above(row, touches)
    rows = type(row)._default_manager.filter(pk=row.pk)
    now = rows.select_for_update().first()
    if now is None:
        return False
    if is_stale(now, seen):
        raise Stale(now)
    names = [field.name for field in now.written_fields() if field.name not in {"period", "version"}]
    before = {name: plain(now, name) for name in names}
    with closed_is_refused(row.period):
        rows.delete()
    record("remove", row, about, by=by, before=before)
    return True


def is_stale(now: Versioned, seen: int) -> bool:
    """Whether somebody saved this row, locked by now, after its writer read it."""
    return now.version != seen


def _held(row: Versioned) -> Versioned:
    """The row as it is now, and stays until the change is written. Raise Stale where it is gone."""
    now = type(row)._default_manager.filter(pk=row.pk).select_for_update().first()
    if now is None:
        raise Stale(None)
    now.period = row.period
    return now


def write(
    now: Versioned, values: Values, seen: int, about: str, *, unseen_by_lead: User | None = None
) -> "Entry | None":
    """Write values into a row that is held, and return what the audit is to say; None where it says so already.

    A row that awaits a look is looked at with that, and does so no more; unless somebody changed it who did not look at
    the rest of it (`unseen_by_lead`): then it says what was changed and by whom. Raise Stale where somebody saved it
    meanwhile.
    """
    changed = differing(now, values)
    is_unseen = isinstance(now, Position) and (now.carried or now.changed_by_others)
    confirms = bool(is_unseen) and not unseen_by_lead
    if not changed and not confirms:
        return None
    if is_stale(now, seen):
        raise Stale(now)
    touched: dict[str, Any] = {"carried": False, "changed_by_others": ""} if confirms else {}
    if isinstance(now, Position) and unseen_by_lead:
        touched = {"changed_by_others": _changed_by(now, changed, unseen_by_lead)}
    details = _details(now)
    columns = {name: value for name, value in changed.items() if name not in details}
    type(now)._default_manager.filter(pk=now.pk).update(**columns, **touched, version=F("version") + 1)
    before = _told(now, changed)
    for name, value in columns.items():
        setattr(now, name, value)
    _write_details(now, {name: value for name, value in changed.items() if name in details})
    return Entry("change" if changed else "confirm", now, about, before or None, _told(now, changed) or None)


def _details(row: Versioned) -> frozenset[str]:
    return row.details if isinstance(row, Position) else frozenset()


def _write_details(row: Versioned, details: Values) -> None:
    for name, value in details.items():
        assert isinstance(row, Position)
        row.write_detail(name, value)


def _changed_by(now: Position, changed: Values, by: User) -> str:
    """What was changed in a row by somebody who did not look at the rest of it, after what was before."""
    words = {name: str(field.verbose_name) for field in now.written_fields() for name in (field.name, field.attname)}
    details = _details(now)
    names = " and ".join(
        now.detail_said(name, value) if name in details else words.get(name, name) for name, value in changed.items()
    )
    said = f"{names[:1].upper()}{names[1:]} changed {_by(by)}"
    known = now.changed_by_others.split("\n") if now.changed_by_others else []
    return "\n".join([*(each for each in known if each != said), said])


def _by(user: User) -> str:
    return f"by {user.name}, {long_date(timezone.localdate())}"


def differing(now: Versioned, values: Values) -> dict[str, Any]:
    """Of these values those that the row does not have."""
    return {name: value for name, value in values.items() if getattr(now, name) != value}


def _insert(row: Versioned, values: Values, about: str, unseen_by_lead: User | None) -> "Entry | None":
    """Write a new row, and return what the audit is to say; None where it is there and says the same."""
    details = _details(row)
    if isinstance(row, Position) and unseen_by_lead:
        row.changed_by_others = f"Added {_by(unseen_by_lead)}"
    for name, value in values.items():
        if name not in details:
            setattr(row, name, value)
    things = {name: getattr(row, name) for name in row.natural_key}
    try:
        with transaction.atomic():
            for name, thing in things.items():
                if isinstance(thing, Identity) and thing.pk is None:
                    thing.save()
                    setattr(row, name, thing)  # its key goes into the row's column
            row.save(force_insert=True)
            _write_details(row, {name: value for name, value in values.items() if name in details})
    except IntegrityError as error:
        if "period closed" in str(error):
            raise
        key = {
            f"{name}__ref" if isinstance(thing, Identity) else name: getattr(thing, "ref", thing)
            for name, thing in things.items()
        }
        there = type(row)._default_manager.filter(period=row.period, **key).first() or _elsewhere(row)
        if there is None:
            raise
        if there.period_id == row.period_id and _says(there) == _says(row):
            return None
        raise Stale(there) from error
    return Entry("add", row, about, after=_told(row, values))


def _elsewhere(row: Versioned) -> Versioned | None:
    """What took the ref of a new thing in another month: an amendment is open beside the month that follows it."""
    taken = {
        f"{name}__{part}": getattr(thing, part)
        for name in row.natural_key
        if isinstance(thing := getattr(row, name), Identity) and thing.pk is None
        for part in ("programme", "ref")
    }
    return type(row)._default_manager.filter(**taken).order_by("pk").first() if taken else None


def added_since(row: Versioned, theirs: Versioned) -> Versioned | None:
    """What says the same in the same place and was added after the row that took this one's number.

    It is the same again: a double click on an addition gives both the number that somebody else was faster to take.
    """
    here = {name: getattr(row, name) for name in row.natural_key[:-1]}  # the last is the number
    since = type(row)._default_manager.filter(period=row.period, pk__gt=theirs.pk, **here).order_by("pk")
    return next((each for each in since if _says(each) == _says(row)), None)


def _says(row: Versioned) -> dict[str, Any]:
    """All that a row says, and where it stands, apart from what it is known by."""
    apart = {"period", *row.natural_key}
    return {field.attname: getattr(row, field.attname) for field in row.written_fields() if field.name not in apart}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the audit is to say of a change to a row: `what` was done to it, and what it is called in a sentence."""

    what: str
    row: Versioned
    about: str
    before: Values | None = None
    after: Values | None = None
    reason: str = ""


def record_all(entries: Sequence[Entry], *, role: str | None = None, by: User) -> None:
    """Write the audit entries of changes to rows of one month, in the transaction of the changes.

    `role` is in which roles they were made, where that has been read.
    """
    if not entries:
        return
    programme = entries[0].row.period.programme
    role = roles_in_words(by, programme) if role is None else role
    for entry in entries:
        audit.record(
            what=f"{kind_of(entry.row)}.{entry.what}",
            subject=f"{entry.about}, {entry.row.period}",
            subject_key=_subject_key(entry.row),
            programme=programme.slug,
            period=entry.row.period_id,
            before=entry.before,
            after=entry.after,
            reason=entry.reason,
            role=role,
            by=by,
        )


def record(
    what: str,
    row: Versioned,
    about: str,
    *,
    by: User,
    before: Values | None = None,
    after: Values | None = None,
    reason: str = "",
) -> None:
    """Write the audit entry of a change to a row, in the transaction of the change."""
    record_all([Entry(what, row, about, before, after, reason)], by=by)


def last_entry(row: Versioned) -> AuditEntry | None:
    """Who saved a row last, or took it away, and when."""
    entries = AuditEntry.objects.filter(programme=row.period.programme.slug, subject_key=_subject_key(row))
    return entries.newest_first().first()


def _subject_key(row: Model) -> str:
    return f"{row._meta.model_name}:{row.pk}"


def _told(row: Model, columns: Iterable[str]) -> dict[str, Any]:
    """What a row says in these columns, by field: a thing's parent is that, and not its key."""
    details = _details(row) if isinstance(row, Versioned) else ()
    names = [column if column in details else row._meta.get_field(column).name for column in columns]
    return {name: plain(row, name) for name in names}


def plain(row: Model, name: str) -> Any:
    """A value as the audit keeps it: an identity by its ref."""
    value = getattr(row, name)
    return value.ref if isinstance(value, Identity) else value
