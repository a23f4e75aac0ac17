"""What the database itself refuses, so that a closed month never changes.

No row reported in a period is inserted, changed, deleted or moved unless its period is open, whether through the
application, in bulk, or by hand in SQL; nor does the closed period's own row change, a scheme, the ref of an identity,
or the short name of a programme. A period is closed once and for all: an amendment is another edition.

What a programme is called, whose it is and where its rows come from may change. The database copies that into each
period that opens (`Particulars`), and a change into those that are open: a closed one keeps what it said.
"""

from collections.abc import Iterator

from core.triggers import CHECK_VIOLATION, PREFIX, Trigger, append_only, no_replacing, no_truncation, refuse
from programmes.models import AppendOnly, Particulars, Period, Programme, SchemeVersion
from programmes.months.reported import identity_models, in_period_models

COPIED = ("name", "council", "provenance")
INTO_OPEN = f"""
UPDATE {Particulars._meta.db_table} SET {", ".join(f"{column} = NEW.{column}" for column in COPIED)}
WHERE period_id IN (SELECT id FROM {Period._meta.db_table} WHERE programme_id = NEW.id AND state = 'open');
"""
INTO_OPENED = f"""
INSERT INTO {Particulars._meta.db_table} (period_id, {", ".join(COPIED)})
SELECT NEW.id, {", ".join(COPIED)} FROM {Programme._meta.db_table} WHERE id = NEW.programme_id"""

# The row of the period is read FOR SHARE: whoever closes it waits for the writers, and they for the closing. Without,
# a row saved while its period closes would be in the month but not in what was kept of it.
FREEZE = f"""
CREATE OR REPLACE FUNCTION {PREFIX}freeze() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM 1 FROM {Period._meta.db_table} WHERE id = OLD.period_id AND state = 'open' FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'period closed: %', TG_TABLE_NAME USING ERRCODE = '{CHECK_VIOLATION}';
    END IF;
  END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.period_id <> OLD.period_id) THEN
    PERFORM 1 FROM {Period._meta.db_table} WHERE id = NEW.period_id AND state = 'open' FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'period closed: %', TG_TABLE_NAME USING ERRCODE = '{CHECK_VIOLATION}';
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
"""
# The row of the programme is read FOR SHARE: whoever changes it at this moment waits, and then finds the period.
OPENED = f"""
CREATE OR REPLACE FUNCTION {PREFIX}opened() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  {INTO_OPENED} FOR SHARE;
  RETURN NULL;
END $$
"""
DESCRIBED = f"""
CREATE OR REPLACE FUNCTION {PREFIX}described() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  {INTO_OPEN}
  RETURN NULL;
END $$
"""
SIDES = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def triggers() -> Iterator[Trigger]:
    for model in in_period_models():
        table, sentence = model._meta.db_table, f"period closed: {model._meta.db_table}"
        if issubclass(model, AppendOnly):
            yield from _frozen(table, "insert")
            yield from append_only(model, "what was said stays said")
        else:
            yield from _frozen(table, *SIDES)
            yield from no_replacing(model, ["INSERT", "UPDATE"], sentence, _is_frozen("held"))
            yield no_truncation(table, sentence)
    # Neither deleted: made again with the same key and another name, it would be what the rows of closed months mean.
    for identity in identity_models():
        yield from append_only(identity, "a ref never changes")
    programme, sentence = Programme._meta.db_table, "the short name of a programme never changes"
    yield from refuse(programme, ["UPDATE"], sentence, "NEW.id <> OLD.id OR NEW.slug <> OLD.slug")
    yield from refuse(programme, ["DELETE"], sentence)
    yield from no_replacing(Programme, ["INSERT"], sentence)
    yield from append_only(SchemeVersion, "a scheme never changes: add a version")
    period, sentence = Period._meta.db_table, "period closed: open another edition"
    yield from refuse(period, ["UPDATE", "DELETE"], sentence, "OLD.state <> 'open'")
    yield from refuse(period, ["INSERT"], "a period begins open", "NEW.state <> 'open'")
    yield from no_replacing(Period, ["INSERT", "UPDATE"], sentence, "held.state <> 'open'")
    yield no_truncation(period, sentence)
    yield _after("opened", period, "INSERT", f"{INTO_OPENED};", OPENED)
    yield _after("described", programme, f"UPDATE OF {', '.join(COPIED)}", INTO_OPEN, DESCRIBED)


def _frozen(table: str, *events: str) -> Iterator[Trigger]:
    for event in events:
        name = f"{PREFIX}{event}_{table}"
        closed = " OR ".join(_is_frozen(side) for side in SIDES[event])
        yield Trigger(
            name,
            table,
            f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW WHEN {closed} "
            f"BEGIN SELECT RAISE(ABORT, 'period closed: {table}'); END",
            f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {PREFIX}freeze()",
            FREEZE,
        )


def _after(what: str, table: str, event: str, statement: str, function: str) -> Trigger:
    """A trigger that writes, once a row was: on PostgreSQL by the function of this name."""
    name = f"{PREFIX}{what}_{table}"
    head = f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW"
    return Trigger(name, table, f"{head} BEGIN {statement} END", f"{head} EXECUTE FUNCTION {PREFIX}{what}()", function)


def _is_frozen(row: str) -> str:
    """The condition, on SQLite, that a row's period is not open."""
    # IS NOT: with <> a period that is not there at all would let everything pass.
    return f"(SELECT state FROM {Period._meta.db_table} WHERE id = {row}.period_id) IS NOT 'open'"
