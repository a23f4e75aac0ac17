"""What rows name must be held by their month, whichever app they are of: a kind is not missed because it came later."""

import pytest
from django.apps import apps
from django.db import models

from programmes.actions.workstreams import hindrance
from programmes.models import (
    AppendOnly,
    Detail,
    Identity,
    Period,
    Position,
    Product,
    ProductPosition,
    Workstream,
    WorkstreamPosition,
)
from programmes.months.closing import faults
from programmes.months.reported import identity_models, in_period_models, own_field, references
from tests.factories import Book
from tests.roles import table


def test_every_field_that_names_a_thing_is_what_its_row_is_about_or_a_reference():
    naming = {
        (model, field.name)
        for model in in_period_models()
        for field in model._meta.concrete_fields
        if not issubclass(model, AppendOnly | Detail)
        and field.is_relation
        and issubclass(field.related_model, Identity)
    }
    own = {(own_field(identity).model, own_field(identity).name) for identity in identity_models()}

    assert own < naming
    assert {named for identity in identity_models() for named in references(identity)} == naming - own


@pytest.fixture
def action(transactional_db):
    """A kind of row that an app above might have, while the test runs."""

    class ActionPosition(Position):
        workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="+")
        product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", null=True)

        natural_key = ("workstream", "product")

        class Meta:
            app_label = "programmes"

    with table(ActionPosition):
        yield ActionPosition
    del apps.all_models["programmes"]["actionposition"]
    apps.clear_cache()


@pytest.fixture
def book(action):
    """A withdrawn workstream and a withdrawn product, each named by an action."""
    book = Book("book", label="2022-05")
    book.old = book.workstream("OLD", book.root, withdrawn=True)
    book.gone = book.product(book.root, "GONE", withdrawn=True)
    action.objects.create(period=book.period, workstream=book.old)
    action.objects.create(period=book.period, workstream=book.root, product=book.gone)
    return book


def test_a_kind_of_a_higher_app_may_not_name_what_the_month_does_not_hold(book):
    sentence = "An action stands under {}, which May 2022 does not hold: move it or withdraw it."

    assert list(faults(book.period)) == [sentence.format("workstream OLD"), sentence.format("product GONE")]


def test_a_kind_of_a_higher_app_that_is_withdrawn_or_names_what_is_held_keeps_no_month_open(book, action):
    ProductPosition.objects.update(withdrawn=False)
    action.objects.filter(workstream=book.old).update(withdrawn=True)

    assert list(faults(book.period)) == []


def test_a_kind_of_a_higher_app_keeps_the_workstream_it_names(book):
    row = WorkstreamPosition.objects.get(workstream=book.old)
    row.period = Period.objects.get()

    assert hindrance(row).endswith(" cannot be withdrawn: 1 action stands under it. Move or withdraw that first.")
