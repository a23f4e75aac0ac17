"""The audit: entries in a chain that the database guards, and a check that finds what was done behind its back."""

import datetime as dt
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.sqlite3 import base as djangos
from django.http import HttpResponse
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, AuditHead, User
from core.middleware import numbered_requests, request_id
from core.sqlite import base as sqlite
from tests import roles
from tests.at_once import meeting_at

pytestmark = pytest.mark.django_db

ENTRIES, HEADS = "accounts_auditentry", "accounts_audithead"


def write(subject="June 2022", *, by=None, **more):
    with transaction.atomic():
        return audit.record(what="period.close", subject=subject, subject_key=7, by=by, **more)


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def truncate(table):
    """As the owner, whom the trigger refuses too; nobody else has the right at all."""
    with roles.owner():
        sql(f"TRUNCATE {table}")


@pytest.fixture
def three():
    return [write(f"Month {n}", before={"state": "open"}, after={"state": "closed"}) for n in (1, 2, 3)]


# --- What an entry says -------------------------------------------------------------------------------------


def test_entry_says_who_did_what_as_what_when_and_why(person):
    before = timezone.now()
    write(
        by=person,
        programme="book",
        role="PMO officer",
        before={"state": "open"},
        after={"state": "closed"},
        reason="Because",
    )
    (entry,) = AuditEntry.objects.values()

    assert before <= entry.pop("at") <= timezone.now()
    assert len(entry.pop("hash")) == 64
    assert entry == {
        "seq": 1,
        "actor_key": person.pk,
        "period_key": None,
        "actor": "Head of revenues",
        "role": "PMO officer",
        "programme": "book",
        "what": "period.close",
        "subject": "June 2022",
        "subject_key": "7",
        "before": {"state": "open"},
        "after": {"state": "closed"},
        "reason": "Because",
        "request_id": "",
        "previous": "",
    }


def test_without_a_person_it_was_the_command_line():
    assert (write().actor, write().actor_key) == ("command line", None)


def test_name_stays_after_a_rename_and_after_the_person_is_gone(person):
    key = person.pk
    write(by=person)
    User.objects.update(name="Director of change")
    person.delete()

    assert not User.objects.exists()
    assert AuditEntry.objects.values_list("actor_key", "actor").get() == (key, "Head of revenues")
    assert audit.verify() == ""


def test_values_come_back_as_they_went_in():
    kept = {"é": [1, 10**20, None, True, "“£”"], "pounds": Decimal("1E+2"), "day": dt.date(2022, 6, 30)}
    write(before=kept, after=["x"])

    entry = AuditEntry.objects.get()
    assert entry.before == {"é": [1, 10**20, None, True, "“£”"], "pounds": "100", "day": "2022-06-30"}
    assert audit.verify() == ""


@pytest.mark.parametrize("value", [1.5, {"deep": [1e16]}, {1, 2}, object()])
def test_value_that_would_not_come_back_the_same_is_refused(value):
    with pytest.raises(TypeError, match="nothing an audit entry can keep"):
        write(after=value)
    assert not AuditEntry.objects.exists()


def test_entry_names_the_request_and_the_answer_does_too(rf):
    def view(request):
        return HttpResponse(write().request_id)

    asked = rf.get("/", headers={"X-Request-Id": "forged"})
    first, second = (numbered_requests(view)(asked) for _ in range(2))

    assert first["X-Request-Id"] == first.content.decode()
    assert len({first["X-Request-Id"], second["X-Request-Id"], "forged", ""}) == 4
    assert request_id.get() == ""


def test_every_answer_has_a_number(client):
    assert len(client.get("/")["X-Request-Id"]) == 32
    assert client.get("/")["X-Request-Id"] != client.get("/no-such-page/")["X-Request-Id"]


# --- The chain ----------------------------------------------------------------------------------------------


def test_each_entry_carries_the_hash_of_the_one_before(three):
    entries = list(AuditEntry.objects.order_by("seq"))

    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert [entry.previous for entry in entries] == ["", entries[0].hash, entries[1].hash]
    assert audit.head() == f"3:{entries[2].hash}"
    assert audit.verify() == ""


