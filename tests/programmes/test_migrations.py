"""Migrations of later versions: every table rebuilt, and every closed month still closed and still what it was."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, PositiveBigIntegerField, PositiveIntegerField

from core import triggers
from programmes.models import Period, Rating
from programmes.months.reported import in_period_models
from programmes.months.verification import Differs, verified
from tests.factories import Book
from tests.roles import owner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closed():
    book = Book("book", label="2022-05")
    book.one_of_each()
    return book.close()


def differing():
    return [each.sentence for each in verified() if isinstance(each, Differs)]


def rebuild(model):
    """Widen a column, which on SQLite means to copy the whole table into another; its triggers stay behind."""
    field = next(f for f in model._meta.concrete_fields if isinstance(f, CharField | PositiveIntegerField))
    wider = CharField(max_length=field.max_length + 1) if isinstance(field, CharField) else PositiveBigIntegerField()
    wider.set_attributes_from_name(field.name)
    wider.model = model
    with connection.schema_editor() as editor:
        editor.alter_field(model, field, wider, strict=True)


def test_every_rebuilt_table_is_frozen_again(closed):
    with owner():
        triggers.before_migrations(using="default")
        for model in [*in_period_models(), Period]:
            rebuild(model)
        triggers.after_migrations(using="default")

    assert triggers.missing(connection) == []
    assert differing() == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.update(level="R")


def test_a_migration_interrupted_half_way_is_told_and_completed_by_the_next(closed):
    with owner():
        triggers.before_migrations(using="default")
        rebuild(Rating)
    assert [sentence for sentence in differing() if "lacks the trigger" in sentence] != []

    with owner():
        call_command("migrate", verbosity=0)

    assert triggers.missing(connection) == []
    assert differing() == []
