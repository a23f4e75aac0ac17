"""The record of who changed what: entries that are added and never change, each carrying the hash of the one before.

An action ends with `record`, in its own transaction: a change that is rolled back leaves no entry, and one that stands
has one. The database refuses to change an entry (`triggers`). Somebody who takes the triggers away, or edits the file,
cannot make the hashes fit again without rewriting every later entry and the head; and then the heads do not fit that
were recorded elsewhere, such as in the months closed since (`verify`).

An entry is written so:

    audit.record(
        what="role.grant",
        subject=person.name,
        subject_key=person.pk,
        programme="somerset",
        after={"role": "Lead", "workstream": "FIN"},
        role="PMO officer",
        by=user,
    )

`what` is a short code: the thing, and what happened to it. `subject` names what was changed in words, as it is called
now, and `subject_key` by a key that stays. `programme` is a short name, "" for what belongs to none; `period` is the
key of the period whose rows were written, None where none were. `role` is the roles of `by` in words; where `by` is
None, the command line did it. `before` and `after` are JSON values: None, text, whole numbers, truth values, and lists
or dictionaries of them; decimals and days become text. It comes last in its transaction, because everybody who changes
anything waits here for the head, until the one before has committed.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from accounts.models import AuditEntry, AuditHead, User
from core.middleware import request_id
from core.triggers import Trigger, append_only, no_replacing, no_truncation, refuse

COMMAND_LINE = "command line"  # the actor where there is no person
HEAD = 1
# What the hash is taken of. A later column counts where it says something, so that older entries keep their hashes.
HASHED = (
    *("seq", "at", "actor_key", "actor", "role", "programme", "what", "subject", "subject_key"),
    *("before", "after", "reason", "request_id", "previous"),
)
LATER = ("period_key",)


def record(
    *,
    what: str,
    subject: str,
    subject_key: int | str,
    programme: str = "",
    period: int | None = None,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    role: str = "",
    by: User | None,
) -> AuditEntry:
    """Write an entry that says what was done, and return it; what each argument is stands above.

    Raise RuntimeError outside a transaction, and TypeError for a value that an entry cannot keep, such as a float.
    """
    _check_in_transaction()
    head = _locked_head()
    entry = AuditEntry(
        seq=head.seq + 1,
        at=timezone.now(),
        actor_key=by.pk if by else None,
        actor=by.name if by else COMMAND_LINE,
        role=role,
        programme=programme,
        what=what,
        subject=subject,
        subject_key=str(subject_key),
        period_key=period,
        before=_plain(before),
        after=_plain(after),
        reason=reason,
        request_id=request_id.get(),
        previous=head.hash,
    )
    entry.hash = digest(entry)
    entry.save(force_insert=True)
    AuditHead.objects.filter(pk=HEAD).update(seq=entry.seq, hash=entry.hash)
    return entry


def head() -> str:
    """Return where the chain ends now, as "seq:hash": to be recorded where it cannot change, and given to `verify`."""
    return str(AuditHead.objects.filter(pk=HEAD).first() or "")


def hashed(entry: AuditEntry) -> dict[str, Any]:
    """Return what the hash of an entry is taken of, by column; moments as text, in UTC."""
    values = {name: getattr(entry, name) for name in HASHED}
    values |= {name: value for name in LATER if (value := getattr(entry, name)) is not None}
    return values | {"at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")}


def digest(entry: AuditEntry) -> str:
    """Return the SHA-256 of an entry as canonical JSON, with its keys in order of code points."""
    text = json.dumps(hashed(entry), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(recorded: Mapping[str, str] | None = None) -> str:
    """Return a sentence that names the first entry that is not as it was written, or "" where all are.

    `recorded` gives heads as `head` returned them, by where they stand ("the closing of June 2022").
    """
    return next(_faults(recorded or {}), "")


def _faults(recorded: Mapping[str, str]) -> Iterator[str]:
    # In this order, so that entries written meanwhile are no fault.
    last = AuditEntry.objects.aggregate(last=Max("seq"))["last"] or 0
    end = AuditHead.objects.filter(pk=HEAD).first() or AuditHead(pk=HEAD)
    known: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for place, text in recorded.items():
        number, _, hashed = text.partition(":")
        known[number].append((place, hashed))
    previous, count = "", 0
    for entry in AuditEntry.objects.filter(seq__lte=end.seq).order_by("seq").iterator():
        count += 1
        yield from _faults_of(entry, count, previous)
        for place, hashed in known.pop(str(count), ()):
            if hashed != entry.hash:
                yield f"Entry {count} of the audit is not the one that {place} recorded."
        previous = entry.hash
    if count < end.seq:
        yield f"Entry {count + 1} of the audit is missing: its head stands at {end.seq}."
    if previous != end.hash:
        yield f"Entry {count} of the audit is not the one its head names."
    if last > end.seq:
        yield f"Entry {end.seq + 1} of the audit is not known to its head, which stands at {end.seq}."
    for number, places in known.items():
        yield f"Entry {number} of the audit, which {places[0][0]} recorded, is missing."


def triggers() -> Iterator[Trigger]:
    """Entries never change, and the head moves from each to the next."""
    yield from append_only(AuditEntry, "an audit entry never changes")
    heads, sentence = AuditHead._meta.db_table, "the audit only goes forward"
    yield from refuse(heads, ["UPDATE"], sentence, "NOT (NEW.id = OLD.id AND NEW.seq = OLD.seq + 1)")
    yield from refuse(heads, ["DELETE"], sentence)
    yield from no_replacing(AuditHead, ["INSERT"], sentence)
    yield no_truncation(heads, sentence)


def _check_in_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry is written in the transaction of the change it tells of.")


def _locked_head() -> AuditHead:
    heads = AuditHead.objects.select_for_update()
    found = heads.filter(pk=HEAD).first()
    if found is None:  # the first entry of all; of two that come at once, the second waits here for the first
        AuditHead.objects.bulk_create([AuditHead(pk=HEAD)], ignore_conflicts=True)
        found = heads.get(pk=HEAD)
    return found


def _faults_of(entry: AuditEntry, seq: int, previous: str) -> Iterator[str]:
    if entry.seq != seq:
        yield f"Entry {seq} of the audit is missing."
    if entry.hash != digest(entry):
        yield f"Entry {seq} of the audit is not as it was written."
    if entry.previous != previous:
        yield f"Entry {seq} of the audit does not follow the one before it."


def _plain(value: Any) -> Any:
    """A JSON value that both databases give back exactly as it went in, which they do not with a float."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return f"{value:f}"
        case dt.date():  # and datetime
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case _:
            raise TypeError(f"{value!r} is nothing an audit entry can keep: give text, whole numbers or decimals.")
