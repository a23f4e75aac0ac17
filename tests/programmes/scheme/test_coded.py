"""Which columns hold codes of the scheme is said by the models, of every app, and closing looks at each of them."""

import pytest

from programmes.models import Position
from programmes.months.closing import faults
from programmes.months.codes import carried_vocabularies, vocabularies
from programmes.months.reported import in_period_models
from tests.factories import Book
from tests.trials import all_of


def coded_columns():
    found = []
    for model in in_period_models():
        by_tier = model.coded_by_tier.columns if model.coded_by_tier else ()
        found += [(model, column) for column in (*model.coded, *by_tier)]
    own = set(all_of("CODED_BY_ITS_OWN"))
    return [(model, column) for model, column in found if (model.__name__, column) not in own]


def test_what_is_called_alike_is_the_same_codes():
    for model in in_period_models():
        for codes in model.coded.values():
            assert vocabularies()[codes.key] is codes


def test_what_carries_forward_can_be_retired():
    assert carried_vocabularies() >= {"status", "tranche"}
    assert "narrative" not in carried_vocabularies()


@pytest.fixture
def one_of_each(db):
    book = Book("book", label="2022-05")
    book.one_of_each()
    return book


@pytest.mark.parametrize(("model", "column"), coded_columns(), ids=lambda part: getattr(part, "__name__", part))
def test_a_month_does_not_close_with_a_code_that_its_scheme_does_not_know(one_of_each, model, column):
    assert list(faults(one_of_each.period)) == []
    assert model.objects.of(one_of_each.period).update(**{column: "unheard_of"}) == 1, "there is one of each"

    (sentence,) = faults(one_of_each.period)

    assert "“unheard_of”" in sentence
    assert sentence.endswith(") is not in the scheme of May 2022.")


def test_withdrawn_rows_are_looked_at_too(one_of_each):
    carried = [(model, column) for model, column in coded_columns() if issubclass(model, Position)]
    for model, column in carried:
        model.objects.update(**{column: "unheard_of"}, withdrawn=True)

    assert sum("“unheard_of”" in sentence for sentence in faults(one_of_each.period)) == len(carried)
