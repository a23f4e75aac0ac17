"""A table of what stands at some levels, of cashable lines, and with a column that is worked out and not printed."""

import copy
import json

import pytest

from finance.control_totals import totals
from finance.models import Amount, FinanceLinePosition
from finance.scheme import tables
from programmes.examples import loading
from programmes.models import Rating
from programmes.scheme import Scheme, SchemeError
from tests.finance.published.reading import table

DOCUMENT = json.loads((loading.FOLDER / "nottinghamshire" / "scheme.json").read_text(encoding="utf-8"))


def read(programme, key):
    return table(programme, "2018-09", "nottinghamshire-status", key)


@pytest.mark.parametrize("levels", [[], ["green"], ["at_risk", "green"]])
def test_levels_are_those_of_the_dimension(levels):
    document = copy.deepcopy(DOCUMENT)
    (spec,) = (each for each in document["money"]["tables"] if "rated" in each)
    spec["rated"]["levels"] = levels

    with pytest.raises(SchemeError, match=r"rated\.levels: name some of at_risk, closed, compromised"):
        Scheme.parse(document)


def test_nobody_states_a_total_of_a_column_that_is_not_printed():
    spec = tables(Scheme.parse(DOCUMENT))["position"]

    assert dict(totals(spec)) == {"all/target": "All portfolios, Savings target"}


def test_a_table_of_exceptions_without_one_says_so(nottinghamshire):
    Rating.objects.of(nottinghamshire.periods.get(label="2018-09")).update(level="on_target")

    assert read(nottinghamshire, "exceptions").rows == {}


def test_a_project_that_is_not_rated_is_no_exception(nottinghamshire):
    Rating.objects.of(nottinghamshire.periods.get(label="2018-09")).delete()

    assert read(nottinghamshire, "exceptions").rows == {}


@pytest.mark.parametrize("cashable", [False, None])
def test_only_what_is_stated_to_be_cashable_counts(nottinghamshire, cashable):
    lines = FinanceLinePosition.objects.of(nottinghamshire.periods.get(label="2018-09"))
    lines.filter(title="Statutory School Transport").update(cashable=cashable)
    cells = read(nottinghamshire, "position").rows["", "Place"]

    assert (cells["target"]["text"], cells["projection"]["value"]) == ("1.7", "delivered as planned")


def test_a_blank_is_said_in_words_only_of_rows_with_lines(nottinghamshire):
    """Where no saving stands at all, nothing is said of it."""
    period = nottinghamshire.periods.get(label="2018-09")
    lines = FinanceLinePosition.objects.of(period).filter(workstream__ref__startswith="CEX", cashable=True)
    Amount.objects.of(period).filter(line__in=lines.values("line")).delete()
    lines.delete()

    assert read(nottinghamshire, "position").rows["", "CEX"]["projection"]["value"] is None