def test_hash_of_a_fixed_entry_never_changes():
    """A fixed entry: what is hashed, and how, may never change."""
    entry = AuditEntry(
        seq=2,
        at=dt.datetime(2022, 7, 1, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        actor="Zoë",
        programme="book",
        what="period.close",
        subject="June 2022",
        subject_key="7",
        after={"b": 1, "a": [None, "£"]},
        previous="ab",
    )

    assert audit.digest(entry) == "f1eed6b1551073a018ada5adc26218d3bbb751f845585a54941f54cd566b7cd1"


def test_canonical_json_needs_nothing_but_a_hash_function(three):
    """Anybody can take a hash again from the exported values."""
    entry = AuditEntry.objects.get(seq=3)
    values = {name: getattr(entry, name) for name in audit.HASHED} | {
        "at": entry.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    }
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    assert hashlib.sha256(text.encode()).hexdigest() == entry.hash


def test_nothing_written_yet_is_no_fault():
    assert audit.head() == ""
    assert audit.verify() == ""


def test_clock_moved_back_changes_neither_order_nor_chain(monkeypatch):
    write("first")
    monkeypatch.setattr(audit.timezone, "now", lambda: dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    write("second")

    assert [entry.subject for entry in AuditEntry.objects.newest_first()] == ["second", "first"]
    assert audit.verify() == ""


def test_verifying_costs_three_queries_and_reads_each_entry_once(three, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert audit.verify() == ""


# --- What the database refuses ------------------------------------------------------------------------------

COLUMNS = ", ".join(field.column for field in AuditEntry._meta.concrete_fields if field.name not in {"seq", "subject"})
REFUSED = {
    "save": lambda: AuditEntry(seq=2, at=timezone.now(), hash="x").save(force_update=True),
    "update": lambda: AuditEntry.objects.filter(seq=2).update(reason="another"),
    "bulk update": lambda: AuditEntry.objects.bulk_update(AuditEntry.objects.all(), ["reason"]),
    "upsert": lambda: AuditEntry.objects.bulk_create(
        AuditEntry.objects.all(), update_conflicts=True, unique_fields=["seq"], update_fields=["reason"]
    ),
    "delete": lambda: AuditEntry.objects.get(seq=3).delete(),
    "delete all": lambda: AuditEntry.objects.all().delete(),
    "SQL update": lambda: sql(f"UPDATE {ENTRIES} SET at = at WHERE seq = 1"),
    "SQL delete": lambda: sql(f"DELETE FROM {ENTRIES} WHERE seq = 3"),
    "head deleted": lambda: AuditHead.objects.all().delete(),
    "head back": lambda: AuditHead.objects.update(seq=2),
    "head ahead": lambda: AuditHead.objects.update(seq=5),
    "head of another hash": lambda: AuditHead.objects.update(hash="x"),
    "head moved": lambda: sql(f"UPDATE {HEADS} SET id = 2, seq = 4"),
    "second head": lambda: AuditHead.objects.create(pk=2),
    "SQL head deleted": lambda: sql(f"DELETE FROM {HEADS}"),
}
if connection.vendor == "postgresql":
    REFUSED |= {
        "truncate": lambda: truncate(ENTRIES),
        "head truncated": lambda: truncate(HEADS),
    }
else:
    replaced = f"INSERT OR REPLACE INTO {ENTRIES} (seq, subject, {COLUMNS}) SELECT seq, 'x', {COLUMNS} FROM {ENTRIES}"
    head_replaced = f"INSERT OR REPLACE INTO {HEADS} (id, seq, hash) VALUES (1, 0, '')"
    silent = "PRAGMA recursive_triggers = OFF"  # so that replacing asks no trigger of deletion
    REFUSED |= {
        "replace": lambda: sql(replaced),
        "head replaced": lambda: sql(head_replaced),
        "replace in silence": lambda: (sql(silent), sql(replaced)),
        "head replaced in silence": lambda: (sql(silent), sql(head_replaced)),
    }


def everything():
    return list(AuditEntry.objects.order_by("seq").values()), list(AuditHead.objects.values())


@pytest.fixture
def loud():
    yield
    if connection.vendor == "sqlite":
        sql("PRAGMA recursive_triggers = ON")


@pytest.mark.parametrize("name", REFUSED)
def test_change_is_refused(three, loud, name):
    before = everything()
    with pytest.raises(IntegrityError), transaction.atomic():
        REFUSED[name]()
    assert everything() == before
    assert audit.verify() == ""


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_without_the_triggers_the_change_would_be_made(unguarded, loud, name):
    """The control: all but what a constraint refuses as well."""
    before = everything()
    with suppress(IntegrityError), transaction.atomic():
        REFUSED[name]()
    assert (everything() == before) == (name in {"SQL update", "bulk update", "upsert", "second head", "head moved"})


# --- What was done behind the database's back ---------------------------------------------------------------


@pytest.fixture
def unguarded(three):
    with roles.unguarded():
        yield


def rewrite(since):
    """Make the hashes fit again from an entry on, as somebody would who knows how."""
    previous = getattr(AuditEntry.objects.filter(seq=since - 1).first(), "hash", "")
    for entry in AuditEntry.objects.filter(seq__gte=since).order_by("seq"):
        entry.previous = previous
        entry.hash = previous = audit.digest(entry)
        entry.save()
    return previous


@pytest.mark.parametrize("column", [*(set(audit.HASHED) - {"seq"}), *audit.LATER])
def test_edit_of_any_column_is_found(unguarded, column):
    other = {"at": timezone.now(), "actor_key": 9, "period_key": 9, "before": {"state": "never"}, "after": None}
    AuditEntry.objects.filter(seq=2).update(**{column: other.get(column, "another")})

    assert audit.verify() == "Entry 2 of the audit is not as it was written."


def test_edit_with_its_hash_is_found_at_the_next_entry(unguarded):
    AuditEntry.objects.filter(seq=2).update(actor="Somebody else")
    entry = AuditEntry.objects.get(seq=2)
    AuditEntry.objects.filter(seq=2).update(hash=audit.digest(entry))

    assert audit.verify() == "Entry 3 of the audit does not follow the one before it."


def test_edit_with_every_later_hash_is_found_at_the_head(unguarded):
    AuditEntry.objects.filter(seq=2).update(actor="Somebody else")
    rewrite(2)

    assert audit.verify() == "Entry 3 of the audit is not the one its head names."


def test_removed_entry_is_found(unguarded):
    AuditEntry.objects.filter(seq=2).delete()

    assert audit.verify() == "Entry 2 of the audit is missing."


def test_entry_removed_and_the_rest_numbered_anew_is_found(unguarded):
    AuditEntry.objects.filter(seq=2).delete()
    AuditEntry.objects.filter(seq=3).update(seq=2)
    rewrite(2)

    assert audit.verify() == "Entry 3 of the audit is missing: its head stands at 3."


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        (2, "Entry 3 of the audit is missing: its head stands at 3."),
        (0, "Entry 1 of the audit is missing: its head stands at 3."),
    ],
)
def test_cut_tail_is_found(unguarded, kept, sentence):
    AuditEntry.objects.filter(seq__gt=kept).delete()

    assert audit.verify() == sentence


def test_removed_head_is_found(unguarded):
    AuditHead.objects.all().delete()

    assert audit.verify() == "Entry 1 of the audit is not known to its head, which stands at 0."


def test_entry_written_past_the_head_is_found(unguarded):
    AuditHead.objects.update(seq=2, hash=AuditEntry.objects.get(seq=2).hash)

    assert audit.verify() == "Entry 3 of the audit is not known to its head, which stands at 2."


def test_head_recorded_elsewhere_finds_what_was_rewritten_whole(unguarded):
    recorded = {"the closing of May 2022": f"2:{AuditEntry.objects.get(seq=2).hash}", "June": audit.head()}
    assert audit.verify(recorded) == ""

    AuditEntry.objects.filter(seq=1).update(actor="Somebody else")
    AuditHead.objects.update(hash=rewrite(1))

    assert audit.verify() == ""  # which is why heads are recorded elsewhere
    assert audit.verify(recorded) == "Entry 2 of the audit is not the one that the closing of May 2022 recorded."


def test_head_recorded_elsewhere_finds_a_tail_cut_with_its_head(unguarded):
    recorded = {"the closing of June 2022": audit.head()}
    AuditEntry.objects.filter(seq=3).delete()
    AuditHead.objects.update(seq=2, hash=AuditEntry.objects.get(seq=2).hash)

    assert audit.verify() == ""
    assert audit.verify(recorded) == "Entry 3 of the audit, which the closing of June 2022 recorded, is missing."


# --- In the transaction of the change -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_entry_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="in the transaction of the change"):
        audit.record(what="period.close", subject="June 2022", subject_key=7, by=None)
    assert not AuditEntry.objects.exists()


def test_change_that_is_rolled_back_leaves_no_entry(three):
    @transaction.atomic
    def change_that_fails():
        write()
        raise ZeroDivisionError

    before = everything()
    with pytest.raises(ZeroDivisionError):
        change_that_fails()
    assert everything() == before
    assert write().seq == 4
    assert audit.verify() == ""


# --- Two at once --------------------------------------------------------------------------------------------


def race(mode="IMMEDIATE"):
    """Write two entries, each in a thread with a connection of its own; return what became of each, in order."""
    start = Barrier(2, timeout=30)

    def run(name):
        try:
            connection.ensure_connection()
            connection.transaction_mode = mode  # read by SQLite alone
            start.wait()
            write(name)
        except (IntegrityError, OperationalError):
            return "lost"
        else:
            return "written"
        finally:
            connection.close()

    with meeting_at(AuditEntry), ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, ("one", "other")))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begun", [False, True], ids=["first entries", "later entries"])
def test_two_at_once_make_one_chain(begun):
    if begun:
        write("earlier")

    assert race() == ["written", "written"]
    assert AuditEntry.objects.count() == 2 + begun
    assert audit.verify() == ""


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_one_of_them_would_be_lost(monkeypatch):
    """On SQLite the lock is that transactions begin with a write, and before it stands the line of those who wait."""
    write("earlier")
    begin = "_start_transaction_under_autocommit"
    monkeypatch.setattr(sqlite.DatabaseWrapper, begin, getattr(djangos.DatabaseWrapper, begin))
    monkeypatch.setattr(audit, "_locked_head", AuditHead.objects.get)

    assert race("DEFERRED") == ["lost", "written"]
    assert AuditEntry.objects.count() == 2
