"""A closed month never changes, whoever tries and however. The database itself refuses, on both of them."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import F, UniqueConstraint

from accounts.models import AuditEntry, AuditHead
from core import triggers
from programmes.models import (
    AppendOnly,
    MilestonePosition,
    Period,
    ProductPosition,
    Programme,
    Rating,
    SchemeVersion,
    Workstream,
)
from programmes.months.reported import identity_models, in_period_models
from reports.models import KeptReport
from tests.factories import Book
from tests.roles import owner, unguarded
from tests.scenes import scene

pytestmark = pytest.mark.django_db
IS_SQLITE = connection.vendor == "sqlite"
ANOTHER = 10**6  # a key that no row has


@scene
def months():
    """May closed with a row of every kind; June open."""
    book = Book("book", label="2022-05")
    book.one_of_each()
    book.may = book.period
    book.june = book.next_month("2022-06")
    return book


@pytest.fixture(params=["our connection", "one by hand"] if IS_SQLITE else ["any connection"])
def book(months, request):
    """The months, as a connection finds them that asks for no recursive triggers, too."""
    if IS_SQLITE:
        connection.connection.execute(f"PRAGMA recursive_triggers = {request.param == 'our connection'}")
    yield months
    if IS_SQLITE:
        connection.connection.execute("PRAGMA recursive_triggers = ON")


def refused(action):
    """Whether the database refuses, as an IntegrityError on either of them."""
    with pytest.raises(IntegrityError), transaction.atomic():
        action()
    return True


def of_june(book, model):
    """June's rows: those that were carried into it, else a copy of May's first."""
    rows = model.objects.of(book.june)
    if not rows.exists():
        row = model.objects.of(book.may).first()
        row.pk, row.period = None, book.june
        row.save()
    return rows


def replaced(row, **changed):
    """Write a changed row over one that is there, in the way that asks least of the database.

    With another `id` it is in the way of the old one by another of its keys.
    """
    table, fields = row._meta.db_table, [f for f in row._meta.concrete_fields if not f.generated]
    values = {f.column: f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields} | changed
    into = f"INTO {table} ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})"
    if IS_SQLITE:  # deletes without asking the triggers of deletion, unless it is told to ask them
        sql(f"INSERT OR REPLACE {into}", *values.values())
    else:  # foreign keys look at the end of the transaction, when the row is there again
        sql(f"DELETE FROM {table} WHERE id = %s", row.pk)
        sql(f"INSERT {into}", *values.values())
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def moved_over(model, other, **key):
    """Give another row a key that one has. SQLite's UPDATE OR REPLACE deletes whatever is in the way."""
    how = "UPDATE OR REPLACE" if IS_SQLITE else "UPDATE"
    change = ", ".join(f"{column} = %s" for column in key)
    sql(f"{how} {model._meta.db_table} SET {change} WHERE id = %s", *key.values(), other)


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("model", in_period_models(), ids=lambda model: model._meta.label)
class TestRowsOfAClosedMonth:
    def test_are_there_to_be_tried(self, book, model):
        assert model.objects.of(book.may).exists()

    def test_are_not_updated(self, book, model):
        rows = model.objects.of(book.may)
        before = list(rows.order_by("pk").values())

        assert refused(lambda: rows.update(period=F("period")))
        assert refused(lambda: rows.first().save())
        assert refused(lambda: sql(f"UPDATE {model._meta.db_table} SET id = id WHERE period_id = %s", book.may.pk))
        assert list(rows.order_by("pk").values()) == before

    def test_are_not_deleted(self, book, model):
        rows = model.objects.of(book.may)
        n = rows.count()

        assert refused(rows.delete)
        assert refused(lambda: sql(f"DELETE FROM {model._meta.db_table} WHERE period_id = %s", book.may.pk))
        assert rows.count() == n

    def test_are_not_added(self, book, model):
        row = model.objects.of(book.may).first()
        row.pk = None

        assert refused(lambda: model.objects.bulk_create([row]))

    def test_are_not_moved_in_or_out(self, book, model):
        assert refused(lambda: model.objects.of(book.may).update(period=book.june))
        if model.objects.of(book.june).exists():
            assert refused(lambda: model.objects.of(book.june).update(period=book.may))

    def test_are_not_written_over(self, book, model):
        row = model.objects.of(book.may).first()
        names = [field.name for field in model.written_fields()]

        assert refused(
            lambda: model.objects.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=names)
        )
        assert refused(lambda: replaced(row, period_id=book.june.pk))
        assert refused(lambda: replaced(row, id=ANOTHER))

    def test_do_not_make_room_for_another(self, book, model):
        key, other = model.objects.of(book.may).first().pk, of_june(book, model).first().pk

        assert refused(lambda: moved_over(model, other, id=key))
        assert refused(lambda: moved_over(model, other, id=key, period_id=book.may.pk))

    def test_of_an_open_month_do_change_unless_they_are_what_was_said(self, book, model):
        rows = of_june(book, model)

        if issubclass(model, AppendOnly):
            assert refused(lambda: rows.update(period=F("period")))
            assert refused(rows.delete)
            assert refused(lambda: replaced(rows.first(), period_id=book.june.pk))
            assert refused(lambda: replaced(rows.first(), id=ANOTHER))
        else:
            rows.update(period=F("period"))
            rows.delete()
            assert not rows.exists()


