"""What the database itself refuses, so that a closed month never changes.

No row reported in a period is inserted, changed, deleted or moved unless its period is open, whether through the
application, in bulk, or by hand in SQL; nor does the closed period's own row change, a scheme, the ref of an identity,
or the short name of a programme. A period is closed once and for all: an amendment is another edition.
"""

from collections.abc import Iterator

from core.triggers import CHECK_VIOLATION, PREFIX, Trigger, append_only, no_truncation, refuse
from programmes.models import Period, Programme, Said, SchemeVersion
from programmes.reported import identity_models, in_period_models

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
SIDES = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def triggers() -> Iterator[Trigger]:
    for model in in_period_models():
        if issubclass(model, Said):
            yield from _frozen(model._meta.db_table, "insert")
            yield from append_only(model._meta.db_table, "what was said stays said")
        else:
            yield from _frozen(model._meta.db_table, *SIDES)
            yield no_truncation(model._meta.db_table, f"period closed: {model._meta.db_table}")
    # Neither deleted: made again with the same key and another name, it would be what the rows of closed months mean.
    for identity in identity_models():
        yield from append_only(identity._meta.db_table, "a ref never changes")
    programme, sentence = Programme._meta.db_table, "the short name of a programme never changes"
    yield from refuse(programme, ["UPDATE"], sentence, "NEW.id <> OLD.id OR NEW.slug <> OLD.slug")
    yield from refuse(programme, ["DELETE"], sentence)
    yield from append_only(SchemeVersion._meta.db_table, "a scheme never changes: add a version")
    period = Period._meta.db_table
    yield from refuse(period, ["UPDATE", "DELETE"], "period closed: open another edition", "OLD.state <> 'open'")
    yield from refuse(period, ["INSERT"], "a period begins open", "NEW.state <> 'open'")
    yield no_truncation(period, "period closed: open another edition")


def _frozen(table: str, *events: str) -> Iterator[Trigger]:
    for event in events:
        name = f"{PREFIX}{event}_{table}"
        # IS NOT: with <> a period that is not there at all would let everything pass.
        closed = " OR ".join(
            f"(SELECT state FROM {Period._meta.db_table} WHERE id = {side}.period_id) IS NOT 'open'"
            for side in SIDES[event]
        )
        yield Trigger(
            name,
            table,
            f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW WHEN {closed} "
            f"BEGIN SELECT RAISE(ABORT, 'period closed: {table}'); END",
            f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {PREFIX}freeze()",
            FREEZE,
        )