class TestThePeriodItself:
    @pytest.mark.parametrize(
        "change", [{"state": "open", "closed_at": None}, {"as_at": "2022-05-30"}, {"digest": ""}, {"override": "x"}]
    )
    def test_does_not_change_once_closed(self, book, change):
        assert refused(lambda: Period.objects.filter(pk=book.may.pk).update(**change))

    def test_is_not_deleted_once_closed(self, book):
        assert refused(lambda: sql("DELETE FROM programmes_period WHERE id = %s", book.may.pk))

    def test_is_not_replaced_once_closed(self, book):
        assert refused(lambda: replaced(book.may, reason="", state="open", closed_at=None))
        assert refused(lambda: replaced(book.may, id=ANOTHER, state="open", closed_at=None))

    def test_does_not_make_room_for_another_once_closed(self, book):
        assert refused(lambda: moved_over(Period, book.june.pk, id=book.may.pk))
        assert refused(lambda: moved_over(Period, book.june.pk, label=book.may.label))

    def test_cannot_begin_closed(self, book):
        made = {"programme": book.programme, "scheme_version": book.scheme_version, "label": "2022-04"}

        assert refused(
            lambda: Period.objects.create(**made, as_at="2022-04-30", state="closed", closed_at=book.may.closed_at)
        )


class TestWhatAPeriodIsReadBy:
    def test_a_scheme_is_added_to_and_never_changed(self, book):
        schemes = SchemeVersion.objects.filter(programme=book.programme)

        assert refused(lambda: schemes.update(number=7))
        assert refused(lambda: sql("DELETE FROM programmes_schemeversion"))
        SchemeVersion.objects.create(programme=book.programme, number=2, document={})
        assert schemes.count() == 2

    def test_a_scheme_is_not_replaced(self, book):
        assert refused(lambda: replaced(book.scheme_version, document="{}"))
        assert refused(lambda: replaced(book.scheme_version, document="{}", id=ANOTHER))

    @pytest.mark.parametrize("model", identity_models(), ids=lambda model: model._meta.label)
    def test_a_ref_never_changes(self, book, model):
        assert refused(lambda: model.objects.update(ref="other"))
        assert refused(lambda: sql(f"UPDATE {model._meta.db_table} SET ref = 'other'"))
        assert refused(lambda: sql(f"UPDATE {model._meta.db_table} SET id = id + 1000"))
        assert refused(lambda: replaced(model.objects.first(), ref="other"))
        assert refused(lambda: replaced(model.objects.first(), id=ANOTHER))

    def test_the_short_name_of_a_programme_never_changes(self, book):
        assert refused(lambda: Programme.objects.update(slug="other"))
        assert refused(lambda: sql("UPDATE programmes_programme SET id = id + 1000"))
        assert refused(lambda: replaced(book.programme, slug="other"))
        assert refused(lambda: replaced(book.programme, id=ANOTHER))
        book.programme.name = "Another name, which does"
        book.programme.save()


@pytest.mark.postgresql("SQLite has no TRUNCATE")
@pytest.mark.parametrize(
    "model",
    [*in_period_models(), *identity_models(), Period, SchemeVersion, Programme],
    ids=lambda model: model._meta.label,
)
def test_no_table_of_a_closed_month_is_truncated(book, model):
    sql("SET CONSTRAINTS ALL IMMEDIATE")  # else it is refused for what the test itself has just written
    with owner():  # nobody else has the right at all
        assert refused(lambda: sql(f"TRUNCATE {model._meta.db_table} CASCADE"))


class TestTheTriggers:
    def test_are_all_there(self):
        assert triggers.missing(connection) == []

    def test_are_missed_when_one_is_gone(self):
        table = MilestonePosition._meta.db_table
        name = f"{triggers.PREFIX}update_{table}"
        with owner():
            sql(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))

        assert triggers.missing(connection) == [name]

    @pytest.mark.postgresql("SQLite has no trigger that is there and off")
    @pytest.mark.parametrize("how", ["DISABLE", "ENABLE REPLICA"])
    def test_are_missed_when_one_is_switched_off(self, how):
        table = MilestonePosition._meta.db_table
        name = f"{triggers.PREFIX}update_{table}"
        with owner():
            sql(f"ALTER TABLE {table} {how} TRIGGER {name}")

        assert triggers.missing(connection) == [name]

    def test_are_what_refuses(self, book):
        """The proof that the tests above bite."""
        with unguarded():
            ProductPosition.objects.of(book.may).update(title="Changed")
            Rating.objects.of(book.may).delete()

        assert refused(lambda: ProductPosition.objects.of(book.may).update(title="Again"))


def guarded():
    """The models whose rows make no room for others."""
    tables = {trigger.table for trigger in triggers.wanted() if "_over_" in trigger.name}
    return [model for model in apps.get_models() if model._meta.db_table in tables]


def test_every_row_that_has_to_stay_is_guarded_from_its_like():
    kept = {*in_period_models(), *identity_models(), Period, SchemeVersion, Programme}

    assert {*guarded()} == kept | {AuditEntry, AuditHead, KeptReport}


def test_a_key_of_some_rows_alone_is_in_the_way_of_none_that_has_to_stay():
    """Such keys are not guarded. Whoever writes into the period of a root must write into an open one."""
    partly = [
        constraint.name
        for model in guarded()
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint not in model._meta.total_unique_constraints
    ]

    assert partly == ["one_open_period", "one_open_edition", "one_root_workstream"]


if IS_SQLITE:

    def test_without_its_guard_a_row_would_go_unseen(book):
        """The proof that a connection by hand asks no trigger of deletion."""
        for trigger in triggers.wanted():
            if "_over_" in trigger.name:
                sql(f"DROP TRIGGER {trigger.name}")
        connection.connection.execute("PRAGMA recursive_triggers = OFF")

        replaced(Rating.objects.of(book.may).get(), period_id=book.june.pk)
        replaced(book.root, ref="ZZZ")

        assert not Rating.objects.of(book.may).exists()
        assert Workstream.objects.get(pk=book.root.pk).ref == "ZZZ"
